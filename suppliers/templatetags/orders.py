"""How orders, lines and answers are shown: their state tags, dates in the order's own basis, agreed schedules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from math import ceil
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from documents.models import StoredFile
from portal.shared.actor import Actor
from portal.web import slots
from portal.web.currencies import rounded
from portal.web.templatetags.portal import amount, day, money, quantity, state
from suppliers.models import (
    AnswerLine,
    ChangeOffer,
    ChangeRequest,
    Commitment,
    OrderLine,
    Promise,
    PurchaseOrder,
    ScheduleLine,
    standing,
    wording,
)
from suppliers.models.acknowledgements import FILE_WORDS
from suppliers.permissions import Act
from suppliers.pricing import told_findings
from suppliers.queries.desk import NO_DATE, days_left, price_difference
from suppliers.queries.orders import LineDetail
from suppliers.states import (
    ChangeState,
    CorrectionState,
    DateBasis,
    Decision,
    LineState,
    OrderState,
    SyncMark,
    Verdict,
)
from suppliers.tolerances import promised_for

register = template.Library()

ORDER_TONES = {
    OrderState.SENT: "wait",
    OrderState.VIEWED: "wait",
    OrderState.PARTLY_ANSWERED: "wait",
    OrderState.ANSWERED: "info",
    OrderState.AGREED: "good",
    OrderState.CLOSED: "quiet",
    OrderState.CANCELLED: "off",
}
LINE_TONES = {
    LineState.OPEN: "wait",
    LineState.PENDING_BUYER: "info",
    LineState.AGREED: "good",
    LineState.RECEIVED: "quiet",
    LineState.CANCELLED: "off",
}
CHANGE_TONES = {
    ChangeState.SUBMITTED: "wait",
    ChangeState.COUNTERED: "wait",
    ChangeState.ACCEPTED: "good",
    ChangeState.DECLINED: "bad",
    ChangeState.WITHDRAWN: "off",
    ChangeState.OVERTAKEN: "off",
}
CORRECTION_TONES = {
    CorrectionState.WAITING: "info",
    CorrectionState.ACKNOWLEDGED: "good",
    CorrectionState.REFUSED: "bad",
    CorrectionState.WITHDRAWN: "off",
}
SYNC_TONES = {
    SyncMark.WAITING: "info",
    SyncMark.IN_ODOO: "good",
    SyncMark.CONFLICT: "bad",
    SyncMark.NEEDS_PERSON: "bad",
    SyncMark.OBSERVED: "quiet",
}


@register.filter
def order_state(order: PurchaseOrder) -> SafeString:
    return state(order.get_state_display(), ORDER_TONES[OrderState(order.state)])


@register.filter
def line_state(line: OrderLine) -> SafeString:
    return state(line.get_state_display(), LINE_TONES[LineState(line.state)])


@register.filter
def sync_mark(line: OrderLine) -> SafeString:
    """Where the agreed line stands in Odoo; nothing where there is nothing to say."""
    mark = SyncMark(line.sync)
    return state(line.get_sync_display(), SYNC_TONES[mark]) if mark in SYNC_TONES else SafeString("")


@register.filter
def change_state(change: ChangeRequest) -> SafeString:
    return state(change.get_state_display(), CHANGE_TONES[ChangeState(change.state)])


@register.filter
def last_offer(change: ChangeRequest) -> ChangeOffer:
    """What lies on the table; the offers were read along with their request."""
    return list(change.offers.all())[-1]


@register.filter
def verdict_tag(verdict: str) -> SafeString:
    """Accepted at once, or to the buyer."""
    tone = "good" if verdict == Verdict.WITHIN else "info"
    return state(Verdict(verdict).label, tone)


@register.simple_tag
def effect(line: OrderLine, answer: AnswerLine | None = None) -> SafeString:
    """What an answer, or the agreement, leaves of the time until the goods are needed; nothing where nobody waits."""
    left = days_left(line, answer)
    if left is None:
        return SafeString("")
    if left == NO_DATE:
        return state(_("promises no date for what is needed"), "bad")
    if left < 0:
        words = ngettext("comes %(days)d day too late", "comes %(days)d days too late", -left)
        return state(words % {"days": -left}, "bad")
    if left == 0:
        return state(_("comes just in time"), "wait")
    return state(ngettext("leaves %(days)d day", "leaves %(days)d days", left) % {"days": left}, "good")


@register.simple_tag
def damage(line: OrderLine, kind: str) -> SafeString:
    """What a line that has to be chased does: how late for its demand, else how long it waits or is overdue."""
    days: int = line.damage  # type: ignore[attr-defined]
    if line.endangers:  # type: ignore[attr-defined]
        return state(
            ngettext("%(days)d day after the need", "%(days)d days after the need", days) % {"days": days}, "bad"
        )
    words = {
        "unanswered": ngettext("waits for %(days)d day", "waits for %(days)d days", days),
        "overdue": ngettext("%(days)d day overdue", "%(days)d days overdue", days),
    }
    return state(words[kind] % {"days": days}, "wait")


@register.filter
def verdict_word(verdict: str) -> str:
    return str(Verdict(verdict).label)


@register.simple_tag
def strayed(answer: AnswerLine, see_prices: bool) -> str:
    """How far an answer strays from the order, in signed numbers."""
    said = []
    if answer.quantity_by:
        said.append(_("quantity %(by)s %%") % {"by": _signed(answer.quantity_by)})
    if answer.days_early:
        said.append(
            ngettext("%(n)d working day early", "%(n)d working days early", answer.days_early)
            % {"n": answer.days_early}
        )
    if answer.days_late:
        said.append(
            ngettext("%(n)d working day late", "%(n)d working days late", answer.days_late) % {"n": answer.days_late}
        )
    if answer.price_by and see_prices:
        said.append(_("price %(by)s %%") % {"by": _signed(answer.price_by)})
    return ", ".join(said)


def _signed(percent: Decimal) -> str:
    return f"{'+' if percent > 0 else '−'}{quantity(abs(percent.quantize(Decimal('0.1'), rounding='ROUND_UP')))}"


@register.simple_tag
def shift(days: float) -> str:
    """The median shift of a supplier's promises, in words."""
    by = quantity(Decimal(str(abs(days))))
    if days == 0:
        return _("median not moved")
    whole = ceil(abs(days))
    if days > 0:
        return ngettext("median %(by)s day later", "median %(by)s days later", whole) % {"by": by}
    return ngettext("median %(by)s day earlier", "median %(by)s days earlier", whole) % {"by": by}


