"""Reads of the page of mappings: which record of Odoo is which object of ours, and what it may be if nobody knows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import CharField, Model, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from integrations.office.models import Connection, Trouble
from integrations.office.models import Mapping as Mapped
from integrations.office.routes import MAIN
from integrations.office.states import Standing
from portal.shared.errors import NotFound
from portal.shared.models import AuditEntry
from portal.web.pagination import Keyset, Page
from suppliers.models import Item, Plant, Supplier, Unit

BY_NUMBER = Keyset(("remote_id", "id"), name="mappings")
LONGEST_HISTORY = 200
MASTER: Mapping[str, tuple[type[Model], Any]] = {
    "res.partner": (Supplier, gettext_lazy("Suppliers")),
    "product.product": (Item, gettext_lazy("Items")),
    "uom.uom": (Unit, gettext_lazy("Units")),
    "stock.warehouse": (Plant, gettext_lazy("Plants")),
}
"""The master data that is mapped: Odoo's model, ours, and what people call it."""
_SEARCHED: Mapping[type[Model], tuple[str, ...]] = {
    Supplier: ("name", "reference", "vat"),
    Item: ("name", "code"),
    Unit: ("name", "category"),
    Plant: ("name", "code"),
}
_DETAIL: Mapping[type[Model], tuple[str, ...]] = {
    Supplier: ("reference", "vat", "email", "city", "country"),
    Item: ("code",),
    Unit: ("category",),
    Plant: ("code", "company"),
}


def alike(
    connection: Connection, model: str, kind: type[Model], values: Mapping[str, Any], keys: Sequence[Sequence[str]]
) -> list[dict[str, Any]]:
    """The objects of ours that equal ``values`` in every field of one of ``keys``, with the record each stands for.

    Deterministic, and explained: ``why`` names the fields. Runs in a transaction.
    """
    equal = {tuple(key): Q(**{name: values[name] for name in key}) for key in keys if all(values[name] for name in key)}
    if not equal:
        return []
    condition = Q()
    for one in equal.values():
        condition |= one
    objects = {str(found.pk): found for found in kind._default_manager.filter(condition).order_by("pk")}
    mapped = Mapped.objects.filter(connection=connection, model=model, object_id__in=objects, current=True)
    return [
        {
            "mapping": row.pk,
            "object": row.object_id,
            "name": str(objects[row.object_id]),
            "remote_id": row.remote_id,
            "why": [
                name
                for key in equal
                if all(getattr(objects[row.object_id], name) == values[name] for name in key)
                for name in key
            ],
        }
        for row in mapped.order_by("remote_id")
    ]


@dataclass(frozen=True)
class MappedRow:
    """One mapping and the object of ours behind it."""

    mapping: Mapped
    name: str
    detail: str


@dataclass(frozen=True)
class MappingList:
    rows: Page[Mapped]
    mapped: Sequence[MappedRow]
    open: Sequence[Trouble] = field(default_factory=tuple)
    """Records of this kind that are not taken in."""


def listing(model: str, *, text: str = "", standing: str = "", cursor: str = "", size: int = 50) -> MappingList:
    """One page of the mappings of a model, with what is not mapped. Three queries."""
    kind, _title = MASTER[model]
    rows: QuerySet[Mapped] = Mapped.objects.filter(connection__name=MAIN, model=model)
    if standing:
        rows = rows.filter(standing=standing)
    if text:
        condition = Q()
        for name in _SEARCHED[kind]:
            condition |= Q(**{f"{name}__icontains": text})
        found = kind._default_manager.filter(condition).annotate(key=Cast("pk", CharField()))
        rows = rows.filter(object_id__in=found.values("key"))
    page = BY_NUMBER.page(rows, cursor, size)
    objects = {str(pk): one for pk, one in kind._default_manager.in_bulk([row.object_id for row in page.rows]).items()}
    troubles = Trouble.objects.filter(connection__name=MAIN, model=model, resolved_at=None).order_by("first_at", "id")
    return MappingList(page, [_row(row, objects.get(row.object_id)) for row in page.rows], list(troubles[:100]))


def _row(mapping: Mapped, found: Model | None) -> MappedRow:
    if found is None:
        return MappedRow(mapping, mapping.object_id, "")
    told = [str(value) for name in _DETAIL[type(found)] if (value := getattr(found, name))]
    return MappedRow(mapping, str(found), " · ".join(told))


@dataclass(frozen=True)
class MappingStory:
    row: MappedRow
    title: str
    history: Sequence[AuditEntry]
    """Newest first: who, when, which record before and after."""


def story(key: int) -> MappingStory:
    """One mapping with its history. Raises :class:`NotFound`. Four queries."""
    mapping = Mapped.objects.filter(pk=key, model__in=MASTER).first()
    if mapping is None:
        raise NotFound(_("There is no such mapping."))
    kind = apps.get_model(mapping.object_type)
    found = kind._default_manager.filter(pk=mapping.object_id).first()
    rows = Mapped.objects.filter(object_type=mapping.object_type, object_id=mapping.object_id, model=mapping.model)
    keys = [str(key) for key in rows.values_list("pk", flat=True)]
    entries = AuditEntry.objects.filter(object_type=mapping._meta.label_lower, object_id__in=keys)
    return MappingStory(
        _row(mapping, found), str(MASTER[mapping.model][1]), list(entries.order_by("-at", "-id")[:LONGEST_HISTORY])
    )


def trouble(key: Any) -> Trouble:
    """One open trouble of master data. Raises :class:`NotFound`."""
    found = Trouble.objects.filter(pk=key, model__in=MASTER, resolved_at=None).select_related("connection").first()
    if found is None:
        raise NotFound(_("Nobody has to say any more what this record is."))
    return found


def mapping(key: int, model: str) -> Mapped:
    """One mapping of a model. Raises :class:`NotFound`."""
    found = Mapped.objects.filter(pk=key, model=model).first()
    if found is None:
        raise NotFound(_("There is no such mapping."))
    return found


STANDINGS = [choice for choice in Standing.choices if choice[0]]


def origin_of(supplier: int) -> tuple[Mapped | None, dt.datetime | None]:
    """The record of Odoo that a supplier follows, and when Odoo was read last. Two queries."""
    found = Mapped.objects.filter(model="res.partner", object_id=str(supplier), current=True).first()
    read_at = Connection.objects.filter(name=MAIN).values_list("pulled_at", flat=True).first()
    return found, read_at
