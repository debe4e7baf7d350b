"""Reads of the post office: the ledger, one letter's story, one order's path, the state of a connection."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integrations.office import sent
from integrations.office.models import Connection, Cursor, Delivery, Trouble
from integrations.office.permissions import Act
from integrations.office.routes import MAIL, channel_of
from integrations.office.states import UNSETTLED, DeliveryState, FailureKind
from integrations.slot.models import Event, Exchange
from portal.shared import history
from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.shared.models import StateChange
from portal.web.pagination import Keyset, Page
from suppliers.models import ChangeRequest, MasterRequest, OrderLine, PurchaseOrder, Supplier
from suppliers.models.standing import words
from suppliers.permissions import Act as SupplierAct
from suppliers.states import StaffRole

NEWEST_FIRST = Keyset(("-created_at", "-id"), name="deliveries")
LONGEST_PATH = 200
BUSINESS = [model._meta.label_lower for model in (PurchaseOrder, ChangeRequest, MasterRequest)]
"""What letters to others than persons are about."""


@dataclass(frozen=True)
class LedgerFilters:
    """What the ledger is narrowed to. ``text`` is looked for in what letters are about, and in names of suppliers."""

    state: str = ""
    text: str = ""

    @property
    def narrow(self) -> bool:
        return bool(self.state or self.text)


def visible(actor: Actor) -> QuerySet[Delivery]:
    """The letters this actor may know of, with what they are ``about`` and the supplier; for a buyer those of his
    plants' orders, and of master data, which has no plant.

    A mail about neither is about a person: whoever does not keep the sent log is not told of it.
    """
    if not Act.SEE_LEDGER.allows(actor):
        return Delivery.objects.none()
    request = MasterRequest.objects.filter(pk=OuterRef("about_id"))
    named = Concat("subject", Value(" (M"), Cast("number", CharField()), Value(")"))
    rows = Delivery.objects.annotate(
        about=Coalesce(
            Subquery(PurchaseOrder.objects.filter(pk=OuterRef("about_id")).values("number")),
            Subquery(request.values(named=named)),
            Value(""),
            output_field=CharField(),
        ),
        supplier_name=Subquery(Supplier.objects.filter(pk=OuterRef("supplier_id")).values("name")),
    )
    if actor.plants is not None:
        orders, requests = PurchaseOrder.objects.visible_to(actor), MasterRequest.objects.visible_to(actor)
        rows = rows.filter(Q(about_id__in=orders.values("pk")) | Q(about_id__in=requests.values("pk")))
    if not Act.SEE_SENT_LOG.allows(actor):
        rows = rows.exclude(~Q(about_type__in=BUSINESS), destination__startswith=sent.PREFIX)
    return rows


def ledger(actor: Actor, filters: LedgerFilters, cursor: str = "", size: int = 50) -> Page[Delivery]:
    """One page of letters, newest first. One query."""
    rows = visible(actor)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.text:
        orders = PurchaseOrder.objects.filter(
            Q(number__icontains=filters.text) | Q(supplier__name__icontains=filters.text)
        )
        requests = MasterRequest.objects.filter(
            Q(subject__icontains=filters.text) | Q(supplier__name__icontains=filters.text)
        )
        rows = rows.filter(Q(about_id__in=orders.values("pk")) | Q(about_id__in=requests.values("pk")))
    return NEWEST_FIRST.page(rows, cursor, size)


def waiting_for_people(actor: Actor) -> int:
    """How many letters wait for a person: the number on the menu."""
    return visible(actor).filter(state=DeliveryState.NEEDS_PERSON).count()


@dataclass(frozen=True)
class Story:
    """Everything about one letter."""

    delivery: Delivery
    order: PurchaseOrder | None
    request: MasterRequest | None
    """Of an order or of a change of master data."""
    event: Event
    exchanges: Sequence[Exchange]
    changes: Sequence[StateChange]
    older: Delivery | None
    newer: Delivery | None
    lines: Sequence[tuple[OrderLine, str, str]]
    """The order lines it carries: the line, what came of it (a code), and a sentence where there is one."""

    @property
    def explanation(self) -> list[str]:
        return explain(self.delivery, self.older, self.newer)


def delivery(actor: Actor, key: UUID) -> Delivery:
    """One letter. Raises :class:`NotFound`."""
    found = visible(actor).select_related("event").filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such letter."))
    return found


def story(actor: Actor, key: UUID) -> Story:
    """One letter with all that happened to it. Seven queries, eight where it is about no order."""
    letter = delivery(actor, key)
    others = visible(actor).filter(destination=letter.destination, about_id=letter.about_id)
    older = others.filter(position__lt=letter.position, state__in=UNSETTLED).order_by("position").first()
    newer = others.filter(position__gt=letter.position).order_by("position").first()
    order = PurchaseOrder.objects.visible_to(actor).select_related("supplier", "plant").filter(pk=letter.about_id)
    request = None if (found := order.first()) else MasterRequest.objects.visible_to(actor).filter(pk=letter.about_id)
    return Story(
        delivery=letter,
        order=found,
        request=request.first() if request is not None else None,
        event=letter.event,
        exchanges=list(Exchange.objects.filter(delivery_id=letter.pk).order_by("at", "id")),
        changes=list(history.of(actor, [letter])),
        older=older,
        newer=newer,
        lines=_lines(letter, SupplierAct.SEE_PRICES.allows(actor)),
    )


def _lines(letter: Delivery, see_prices: bool) -> list[tuple[OrderLine, str, str]]:
    # What goes to Odoo carries its lines whole; a mail names their positions, and nothing comes of them.
    keys = [UUID(line["line"]) for line in letter.body.get("lines", ()) if isinstance(line, dict)]
    came = letter.steps.get("lines") or {}
    conflicts: dict[str, Any] = came.get("conflict") or {}
    told = []
    for line in OrderLine.objects.filter(pk__in=keys).order_by("position"):
        key = str(line.pk)
        if key in conflicts:
            told.append((line, "conflict", words(conflicts[key], see_prices)))
        else:
            code = next((name for name in ("reached", "overtaken") if key in (came.get(name) or ())), "waiting")
            told.append((line, code, ""))
    return told


def explain(letter: Delivery, older: Delivery | None = None, newer: Delivery | None = None) -> list[str]:
    """In plain words: what happened, and what comes next. No query."""
    told: list[str] = []
    if letter.state == DeliveryState.WAITING:
        told += _explain_waiting(letter, older)
    elif letter.state == DeliveryState.SENDING:
        told.append(_("A worker is sending it."))
        if letter.lease_until:
            told.append(
                _("Should the worker be gone, the letter is taken back at %(when)s.")
                % {"when": _at(letter.lease_until)}
            )
    elif letter.state == DeliveryState.NEEDS_PERSON:
        told.append(_("It cannot go on by itself: %(failure)s") % {"failure": letter.what_failed})
        told.append(
            _("%(owner)s: %(remedy)s")
            % {"owner": StaffRole(letter.owner or StaffRole.INTEGRATION_OWNER).label, "remedy": letter.what_to_do}
        )
        if newer is not None and newer.state == DeliveryState.WAITING:
            told.append(
                _("A newer letter about the same waits behind it.")
                if letter.steps
                else _("A newer letter about the same is about to take its place.")
            )
        told.append(
            _("Retry is safe: should it have arrived after all, the mail program shows it once.")
            if channel_of(letter.destination) == MAIL
            else _("Retry is safe: it looks at Odoo first and writes only what is missing.")
        )
    elif letter.state == DeliveryState.SUPERSEDED:
        told.append(_("Nothing of it was sent: a newer letter took its place."))
    elif letter.steps.get("withdrawn"):
        told.append(_("It was not sent: when its turn came there was nothing to say any more."))
    elif channel_of(letter.destination) == MAIL:
        told.append(_("The mail server took it."))
    else:
        told.append(_("It arrived."))
        told += _explain_steps(letter)
    return told


def _explain_waiting(letter: Delivery, older: Delivery | None) -> list[str]:
    told = []
    if letter.failure:
        tries = ngettext("It was tried once.", "It was tried %(count)d times.", letter.attempts)
        told.append(tries % {"count": letter.attempts})
        told.append(_("The last try: %(failure)s") % {"failure": letter.what_failed})
    if older is not None:
        told.append(_("It waits for an older letter about the same."))
    elif rest := letter.steps.get("rest"):
        until = _at(dt.datetime.fromisoformat(rest))
        told.append(
            _("Nobody heard Odoo's answer, so Odoo may still be at work: the letter rests until %(when)s.")
            % {"when": until}
        )
        told.append(_("Then the portal looks what arrived and writes only what is missing."))
    elif letter.failure_kind == FailureKind.TEMPORARY:
        told.append(_("It is tried again at %(when)s, by itself.") % {"when": _at(letter.due_at)})
    else:
        told.append(_("A worker takes it up within seconds."))
    return told


_VALUES = {
    "equal": lambda: _("Odoo said so already: nothing had to be written."),
    "written": lambda: _("It was written to Odoo and read back."),
    "observed": lambda: _("The supplier is on trial: the write was not made."),
}


def _explain_steps(letter: Delivery) -> list[str]:
    lines = letter.steps.get("lines") or {}
    told = []
    if letter.steps.get("revoked"):
        told.append(_("Nothing was written: the approval was taken back."))
    if value := letter.steps.get("value"):
        told.append(_VALUES[value]())
    if count := len(lines.get("reached") or ()):
        told.append(ngettext("%(count)d line is in Odoo.", "%(count)d lines are in Odoo.", count) % {"count": count})
    if count := len(lines.get("conflict") or ()):
        message = ngettext(
            "%(count)d line was left as Odoo has it: the buyer decides.",
            "%(count)d lines were left as Odoo has them: the buyer decides.",
            count,
        )
        told.append(message % {"count": count})
    if count := len(lines.get("overtaken") or ()):
        message = ngettext(
            "%(count)d line changed meanwhile and was not written.",
            "%(count)d lines changed meanwhile and were not written.",
            count,
        )
        told.append(message % {"count": count})
    if count := letter.steps.get("moved") or 0:
        message = ngettext("%(count)d planned receipt was moved.", "%(count)d planned receipts were moved.", count)
        told.append(message % {"count": count})
    if letter.steps.get("note"):
        told.append(_("A note stands on the order."))
    return told


def _at(moment: dt.datetime) -> str:
    return date_format(localtime(moment), "DATETIME_FORMAT")


@dataclass(frozen=True)
class Path:
    """The way of one order between the portal and Odoo, newest first."""

    order: PurchaseOrder
    events: Sequence[Event]
    deliveries: Sequence[Delivery]
    exchanges: Sequence[Exchange]
    mails: Sequence[sent.Sent]


def order_path(actor: Actor, key: UUID) -> Path:
    """Every event, letter and exchange of one order, as far as they fit a page. Raises :class:`NotFound`."""
    Act.SEE_LEDGER.require(actor)
    order = PurchaseOrder.objects.visible_to(actor).select_related("supplier", "plant").filter(pk=key).first()
    if order is None:
        raise NotFound(_("There is no such order."))
    about = {"about_type": order._meta.label_lower, "about_id": order.pk}
    return Path(
        order=order,
        events=list(Event.objects.filter(**about).order_by("-position")[:LONGEST_PATH]),
        deliveries=list(
            visible(actor)
            .select_related("event")
            .filter(about_id=order.pk)
            .exclude(destination__startswith=sent.PREFIX)
            .order_by("-position")[:LONGEST_PATH]
        ),
        exchanges=list(Exchange.objects.filter(**about).order_by("-at", "-id")[:LONGEST_PATH]),
        mails=sent.about_order(order.pk),
    )


@dataclass(frozen=True)
class Standing:
    """How a connection stands."""

    connection: Connection
    cursors: Sequence[Cursor]
    troubles: Sequence[Trouble]
    letters: Counter[str]
    """How many letters are unsettled, by state."""


def standing(name: str) -> Standing:
    """The state of one connection. Raises :class:`NotFound`. Four queries."""
    connection = Connection.objects.filter(name=name).first()
    if connection is None:
        raise NotFound(
            _("Odoo has not been asked for anything yet."),
            remedy=_("Start the workers: the first pull enters the connection."),
        )
    return Standing(
        connection=connection,
        cursors=list(Cursor.objects.filter(connection=connection).order_by("model")),
        troubles=list(
            Trouble.objects.filter(connection=connection, resolved_at=None).order_by("-last_at", "label")[:LONGEST_PATH]
        ),
        letters=Counter(Delivery.objects.filter(state__in=UNSETTLED).values_list("state", flat=True)),
    )