@register.simple_tag
def choice(line: OrderLine, answer: AnswerLine) -> str:
    """One answer among several to be decided at once, as its tick sends it."""
    return f"{line.pk}:{answer.pk}"


@register.simple_tag
def dearer(line: OrderLine, answer: AnswerLine, currency: str) -> str:
    """What a proposed price changes on all that is promised, with its sign; nothing where it is the same."""
    by = price_difference(line, answer)
    return "" if by is None else f"{'+' if by > 0 else '−'}{money(rounded(abs(by), currency), currency)}"


@register.filter
def amounts(promises: Iterable[Promise]) -> list[tuple[Decimal, dt.date | None]]:
    """What ``{% schedule %}`` draws: quantities and arrivals."""
    return [(promise.quantity, promise.arrival_date) for promise in promises]


@register.filter
def sees_prices(actor: Actor, about: object) -> bool:
    """Whether somebody sees the prices of this one: lists hold rows of several suppliers and plants."""
    return Act.SEE_PRICES.allows(actor, about)


@register.filter
def shown_to(findings: Iterable[dict[str, str]], see_prices: bool) -> list[dict[str, str]]:
    """The stored findings without those that would tell a price."""
    return told_findings(findings, prices=see_prices)


register.filter("why", wording.why)
register.filter("correction_words", wording.correction)


@register.filter
def correction_tag(told: Mapping[str, Any]) -> SafeString:
    """Where it stands."""
    mark = CorrectionState(told["state"])
    return state(mark.label, CORRECTION_TONES[mark])


@register.filter
def own(enclosed: Iterable[Mapping[str, Any]]) -> list[StoredFile]:
    """The files about one line of an answer."""
    return [_file(told) for told in enclosed if told["answer"]]


@register.filter
def whole(enclosed: Iterable[Mapping[str, Any]]) -> list[StoredFile]:
    """The files about the whole answer it belongs to."""
    return [_file(told) for told in enclosed if not told["answer"]]


