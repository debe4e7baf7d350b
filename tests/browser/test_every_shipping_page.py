"""Every page about shipments, the dock and sheets, light and dark, at a desk and on a phone."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from suppliers.actions import shipments
from suppliers.actions.shelf_rules import set_shelf_rule
from suppliers.actions.shipment_prints import print_shipment
from suppliers.models import HandlingUnit, NumberSeries, Shipment
from suppliers.shipping_states import ReceiptKind, Tracking
from tests.browser.conftest import Portal, what_is_wrong
from tests.cast import Cast, ReleaseOrder, doing, everything, fresh_lines, revise, working_day
from tests.sheets import Filled, bring, download
from tests.shipping import body, confirmed, row, sent
from tests.suppliers.test_receipts import book, booked, notice_of

pytestmark = pytest.mark.committed

PAGES = [
    ("sven", "/"),
    ("sven", "/shipments/"),
    ("sven", "/shipments/?view=correct"),
    ("sven", "/shipments/?q=nothing-like-it"),
    ("sven", "/shipments/new/"),
    ("sven", "/shipments/numbering/"),
    ("sven", "/shipments/{drafted}/"),
    ("sven", "/shipments/{drafted}/edit/"),
    ("sven", "/shipments/{packed}/"),
    ("sven", "/shipments/{packed}/edit/"),
    ("sven", "/shipments/{wrong}/"),
    ("sven", "/shipments/{wrong}/edit/"),
    ("sven", "/shipments/{packed}/papers/"),
    ("sven", "/shipments/{packed}/papers/?what=labels"),
    ("sven", "/shipments/{packed}/papers/{print}/"),
    ("rita", "/"),
    ("rita", "/receiving/"),
    ("rita", "/receiving/?view=late"),
    ("rita", "/receiving/?view=rest"),
    ("rita", "/receiving/?view=correct"),
    ("rita", "/receiving/?view=missing"),
    ("rita", "/receiving/?code=3SDR-C"),
    ("rita", "/receiving/?code=P00075"),
    ("rita", "/receiving/?code=P00071"),
    ("rita", "/shipments/{packed}/?unit={unit}"),
    ("rita", "/shipments/{partly}/"),
    ("rita", "/shipments/{partly}/close/"),
    ("bea", "/"),
    ("bea", "/shipments/"),
    ("bea", "/shipments/{wrong}/"),
    ("quentin", "/shelf-rules/"),
    ("quentin", "/shelf-rules/?show=ended&item=BR-100&days=30"),
    ("anna", "/orders/sheets/"),
    ("anna", "/orders/sheets/{sheet}/"),
]


@pytest.fixture
def places(portal: Portal, release_order: ReleaseOrder) -> dict[str, object]:
    cast, now = portal.cast, timezone.now()
    with doing(cast.actor("sven")):
        NumberSeries.objects.create(supplier=cast.acme, gs1_prefix="4012345")
    packed = _packed(cast)
    asked = print_shipment(actor=cast.actor("sven"), shipment=packed, what="labels", stock="", language="en", at=now)
    with everything():
        unit = HandlingUnit.objects.filter(version__shipment=packed, version__number=2).first()
        assert unit is not None
    rules = [(cast.bracket, None, 30), (cast.bracket, cast.ham, 45), (cast.bracket, cast.ham, 60)]
    for item, plant, days in (*rules, (cast.granulate, cast.drs, 90), (cast.granulate, cast.drs, None)):
        set_shelf_rule(actor=cast.actor("quentin"), item=item, plant=plant, days=days, at=now)
    release_order(cast.line(100), cast.line(40), number="P00081")
    confirmed(cast, cast.line(7, date=working_day(1)), number="P00075")
    filled = (
        Filled(download(cast.actor("anna"), cast.acme)).fill(3, quantity=5, reason="Capacity").fill(4, quantity="x")
    )
    return {
        "packed": packed.pk,
        "unit": unit.pk,
        "print": asked.pk,
        "drafted": _drafted(cast).pk,
        "partly": _partly(cast).pk,
        "wrong": _wrong(cast).pk,
        "sheet": bring(cast.actor("anna"), cast.acme.pk, filled.saved).pk,
    }


def _packed(cast: Cast) -> Shipment:
    """Corrected once: three lots in two cartons on a pallet, and something loose; today at the dock."""
    lots = cast.line(1200, tracking=Tracking.LOT, dated=True)
    first, second = fresh_lines(confirmed(cast, lots, cast.line(40), number="P00071"))
    units = [{"ref": "P", "kind": "pallet", "gross_weight": "412.5"}]
    units += [{"ref": name, "kind": "carton", "within": "P", "tracking": f"1Z{name}"} for name in ("A", "B")]
    expires = working_day(400).isoformat()
    rows = [row(first, 300, lot=f"L-{one}", expires_on=expires, country="DE", within=one) for one in ("A", "B")]
    today = timezone.localdate()
    more = {"departs_on": str(today), "arrives_on": str(today + dt.timedelta(1)), "carrier": "Elbe Cargo"}
    words = {"dangerous_goods": "UN 1263, 3, II", "note": "Dock 4, call before you come.", "tracking": "1Z999AA1"}
    shipment = sent(cast, *rows, units=units, delivery_note="LS-4711", **more)
    said = body(*rows, row(second, 40), units=units, delivery_note="LS-4711", reason="Found 40 more.", **more, **words)
    send = {"actor": cast.actor("sven"), "channel": "page", "at": timezone.now()}
    return shipments.send(shipment=shipment, body=said, **send)


def _drafted(cast: Cast) -> Shipment:
    """Typed, and not sent: more than is open, and no lot where one is needed."""
    lots = cast.line(40, tracking=Tracking.LOT, dated=True)
    first, second = fresh_lines(confirmed(cast, cast.line(500), lots, number="P00072"))
    said = body(row(first, 9999), row(second, 40, country="de"), delivery_note="")
    sven, now = cast.actor("sven"), timezone.now()
    return shipments.start(actor=sven, supplier=cast.acme, plant=cast.ham, body=said, at=now)


def _partly(cast: Cast) -> Shipment:
    """Late, and arrived in part: less of one lot, more of another."""
    order = confirmed(cast, cast.line(100), number="P00073")
    (line,) = fresh_lines(order)
    today = timezone.localdate()
    days = {"departs_on": str(today - dt.timedelta(3)), "arrives_on": str(today)}
    shipment = sent(cast, row(line, 60, lot="M1"), row(line, 40, lot="M2"), delivery_note="LS-4712", **days)
    notice = notice_of(shipment, order).pk
    book(
        order,
        booked(order, "1", 50, notice=notice, lot="M1"),
        booked(order, "2", 5, notice=notice, lot="M1", kind=ReceiptKind.RETURN, returned_ref="1"),
    )
    return shipment


def _wrong(cast: Cast) -> Shipment:
    """Announced, and then less was ordered."""
    order = confirmed(cast, cast.line(100), number="P00074")
    (line,) = fresh_lines(order)
    today = timezone.localdate()
    days = {"departs_on": str(today - dt.timedelta(4)), "arrives_on": str(today - dt.timedelta(1))}
    shipment = sent(cast, row(line, 80), delivery_note="LS-4713", at=timezone.now() - dt.timedelta(4), **days)
    revise(order, receipts=(), quantity=Decimal(50))
    return shipment


@pytest.mark.long
def test_every_shipping_page(portal: Portal, places: dict[str, object]) -> None:
    assert what_is_wrong(portal, PAGES, places) == []
