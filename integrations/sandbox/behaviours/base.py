"""Users, products, files and messages."""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Mapping
from typing import Any

from integrations.sandbox import records
from integrations.sandbox.behaviours import chatter, forecast
from integrations.sandbox.env import Env, missing
from integrations.sandbox.errors import AccessError, OdooValueError, UserError
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.schema import MODELS
from integrations.sandbox.store import Row

_POST_KEYWORDS = frozenset(
    {
        "subject",
        "message_type",
        "subtype_xmlid",
        "subtype_id",
        "author_id",
        "attachment_ids",
        "attachments",
        "partner_ids",
        "parent_id",
        "email_from",
        "body_is_html",
    }
)


# Users


def hashed(password: str, salt: bytes | None = None) -> str:
    salt = salt or os.urandom(8)
    digest = hashlib.scrypt(password.encode(), salt=salt, n=2**10, r=8, p=1, dklen=24)
    return f"{salt.hex()}${digest.hex()}"


def matches(password: str, stored: str) -> bool:
    salt, _, _ = stored.partition("$")
    return hashed(password, bytes.fromhex(salt)) == stored


def _prepare_user(env: Env, values: Row) -> None:
    if not values.get("partner_id"):
        partner = {"name": values.get("name") or values.get("login"), "email": values.get("email")}
        values["partner_id"] = env.add("res.partner", partner)
    if values.get("password"):
        values["password"] = hashed(str(values["password"]))
    values.setdefault("company_id", env.row("res.users", env.uid)["company_id"])
    values.setdefault("company_ids", [(6, 0, [values["company_id"]])])
    values.setdefault("groups_id", [(6, 0, [env.reference("base.group_user")])])


def _written_user(env: Env, ids: list[int], values: Row, _: Mapping[int, Row]) -> None:
    if values.get("password"):
        env.put("res.users", ids, {"password": hashed(str(values["password"]))})


def context_get(env: Env) -> Row:
    user = env.row("res.users", env.uid)
    return {"lang": user["lang"] or False, "tz": user["tz"] or False, "uid": env.uid}


# Products


def _prepare_template(env: Env, values: Row) -> None:
    values.setdefault("uom_id", env.reference("uom.product_uom_unit"))
    if not values.get("uom_po_id"):
        values["uom_po_id"] = values["uom_id"]


def _created_template(env: Env, record: int, values: Row) -> None:
    if not env.context.get("create_from_variant"):
        env.add("product.product", {"product_tmpl_id": record, "default_code": values.get("default_code") or None})


def _prepare_product(env: Env, values: Row) -> None:
    """A product made on its own brings its template along."""
    if values.get("product_tmpl_id"):
        return
    template = MODELS["product.template"]
    passed_on = {name: value for name, value in values.items() if name in template.fields}
    for name in passed_on:
        if not MODELS["product.product"].fields[name].column:
            del values[name]
    quiet = env.with_context(create_from_variant=True)
    values["product_tmpl_id"] = records.create(quiet, template, passed_on)


def _prepare_seller(env: Env, values: Row) -> None:
    if not values.get("currency_id"):
        company = env.row("res.users", env.uid)["company_id"]
        values["currency_id"] = env.row("res.company", company)["currency_id"]
    if not values.get("product_tmpl_id") and values.get("product_id"):
        values["product_tmpl_id"] = env.row("product.product", values["product_id"])["product_tmpl_id"]


# Files


def _prepare_attachment(env: Env, values: Row) -> None:
    content = _content(values)
    values.pop("datas", None)
    values.pop("raw", None)
    if content is None:
        return
    checksum = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    values["db_datas"] = base64.b64encode(content).decode()
    values["checksum"] = checksum
    values["file_size"] = len(content)
    values["store_fname"] = f"{checksum[:2]}/{checksum}"
    values["mimetype"] = values.get("mimetype") or _kind_of(content, str(values.get("name") or ""))


def _written_attachment(env: Env, ids: list[int], values: Row, _: Mapping[int, Row]) -> None:
    """Other bytes have another checksum."""
    if {"datas", "raw"} & set(values):
        kept = dict(values)
        _prepare_attachment(env, kept)
        known = ("db_datas", "checksum", "file_size", "store_fname", "mimetype")
        env.put("ir.attachment", ids, {name: kept[name] for name in known})


def _content(values: Row) -> bytes | None:
    if values.get("raw"):
        return str(values["raw"]).encode()
    if not values.get("datas"):
        return None
    try:
        return base64.b64decode(str(values["datas"]))
    except (binascii.Error, ValueError) as error:
        raise OdooValueError(str(error)) from error


