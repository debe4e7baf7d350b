"""The list of orders, and one order: read, answered, with its verdict before sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind
from portal.shared.errors import Invalid, Refused, Stale
from portal.web import asked
from portal.web.filters import Bar, choice, choice_of_rows
from portal.web.windows import PortalRequest, page
from suppliers.actions import drafts
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import Terms
from suppliers.actions.earlier import earlier_promises
from suppliers.actions.last_time import last_time
from suppliers.actions.orders import open_order
from suppliers.models import Acknowledgement, OrderLine, Plant, Supplier
from suppliers.pages import attaching, comments
from suppliers.pages.answering import Form, fields_of, typed_fields
from suppliers.pages.history import differences, since_answer, story
from suppliers.pages.links import mailed
from suppliers.permissions import Act
from suppliers.queries.orders import Draft, OrderDetail, OrderFilters, order_detail, order_list
from suppliers.queries.vendors import Finding, judged
from suppliers.states import SUPPLIER_REASONS, AnswerKind, LineState, Mode, OrderState, Source, SyncMark, Verdict
from suppliers.tolerances import basis_of

PRESENT = dt.timedelta(minutes=15)
"""Whoever typed within this time is answering now."""
NEEDS = ("answer", "decision", "conflict", "late", "unread")


@require_GET
@page
def orders(request: PortalRequest) -> HttpResponse:
    """Every order the person may see, filtered, a page at a time."""
    actor = request.actor
    Act.SEE_ORDERS.require(actor)
    filters = filters_of(request)
    staff = actor.kind is ActorKind.STAFF
    with acting(actor):
        context = {
            "page": order_list(
                actor, filters, today=timezone.localdate(), cursor=request.GET.get("cursor", ""), size=30
            ),
            "filters": filters,
            "narrowed": any((filters.text, filters.state, filters.needs, filters.plant, filters.supplier)),
            "bar": _bar(actor, filters),
            "staff": staff,
            "may_bring_sheet": _may_bring_sheet(actor),
            "today": timezone.localdate(),
        }
        return render(request, "suppliers/orders.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def order(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """One order. The first look by the supplier is an act of its own; a POST answers it."""
    if request.method == "POST":
        return _answer(request, order_id)
    actor = request.actor
    Act.SEE_ORDERS.require(actor)
    with acting(actor):
        detail = order_detail(actor, order_id, today=timezone.localdate())
        first = detail.order.viewed_at is None and Act.OPEN_ORDER.allows(actor, detail.order)
        if not first:
            answer = _show(request, detail, _kept(actor, detail))
    if first:
        open_order(actor=actor, order=detail.order, at=timezone.now())
        with acting(actor):
            detail = order_detail(actor, order_id)
            answer = _show(request, detail, _kept(actor, detail))
    if request.method == "GET":
        comments.note_read(actor, detail.order, detail.thread)
    return answer


@require_POST
@page
def verdicts(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """What would happen if this were sent, and who else is answering: those areas of the page, nothing else."""
    now = timezone.now()
    with acting(request.actor):
        detail = order_detail(request.actor, order_id)
        form = _typed(request, detail)
        Act.ACKNOWLEDGE_ORDER.require(request.actor, form.order)
        form.judge(request.actor, now)
        context = {
            "form": form,
            "order": form.order,
            "basis": basis_of(form.order.incoterm),
            "colleagues": _colleagues(request.actor, detail, now),
        }
        answer = render(request, "suppliers/verdicts.html", context)
    drafts.keep(request.actor, form.order, typed_fields(request.POST), now, answers=_seen(request))
    return answer


def _answer(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """Send; or one of the smaller buttons, which change the form and show it again with its verdicts."""
    actor, command, now = request.actor, request.POST.get("do", ""), timezone.now()
    brought = attaching.bring(request, order_id, now)
    with acting(actor):
        detail = order_detail(actor, order_id)
        form = _typed(request, detail)
        brought.into(form)
        if command.startswith("accept_all"):
            form.accept_all()
        if brought.refusal is not None or command not in ("", "send", "accept_all_send", "discard"):
            if command == "same":
                _repeat(request, detail, form)
            _change(form, command)
            form.judge(actor, now)
            return _show(request, detail, form, status=brought.refusal.status if brought.refusal else 200)
    if command == "discard":
        drafts.discard(actor, detail.order)
        messages.success(request, _("Your draft is discarded."))
        return redirect("order", order_id)
    try:
        answers = form.answers()
        sent = acknowledge(
            actor=actor,
            order=detail.order,
            answers=answers,
            channel="link" if actor.kind is ActorKind.LINK else "page",
            comment=form.comment,
            files=form.enclosed(),
            source=form.source,
            source_note=form.source_note,
            seen=_seen(request),
            at=now,
        )
    except (Invalid, Stale) as refusal:
        return _show_refused(request, order_id, refusal, [entry.line.pk for entry in form.answered], now)
    messages.success(request, _sent(sent, detail))
    return redirect(reverse("order", args=[order_id]) + "#history")


def _repeat(request: PortalRequest, detail: OrderDetail, form: Form) -> None:
    """Same as last time, in the form."""
    lines = [one.line for one in detail.lines]
    count = form.repeat(last_time(request.actor, detail.order, lines, form.terms))
    if count:
        words = ngettext("%(n)d line is filled in as last time", "%(n)d lines are filled in as last time", count)
        messages.info(request, _("%(what)s. Nothing is sent yet.") % {"what": words % {"n": count}})
    else:
        messages.info(request, _("None of these items was agreed for this plant before."))


def _change(form: Form, command: str) -> None:
    """One of the buttons that change the form and send nothing."""
    if command == "accept_ticked":
        form.accept_ticked()
    elif command.startswith("detach:"):
        form.detach(command.removeprefix("detach:"))
    else:
        form.edit_rows(command)


def _show_refused(
    request: PortalRequest, order_id: UUID, refusal: Refused, sent: Sequence[UUID], now: dt.datetime
) -> HttpResponse:
    """The same form with the same words, against the order as it is now."""
    with acting(request.actor):
        detail = order_detail(request.actor, order_id)
        form = _typed(request, detail)
        form.refuse(refusal, sent, request.actor, now)
        return _show(request, detail, form, status=refusal.status)


def _show(request: HttpRequest, detail: OrderDetail, form: Form, status: int = 200) -> HttpResponse:
    """Rendered inside the caller's read window."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    attaching.show(actor, form)
    see_prices = Act.SEE_PRICES.allows(actor, detail.order)
    changed = differences(detail, prices=see_prices)
    if actor.kind is ActorKind.LINK:
        form.answer_once()
    may_answer = Act.ACKNOWLEDGE_ORDER.allows(actor, detail.order) and bool(form.open)
    can_change = Act.REQUEST_CHANGE.allows(actor, detail.order)
    behalf = not actor.behind_wall and (request.method == "POST" or "behalf" in request.GET)
    context = {
        "not_listed": _not_listed(actor, detail, form.terms.today),
        "detail": detail,
        "order": detail.order,
        "form": form,
        "entries": [(entry, changed.get(entry.position, [])) for entry in form.entries],
        "kinds": AnswerKind.choices,
        "reasons": SUPPLIER_REASONS,
        "story": story(detail, prices=see_prices),
        "since_answer": since_answer(detail, prices=see_prices),
        "basis": basis_of(detail.order.incoterm),
        "transit_days": form.terms.transit_days,
        "can_answer": may_answer and (actor.behind_wall or behalf),
        "may_answer_for": may_answer and not actor.behind_wall and not behalf,
        "behalf": behalf,
        "answers": len({answer.acknowledgement_id for line in detail.lines for answer in line.answers}),
        "draft": next((draft for draft in detail.drafts if draft.actor_id == actor.id), None) if may_answer else None,
        "colleagues": _colleagues(actor, detail, timezone.now()),
        "sources": Source.choices,
        "can_change": can_change,
        "may_ship": detail.order.mode == Mode.ON
        and Act.ANNOUNCE_SHIPMENT.allows(actor, detail.order)
        and any(one.line.state == LineState.AGREED and not one.line.service for one in detail.lines),
        "several_to_change": can_change and _free(detail) > 1,
        "reliability": detail.reliability,
        **comments.shown(actor, detail.order, detail.thread, [one.line for one in detail.lines]),
        "files_at": reverse("order_files", args=[detail.order.pk]),
        "may_attach": attaching.may_attach(actor, detail.order),
        "may_decide": Act.DECIDE_ANSWER.allows(actor, detail.order) and not behalf,
        "can_decide": Act.DECIDE_ANSWER.allows(actor, detail.order),
        "may_print": Act.PRINT_ORDER.allows(actor, detail.order),
        "see_prices": see_prices,
        "staff": actor.kind is ActorKind.STAFF,
        **mailed(actor, detail, timezone.now()),
        "today": form.terms.today,
        "back": request.path,
    }
    return render(request, "suppliers/order.html", context, status=status)


