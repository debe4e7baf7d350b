"""The thread of an order: what supplier and buyer write to each other."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from documents.models import StoredFile
from portal.shared.acting import acting
from portal.shared.actor import ActorKind
from portal.shared.errors import Fault, Invalid, Refused
from portal.web.windows import PortalRequest, page
from suppliers.actions.comments import LONGEST, comment, mark_read
from suppliers.kinds import ATTACHMENT
from suppliers.models import OrderLine
from suppliers.pages import attaching
from suppliers.pages.entries import keys_of
from suppliers.permissions import Act
from suppliers.queries.orders import find_order
from suppliers.queries.threads import thread


@require_http_methods(["GET", "HEAD", "POST"])
@page
def comments(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """Read the thread, which marks it read; write into it."""
    Act.SEE_ORDERS.require(request.actor)
    if request.method == "POST":
        return _write(request, order_id)
    return _show(request, order_id)


def _write(request: PortalRequest, order_id: UUID) -> HttpResponse:
    with acting(request.actor):
        order = find_order(request.actor, order_id)
    Act.COMMENT_ORDER.require(request.actor, order)
    command = request.POST.get("do", "")
    brought = attaching.take(request, order, timezone.now())
    keys = list(dict.fromkeys([*request.POST.getlist("files"), *map(str, brought.files.get("files", []))]))
    if command.startswith("detach:"):
        keys = [key for key in keys if key != command.removeprefix("detach:")]
    if brought.refusal is not None or command in ("attach",) or command.startswith("detach:"):
        return _show(request, order_id, brought.refusal, keys)
    try:
        faults: list[Fault] = []
        files = tuple(keys_of(keys, "/files", faults))
        if faults:
            raise Invalid(_("This comment cannot be taken."), faults=tuple(faults))
        comment(
            actor=request.actor,
            order=order,
            text=request.POST.get("text", ""),
            line=_line(request.POST.get("line", "")),
            files=files,
            at=timezone.now(),
        )
    except Invalid as refusal:
        return _show(request, order_id, refusal, keys)
    messages.success(request, _("Your comment is written; the other side gets a mail."))
    return redirect(reverse("order_comments", args=[order_id]) + "#write")


def _show(
    request: PortalRequest, order_id: UUID, refusal: Refused | None = None, keys: list[str] | None = None
) -> HttpResponse:
    actor = request.actor
    with acting(actor):
        order = find_order(actor, order_id)
        written, read = thread(actor, order)
        files = list(keys_of(keys or [], "", []))
        rows = StoredFile.objects.visible_to(actor).filter(
            supplier_id=order.supplier_id, kind=ATTACHMENT.name, pk__in=files
        )
        may_write = Act.COMMENT_ORDER.allows(actor, order)
        context = {
            "order": order,
            "comments": [(one, one.number > read and one.actor_id != actor.id) for one in written],
            "lines": list(OrderLine.objects.filter(order=order).order_by("position")) if may_write else [],
            "may_write": may_write,
            "may_attach": may_write and attaching.may_attach(actor, order),
            "chosen": request.POST.get("line", request.GET.get("line", ""))[:40],
            "text": request.POST.get("text", "")[:LONGEST] if refusal or keys is not None else "",
            "files": list(rows) if files else [],
            "refusal": refusal,
            "faults": [(one.message, one.pointer.split("/")[1]) for one in refusal.faults] if refusal else [],
            "longest": LONGEST,
            "mine": "supplier" if actor.behind_wall else "buyer",
        }
        answer = render(request, "suppliers/comments.html", context, status=refusal.status if refusal else 200)
    last = written[-1].number if written else 0
    if last > read and request.method == "GET" and actor.kind is not ActorKind.MACHINE:
        mark_read(actor, order, last)
    return answer


def _line(text: str) -> UUID | None:
    if not text:
        return None
    try:
        return UUID(text)
    except ValueError:
        message = _("This order has no such line.")
        raise Invalid(_("This comment cannot be taken."), faults=(Fault("unknown_line", message, "/line"),)) from None