def _kind_of(content: bytes, name: str) -> str:
    if content.startswith(b"%PDF") or name.lower().endswith(".pdf"):
        return "application/pdf"
    return "text/plain" if content[:64].isascii() else "application/octet-stream"


def _raw(env: Env, ids: list[int]) -> dict[int, Any]:
    raw = {}
    for record in ids:
        stored = env.row("ir.attachment", record)["db_datas"]
        raw[record] = base64.b64decode(stored).decode("utf-8", "replace") if stored else False
    return raw


# Messages


def message_post(env: Env, ids: list[int], model: str, **words: Any) -> int:
    """What ``message_post`` takes is what Odoo takes; an unknown word is named in the refusal."""
    body = words.pop("body", "")
    unknown = sorted(set(words) - _POST_KEYWORDS)
    if unknown:
        raise OdooValueError(f"Those values are not supported when posting or notifying: {', '.join(unknown)}")
    if len(ids) != 1:
        raise OdooValueError(f"Expected singleton: {model}{tuple(ids)}")
    table = MODELS[model]
    env.check(table, "r")
    env.check_exist(table, ids)
    message = chatter.post(
        env,
        model,
        ids[0],
        str(body or ""),
        is_html=bool(words.get("body_is_html")),
        kind=words.get("message_type") or "notification",
        subtype=words.get("subtype_xmlid") or "mail.mt_note",
        subject=words.get("subject") or None,
        author=words.get("author_id") or None,
    )
    for attachment in words.get("attachment_ids") or []:
        env.query("INSERT OR IGNORE INTO mail_message__attachment_ids VALUES (?, ?)", [message, attachment])
    for name, content in words.get("attachments") or []:
        made = {"name": name, "raw": content, "res_model": model, "res_id": ids[0]}
        attachment = records.create(env, MODELS["ir.attachment"], made)
        env.query("INSERT OR IGNORE INTO mail_message__attachment_ids VALUES (?, ?)", [message, attachment])
    return message


def _prepare_message(env: Env, values: Row) -> None:
    model, record = values.get("model"), values.get("res_id")
    if model and model in MODELS and record:
        table = MODELS[model]
        env.check(table, "r")
        if not env.query(f"SELECT 1 FROM {table.table} WHERE id = ?", [record]):
            raise missing(table, int(record), env.uid)
        values.setdefault("record_name", env.name_of(model, int(record)))
    values["body"] = chatter.as_html(str(values.get("body") or ""), is_html=True)
    values.setdefault("author_id", env.row("res.users", env.uid)["partner_id"])
    values.setdefault("date", env.now[:19])


def _writing_message(env: Env, _: list[int], values: Row) -> None:
    if {"model", "res_id"} & set(values) and not ({"base.group_system"} & env.groups or env.superuser):
        raise AccessError("Only administrators can modify 'model' and 'res_id' fields.")


def _deleting_message(env: Env, ids: list[int]) -> None:
    """Whoever may write on the document may remove its messages; a message on nothing is an administrator's."""
    loose = [record for record in ids if not env.row("mail.message", record)["model"]]
    if loose and "base.group_system" not in env.groups and not env.superuser:
        raise AccessError(
            "The requested operation cannot be completed due to security restrictions. Please contact your system "
            f"administrator.\n\n(Document type: Message, Operation: unlink)\n\nRecords: {ids}, User: {env.uid}"
        )


def _refuse_used_unit(env: Env, ids: list[int]) -> None:
    marks = ", ".join("?" * len(ids))
    if env.rows("product.template", f"uom_id IN ({marks})", ids):
        raise UserError("The following units of measure are used by the system and cannot be deleted.")


HOOKS = {
    "res.users": Hooks(prepare=_prepare_user, written=_written_user),
    "product.template": Hooks(prepare=_prepare_template, created=_created_template),
    "product.product": Hooks(prepare=_prepare_product),
    "product.supplierinfo": Hooks(prepare=_prepare_seller),
    "ir.attachment": Hooks(prepare=_prepare_attachment, written=_written_attachment),
    "mail.message": Hooks(prepare=_prepare_message, writing=_writing_message, deleting=_deleting_message),
    "uom.uom": Hooks(deleting=_refuse_used_unit),
}
METHODS: dict[tuple[str, str], Method] = {}
VALUES: dict[str, Value] = {"attachment_raw": _raw, **forecast.VALUES}
