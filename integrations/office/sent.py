"""The sent log: who got which mail, when, about what, and what became of it. Read from the letters and the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat

from integrations.office.models import Delivery
from integrations.office.permissions import Act
from integrations.office.routes import MAIL, destination
from integrations.slot.models import Exchange
from portal.shared.actor import Actor
from portal.web.pagination import Keyset, Page
from suppliers.models import AddressProof, Digest, DigestItem, Invitation, PurchaseOrder, ShipmentOrder, User

NEWEST_FIRST = Keyset(("-created_at", "-id"), name="mails")
PREFIX = destination(MAIL, "")
LAST = 50


@dataclass(frozen=True)
class Filters:
    """``text`` is looked for in names and addresses of people."""

    state: str = ""
    text: str = ""

    @property
    def narrow(self) -> bool:
        return bool(self.state or self.text)


@dataclass(frozen=True)
class Sent:
    """One mail: to whom, with which subject, and about which orders."""

    letter: Delivery
    name: str
    address: str
    """The one it went to; before it was tried, the person's own."""
    subject: str
    orders: str


def sent_log(actor: Actor, filters: Filters, cursor: str = "", size: int = 50) -> Page[Sent]:
    """One page of all mails, newest first. Five queries."""
    Act.SEE_SENT_LOG.require(actor)
    rows = _told(_mails())
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.text:
        rows = rows.filter(_reader_like(filters.text))
    page = NEWEST_FIRST.page(rows, cursor, size)
    return Page(_with_readers(page.rows), page.next, page.previous, page.size)


def mine(person: User) -> list[Sent]:
    """The last mails to one person. Five queries, in a window of the post office."""
    return _with_readers(_last(_mails().filter(destination=destination(MAIL, str(person.pk)))))


def about_order(order: UUID) -> list[Sent]:
    """The last mails that named an order: alone, in a daily mail, with others that went live, or a shipment of it.

    Five queries.
    """
    named = DigestItem.objects.filter(order=order, digest__isnull=False).values("digest")
    together = PurchaseOrder.objects.filter(pk=order).values("announced_in")
    shipped = ShipmentOrder.objects.filter(order=order).values("shipment")
    about = Q(about_id=order) | Q(about_id__in=named) | Q(about_id__in=shipped)
    rows = _mails().filter(about | Q(event__in=together))
    return _with_readers(_last(rows))


def _mails() -> QuerySet[Delivery]:
    return Delivery.objects.filter(destination__startswith=PREFIX)


def _last(rows: QuerySet[Delivery]) -> Sequence[Delivery]:
    return list(_told(rows).order_by("-created_at", "-id")[:LAST])


def _told(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """With what the ledger knows of the last try, and the numbers of the orders it names."""
    last = Exchange.objects.filter(delivery_id=OuterRef("pk")).order_by("-at", "-id")
    named = DigestItem.objects.filter(digest=OuterRef("about_id"), order__isnull=False).order_by()
    shipped = ShipmentOrder.objects.filter(shipment=OuterRef("about_id")).order_by()
    numbers = StringAgg("order__number", ", ", distinct=True)
    together = PurchaseOrder.objects.filter(announced_in=OuterRef("event_id")).order_by().values("announced_in")
    went_live = together.annotate(all=StringAgg("number", ", ", order_by="number")).values("all")
    return rows.annotate(
        went_to=Subquery(last.annotate(to=KT("request__to")).values("to")[:1]),
        said=Subquery(last.annotate(said=KT("request__subject")).values("said")[:1]),
        orders=Coalesce(
            Subquery(went_live, output_field=CharField()),
            Subquery(PurchaseOrder.objects.filter(pk=OuterRef("about_id")).values("number")),
            Subquery(shipped.values("shipment").annotate(all=numbers).values("all"), output_field=CharField()),
            Subquery(named.values("digest").annotate(all=numbers).values("all"), output_field=CharField()),
            Value(""),
        ),
    )


def _reader_like(text: str) -> Q:
    found = Q()
    for model in (User, Invitation):
        rows: QuerySet[Any] = model._default_manager.filter(Q(name__icontains=text) | Q(email__icontains=text))
        found |= Q(destination__in=rows.values_list(Concat(Value(PREFIX), Cast("pk", CharField())), flat=True))
    return found | Q(about_id__in=Digest.objects.filter(user=None, address__icontains=text).values("pk"))


def _with_readers(letters: Sequence[Any]) -> list[Sent]:
    """Each with whoever its key stands for: a person, or an address that was invited, reminded or is to be proved."""
    keys = set()
    for letter in letters:
        with suppress(ValueError):
            keys.add(UUID(letter.destination.removeprefix(PREFIX)))
    known: dict[str, tuple[str, str]] = {}
    people: Mapping[type[Any], tuple[str, str]] = {
        User: ("name", "email"),
        Invitation: ("name", "email"),
        AddressProof: ("invitation__name", "email"),
        Digest: ("user__name", "address"),
    }
    for model, fields in people.items():
        for key, said, address in model._default_manager.filter(pk__in=keys).values_list("pk", *fields):
            known[str(key)] = (said or "", address)
    sent = []
    for letter in letters:
        name, address = known.get(letter.destination.removeprefix(PREFIX), ("", ""))
        sent.append(Sent(letter, name, letter.went_to or address, letter.said or "", letter.orders))
    return sent
