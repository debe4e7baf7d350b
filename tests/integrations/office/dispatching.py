"""What is shipped of one order, and what the dock does with it in Odoo. Deeds take a position, a number and days."""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from integrations.office.odoo import translate
from integrations.sandbox import dock
from portal.shared.acting import acting
from portal.shared.actor import Actor, ActorKind, Grant
from suppliers.actions import shipment_clock, shipments
from suppliers.models import OrderLine, PurchaseOrder, Shipment, ShipmentOrder
from suppliers.queries.shipments_open import open_lines
from suppliers.shipping_states import NOT_ARRIVED, ON_THE_ROAD, Tracking
from suppliers.states import Role, StaffRole
from tests.cast import everything
from tests.integrations.office.buying import BuyerInOdoo
from tests.shipping import row

OF_SHIPPING = ("announce", "announce", "correct_notice", "correct_notice", "cancel_notice", "close_notice")
AT_THE_DOCK = ("take_in", "take_in", "take_in_all", "send_back")
DOCK = Actor(ActorKind.STAFF, "rita", "Rita", frozenset({Grant(StaffRole.RECEIVING)}))
Rows = dict[tuple[UUID, str], Decimal]
"""By order line and lot."""


@dataclass
class Dispatch(BuyerInOdoo):
    """The supplier's shipping, the buyer's receiving, and the clerk at the dock."""

    said: dict[UUID, Rows] = field(default_factory=dict)
    """What each shipment announces, as it was sent last."""
    now: dt.datetime = field(init=False)

    @property
    @abstractmethod
    def order(self) -> PurchaseOrder: ...

    # --- The supplier ------------------------------------------------------------------------------------------------

    def announce(self, position: int, number: int, days: int) -> None:
        order = self.order
        body, rows = self._notice(order, position, number, days, f"LS-{len(self.said)}")
        sent = shipments.announce(
            actor=self._shipper(order), supplier=order.supplier, body=body, channel="page", at=self.now
        )
        self.said[sent.pk] = rows

    def correct_notice(self, position: int, number: int, days: int) -> None:
        order = self.order
        if shipment := self._some(position, order):
            body, rows = self._notice(order, position, number, days, shipment.delivery_note, but=shipment)
            shipments.send(actor=self._shipper(order), shipment=shipment, body=body, channel="page", at=self.now)
            self.said[shipment.pk] = rows

    def cancel_notice(self, position: int, _number: int, _days: int) -> None:
        if shipment := self._some(position, order := self.order):
            shipments.cancel(actor=self._shipper(order), shipment=shipment, reason="Sold.", at=self.now)

    def close_notice(self, position: int, _number: int, _days: int) -> None:
        if shipment := self._some(position, self.order):
            shipment_clock.close(actor=DOCK, shipment=shipment, reason="Lost.", at=self.now)

    def shipments(self) -> list[Shipment]:
        """All that were sent of the order, as it stands with its vendor now."""
        with everything():
            return list(Shipment.objects.filter(pk__in=self.said).select_related("supplier").order_by("number"))

    def _some(self, position: int, order: PurchaseOrder) -> Shipment | None:
        found = [one for one in self.shipments() if one.state in ON_THE_ROAD and one.supplier_id == order.supplier_id]
        return found[position % len(found)] if found else None

    def _shipper(self, of: PurchaseOrder | Shipment) -> Actor:
        grant = Grant(Role.SHIPPING, supplier_id=of.supplier_id)
        return Actor(ActorKind.SUPPLIER, "carl", "Carl Cargo", frozenset({grant}))

    def _notice(
        self, order: PurchaseOrder, position: int, number: int, days: int, note: str, but: Shipment | None = None
    ) -> tuple[dict[str, Any], Rows]:
        """Of one line or of all, in one lot or two, all that is open or as much as the number says."""
        actor = self._shipper(order)
        with acting(actor):
            keys = list(OrderLine.objects.filter(order=order).values_list("pk", flat=True))
            found = open_lines(actor, self.now, keys=keys, but=[but.pk] if but else ()).rows
        found = sorted(found, key=lambda one: one.line.position)
        chosen = found if number % 3 == 0 or not found else [found[position % len(found)]]
        rows, lines = {}, []
        for one in chosen:
            much = one.open if number % 2 else min(one.open, Decimal(number))
            lots = (f"A{days % 2}", "B") if number % 5 == 0 and much > 1 else (f"A{days % 2}",)
            shares = [much - 1, Decimal(1)] if len(lots) > 1 else [much]
            for lot, share in zip(lots, shares, strict=True):
                named = lot if one.line.tracking == Tracking.LOT else ""
                if share and (one.line.pk, named) not in rows:
                    rows[one.line.pk, named] = share
                    lines.append(row(one.line, share, **({"lot": named} if named else {})))
        today = self.now.date()
        body = {"delivery_note": note, "lines": lines}
        body |= {"departs_on": today.isoformat(), "arrives_on": (today + dt.timedelta(2 + days)).isoformat()}
        return body, rows

    # --- The dock ----------------------------------------------------------------------------------------------------

    def take_in(self, position: int, number: int, _days: int) -> None:
        """So much of one line of a notice's transfer arrives, which may be more than was announced."""
        if transfer := self._open_transfer(position):
            with self.odoo.as_buyer() as env:
                lines = dock.dump(env, transfer)["lines"]
                if lines := [line for line in lines if line["state"] not in ("done", "cancel")]:
                    line = lines[number % len(lines)]
                    lot = {"lot": "A0"} if line["tracking"] == "lot" and not line["lot_id"] else {}
                    dock.receive(env, transfer, [{"id": line["id"], "quantity": float(number), **lot}])

    def take_in_all(self, position: int, _number: int, _days: int) -> None:
        if transfer := self._open_transfer(position):
            with self.odoo.as_buyer() as env:
                dock.receive(env, transfer)

    def send_back(self, position: int, number: int, _days: int) -> None:
        done = [one for one in self.transfers() if one["state"] == "done" and one["picking_type_code"] == "incoming"]
        if done:
            transfer = done[position % len(done)]["id"]
            with self.odoo.as_buyer() as env:
                (line, *_rest) = dock.dump(env, transfer)["lines"]
                much = min(float(number), line["quantity"])
                dock.send_back(env, transfer, [{"id": line["id"], "quantity": much}], refund=bool(number % 3))

    def transfers(self) -> list[dict[str, Any]]:
        return list(self.odoo.dump()["pickings"])

    def _open_transfer(self, position: int) -> int | None:
        found = [
            one["id"]
            for one in self.transfers()
            if one["state"] not in ("done", "cancel", "draft") and translate.notice_of(one["external_id"])
        ]
        return found[position % len(found)] if found else None

    # --- What stands where -------------------------------------------------------------------------------------------

    def covered(self) -> dict[UUID, UUID]:
        """The shipment of each notice's key."""
        with everything():
            return dict(ShipmentOrder.objects.filter(shipment__in=self.said).values_list("pk", "shipment"))

    def give_up(self, shipment: Shipment) -> None:
        """Odoo cannot have it, or what it rests on changed: somebody ends it."""
        if shipment.state in NOT_ARRIVED:
            shipments.cancel(
                actor=self._shipper(shipment), shipment=shipment, reason="Odoo cannot have it.", at=self.now
            )
        elif shipment.state in ON_THE_ROAD:
            shipment_clock.close(actor=DOCK, shipment=shipment, reason="Odoo cannot have it.", at=self.now)
