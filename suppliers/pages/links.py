"""The buyer's side of answering from the e-mail: who has a link to an order, and which suppliers may answer so."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.web import asked
from portal.web.filters import Bar
from portal.web.windows import PortalRequest, page
from suppliers.actions import links
from suppliers.models import Supplier
from suppliers.permissions import Act
from suppliers.queries.links import find_order_link, suppliers_with_links
from suppliers.queries.orders import OrderDetail, find_order
from suppliers.queries.suppliers import find_supplier


def mailed(actor: Actor, detail: OrderDetail, at: dt.datetime) -> dict[str, Any]:
    """What the order's page shows of its links, to whoever may handle them."""
    order = detail.order
    if not Act.REVOKE_ORDER_LINK.allows(actor, order):
        return {}
    return {
        "order_links": [(link, link.runs(at)) for link in detail.links],
        "links_allowed": order.supplier.takes_links(at),
        "may_send": order.mode == "on" and order.waiting_lines > 0,
    }


@require_POST
@page
def send_again(request: PortalRequest, order_id: UUID) -> HttpResponse:
    """Mail the order to the supplier's order desk once more."""
    with acting(request.actor):
        order = find_order(request.actor, order_id)
    links.send_again(actor=request.actor, order=order, at=timezone.now())
    messages.success(request, _("The order is on its way by mail again."))
    return redirect(reverse("order", args=[order_id]) + "#mailed")


@require_POST
@page
def revoke(request: PortalRequest, order_id: UUID, link_id: UUID) -> HttpResponse:
    """Withdraw the link of one address."""
    with acting(request.actor):
        Act.REVOKE_ORDER_LINK.require(request.actor, find_order(request.actor, order_id))
        link = find_order_link(request.actor, order_id, link_id)
    links.revoke(actor=request.actor, link=link, at=timezone.now())
    messages.success(request, _("The link sent to %(email)s opens nothing any more.") % {"email": link.email})
    return redirect(reverse("order", args=[order_id]) + "#mailed")


@require_http_methods(["GET", "HEAD", "POST"])
@page
def suppliers(request: PortalRequest) -> HttpResponse:
    """Which suppliers may answer from the e-mail; a POST switches one on or off.

    Every buyer sees it. As a supplier's orders at all plants are switched together, it takes a role at all of them.
    """
    actor, now = request.actor, timezone.now()
    Act.SEE_ORDER_LINKS.require(actor)
    may_switch = Act.SET_ORDER_LINKS.allows(actor)
    if request.method == "POST":
        Act.SET_ORDER_LINKS.require(actor)
        with acting(actor):
            supplier = find_supplier(actor, _key(request.POST.get("supplier", "")))
        on = request.POST.get("on") == "yes"
        links.switch(actor=actor, supplier=supplier, on=on, at=now)
        said = _("%(name)s may answer from the e-mail.") if on else _("%(name)s answers signed in only.")
        messages.success(request, said % {"name": supplier.name})
        return redirect(request.get_full_path())
    text = asked.sought(request.GET)
    with acting(actor):
        found = suppliers_with_links(actor, text, now, cursor=request.GET.get("cursor", ""))
        rows: list[tuple[Supplier, bool]] = [(row, row.takes_links(now)) for row in found.rows]
        context = {"page": found, "rows": rows, "bar": Bar(text, _("Supplier")), "may_switch": may_switch}
        return render(request, "suppliers/links.html", context)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(_("There is no such supplier, or it is not yours to see.")) from None
