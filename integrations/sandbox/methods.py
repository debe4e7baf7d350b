"""The methods a client may call, with Odoo's own signatures.

A method works either on a model or on records; for the latter the first argument is always the ids. Methods that
only some models have (``button_confirm``) are listed with the model in the data table.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from integrations.sandbox import loading, records
from integrations.sandbox.behaviours import base
from integrations.sandbox.env import Env
from integrations.sandbox.errors import (
    AccessError,
    OdooAttributeError,
    OdooIndexError,
    OdooTypeError,
    UserError,
)
from integrations.sandbox.hooks import method_of
from integrations.sandbox.schema import Model
from integrations.sandbox.schema.rights import allowed
from integrations.sandbox.store import Row

READ_ONLY = frozenset(
    {"search", "search_count", "search_read", "web_search_read", "read", "fields_get", "name_search", "context_get",
     "get_external_id", "get_metadata", "has_access", "check_access_rights", "export_data"}
)  # fmt: skip
_OPERATIONS = {"read": "r", "write": "w", "create": "c", "unlink": "d"}


def call(env: Env, model_name: str, method: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """One remote call, refused as Odoo would refuse it or carried out."""
    if method.startswith("_"):
        raise AccessError(f"Private methods (such as {method}) cannot be called remotely.")
    model = records.model_named(model_name)
    words = dict(keywords)
    context = words.pop("context", None)
    if isinstance(context, Mapping):
        env = replace(env, context=dict(context))
    if method == "create" and model.name == "stock.lot":
        return _create_lot(env, model, arguments, words)
    if method in _ON_MODEL:
        return _bound(model, method, _ON_MODEL[method], env, model)(*arguments, **words)
    own = method_of(model.name, method) if method in model.methods else None
    if own is None and method not in _ON_RECORDS and not (method == "message_post" and model.mail):
        raise OdooAttributeError(f"The method '{method}' does not exist on the model '{model.name}'")
    if not arguments:
        raise OdooIndexError("tuple index out of range")
    ids = _ids(arguments[0])
    if own is not None:
        env.check(model, "w")
        env.check_exist(model, ids)
        return _bound(model, method, own, env, ids)(*arguments[1:], **words)
    if method == "message_post":
        return _bound(model, method, _message_post, env, model, ids)(*arguments[1:], **words)
    return _bound(model, method, _ON_RECORDS[method], env, model, ids)(*arguments[1:], **words)


def _bound(model: Model, name: str, function: Callable[..., Any], *fixed: Any) -> Callable[..., Any]:
    """The function with its first arguments given; wrong further ones are a TypeError named after the model."""

    def run(*arguments: Any, **words: Any) -> Any:
        try:
            inspect.signature(function).bind(*fixed, *arguments, **words)
        except TypeError as error:
            title = "".join(part.capitalize() for part in model.name.split("."))
            raise OdooTypeError(f"{title}.{name}() {error}") from error
        return function(*fixed, *arguments, **words)

    return run


def _ids(value: Any) -> list[int]:
    if isinstance(value, int) and not isinstance(value, bool):
        return [value]
    if isinstance(value, list | tuple):
        return [item for item in value if isinstance(item, int)]
    return []


# On the model


def _search(env: Env, model: Model, domain: list[Any], offset: int = 0, limit: int | None = None,
            order: str | None = None) -> list[int]:  # fmt: skip
    return records.search(env, model, domain, offset, limit, order)


def _search_count(env: Env, model: Model, domain: list[Any], limit: int | None = None) -> int:
    return records.count(env, model, domain, limit)


def _search_read(env: Env, model: Model, domain: list[Any] | None = None, fields: list[str] | None = None,
                 offset: int = 0, limit: int | None = None, order: str | None = None,
                 load: Any = "_classic_read") -> list[Row]:  # fmt: skip
    ids = records.search(env, model, domain or [], offset, limit, order)
    return _read(env, model, ids, fields, load)


def _web_search_read(env: Env, model: Model, domain: list[Any], specification: Mapping[str, Any], offset: int = 0,
                     limit: int | None = None, order: str | None = None,
                     count_limit: int | None = None) -> Row:  # fmt: skip
    ids = records.search(env, model, domain, offset, limit, order)
    full = records.count(env, model, domain, count_limit) if limit and len(ids) == limit else offset + len(ids)
    return {"length": full, "records": _web_read(env, model, ids, specification)}


def _name_search(env: Env, model: Model, name: str = "", args: list[Any] | None = None, operator: str = "ilike",
                 limit: int = 100) -> list[list[Any]]:  # fmt: skip
    domain: list[Any] = list(args or [])
    if name:
        tests = [[field, operator, name] for field in model.search_display or ("display_name",)]
        domain += ["|"] * (len(tests) - 1) + tests
    ids = records.search(env, model, domain, 0, limit)
    return [[row["id"], row["display_name"]] for row in records.read(env, model, ids, ["display_name"])]


def _create(env: Env, model: Model, vals_list: Any) -> int | list[int]:
    if isinstance(vals_list, list | tuple):
        return [records.create(env, model, values) for values in vals_list]
    return records.create(env, model, vals_list)


def _create_lot(env: Env, model: Model, arguments: Sequence[Any], words: Mapping[str, Any]) -> str:
    """On the build imitated here this method takes ids before its values, and so fails when called as usual."""
    if len(arguments) < 2 and "vals_list" not in words:
        raise OdooTypeError("StockLot.create() missing 1 required positional argument: 'vals_list'")
    vals_list = words.get("vals_list", arguments[-1])
    made = [records.create(env, model, values) for values in vals_list]
    return f"stock.lot({', '.join(map(str, made))}{',' if len(made) == 1 else ''})"


def _load(env: Env, model: Model, fields: list[str], data: list[list[Any]]) -> Row:
    return loading.load(env, model, fields, data)


def _fields_get(env: Env, model: Model, allfields: list[str] | None = None,
                attributes: list[str] | None = None) -> Row:  # fmt: skip
    described = {}
    for name, field in model.fields.items():
        if allfields and name not in allfields:
            continue
        words: Row = {
            "name": name,
            "type": field.type,
            "string": field.label,
            "required": field.required,
            "readonly": field.readonly,
            "store": field.stored,
            "searchable": not field.compute,
            "sortable": field.column,
        }
        if field.relation:
            words |= {"relation": field.relation, "domain": [], "context": {}}
        if field.inverse:
            words["relation_field"] = field.inverse
        if field.type == "selection":
            words["selection"] = [list(option) for option in field.selection]
        described[name] = {key: value for key, value in words.items() if not attributes or key in attributes}
    return described


def _has_access(env: Env, model: Model, ids: list[int], operation: str) -> bool:
    return env.superuser or allowed(model.name, _OPERATIONS[operation], env.groups)


def _check_access_rights(env: Env, model: Model, operation: str, raise_exception: bool = True) -> bool:
    if raise_exception:
        env.check(model, _OPERATIONS[operation])
    return _has_access(env, model, [], operation)


def _context_get(env: Env, model: Model) -> Row:
    return base.context_get(env)


_ON_MODEL: dict[str, Callable[..., Any]] = {
    "search": _search,
    "search_count": _search_count,
    "search_read": _search_read,
    "web_search_read": _web_search_read,
    "name_search": _name_search,
    "create": _create,
    "load": _load,
    "fields_get": _fields_get,
    "check_access_rights": _check_access_rights,
    "context_get": _context_get,
}


# On records


def _read(env: Env, model: Model, ids: list[int], fields: list[str] | None = None,
          load: Any = "_classic_read") -> list[Row]:  # fmt: skip
    rows = records.read(env, model, ids, fields)
    if load != "_classic_read":
        for row in rows:
            for name, value in row.items():
                if model.fields[name].type == "many2one" and value:
                    row[name] = value[0]
    return rows


def _web_read(env: Env, model: Model, ids: list[int], specification: Mapping[str, Any]) -> list[Row]:
    rows = records.read(env, model, ids, list(specification) or ["id"])
    for name, deeper in specification.items():
        field = model.fields[name]
        inner = (deeper or {}).get("fields")
        for row in rows:
            if field.type == "many2one":
                row[name] = row[name][0] if row[name] else False
                if row[name] and inner is not None:
                    row[name] = _web_read(env, records.model_named(field.relation), [row[name]], inner)[0]
            elif field.is_many and inner is not None:
                row[name] = _web_read(env, records.model_named(field.relation), row[name], inner)
    return rows


def _web_save(env: Env, model: Model, ids: list[int], vals: Row, specification: Mapping[str, Any]) -> list[Row]:
    if ids:
        records.write(env, model, ids, vals)
    return _web_read(env, model, ids or [records.create(env, model, vals)], specification)


def _write(env: Env, model: Model, ids: list[int], vals: Row) -> bool:
    records.write(env, model, ids, vals)
    return True


def _unlink(env: Env, model: Model, ids: list[int]) -> bool:
    records.unlink(env, model, ids)
    return True


def _export_data(env: Env, model: Model, ids: list[int], fields_to_export: list[str]) -> Row:
    raise UserError("You don't have the rights to export data. Please contact an Administrator.")


def _get_external_id(env: Env, model: Model, ids: list[int]) -> dict[str, str]:
    """One external id per record, or nothing. It needs no right to the table of external ids."""
    found = {str(record): "" for record in ids}
    for record in ids:
        rows = env.query(
            "SELECT module || '.' || name AS xmlid FROM ir_model_data WHERE model = ? AND res_id = ? ORDER BY id",
            [model.name, record],
        )
        if rows:
            found[str(record)] = rows[0]["xmlid"]
    return found


def _get_metadata(env: Env, model: Model, ids: list[int]) -> list[Row]:
    stamps = ["create_uid", "create_date", "write_uid", "write_date"]
    rows = records.read(env, model, ids, stamps)
    for row in rows:
        data = env.query(
            "SELECT module || '.' || name AS xmlid, noupdate FROM ir_model_data WHERE model = ? AND res_id = ? "
            "ORDER BY id",
            [model.name, row["id"]],
        )
        row["xmlids"] = [{"xmlid": item["xmlid"], "noupdate": bool(item["noupdate"])} for item in data]
        row["xmlid"] = data[0]["xmlid"] if data else False
        row["noupdate"] = bool(data[0]["noupdate"]) if data else False
    return rows


def _message_post(env: Env, model: Model, ids: list[int], **words: Any) -> int:
    return base.message_post(env, ids, model.name, **words)


_ON_RECORDS: dict[str, Callable[..., Any]] = {
    "read": _read,
    "write": _write,
    "unlink": _unlink,
    "web_save": _web_save,
    "export_data": _export_data,
    "get_external_id": _get_external_id,
    "get_metadata": _get_metadata,
    "has_access": _has_access,
}
