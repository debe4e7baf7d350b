"""The sandbox's own data: one SQLite file, real transactions, one writer at a time.

A call of Odoo is one transaction here too: it commits as a whole or leaves nothing behind. Writers queue on
SQLite's own lock, so a second process (``load_orders`` beside a running server) is as safe as a second thread.
"""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from integrations.sandbox.errors import OdooValueError
from integrations.sandbox.schema import MODELS, Field, Model

Row = dict[str, Any]

_COLUMN_TYPES = {"integer": "INTEGER", "many2one": "INTEGER", "boolean": "INTEGER", "float": "REAL", "monetary": "REAL"}
_INDEXED = (
    ("purchase_order", "write_date"),
    ("purchase_order_line", "write_date"),
    ("purchase_order_line", "order_id"),
    ("stock_move", "purchase_line_id"),
    ("stock_move", "picking_id"),
    ("stock_move", "product_id"),
    ("stock_move_line", "move_id"),
    ("stock_move_line", "picking_id"),
    ("stock_quant", "product_id"),
    ("stock_quant", "lot_id"),
    ("stock_quant", "package_id"),
    ("stock_lot", "name"),
    ("stock_lot", "product_id"),
    ("stock_picking", "backorder_id"),
    ("mail_message", "res_id"),
    ("ir_model_data", "res_id"),
    ("product_product", "product_tmpl_id"),
    ("product_product", "default_code"),
    ("product_supplierinfo", "product_tmpl_id"),
    ("res_partner", "name"),
)
FILE_NAME = "sandbox.sqlite3"
LOCK_WAIT_SECONDS = 60.0


def clock() -> str:
    """Now, in UTC, with the microseconds that Odoo stores and does not show."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _like(value: str | None, pattern: str, fold: int) -> bool:
    """SQL's LIKE with a choice about case, which SQLite's own does not give."""
    if value is None:
        return False
    words = re.escape(str(pattern)).replace("%", ".*").replace("_", ".")
    return re.fullmatch(words, str(value), re.DOTALL | (re.IGNORECASE if fold else 0)) is not None


class Store:
    """The file, and connections to it."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.path = directory / FILE_NAME
        with self.transaction(write=True) as connection:
            _create_tables(connection)

    @contextmanager
    def transaction(self, *, write: bool) -> Iterator[sqlite3.Connection]:
        """One transaction: committed when the block ends well, undone when it raises."""
        connection = self._connect()
        try:
            connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=LOCK_WAIT_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        # A power cut may cost the last calls, never the file; the sandbox's data is made anew in a second.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.create_function("odoo_like", 3, _like, deterministic=True)
        return connection


def _create_tables(connection: sqlite3.Connection) -> None:
    for model in MODELS.values():
        columns = ['"id" INTEGER PRIMARY KEY AUTOINCREMENT']
        columns += [
            f'"{name}" {_COLUMN_TYPES.get(field.type, "TEXT")}'
            for name, field in model.fields.items()
            if field.column and name != "id"
        ]
        uniques = [f'CONSTRAINT "{name}" UNIQUE ({", ".join(keys)})' for name, keys, _ in model.unique]
        connection.execute(f"CREATE TABLE IF NOT EXISTS {model.table} ({', '.join(columns + uniques)})")
        known = {row["name"] for row in connection.execute(f"PRAGMA table_info({model.table})")}
        for column in columns:
            if column.split('"')[1] not in known:  # a store from before the data table knew this field
                connection.execute(f"ALTER TABLE {model.table} ADD COLUMN {column}")
        for name, field in model.fields.items():
            if field.type == "many2many" and not field.ids:
                connection.execute(
                    f"CREATE TABLE IF NOT EXISTS {model.link_table(name)} "
                    "(left_id INTEGER, right_id INTEGER, PRIMARY KEY (left_id, right_id)) WITHOUT ROWID"
                )
    connection.execute("CREATE TABLE IF NOT EXISTS sequence (code TEXT PRIMARY KEY, last INTEGER) WITHOUT ROWID")
    for table, column in _INDEXED:
        connection.execute(f'CREATE INDEX IF NOT EXISTS "{table}_{column}" ON {table} ("{column}")')


def next_number(connection: sqlite3.Connection, code: str) -> int:
    """The next number of a named sequence. Numbers of undone transactions are given again."""
    connection.execute("INSERT INTO sequence VALUES (?, 1) ON CONFLICT (code) DO UPDATE SET last = last + 1", (code,))
    return int(connection.execute("SELECT last FROM sequence WHERE code = ?", (code,)).fetchone()[0])


def query(connection: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> list[Row]:
    return [dict(row) for row in connection.execute(sql, _literals(values))]


def _literals(values: Iterable[Any]) -> list[Any]:
    """Values for a statement. Odoo's database driver takes no text with a NUL, neither to keep nor to look for."""
    taken = list(values)
    if any(isinstance(value, str) and "\0" in value for value in taken):
        raise OdooValueError("A string literal cannot contain NUL (0x00) characters.")
    return taken


def insert(connection: sqlite3.Connection, model: Model, values: Row) -> int:
    names = [name for name in values if model.fields[name].column]
    marks = ", ".join("?" * len(names))
    columns = ", ".join(f'"{name}"' for name in names)
    cursor = connection.execute(
        f"INSERT INTO {model.table} ({columns}) VALUES ({marks})", _literals(values[name] for name in names)
    )
    return int(cursor.lastrowid or 0)


def update(connection: sqlite3.Connection, model: Model, ids: Sequence[int], values: Row) -> None:
    """Set columns of rows."""
    names = [name for name in values if model.fields[name].column]
    if not names or not ids:
        return
    columns = ", ".join(f'"{name}" = ?' for name in names)
    changed = _literals(values[name] for name in names)
    for chunk in chunks(ids):
        marks = ", ".join("?" * len(chunk))
        connection.execute(f"UPDATE {model.table} SET {columns} WHERE id IN ({marks})", [*changed, *chunk])


def delete(connection: sqlite3.Connection, model: Model, ids: Sequence[int]) -> None:
    for chunk in chunks(ids):
        marks = ", ".join("?" * len(chunk))
        connection.execute(f"DELETE FROM {model.table} WHERE id IN ({marks})", chunk)


def chunks(ids: Sequence[int], size: int = 500) -> Iterator[list[int]]:
    """Pieces small enough for one statement's parameters."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


def expression(model: Model, name: str, alias: str) -> str:
    """The SQL that gives a field's value for the row called ``alias``."""
    field: Field = model.fields[name]
    if field.related:
        head, _, rest = field.related.partition(".")
        other = MODELS[model.fields[head].relation]
        inner = f"{alias}_{head}"
        value = _path(other, rest, inner)
        return f"(SELECT {value} FROM {other.table} {inner} WHERE {inner}.id = {expression(model, head, alias)})"
    if field.sql:
        return field.sql.replace("{t}", alias)
    return f'{alias}."{name}"'


def _path(model: Model, path: str, alias: str) -> str:
    head, _, rest = path.partition(".")
    if not rest:
        return expression(model, head, alias)
    other = MODELS[model.fields[head].relation]
    inner = f"{alias}_{head}"
    return (
        f"(SELECT {_path(other, rest, inner)} FROM {other.table} {inner} "
        f"WHERE {inner}.id = {expression(model, head, alias)})"
    )
