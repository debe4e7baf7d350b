"""Search, read, create, write and delete for any model of the data table.

What a model does beyond that (an order that makes a transfer, a line that moves a deadline) hangs on it as hooks;
see ``hooks`` and ``behaviours``.
"""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from integrations.sandbox import store
from integrations.sandbox.domain import Where, linked_ids, order_by
from integrations.sandbox.env import Env, missing
from integrations.sandbox.errors import OdooTypeError, OdooValueError, UserError, ValidationError
from integrations.sandbox.hooks import hooks_of, value_of
from integrations.sandbox.schema import MODELS, Field, Model
from integrations.sandbox.store import Row
from integrations.sandbox.values import incoming, outgoing

Values = Mapping[str, Any]
T = TypeVar("T")
_STAMPS = frozenset({"id", "create_date", "create_uid", "write_date", "write_uid", "display_name"})


def model_named(name: Any) -> Model:
    model = MODELS.get(name) if isinstance(name, str) else None
    if model is None:
        raise UserError(f"Object {name} doesn't exist")
    return model


def field_of(model: Model, name: Any) -> Field:
    field = model.fields.get(name) if isinstance(name, str) else None
    if field is None:
        raise OdooValueError(f"Invalid field {name!r} on model {model.name!r}")
    return field


# Search and read


def search(
    env: Env,
    model: Model,
    domain: Sequence[Any],
    offset: int = 0,
    limit: int | None = None,
    order: str | None = None,
) -> list[int]:
    env.check(model, "r")
    where = Where()
    condition = f"{where.of(model, domain, 't')}{_only_active(env, model, domain)}"
    sql = f"SELECT t.id FROM {model.table} t WHERE {condition} ORDER BY {order_by(model, order or model.order, 't')}"
    rows = env.query(f"{sql} LIMIT ? OFFSET ?", [*where.values, limit if limit else -1, offset or 0])
    return [row["id"] for row in rows]


def count(env: Env, model: Model, domain: Sequence[Any], limit: int | None = None) -> int:
    env.check(model, "r")
    where = Where()
    condition = f"{where.of(model, domain, 't')}{_only_active(env, model, domain)}"
    sql = f"SELECT COUNT(*) AS n FROM (SELECT 1 FROM {model.table} t WHERE {condition} LIMIT ?)"
    return int(env.query(sql, [*where.values, limit if limit else -1])[0]["n"])


def _only_active(env: Env, model: Model, domain: Sequence[Any]) -> str:
    """Archived records stay out unless the domain or the context speaks of them."""
    asked = any(isinstance(leaf, list | tuple) and leaf and leaf[0] == "active" for leaf in domain)
    if "active" not in model.fields or asked or env.context.get("active_test") is False:
        return ""
    return ' AND t."active" = 1'


def read(env: Env, model: Model, ids: Sequence[int], fields: Sequence[str] | None = None) -> list[Row]:
    """The records that exist, in the order asked for; the others are silently left out."""
    env.check(model, "r")
    names = list(fields) if fields else [name for name, field in model.fields.items() if not field.secret]
    for name in names:
        field_of(model, name)
    names = [name for name in dict.fromkeys(names) if name != "id"]
    found = {}
    for chunk in store.chunks(list(ids)):
        for row in env.query(_select(model, names, len(chunk)), chunk):
            found[row["id"]] = {"id": row["id"], **{name: _shown(model, name, row) for name in names}}
    for name in names:
        if compute := model.fields[name].compute:
            for record, value in value_of(compute)(env, list(found)).items():
                found[record][name] = value
    return [found[record] for record in ids if record in found]


def _select(model: Model, names: Sequence[str], size: int) -> str:
    columns = ["t.id AS id"]
    for name in names:
        field = model.fields[name]
        if field.compute or field.secret:
            continue
        if field.is_many:
            columns.append(
                f"(WITH linked(id) AS ({linked_ids(model, name, 't')}) SELECT json_group_array(id) FROM linked) "
                f'AS "{name}"'
            )
            continue
        value = store.expression(model, name, "t")
        columns.append(f'{value} AS "{name}"')
        if field.type == "many2one" and field.relation in MODELS:
            other = MODELS[field.relation]
            shown = store.expression(other, "display_name", "o")
            columns.append(f'(SELECT {shown} FROM {other.table} o WHERE o.id = {value}) AS "{name}:name"')
    marks = ", ".join("?" * size)
    return f"SELECT {', '.join(columns)} FROM {model.table} t WHERE t.id IN ({marks})"


def _shown(model: Model, name: str, row: Row) -> Any:
    field = model.fields[name]
    if field.secret or field.compute:
        return False
    if field.is_many:
        return json.loads(row[name])
    if field.type == "many2one":
        return [row[name], row[f"{name}:name"] or ""] if row[name] else False
    return outgoing(field, row[name])


# Create, write, delete


def create(env: Env, model: Model, values: Values) -> int:
    env.check(model, "c")
    _check_values(model, values)
    hooks = hooks_of(model.name)
    given = {name: value for name, value in values.items() if name not in _STAMPS}
    hooks.prepare(env, given)
    row = {}
    for name, field in model.fields.items():
        if field.column and name not in _STAMPS:
            row[name] = incoming(model, name, field, given.get(name, field.default))
    _check_required(model, row)
    _check_references(env, model, row)
    record = _guard_unique(model, lambda: env.add(model.name, row))
    _write_links(env, model, record, given)
    hooks.created(env, record, given)
    return record


