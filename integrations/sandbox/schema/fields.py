"""How the data table is written: a model is a name, a few words about it, and its fields.

The table says what exists; it holds no behaviour. ``sql`` gives a value that Odoo computes without storing
(``{t}`` stands for the row), ``ids`` the same for a list of records, so that both can be read and searched alike.
"""
# ruff: noqa: S608 - names of tables and columns come from this table itself

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Selection = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Field:
    """One field as ``fields_get`` tells it, and where its value comes from."""

    type: str
    label: str
    relation: str = ""
    inverse: str = ""
    required: bool = False
    readonly: bool = False
    selection: Selection = ()
    digits: int | None = None
    default: Any = None
    sql: str = ""
    ids: str = ""
    related: str = ""
    compute: str = ""
    secret: bool = False

    @property
    def column(self) -> bool:
        """Whether the model's own table has a column for it."""
        return not (self.is_many or self.sql or self.related or self.compute)

    @property
    def is_many(self) -> bool:
        return self.type in ("one2many", "many2many")

    @property
    def stored(self) -> bool:
        return self.column or bool(self.inverse) or (self.type == "many2many" and not self.ids)


@dataclass(frozen=True)
class Model:
    """One model: its fields, default order, how a record is called in other records, and whether it has a chatter."""

    name: str
    label: str
    fields: Mapping[str, Field]
    order: str = "id"
    display: str = "{t}.name"
    search_display: tuple[str, ...] = ("name",)
    mail: bool = False
    unique: tuple[tuple[str, tuple[str, ...], str], ...] = ()
    methods: frozenset[str] = field(default_factory=frozenset)

    @property
    def table(self) -> str:
        return self.name.replace(".", "_")

    def link_table(self, name: str) -> str:
        """The table that holds a stored many2many of this model."""
        return f"{self.table}__{name}"


def char(label: str, **more: Any) -> Field:
    return Field("char", label, **more)


def text(label: str, **more: Any) -> Field:
    return Field("text", label, **more)


def html(label: str, **more: Any) -> Field:
    return Field("html", label, **more)


def integer(label: str, **more: Any) -> Field:
    return Field("integer", label, **more)


def number(label: str, digits: int | None = None, **more: Any) -> Field:
    return Field("float", label, digits=digits, **more)


def money(label: str, **more: Any) -> Field:
    return Field("monetary", label, digits=2, **more)


def boolean(label: str, **more: Any) -> Field:
    return Field("boolean", label, **more)


def date(label: str, **more: Any) -> Field:
    return Field("date", label, **more)


def moment(label: str, **more: Any) -> Field:
    """A datetime, always UTC, written ``YYYY-MM-DD HH:MM:SS``."""
    return Field("datetime", label, **more)


def choice(label: str, *options: tuple[str, str], **more: Any) -> Field:
    return Field("selection", label, selection=options, **more)


def one(label: str, relation: str, **more: Any) -> Field:
    return Field("many2one", label, relation=relation, **more)


def many(label: str, relation: str, inverse: str = "", **more: Any) -> Field:
    """Records of ``relation`` that point here through ``inverse``, or that ``ids`` selects."""
    return Field("one2many", label, relation=relation, inverse=inverse, **more)


def links(label: str, relation: str, **more: Any) -> Field:
    return Field("many2many", label, relation=relation, **more)


def binary(label: str, **more: Any) -> Field:
    return Field("binary", label, **more)


AUDIT_FIELDS: Mapping[str, Field] = {
    "id": integer("ID", readonly=True),
    "create_date": moment("Created on", readonly=True),
    "create_uid": one("Created by", "res.users", readonly=True),
    "write_date": moment("Last Updated on", readonly=True),
    "write_uid": one("Last Updated by", "res.users", readonly=True),
}


def model(name: str, label: str, fields: Mapping[str, Field], **more: Any) -> Model:
    """Put a model together with the fields that every model of Odoo has."""
    display = more.get("display", "{t}.name")
    common: dict[str, Field] = {**AUDIT_FIELDS, "display_name": char("Display Name", readonly=True, sql=display)}
    if more.get("mail"):
        common["message_ids"] = many(
            "Messages",
            "mail.message",
            ids=f"SELECT id FROM mail_message WHERE model = '{name}' AND res_id = {{t}}.id ORDER BY id DESC",
        )
    return Model(name, label, {**common, **fields}, **more)
