"""An act of the tests' own: a person of the supplier or a buyer writes the supplier's reference onto an order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from integrations.slot import outbox
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Invalid
from portal.shared.ownership import Permission, who
from suppliers.models import Plant, PurchaseOrder
from suppliers.states import Role, StaffRole


class Act(Permission):
    REFER = who(
        "Write a reference",
        supplier=[Role.ORDER_DESK],
        staff=[StaffRole.BUYER],
        scopes=["acknowledgements:write"],
        systems=["pull"],
    )


@act(Act.REFER, within="plant")
def begin(*, actor: Actor, order: PurchaseOrder, at: dt.datetime, plant: Plant | None = None) -> PurchaseOrder:
    """Stands for an act that makes something for one plant, or for all of them."""
    return order


def nothing() -> None:
    """What happens in the middle of an act, unless a test wants something to."""


@act(Act.REFER, about="order")
def refer(
    *, actor: Actor, order: PurchaseOrder, reference: str, at: dt.datetime, meanwhile: Callable[[], None] = nothing
) -> PurchaseOrder:
    """Hold the order, write, publish; refuse an empty reference, but only after having written."""
    order = transitions.hold(order)
    audit.note(order, supplier_reference=(order.supplier_reference, reference))
    order.supplier_reference = reference
    order.save(update_fields=["supplier_reference"])
    outbox.publish("test.referred", about=order, supplier_id=order.supplier_id, tier=2, payload={"is": reference})
    meanwhile()
    if not reference:
        raise Invalid("Say a reference.")
    return order