def write(env: Env, model: Model, ids: Sequence[int], values: Values) -> None:
    env.check(model, "w")
    _check_values(model, values)
    env.check_exist(model, ids)
    hooks = hooks_of(model.name)
    given = {name: value for name, value in values.items() if name not in _STAMPS}
    row = {
        name: incoming(model, name, model.fields[name], value)
        for name, value in given.items()
        if model.fields[name].column
    }
    _check_required(model, row, partial=True)
    _check_references(env, model, row)
    before = {record: env.row(model.name, record) for record in ids}
    hooks.writing(env, list(ids), given)
    _guard_unique(model, lambda: env.put(model.name, list(ids), row))
    for record in ids:
        _write_links(env, model, record, given)
        _write_related(env, model, record, given)
    hooks.written(env, list(ids), given, before)


def unlink(env: Env, model: Model, ids: Sequence[int]) -> None:
    env.check(model, "d")
    env.check_exist(model, ids)
    hooks_of(model.name).deleting(env, list(ids))
    store.delete(env.connection, model, ids)
    marks = ", ".join("?" * len(ids))
    env.query(f"DELETE FROM ir_model_data WHERE model = ? AND res_id IN ({marks})", [model.name, *ids])


def _check_values(model: Model, values: Any) -> None:
    if not isinstance(values, Mapping):
        raise OdooTypeError(f"{type(values).__name__!r} object is not a mapping")
    for name in values:
        field_of(model, name)


def _check_required(model: Model, row: Row, *, partial: bool = False) -> None:
    for name, field in model.fields.items():
        absent = row.get(name) is None and (name in row or not partial)
        if field.required and field.column and name not in _STAMPS and absent:
            raise ValidationError(
                "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n"
                "- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n"
                f"Model: {model.label} ({model.name})\nField: {field.label} ({name})\n"
            )


def _check_references(env: Env, model: Model, row: Row) -> None:
    for name, value in row.items():
        field = model.fields[name]
        if field.type != "many2one" or value is None or field.relation not in MODELS:
            continue
        other = MODELS[field.relation]
        if env.query(f"SELECT 1 FROM {other.table} WHERE id = ?", [value]):
            continue
        if model.name in ("purchase.order", "purchase.order.line", "stock.move"):
            # These look at the record before the database does, and so fail in another way.
            raise missing(other, value, env.uid)
        raise ValidationError(
            "The operation cannot be completed: another model requires the record being deleted. "
            f"If possible, archive it instead.\n\nModel: {model.label} ({model.name})\n"
            f"Constraint: {model.table}_{name}_fkey\n"
        )


def _guard_unique(model: Model, change: Callable[[], T]) -> T:
    """Say a broken uniqueness in Odoo's words."""
    try:
        return change()
    except sqlite3.IntegrityError as error:
        for _, keys, sentence in model.unique:
            if all(f"{model.table}.{key}" in str(error) for key in keys):
                raise ValidationError(f"The operation cannot be completed: {sentence}") from error
        raise ValidationError(f"The operation cannot be completed: {error}") from error


def _write_related(env: Env, model: Model, record: int, given: Values) -> None:
    """A field that shows another record's value passes what is written on to that record."""
    for name, value in given.items():
        head, _, target = model.fields[name].related.partition(".")
        if target and "." not in target:
            other = env.row(model.name, record).get(head)
            if other:
                write(env.sudo(), MODELS[model.fields[head].relation], [other], {target: value})


def _write_links(env: Env, model: Model, record: int, given: Values) -> None:
    """Carry out the commands for one2many and many2many fields, in Odoo's notation of triples."""
    for name, commands in given.items():
        field = model.fields[name]
        if not field.is_many or field.ids or not commands:
            continue
        other = MODELS[field.relation]
        for command in commands:
            if isinstance(command, int):
                command = (4, command)
            if not isinstance(command, list | tuple) or not command:
                raise OdooValueError(f"Wrong value for {model.name}.{name}: {commands!r}")
            code, target = command[0], command[1] if len(command) > 1 else 0
            extra = command[2] if len(command) > 2 else None
            if field.inverse:
                # The parent is brought in line once, after all its children.
                within = env.with_context(within=(model.name, record))
                _command_on_children(within, other, field.inverse, record, code, target, extra)
            else:
                _command_on_links(env, model.link_table(name), other, record, code, target, extra)


def _command_on_children(env: Env, other: Model, inverse: str, record: int, code: int, target: int, extra: Any) -> None:
    if code == 0:
        create(env, other, {**extra, inverse: record})
    elif code == 1:
        write(env, other, [target], extra)
    elif code == 2:
        if env.query(f"SELECT 1 FROM {other.table} WHERE id = ?", [target]):
            unlink(env, other, [target])
    elif code == 4:
        write(env, other, [target], {inverse: record})
    elif code in (3, 5, 6):
        keep = set(extra or []) if code == 6 else set()
        children = [row["id"] for row in env.rows(other.name, f'"{inverse}" = ?', [record])]
        leaving = [target] if code == 3 else [child for child in children if child not in keep]
        if leaving:
            unlink(env, other, leaving)
        for child in keep - set(children):
            write(env, other, [child], {inverse: record})
    else:
        raise OdooValueError(f"Unknown command {code!r}")


def _command_on_links(env: Env, table: str, other: Model, record: int, code: int, target: int, extra: Any) -> None:
    if code == 0:
        target, code = create(env, other, extra), 4
    if code == 1:
        write(env, other, [target], extra)
    elif code == 4:
        env.query(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", [record, target])
    elif code in (2, 3):
        env.query(f"DELETE FROM {table} WHERE left_id = ? AND right_id = ?", [record, target])
    elif code in (5, 6):
        env.query(f"DELETE FROM {table} WHERE left_id = ?", [record])
        for linked in extra or [] if code == 6 else []:
            env.query(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", [record, linked])
    else:
        raise OdooValueError(f"Unknown command {code!r}")
