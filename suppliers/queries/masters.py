"""Reads of price lists and of the changes of master data that suppliers ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.web.pagination import Keyset, Page
from suppliers import masterdata
from suppliers.masterdata import Of
from suppliers.models import Correction, MasterRequest, PriceTerm, Supplier
from suppliers.states import Correctable, MasterField

REQUESTS = Keyset(("-moved_at", "-id"), "master-requests")
REQUEST_VIEWS = ("waiting", "open", "over")
MOST_TERMS = 500


@dataclass(frozen=True)
class Subject:
    """One thing a request is about, and what it says now."""

    title: str
    unit: str
    values: dict[str, str]


def subject_of(supplier: Supplier, field: str, term: PriceTerm | None, contact: str) -> Subject | None:
    """What a field is of, as it stands here; None where the supplier has no such thing. No query."""
    of = masterdata.of(field)
    if of is Of.TERM:
        return Subject(str(term), _unit(field, term), masterdata.shown(field, term)) if term else None
    if of is Of.CONTACT:
        found = next((one for one in supplier.contacts if contact and one.get("ref") == contact), None)
        return Subject(found["name"], "", masterdata.shown(field, found)) if found else None
    return Subject(supplier.name, "", masterdata.shown(field, supplier))


def _unit(field: str, term: PriceTerm) -> str:
    return {MasterField.PRICE: term.currency, MasterField.MIN_QUANTITY: term.unit_name}.get(MasterField(field), "")


def current_values(request: MasterRequest) -> dict[str, str] | None:
    """What stands where the request wants something else, as it was read last; None where it is gone.

    One query at most: ``supplier`` was read along.
    """
    term = PriceTerm.objects.filter(pk=request.term_id, gone=False).first() if request.term_id else None
    found = subject_of(request.supplier, request.field, term, request.contact)
    return found.values if found else None


def find_subject(actor: Actor, supplier: Supplier, field: str, term: UUID | None, contact: str) -> Subject:
    """What a field is of, as it stands; else :class:`NotFound`. One query at most."""
    rows = PriceTerm.objects.visible_to(actor).filter(supplier=supplier, gone=False)
    entry = rows.filter(pk=term).first() if term else None
    found = subject_of(supplier, field, entry, contact)
    if found is None:
        raise NotFound(_("There is no such price list entry or contact."))
    return found


def price_terms(actor: Actor, supplier: Supplier) -> list[PriceTerm]:
    """The price list of a supplier by item, smaller quantities first: one query."""
    rows = PriceTerm.objects.visible_to(actor).filter(supplier=supplier, gone=False)
    return list(rows.order_by("item_code", "item_name", "company", "min_quantity", "id")[:MOST_TERMS])


def corrected_numbers(actor: Actor, supplier: Supplier, terms: Sequence[PriceTerm]) -> dict[UUID, str]:
    """Part numbers that a buyer acknowledged on answers and the price list does not say yet, by entry: one query."""
    rows = (
        Correction.objects.visible_to(actor)
        .acknowledged()
        .filter(supplier=supplier, field=Correctable.PART_NUMBER, item__in={term.item_id for term in terms})
        .order_by("decided_at", "id")
        .values_list("item_id", "theirs")
    )
    said = dict(rows)  # the latest counts
    return {term.pk: said[term.item_id] for term in terms if said.get(term.item_id, term.code) != term.code}


Key = tuple[str, str]
"""A field, and the term or contact it is of; empty for the supplier himself."""


def open_requests(actor: Actor, supplier: Supplier) -> Mapping[Key, MasterRequest]:
    """What is asked for and not over, by field and thing: one query."""
    rows = MasterRequest.objects.visible_to(actor).filter(supplier=supplier).open()
    return {(row.field, str(row.term_id or row.contact)): row for row in rows}


def request_list(
    actor: Actor,
    *,
    view: str = "",
    text: str = "",
    supplier: UUID | None = None,
    cursor: str = "",
    size: int = 30,
) -> Page[MasterRequest]:
    """Requests, the latest word first; ``view`` narrows them to what waits for a buyer, is open or over: one query."""
    rows = MasterRequest.objects.visible_to(actor).select_related("supplier")
    if view == "waiting":
        rows = rows.waiting()
    elif view == "open":
        rows = rows.open()
    elif view == "over":
        rows = rows.exclude(pk__in=MasterRequest.objects.open().values("pk"))
    if supplier:
        rows = rows.filter(supplier__public_id=supplier)
    if text:
        rows = rows.filter(Q(subject__icontains=text) | Q(supplier__name__icontains=text))
    return REQUESTS.page(rows, cursor, size)


def find_request(actor: Actor, request_id: UUID) -> MasterRequest:
    """One request; else :class:`NotFound`. One query."""
    found = MasterRequest.objects.visible_to(actor).select_related("supplier").filter(pk=request_id).first()
    if found is None:
        raise NotFound(_("There is no such request, or it is not yours to see."))
    return found
