"""A sender that sends letters nowhere and remembers them, and small words for what the post office does with it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from integrations.office import delivery as office
from integrations.office.actions import delivering
from integrations.office.actions.delivering import Sending
from integrations.office.models import Connection, Delivery
from integrations.office.odoo.gateway import Gateway
from integrations.office.routes import AGREED, ODOO
from integrations.slot import outbox
from portal.shared import transitions
from portal.shared.acting import acting
from suppliers.models import PurchaseOrder
from tests.cast import Cast, doing, everything

NOW = dt.datetime(2027, 1, 4, 9, tzinfo=dt.UTC)


class Dummy:
    """Sends letters nowhere and remembers them; ``fail`` decides what becomes of each."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.fail: Callable[[Delivery], Exception | None] = lambda _letter: None
        self.lock = threading.Lock()

    def __call__(self, sending: Sending, gateway: Gateway) -> Mapping[str, Any]:
        letter = sending.delivery
        with self.lock:
            self.sent.append((letter.body["order"]["number"], letter.body["number"]))
        failure = self.fail(letter)
        if failure is not None:
            raise failure
        return {"dummy": True}

    @property
    def numbers(self) -> list[int]:
        return [number for _order, number in self.sent]


@pytest.fixture
def dummy(monkeypatch: pytest.MonkeyPatch, cast: Cast, settings: Any) -> Dummy:
    sender = Dummy()
    monkeypatch.setattr(office, "SENDERS", {(ODOO, AGREED): sender})
    with acting(delivering.POST_OFFICE, write=True):
        Connection.objects.create(name="main")
    settings.ODOO_REST_SECONDS = 120
    settings.ODOO_TIMEOUT_SECONDS = 20
    return sender


def publish(order: PurchaseOrder, number: int, *, tier: int = 2, topic: str = AGREED) -> None:
    """Drop a letter about an order, as an act would."""
    with doing(at=NOW):
        held = transitions.hold(order)
        payload = {"order": {"number": held.number}, "number": number, "lines": []}
        outbox.publish(topic, about=held, supplier_id=held.supplier_id, tier=tier, payload=payload)


def deliver(now: dt.datetime = NOW) -> Delivery | None:
    return office.deliver_one(Gateway("odoo:main"), lambda: now)


def drain(now: dt.datetime = NOW) -> list[Delivery]:
    office.sweep(now)
    office.fan_out(now)
    return list(_until_none(now))


def _until_none(now: dt.datetime) -> Iterator[Delivery]:
    while (settled := deliver(now)) is not None:
        yield settled


def states() -> list[str]:
    with everything():
        return list(Delivery.objects.order_by("position").values_list("state", flat=True))


def only() -> Delivery:
    with everything():
        return Delivery.objects.get()
