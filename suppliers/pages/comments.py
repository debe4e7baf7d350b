"""The comments on an order: they stand on its page and are written there; the whole thread has a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents.kinds import Place
from documents.models import StoredFile
from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind
from portal.shared.errors import Fault, Invalid, Refused
from portal.web.windows import PortalRequest, page
from suppliers.actions.comments import LONGEST, comment, mark_read
from suppliers.kinds import ATTACHMENT
from suppliers.models import OrderComment, OrderLine, PurchaseOrder
from suppliers.pages import attaching
from suppliers.pages.entries import keys_of
from suppliers.permissions import Act
from suppliers.queries.orders import find_order, find_thread
from suppliers.queries.threads import Thread
from suppliers.states import Mode, Side

FIELDS = {"text": "comment-text", "line": "comment-line", "files": "comment-files"}
"""Where a fault's place is on the page."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def comments(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """Every comment on an order; a POST writes one and leads back to the order."""
    Act.SEE_ORDERS.require(request.actor)
    if request.method == "POST":
        return _write(request, order_id)
    return _show(request, order_id)


def shown(actor: Actor, order: PurchaseOrder, thread: Thread, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """What the section needs, on either page. No query."""
    may_write = Act.COMMENT_ORDER.allows(actor, order)
    return {
        "thread": thread,
        "ours": Side.SUPPLIER if actor.behind_wall else Side.BUYER,
        "may_comment": may_write,
        "may_attach_to_comment": may_write and attaching.may_attach(actor, order),
        "comment_lines": lines,
        "comment_longest": LONGEST,
        "files_at": reverse("order", args=[order.pk]) + "files/" if actor.kind is ActorKind.LINK else "",
    }


def note_read(actor: Actor, order: PurchaseOrder, thread: Thread) -> None:
    """After a look at the thread, outside the window it was read in: nothing of what was shown is new any more."""
    fresh = [one for one in thread.comments if one.fresh]
    if fresh and len(fresh) == thread.unread:
        mark_read(actor, order, thread.written)


def _write(request: PortalRequest, order_id: UUID) -> HttpResponse:
    with acting(request.actor):
        order = find_order(request.actor, order_id)
    Act.COMMENT_ORDER.require(request.actor, order)
    command = request.POST.get("do", "")
    place = Place(ATTACHMENT.name, order.supplier_id)
    brought = attaching.take(request, place, timezone.now()) if attaching.may_attach(request.actor, order) else None
    keys = list(request.POST.getlist("comment-files"))
    if brought is not None:
        keys += map(str, brought.files.get("comment-files", []))
    if command.startswith("detach:"):
        keys = [key for key in keys if key != command.removeprefix("detach:")]
    refusal = brought.refusal if brought is not None else None
    if refusal is not None or command == "attach" or command.startswith("detach:"):
        return _show(request, order_id, refusal, keys)
    try:
        written = _comment(request, order, keys)
    except Invalid as refused:
        return _show(request, order_id, refused, keys)
    words = _("Your comment is written, and the other side is told by mail.")
    messages.success(request, words if order.mode == Mode.ON else _("Your comment is written."))
    return redirect(reverse("order", args=[order_id]) + f"#comment-{written.number}")


def _comment(request: PortalRequest, order: PurchaseOrder, keys: Sequence[str]) -> OrderComment:
    faults: list[Fault] = []
    files = tuple(keys_of(keys, "/files", faults))
    line = None
    try:
        line = UUID(request.POST["line"]) if request.POST.get("line") else None
    except ValueError:
        faults.append(Fault("unknown_line", _("This order has no such line."), "/line"))
    if faults:
        raise Invalid(_("This comment cannot be taken."), faults=tuple(faults))
    return comment(
        actor=request.actor,
        order=order,
        text=request.POST.get("text", ""),
        line=line,
        files=files,
        at=timezone.now(),
    )


def _place(fault: Fault) -> str:
    return FIELDS.get(fault.pointer.strip("/").split("/")[0], "")


def _show(
    request: PortalRequest, order_id: UUID, refusal: Refused | None = None, keys: Sequence[str] = ()
) -> HttpResponse:
    actor = request.actor
    with acting(actor):
        order, thread = find_thread(actor, order_id)
        files = list(keys_of(keys, "", []))
        rows = StoredFile.objects.visible_to(actor).filter(
            supplier_id=order.supplier_id, kind=ATTACHMENT.name, pk__in=files
        )
        faults = [(one.message, _place(one)) for one in refusal.faults] if refusal else []
        context = {
            "order": order,
            **shown(actor, order, thread, list(OrderLine.objects.filter(order=order).order_by("position"))),
            "comment_line": request.POST.get("line", "")[:40],
            "comment_text": request.POST.get("text", "")[:LONGEST],
            "comment_files": list(rows) if files else [],
            "refusal": refusal,
            "faults": faults,
            "comment_file_fault": next((message for message, place in faults if place == "comment-files"), ""),
        }
        answer = render(request, "suppliers/comments.html", context, status=refusal.status if refusal else 200)
    if request.method == "GET":
        note_read(actor, order, thread)
    return answer
