"""Which orders hang on something that changed in Odoo without them: what the portal itself knows of it."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F

from integrations.office.actions.pulling import ORDER, PULL
from integrations.office.models import Awaited, Connection
from integrations.office.models import Mapping as Mapped
from portal.shared.acting import acting
from suppliers.models import OrderFile, OrderLine, PurchaseOrder, ShipmentOrder
from suppliers.states import LineState

PRODUCT = "product.product"


def orders_waited_for(connection: Connection, moves: Iterable[int]) -> set[int]:
    """Odoo's orders behind whose lines one of these moves stood when they were read last."""
    with acting(PULL):
        rows = Awaited.objects.filter(connection=connection, move_id__in=list(moves))
        return set(rows.values_list("order_id", flat=True))


def orders_with_notices(connection: Connection, orders: Iterable[int]) -> set[int]:
    """Those of Odoo's orders of which a supplier has announced goods."""
    with acting(PULL):
        rows = Mapped.objects.filter(connection=connection, model=ORDER, remote_id__in=list(orders))
        known = {UUID(key): remote for key, remote in rows.values_list("object_id", "remote_id")}
        announced = ShipmentOrder.objects.filter(order__in=known).values_list("order_id", flat=True).distinct()
        return {known[key] for key in announced}


def orders_of_products(connection: Connection, products: Iterable[int]) -> set[int]:
    """Odoo's orders that still wait for something of these products."""
    wanted = list(products)
    if not wanted:
        return set()
    with acting(PULL):
        items = Mapped.objects.filter(connection=connection, model=PRODUCT, remote_id__in=wanted)
        keys = [int(key) for key in items.values_list("object_id", flat=True)]
        lines = OrderLine.objects.filter(item__in=keys).exclude(state__in=[LineState.RECEIVED, LineState.CANCELLED])
        orders = {str(key) for key in lines.values_list("order_id", flat=True)}
        rows = Mapped.objects.filter(connection=connection, model=ORDER, object_id__in=orders)
        return set(rows.values_list("remote_id", flat=True))


def known_files(connection: Connection) -> dict[int, set[int]]:
    """The attachments that open orders have, with Odoo's ids of those orders."""
    with acting(PULL):
        alive = OrderFile.objects.current().filter(order__in=PurchaseOrder.objects.open())
        of_order: dict[str, set[int]] = {}
        for key, ref in alive.values_list("order_id", "ref"):
            of_order.setdefault(str(key), set()).add(int(ref))
        rows = Mapped.objects.filter(connection=connection, model=ORDER, object_id__in=of_order)
        found: dict[int, set[int]] = {}
        for order, remote in rows.values_list("object_id", "remote_id"):
            for attachment in of_order[order]:
                found.setdefault(attachment, set()).add(remote)
    return found


def wanted_files(number: int) -> list[OrderFile]:
    """Files whose bytes are not here yet, those of one supplier and content once; what failed before comes last."""
    once = OrderFile.objects.wanted().order_by("supplier_id", "checksum", "stated_at", "id")
    once = once.distinct("supplier_id", "checksum")
    rows = OrderFile.objects.filter(pk__in=once.values("pk")).select_related("order")
    with acting(PULL):
        return list(rows.order_by(F("tried_at").asc(nulls_first=True), "stated_at", "id")[:number])