@register.filter
def stored_files(told: Iterable[Mapping[str, Any]]) -> list[StoredFile]:
    """The files of a comment."""
    return [_file(one) for one in told]


def _file(told: Mapping[str, Any]) -> StoredFile:
    """The row as far as it was read, for the partial that shows any file."""
    return StoredFile(**{name: told[name] for name in FILE_WORDS if name != "answer"})


FIELDS = {
    "quantity": lambda: _("Quantity"),
    "date": lambda: _("Date"),
    "price": lambda: _("Price"),
    "item": lambda: _("Item"),
    "unit": lambda: _("Unit"),
    "line": lambda: _("Line"),
    "state": lambda: _("State"),
    "note": lambda: _("Note"),
    "terms": lambda: _("Terms"),
    "currency": lambda: _("Currency"),
    "incoterm_place": lambda: _("Place of delivery"),
    "payment_terms": lambda: _("Payment terms"),
    "ship_to": lambda: _("Ship to"),
    "item_revision": lambda: _("Item revision"),
    "description": lambda: _("Description"),
    "drawing": lambda: _("Drawing"),
    "incoterm": lambda: _("Delivery terms"),
}


@register.filter
def field_name(name: str) -> str:
    """The name of what a revision changed."""
    return FIELDS[name]() if name in FIELDS else name


@register.simple_tag
def said(field: str, value: Any, currency: str = "") -> str:
    """A value of a revision's difference, which is kept as plain text; a price as that currency is written."""
    if value == "":
        return _("nothing")
    if value == "removed":
        return _("removed")
    if field == "quantity":
        return quantity(value)
    if field == "price":
        return amount(value, currency)
    if field == "date":
        return day(value)
    if field == "state" and value in LineState.values:
        return str(LineState(value).label)
    return str(value)


@register.filter
def handover(detail: LineDetail, transit_days: int) -> dt.date | None:
    """The day to hand over to arrive as asked."""
    dates = [row.date for row in detail.schedule if row.in_odoo and row.quantity]
    return promised_for(min(dates), DateBasis.SHIP, transit_days) if dates else None


@register.filter
def declined(detail: LineDetail) -> Commitment | None:
    """The buyer's refusal, while the supplier has not answered again."""
    last = detail.commitments[-1] if detail.commitments else None
    if last is None or last.decision != Decision.DECLINED or detail.line.state != LineState.OPEN:
        return None
    return last if last.answer is None or last.answer.revision == detail.line.revision else None


@register.filter
def in_the_way(line: OrderLine, see_prices: bool) -> str:
    """Why a line does not stand in Odoo as agreed, in the reader's language; nothing where nothing is in the way."""
    why = line.sync_why
    if line.sync in (SyncMark.CONFLICT, SyncMark.OBSERVED):
        return standing.words(why or line.sync_note, see_prices) if why or line.sync_note else ""
    return slots.obstacle(why, line.sync_note) if why else line.sync_note


@register.simple_tag
def conflict_rows(
    line: OrderLine, rows: Iterable[ScheduleLine], see_prices: bool, currency: str
) -> list[tuple[str, str, str, bool]]:
    """What was agreed beside what Odoo says: title, agreed, actual, whether they differ."""
    said_by_odoo = {entry["schedule"]: entry for entry in line.conflict or []}
    compared: list[tuple[str, str, str, bool]] = []
    many = len(said_by_odoo) > 1
    for row in rows:
        entry = said_by_odoo.get(str(row.pk))
        if entry is None:
            continue
        amount = row.agreed_quantity if row.agreed_quantity is not None else row.quantity
        price = row.agreed_price if row.agreed_price is not None else row.price
        date = row.agreed_date or row.date
        label = f" {row.position}" if many else ""
        unit = line.unit_name
        actual = Decimal(entry["quantity"])
        compared.append(
            (_("Quantity") + label, f"{quantity(amount)} {unit}", f"{quantity(actual)} {unit}", amount != actual)
        )
        compared.append((_("Date") + label, day(date), day(entry["date"]), date.isoformat() != entry["date"]))
        if see_prices:
            asked = Decimal(entry["price"])
            compared.append((_("Price") + label, money(price, currency), money(asked, currency), price != asked))
    return compared
