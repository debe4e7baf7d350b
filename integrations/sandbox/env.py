"""Who asks, in which transaction, at which instant: what every behaviour needs to work."""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from integrations.sandbox import store
from integrations.sandbox.errors import AccessError, MissingError, UserError
from integrations.sandbox.schema import MODELS, Model
from integrations.sandbox.schema.rights import allowed, closure, refusal
from integrations.sandbox.store import Row

SUPERUSER = 1


@dataclass(frozen=True)
class Env:
    """One user's view of one transaction.

    ``now`` is the instant the call began: Odoo stamps every row of a transaction with it, so that a slow transaction
    can bring rows to light whose stamp is older than what a reader has already seen.
    """

    connection: sqlite3.Connection
    uid: int
    now: str
    context: Mapping[str, Any] = field(default_factory=dict)
    groups: frozenset[str] = frozenset()
    superuser: bool = False

    @classmethod
    def of_user(
        cls, connection: sqlite3.Connection, uid: int, now: str, context: Mapping[str, Any] | None = None
    ) -> Env:
        names = store.query(
            connection,
            "SELECT d.module || '.' || d.name AS name FROM res_users__groups_id g "
            "JOIN ir_model_data d ON d.model = 'res.groups' AND d.res_id = g.right_id WHERE g.left_id = ?",
            [uid],
        )
        return cls(connection, uid, now, context or {}, closure(row["name"] for row in names), uid == SUPERUSER)

    def sudo(self) -> Env:
        """The same user without the check of rights, for what Odoo does on a user's behalf."""
        return replace(self, superuser=True)

    def with_context(self, **more: Any) -> Env:
        return replace(self, context={**self.context, **more})

    @property
    def now_second(self) -> str:
        """Now as Odoo stores it everywhere but in its own stamps: without the fraction."""
        return self.now[:19] + ".000000"

    # Rights and existence

    def check(self, model: Model, operation: str) -> None:
        if not self.superuser and not allowed(model.name, operation, self.groups):
            raise AccessError(refusal(model.name, model.label, operation))

    def check_exist(self, model: Model, ids: Sequence[int]) -> None:
        found = {row["id"] for row in self.query(f"SELECT id FROM {model.table} WHERE id IN ({_marks(ids)})", ids)}
        for record in ids:
            if record not in found:
                raise missing(model, record, self.uid)

    # Plain access for behaviours: no rights, no behaviours of their own

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        return store.query(self.connection, sql, values)

    def row(self, model: str, record: int | None) -> Row:
        """One record's columns. A behaviour asks for records that its data says exist."""
        rows = self.query(f"SELECT * FROM {MODELS[model].table} WHERE id = ?", [record])
        if not rows:
            raise missing(MODELS[model], record or 0, self.uid)
        return rows[0]

    def rows(self, model: str, condition: str, values: Sequence[Any] = (), order: str = "id") -> list[Row]:
        return self.query(f"SELECT * FROM {MODELS[model].table} WHERE {condition} ORDER BY {order}", values)

    def add(self, model: str, values: Row) -> int:
        table = MODELS[model]
        defaults = {
            name: field.default
            for name, field in table.fields.items()
            if field.column and field.default is not None and name not in values
        }
        stamps = {"create_date": self.now, "write_date": self.now, "create_uid": self.uid, "write_uid": self.uid}
        return store.insert(self.connection, table, {**defaults, **values, **stamps})

    def put(self, model: str, ids: int | Sequence[int], values: Row) -> None:
        """Set columns and stamp the rows as written now."""
        records = [ids] if isinstance(ids, int) else ids
        stamps = {"write_date": self.now, "write_uid": self.uid}
        store.update(self.connection, MODELS[model], records, {**values, **stamps})

    def put_if_changed(self, model: str, record: int, values: Row) -> bool:
        """Set columns only where they differ: a computed value that stays the same does not touch its row."""
        row = self.row(model, record)
        changed = {name: value for name, value in values.items() if row[name] != value}
        if changed:
            self.put(model, record, changed)
        return bool(changed)

    def name_of(self, model: str, record: int | None) -> str:
        """The display name of a record."""
        if record is None:
            return ""
        table = MODELS[model]
        name = store.expression(table, "display_name", "t")
        rows = self.query(f"SELECT {name} AS name FROM {table.table} t WHERE t.id = ?", [record])
        return str(rows[0]["name"] or "") if rows else ""

    def reference(self, xmlid: str) -> int:
        """The record behind an external id."""
        module, _, name = xmlid.partition(".")
        rows = self.query("SELECT res_id FROM ir_model_data WHERE module = ? AND name = ?", [module, name])
        if not rows:
            raise UserError(f"External ID not found in the system: {xmlid}")
        return int(rows[0]["res_id"])


def missing(model: Model, record: int, uid: int) -> MissingError:
    return MissingError(f"Record does not exist or has been deleted.\n(Record: {model.name}({record},), User: {uid})")


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("?" for _ in values)
