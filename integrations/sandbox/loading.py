"""``load``: rows of text with external ids, all or nothing, and repeatable.

The answer is HTTP 200 in every case; a refusal shows only as ``ids: false`` beside the messages. With
``mode=update`` and ``noupdate`` in the context a row whose external id is known already is left alone.
"""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from integrations.sandbox import records
from integrations.sandbox.env import Env
from integrations.sandbox.errors import OdooError, OdooValueError, UserError
from integrations.sandbox.schema import MODELS, Field, Model
from integrations.sandbox.store import Row
from integrations.sandbox.values import MOMENT, parse_moment

_EMPTY = (None, False, "", 0)
_REFUSED = "refused_load"


class _BadCellError(Exception):
    """A cell that cannot be read, with what the message about it says besides."""

    def __init__(self, message: str, **more: Any) -> None:
        super().__init__(message)
        self.more = more


def load(env: Env, model: Model, fields: Sequence[str], data: Sequence[Sequence[Any]]) -> Row:
    paths = [_path(model, name) for name in fields]
    messages: list[Row] = []
    ids: list[int] = []
    env.connection.execute(f"SAVEPOINT {_REFUSED}")
    for position, cells in enumerate(data):
        place = {"rows": {"from": position, "to": position}, "record": position}
        row = _read_row(env, model, paths, cells, place, messages)
        env.connection.execute("SAVEPOINT one_row")
        try:
            ids.append(_load_row(env, model, row))
        except OdooError as error:
            env.connection.execute("ROLLBACK TO one_row")
            messages.append({**place, "type": "error", **_said(model, row, error)})
        env.connection.execute("RELEASE one_row")
    refused = any(message["type"] == "error" for message in messages)
    if refused:
        env.connection.execute(f"ROLLBACK TO {_REFUSED}")
    env.connection.execute(f"RELEASE {_REFUSED}")
    return {"ids": False if refused else ids, "messages": messages, "nextrow": 0}


def _path(model: Model, name: Any) -> tuple[str, str]:
    """A column's field and how it names records: ``product_id/.id`` is (``product_id``, ``.id``)."""
    if name in ("id", ".id"):
        return str(name), ""
    head, _, rest = str(name).replace(":id", "/id").partition("/")
    field = model.fields.get(head)
    if field is None:
        raise OdooValueError(f"Invalid field name {head!r}")
    if field.type == "one2many":
        raise OdooValueError(f"The sandbox loads no sub-rows: {name!r}")
    return head, rest


def _read_row(
    env: Env,
    model: Model,
    paths: Sequence[tuple[str, str]],
    cells: Sequence[Any],
    place: Row,
    messages: list[Row],
) -> Row:
    row: Row = {}
    for (name, by), cell in zip(paths, cells, strict=False):
        if name in ("id", ".id"):
            row[name] = cell
            continue
        field = model.fields[name]
        if cell in _EMPTY:
            row[name] = [(6, 0, [])] if field.is_many else False
            continue
        try:
            row[name] = _cell(env, field, by, cell)
        except _BadCellError as error:
            message = {**place, "type": "error", "field": name, "message": str(error), "field_name": field.label}
            messages.append({**message, **error.more})
            row[name] = False
    return row


def _cell(env: Env, field: Field, by: str, cell: Any) -> Any:
    if field.type == "many2one":
        return _linked(env, field, by, cell)
    if field.is_many:
        parts = [part for part in str(cell).split(",") if part]
        return [(6, 0, [_linked(env, field, by, part) for part in parts])]
    if field.type in ("float", "monetary"):
        return _number(cell, float, f"'{cell}' does not seem to be a number for field '{field.label}'")
    if field.type == "integer":
        return _number(cell, int, f"'{cell}' does not seem to be an integer for field '{field.label}'")
    if field.type == "boolean":
        return str(cell).lower() in ("1", "true", "yes")
    if field.type == "datetime":
        return _moment(env, field, str(cell))
    if field.type == "selection":
        for key, label in field.selection:
            if str(cell).lower() in (key.lower(), label.lower()):
                return key
        raise _BadCellError(
            f"Value '{cell}' not found in selection field '{field.label}'",
            moreinfo=[label for _, label in field.selection],
        )
    return cell


def _number(cell: Any, kind: type[float] | type[int], sentence: str) -> float | int:
    try:
        return kind(cell)
    except (TypeError, ValueError):
        raise _BadCellError(sentence) from None


