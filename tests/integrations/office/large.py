"""Large notices: announced by a supplier's program, carried to Odoo, the calls counted."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

from django.test import Client

from integrations.office.models import Delivery
from integrations.office.states import DeliveryState
from suppliers.models import PurchaseOrder, ShipmentOrder
from tests.cast import everything
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess
from tests.shipping import body, row

LINES = 50
"""Of the order; each is shipped in so many lots, a row of the notice each."""


@dataclass(frozen=True)
class Carried:
    """What a notice cost on its way to Odoo, and what arrived there: the lots of its transfer."""

    calls: int
    seconds: float
    lots: int


def carried(sandbox: SandboxProcess, lots: int) -> Carried:
    """Release an order in Odoo, agree to it, announce all of it through the API, and deliver the notice."""
    line = {"product": "PH-1040", "quantity": 2 * lots, "date": "2027-03-01 11:00:00", "price": 92.5}
    number = sandbox.release(lines=[line] * LINES)["name"]
    world.pull()
    order = world.order_named(number)
    world.accept(order)
    world.work()
    _announce(order, lots)
    sandbox.forget_calls()
    began = time.perf_counter()
    settled: list[Delivery] = world.work()
    seconds = time.perf_counter() - began
    assert [(one.state, one.failure) for one in settled] == [(DeliveryState.DONE, "")]
    calls = sum(sandbox.counts().values())
    with everything():
        transfer = ShipmentOrder.objects.get(order=order).transfer
    there = sandbox.ask("GET", f"transfers/{transfer}")["lines"]
    return Carried(calls, seconds, len({line["lot_id"][1] for line in there}))


def _announce(order: PurchaseOrder, lots: int) -> None:
    rows = [row(line, 2, lot=f"{lots}-{line.position}-{lot}") for line in world.lines_of(order) for lot in range(lots)]
    said = body(*rows, delivery_note=f"LS-{lots}")
    program = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {world.token_of(order.supplier_id)}"})
    made = program.post("/api/v1/shipments/", json.dumps(said), content_type="application/json")
    assert made.status_code == 201, made.content