def _free(detail: OrderDetail) -> int:
    """How many lines a change could be asked of now."""
    return sum(
        one.line.state == LineState.AGREED and one.line.sync != SyncMark.CONFLICT and one.open_change is None
        for one in detail.lines
    )


def _blank(detail: OrderDetail) -> Form:
    terms = Terms.of(detail.order, timezone.now())
    return Form.blank(detail.order, detail.lines, terms, earlier_promises(detail, terms))


def _colleagues(actor: Actor, detail: OrderDetail, at: dt.datetime) -> list[Draft]:
    """Who else is answering now."""
    return [one for one in detail.drafts if one.actor_id != actor.id and one.saved_at > at - PRESENT]


def _seen(request: HttpRequest) -> int:
    """How many answers the order had when the form was made."""
    seen = asked.number(request.POST, "answers")
    return -1 if seen is None else seen


def _kept(actor: Actor, detail: OrderDetail) -> Form:
    """The form with what this person had typed and not sent, or a blank one."""
    draft = next((one for one in detail.drafts if one.actor_id == actor.id), None)
    if draft is None or not Act.ACKNOWLEDGE_ORDER.allows(actor, detail.order):
        return _blank(detail)
    form = _filled(detail, fields_of(draft.typed))
    form.judge(actor, timezone.now())
    return form


