"""What a scan at the dock finds: a unit, a shipment, or what is expected of an order."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.shared.acting import acting
from suppliers import gs1
from suppliers.actions.shipment_clock import close
from suppliers.actions.shipments import send
from suppliers.models import NumberSeries, OrderLine, Shipment
from suppliers.queries.receiving import find_scanned, orders_scanned
from suppliers.scanning import understand
from tests.cast import Cast, doing, fresh_lines
from tests.shipping import body, confirmed, row, sent
from tests.suppliers.test_dock import line, rita
from tests.suppliers.test_receipts import fresh

__all__ = ["line", "rita"]  # fixtures


@pytest.fixture
def scanned(cast: Cast, line: OrderLine) -> Shipment:
    """A pallet with an SSCC, a drum with the supplier's own number, both on their way by different parcels."""
    with doing(cast.actor("sven")):
        NumberSeries.objects.create(supplier=cast.acme, gs1_prefix="4012345", next_unit=17)
    units = [{"ref": "P", "kind": "pallet"}, {"ref": "D", "kind": "drum", "plate": "DR-9", "tracking": "1Z-UNIT"}]
    rows = row(line, 40, within="P"), row(line, 10, within="D")
    return sent(cast, *rows, units=units, tracking="1Z-ALL", delivery_note="LS-77")


SSCC = gs1.sscc("4012345", 17)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ("]C100" + SSCC, "pallet"),
        (f"(00){SSCC}", "pallet"),
        (SSCC, "pallet"),
        ("3SDR-9", "drum"),
        ("dr-9", "drum"),
        ("1Z-UNIT", "drum"),
        ("1Z-ALL", None),
        ("LS-77", None),
        ("ls-77", None),
        ("S1", None),
        ("1", None),
    ],
)
def test_a_scan_leads_to_the_shipment_and_marks_the_unit(
    cast: Cast, rita: Client, scanned: Shipment, raw: str, kind: str | None
) -> None:
    answer = rita.get(reverse("receiving"), {"code": raw}, follow=True)
    assert answer.redirect_chain, answer.content.decode()
    assert answer.redirect_chain[0][0].startswith(reverse("shipment", args=[scanned.pk]))
    assert ("Scanned:" in answer.content.decode()) == (kind is not None)
    actor = cast.actor("rita")
    with acting(actor):
        (hit,) = find_scanned(actor, understand(raw))
    assert (hit.unit.kind if hit.unit else None) == kind


def test_a_scan_finds_only_what_is_sent_to_ones_own_plants(cast: Cast, scanned: Shipment) -> None:
    dora = cast.actor("dora")
    with acting(dora):
        assert find_scanned(dora, understand(SSCC)) == []


def test_several_are_offered_and_none_is_explained(
    cast: Cast, rita: Client, scanned: Shipment, line: OrderLine
) -> None:
    sent(cast, row(line, 5), tracking="1Z-ALL", delivery_note="LS-78")
    at = reverse("receiving")
    both = rita.get(at, {"code": "1Z-ALL"}).content.decode()
    assert "which one is it" in both
    assert both.index("LS-78") > 0 < both.index("LS-77")
    wrong = SSCC[:-1] + str((int(SSCC[-1]) + 1) % 10)
    for raw, words in (
        ("00" + wrong, "check digit"),
        ("1TL-77", "(1T) L-77"),
        ("nowhere", "“nowhere”"),
        ("]C1", "Nothing legible"),
        ("a\x1db", "No shipment bears this number"),
        ("\ud800", "No shipment"),
    ):
        answer = rita.get(at, {"code": raw.encode("utf-8", "surrogatepass")})
        assert (answer.status_code, words in answer.content.decode()) == (200, True), raw


@pytest.mark.parametrize("raw", ["{}", "K{}", "(400){}", "]C1400{}"])
def test_an_orders_number_leads_to_what_arrives_for_it(
    cast: Cast, rita: Client, scanned: Shipment, line: OrderLine, raw: str
) -> None:
    at, code = reverse("receiving"), {"code": raw.format(line.order.number)}
    assert rita.get(at, code).headers["Location"] == reverse("shipment", args=[scanned.pk])
    other = sent(cast, row(line, 5), delivery_note="LS-78")
    both = rita.get(at, code).content.decode()
    assert "which one is it" in both
    assert "LS-77" in both
    assert "LS-78" in both
    for shipment in (scanned, other):
        close(actor=cast.actor("rita"), shipment=fresh(shipment), reason="Lost.", at=timezone.now())
    gone = rita.get(at, code).content.decode()
    assert "Nothing that is announced of this order" in gone
    assert reverse("order", args=[line.order_id]) in gone
    dora = cast.actor("dora")
    with acting(dora):
        assert (find_scanned(dora, understand(code["code"])), orders_scanned(dora, understand(code["code"]))) == (
            [],
            [],
        )


def test_an_order_taken_out_of_a_notice_does_not_find_it(cast: Cast, rita: Client, line: OrderLine) -> None:
    (other,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, row(line, 40), row(other, 5))
    send(actor=cast.actor("sven"), shipment=shipment, body=body(row(line, 40)), channel="page", at=timezone.now())
    answer = rita.get(reverse("receiving"), {"code": other.order.number})
    assert "Nothing that is announced of this order" in answer.content.decode()


def test_a_unit_of_an_earlier_version_is_not_found(cast: Cast, scanned: Shipment, line: OrderLine) -> None:
    said = body(row(line, 40), delivery_note="LS-77")
    send(actor=cast.actor("sven"), shipment=scanned, body=said, channel="page", at=timezone.now())
    rita = cast.actor("rita")
    with acting(rita):
        assert find_scanned(rita, understand(SSCC)) == []