def _moment(env: Env, field: Field, cell: str) -> str:
    """Odoo reads a loaded time in the zone of the context, else of the user. (``write`` never converts.)"""
    try:
        naive = parse_moment(cell)
    except OdooError:
        raise _BadCellError(
            f"'{cell}' does not seem to be a valid datetime for field '{field.label}'",
            moreinfo="Use the format '2012-12-31 23:59:59'",
        ) from None
    zone = env.context.get("tz") or env.row("res.users", env.uid)["tz"] or "UTC"
    try:
        return naive.replace(tzinfo=ZoneInfo(str(zone))).astimezone(UTC).strftime(MOMENT)
    except (ZoneInfoNotFoundError, ValueError):
        return cell


def _linked(env: Env, field: Field, by: str, cell: Any) -> int:
    other = MODELS[field.relation]
    if by == ".id":
        kind, found = "database id", _by_id(env, other, cell)
    elif by == "id":
        kind, found = "external id", _by_external_id(env, other, str(cell))
    else:
        kind = "name"
        ids = records.search(env.sudo(), other, [("display_name", "=", str(cell))], limit=1)
        found = ids[0] if ids else None
    if found is not None:
        return found
    raise _BadCellError(
        f"No matching record found for {kind} '{cell}' in field '{field.label}'",
        moreinfo={
            "name": "Possible Values", "type": "ir.actions.act_window", "target": "new", "view_mode": "list,form",
            "views": [[False, "list"], [False, "form"]], "context": {"create": False},
            "help": "See all possible values", "res_model": "ir.model.data" if by else other.name,
            **({"domain": [["model", "=", other.name]]} if by else {}),
        },
    )  # fmt: skip


def _by_id(env: Env, model: Model, cell: Any) -> int | None:
    try:
        wanted = int(cell)
    except (TypeError, ValueError):
        return None
    return wanted if env.query(f"SELECT 1 FROM {model.table} WHERE id = ?", [wanted]) else None


def _by_external_id(env: Env, model: Model, xmlid: str) -> int | None:
    known = _known(env, _full(xmlid))
    return int(known["res_id"]) if known and known["model"] == model.name else None


def _full(xmlid: str) -> str:
    return xmlid if "." in xmlid else f"__import__.{xmlid}"


def _known(env: Env, xmlid: str) -> Row | None:
    module, _, name = xmlid.partition(".")
    rows = env.query("SELECT * FROM ir_model_data WHERE module = ? AND name = ?", [module, name])
    return rows[0] if rows else None


def _load_row(env: Env, model: Model, row: Row) -> int:
    values = {name: value for name, value in row.items() if name not in ("id", ".id")}
    if xmlid := row.get("id"):
        return _load_keyed(env, model, _full(str(xmlid)), values)
    if row.get(".id"):
        record = _by_id(env, model, row[".id"])
        if record is None:
            raise UserError(f"Unknown database identifier '{row['.id']}'")
        records.write(env, model, [record], values)
        return record
    return records.create(env, model, values)


def _load_keyed(env: Env, model: Model, xmlid: str, values: Row) -> int:
    known = _known(env, xmlid)
    exists = known and known["model"] == model.name and _by_id(env, model, known["res_id"])
    if known and known["model"] != model.name:
        raise UserError(
            f"For external id {xmlid} when trying to create/update a record of model {model.name} "
            f"found record of different model {known['model']} ({known['id']})"
        )
    if known and exists:
        record = int(known["res_id"])
        if not (env.context.get("mode") == "update" and known["noupdate"]):
            records.write(env, model, [record], values)
        return record
    if re.search(r"\s", xmlid):
        raise UserError(f"External IDs cannot contain spaces: {xmlid}")
    record = records.create(env, model, values)
    module, _, name = xmlid.partition(".")
    stored = {"module": module, "name": name, "model": model.name, "res_id": record}
    env.add("ir.model.data", {**stored, "noupdate": int(bool(env.context.get("noupdate")))})
    return record


def _said(model: Model, row: Row, error: OdooError) -> Row:
    """A missing mandatory field is put more plainly by ``load`` than by the database."""
    found = re.search(r"Field: (.*) \((\w+)\)\n$", error.message)
    if found and "mandatory field" in error.message:
        label, name = found.groups()
        return {"message": f"Missing required value for the field '{label}' ({name})", "field": name}
    if error.name == "odoo.exceptions.MissingError":
        return {"message": error.message.partition("\n")[0]}
    if not isinstance(error, UserError) and error.name.startswith("builtins"):
        return {
            "message": f"Unknown error during import: <class '{error.name.removeprefix('builtins.')}'>: "
            f"{error.message}",
            "moreinfo": "Resolve other errors first",
        }
    return {"message": error.message}
