"""Asking for a change: one form for every agreed line of an order, sent as a whole or not at all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid, NotPermitted, Refused, Stale, WrongState
from portal.web.windows import PortalRequest, page
from suppliers.actions.assessing import Terms
from suppliers.actions.changes import request_changes
from suppliers.actions.negotiating import Ask
from suppliers.models import ChangeRequest, OrderLine, PurchaseOrder
from suppliers.pages.changing import ChangeForm, for_supplier, untold
from suppliers.permissions import Act
from suppliers.queries.changes import asked_with, lines_to_change
from suppliers.queries.orders import find_order
from suppliers.states import Side, Source
from suppliers.tolerances import basis_of

REFUSALS = (Invalid, NotPermitted, Stale, WrongState)


@dataclass
class AskForm:
    """A wish for each line that a change can be asked of; the ticked ones are sent."""

    order: PurchaseOrder
    forms: list[ChangeForm]
    side: Side
    behalf: bool = False
    """Entered by the buyer's side for the supplier, who told it somehow."""
    source: str = ""
    source_note: str = ""
    faults: dict[str, str] = field(default_factory=dict)
    """Of the fields that belong to no line, by their id."""
    refusal: Refused | None = None
    prefix = "ask"

    @classmethod
    def blank(
        cls, order: PurchaseOrder, lines: Sequence[OrderLine], side: Side, *, behalf: bool, chosen: Sequence[str] = ()
    ) -> AskForm:
        """Every line that is free, as it is agreed now; and those somebody had ``chosen``, so that none of them is left
        out without a word.
        """
        terms = Terms.of(order, timezone.now())
        forms = [
            ChangeForm.blank(order, line, side, line.standing, terms)  # type: ignore[attr-defined]
            for line in lines
            if line.free or str(line.position) in chosen  # type: ignore[attr-defined]
        ]
        return cls(order, forms, side, behalf)

    @property
    def ticked(self) -> list[ChangeForm]:
        return [form for form in self.forms if form.ticked]

    @property
    def summary(self) -> list[tuple[str, str]]:
        """For the error summary: each fault with the id of its field."""
        told = [(message, f"{self.prefix}-{name}") for name, message in self.faults.items()]
        return told + [
            (_("Line %(position)d: %(message)s") % {"position": form.position, "message": message}, place)
            for form in self.ticked
            for message, place in form.summary
        ]

    def renew(self, lines: Sequence[OrderLine]) -> None:
        """Stand on the lines as they are now, so that sending again asks for a change of that."""
        now = {line.pk: line for line in lines}
        for form in self.forms:
            form.line = now[form.line.pk]
            form.revision = form.line.revision

    def tick(self, positions: Sequence[str]) -> None:
        """Choose lines by their position; the only one there is goes without saying."""
        for form in self.forms:
            form.ticked = str(form.position) in positions or len(self.forms) == 1

    def take(self, data: QueryDict) -> None:
        """As somebody filled it in."""
        self.tick(data.getlist("ticked"))
        for form in self.forms:
            form.take(data)
        self.source, self.source_note = data.get("source", "")[:20], data.get("source_note", "")[:200]

    def edit_rows(self, command: str) -> None:
        """The buttons of a page without script: ``add:3``, ``remove:3:1`` (line, row)."""
        parts = command.split(":")
        for form in self.forms:
            if len(parts) > 1 and parts[1] == str(form.position):
                form.edit_rows(command)

    def asks(self) -> list[Ask]:
        """What is to be sent. Raises :class:`Invalid` for everything typed that cannot be read."""
        faults: list[Fault] = []
        asks = []
        for index, form in enumerate(self.ticked):
            try:
                asks.append(Ask(form.line.pk, form.wish(), form.revision))
            except Invalid as refusal:
                faults += [Fault(one.code, one.message, f"/changes/{index}{one.pointer}") for one in refusal.faults]
        faults += untold(self)
        if faults:
            raise Invalid(_("These changes cannot be asked for: nothing was sent."), faults=tuple(faults))
        return asks

    def judge(self, at: dt.datetime) -> None:
        """Ask for the verdict of every ticked line that is complete; the others keep what is missing."""
        for form in self.ticked:
            form.judge(at)

    def refuse(self, refusal: Refused) -> None:
        """Nothing was sent: the same form says why, at the line it is about."""
        self.refusal, ticked = refusal, self.ticked
        for fault in refusal.faults:
            parts = fault.pointer.strip("/").split("/", 2)
            if parts[0] == "changes" and len(parts) > 2:
                ticked[int(parts[1])].place_fault(Fault(fault.code, fault.message, f"/{parts[2]}"))
            elif parts[0] == "source":
                self.faults.setdefault("source", fault.message)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def ask(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """Ask for changes of agreed lines. Without ``do=send`` the form only tells what would happen."""
    actor, now = request.actor, timezone.now()
    with acting(actor):
        form = _form(request, lines_to_change(actor, order_id), order_id)
        if request.method != "POST":
            form.tick(request.GET.getlist("line"))
            return _show(request, form)
        form.take(request.POST)
        command = request.POST.get("do", "")
        form.edit_rows(command)
        if command != "send":
            form.judge(now)
            return _show(request, form)
    try:
        first = request_changes(
            actor=actor,
            order=form.order,
            asks=form.asks(),
            source=form.source,
            source_note=form.source_note,
            at=now,
        )
    except REFUSALS as refusal:
        with acting(actor):
            form.renew(lines_to_change(actor, order_id))
            form.refuse(refusal)
            return _show(request, form, refusal.status)
    with acting(actor):
        made = asked_with(actor, first)
    messages.success(request, _sent(made))
    return redirect("change", order_id, first.pk) if len(made) == 1 else redirect("order", order_id)


def _form(request: PortalRequest, lines: Sequence[OrderLine], order_id: UUID) -> AskForm:
    actor = request.actor
    order = lines[0].order if lines else find_order(actor, order_id)
    Act.REQUEST_CHANGE.require(actor, order)
    behalf = for_supplier(request)
    side = Side.SUPPLIER if actor.behind_wall or behalf else Side.BUYER
    return AskForm.blank(order, lines, side, behalf=behalf, chosen=request.POST.getlist("ticked"))


def _show(request: PortalRequest, form: AskForm, status: int = 200) -> HttpResponse:
    """Rendered inside the caller's read window."""
    context = {
        "ask": form,
        "order": form.order,
        "basis": basis_of(form.order.incoterm),
        "see_prices": Act.SEE_PRICES.allows(request.actor, form.order),
        "staff": not request.actor.behind_wall,
        "sources": Source.choices,
    }
    return render(request, "suppliers/change_ask.html", context, status=status)


def _sent(made: Sequence[ChangeRequest]) -> str:
    """What happened, in one sentence."""
    numbers = ", ".join(str(one.number) for one in made)
    waiting = [one for one in made if one.is_open]
    if not waiting:
        words = ngettext(
            "Change request %(numbers)s is agreed and on its way to Odoo.",
            "Change requests %(numbers)s are agreed and on their way to Odoo.",
            len(made),
        )
    elif len(waiting) < len(made):
        words = _("Change requests %(numbers)s are sent: some are agreed, the others wait for the buyer.")
    elif made[0].waits_for == Side.BUYER:
        words = ngettext(
            "Change request %(numbers)s is sent: it waits for the buyer.",
            "Change requests %(numbers)s are sent: they wait for the buyer.",
            len(made),
        )
    else:
        words = ngettext(
            "Change request %(numbers)s is sent: it waits for the supplier.",
            "Change requests %(numbers)s are sent: they wait for the supplier.",
            len(made),
        )
    return words % {"numbers": numbers}
