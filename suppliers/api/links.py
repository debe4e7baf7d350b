"""Answering from the e-mail, the buyer's side, for programs: who has a link; withdraw it, send again, switch off."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions import links
from suppliers.api.shapes import Shape
from suppliers.models import OrderLink
from suppliers.permissions import Act
from suppliers.queries.links import find_order_link
from suppliers.queries.orders import find_order
from suppliers.queries.suppliers import find_supplier


class OrderLinkOut(serializers.Serializer[Any]):
    """What an address was sent. The secret is in the mail alone."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    revoked_at = serializers.DateTimeField(allow_null=True)


class OrderLinksOut(serializers.Serializer[Any]):
    results = OrderLinkOut(many=True)


class DoneOut(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()


class OrderLinksIn(Shape):
    on = serializers.BooleanField()


class SupplierLinksOut(DoneOut):
    supplier = serializers.UUIDField()
    on = serializers.BooleanField()


def _body(link: OrderLink) -> dict[str, Any]:
    return {name: getattr(link, name) for name in ("id", "email", "sent_at", "expires_at", "revoked_at")}


class OrderLinksView(PortalView):
    @extend_schema(operation_id="order_links_list", responses={200: OrderLinksOut, **PROBLEMS})
    def get(self, request: Request, order_id: UUID) -> Response:
        """The addresses that were sent a link to this order."""
        with acting(self.actor):
            order = find_order(self.actor, order_id)
            Act.REVOKE_ORDER_LINK.require(self.actor, order)
            rows = list(OrderLink.objects.visible_to(self.actor).filter(order=order).order_by("email"))
        return Response({"results": [_body(row) for row in rows]})


class RevokeView(PortalView):
    @extend_schema(
        operation_id="order_links_revoke",
        parameters=[DryRunQuery, KEY],
        request=None,
        responses={200: OrderLinkOut, **PROBLEMS},
    )
    def post(self, request: Request, order_id: UUID, link_id: UUID) -> Response:
        """Withdraw the link of one address: it opens nothing from now on."""
        with acting(self.actor):
            Act.REVOKE_ORDER_LINK.require(self.actor, find_order(self.actor, order_id))
            link = find_order_link(self.actor, order_id, link_id)
        return Response(_body(self.perform(links.revoke, actor=self.actor, link=link, at=timezone.now())))


class SendView(PortalView):
    @extend_schema(
        operation_id="orders_send", parameters=[DryRunQuery, KEY], request=None, responses={200: DoneOut, **PROBLEMS}
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Mail the order to the supplier's order desk again. Every address gets a new link; earlier ones are dead."""
        with acting(self.actor):
            order = find_order(self.actor, order_id)
        self.perform(links.send_again, actor=self.actor, order=order, at=timezone.now())
        return Response({"dry_run": rehearsing(request)})


class SupplierLinksView(PortalView):
    @extend_schema(
        operation_id="suppliers_order_links",
        parameters=[DryRunQuery, KEY],
        request=OrderLinksIn,
        responses={200: SupplierLinksOut, **PROBLEMS},
    )
    def post(self, request: Request, supplier_id: UUID) -> Response:
        """Let a supplier's orders be answered from the e-mail, or not."""
        Act.SET_ORDER_LINKS.require(self.actor)
        with acting(self.actor):
            supplier = find_supplier(self.actor, supplier_id)
        shape = OrderLinksIn(data=request.data)
        shape.is_valid(raise_exception=True)
        on = shape.validated_data["on"]
        self.perform(links.switch, actor=self.actor, supplier=supplier, on=on, at=timezone.now())
        return Response({"supplier": supplier.public_id, "on": on, "dry_run": rehearsing(request)})