def _typed(request: HttpRequest, detail: OrderDetail) -> Form:
    return _filled(detail, request.POST)


def _filled(detail: OrderDetail, data: QueryDict) -> Form:
    terms = Terms.of(detail.order, timezone.now())
    return Form.typed(detail.order, detail.lines, terms, data, earlier_promises(detail, terms))


def _sent(acknowledgement: Acknowledgement, detail: OrderDetail) -> str:
    """What happened, in the words of the button that was pressed."""
    verdicts = [answer.verdict for answer in acknowledgement.rehearsed]
    within, outside = verdicts.count(Verdict.WITHIN), verdicts.count(Verdict.OUTSIDE)
    parts = []
    if within:
        parts.append(ngettext("%(n)d line is agreed", "%(n)d lines are agreed", within) % {"n": within})
    if outside:
        buyer = detail.order.buyer_name or _("the buyer")
        words = ngettext("%(n)d line is with %(buyer)s now", "%(n)d lines are with %(buyer)s now", outside)
        parts.append(words % {"n": outside, "buyer": buyer})
    return _("Sent: %(what)s.") % {"what": ", ".join(parts)}


def _may_bring_sheet(actor: Actor) -> bool:
    """A sheet is one supplier's."""
    return Act.BRING_SHEET.allows(actor) and Act.ACKNOWLEDGE_ORDER.allows(actor) and not actor.sees_several


def filters_of(request: HttpRequest) -> OrderFilters:
    """What the list is narrowed to."""
    state, needs = request.GET.get("state", ""), request.GET.get("needs", "")
    return OrderFilters(
        text=asked.sought(request.GET),
        state=state if state in OrderState.values else "",
        needs=needs if needs in NEEDS else "",
        plant=asked.number(request.GET, "plant"),
        supplier=asked.number(request.GET, "supplier"),
        sort=request.GET.get("sort", "-released"),
    )


def _bar(actor: Actor, filters: OrderFilters) -> Bar:
    staff = actor.kind is ActorKind.STAFF
    needs = [
        ("answer", _("Not answered") if staff else _("To answer")),
        ("decision", _("To decide") if staff else _("With the buyer")),
        ("late", _("Late")),
        ("conflict", _("Conflict")),
        ("unread", _("New comments")),
    ]
    sorts = [("-released", _("Newest first")), ("due", _("Due first")), ("number", _("Number"))]
    suppliers = Supplier.objects.visible_to(actor) if staff else ()
    return Bar(
        text=filters.text,
        hint=_("Order, item, your number, buyer") if actor.behind_wall else _("Order, item, supplier, buyer"),
        chips=choice("needs", _("What needs whom"), needs, filters.needs, _("All")),
        choices=[
            choice("state", _("State"), OrderState.choices, filters.state),
            *choice_of_rows("plant", _("Plant"), Plant.objects.all(), filters.plant),
            *choice_of_rows("supplier", _("Supplier"), suppliers, filters.supplier),
            choice("sort", _("Order by"), sorts, filters.sort, ""),
        ],
    )


def _not_listed(actor: Actor, detail: OrderDetail, today: dt.date) -> list[tuple[OrderLine, Finding]]:
    """What the approved vendor list says against lines that are still to come; told to staff, it stops nothing."""
    alive = [one.line for one in detail.lines if one.line.state not in (LineState.RECEIVED, LineState.CANCELLED)]
    if not Act.SEE_APPROVALS.allows(actor):
        return []
    found = judged(detail.order.supplier_id, {line.item_id for line in alive}, detail.listed, today)
    return [(line, finding) for line in alive if (finding := found[line.item_id])]
