"""Shipments on pages: what is typed, kept, checked and sent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from suppliers import gs1
from suppliers.models import HandlingUnit, NumberSeries, OrderLine, Shipment, ShipmentDraft
from suppliers.pages.shipments_form import body_of, fields_of
from suppliers.shipping_states import ShipmentState, UnitKind
from tests.cast import Cast, doing, everything, fresh_lines, working_day
from tests.shipping import confirmed, row, sent

WORDS = st.text(st.characters(categories=("L", "N", "P"), include_characters=" "), min_size=1, max_size=20).map(
    str.strip
)
SAID = WORDS.filter(bool)
NUMBERS = st.decimals("0.001", "999999999", places=3).map(lambda number: f"{number.normalize():f}")
DAYS = st.dates().map(str)
UNITS = st.fixed_dictionaries(
    {"ref": SAID, "kind": st.sampled_from(UnitKind.values)},
    optional={"plate": SAID, "within": SAID, "gross_weight": NUMBERS, "tracking": SAID},
)
LINES = st.fixed_dictionaries(
    {"quantity": NUMBERS},
    optional={
        **dict.fromkeys(("order", "unit", "lot", "country", "within"), SAID),
        "line": st.uuids().map(str),
        "position": st.integers(1, 10**8),
        "made_on": DAYS,
        "expires_on": DAYS,
        "serials": st.lists(SAID, min_size=1, max_size=5),
    },
)
BODIES = st.fixed_dictionaries(
    {"units": st.lists(UNITS, max_size=4), "lines": st.lists(LINES, max_size=12)},
    optional={
        **dict.fromkeys(("delivery_note", "carrier", "tracking", "dangerous_goods", "note", "reason"), SAID),
        "departs_on": DAYS,
        "arrives_on": DAYS,
    },
)


@given(BODIES, st.sampled_from(["en", "de"]))
def test_a_body_is_the_form_and_the_form_the_body(said: dict[str, Any], language: str) -> None:
    with translation.override(language):
        assert body_of(fields_of(said)) == said


@given(st.dictionaries(st.sampled_from(["lines-0-quantity", "units-7-gross_weight", "lines-2-lot", "x"]), st.text()))
def test_whatever_is_typed_stays(typed: dict[str, str]) -> None:
    once = body_of(typed)
    assert body_of(fields_of(once)) == once


@pytest.fixture
def sven(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["sven"])
    return client


@pytest.fixture
def line(cast: Cast) -> OrderLine:
    (line,) = fresh_lines(confirmed(cast, cast.line(100, date=working_day(1))))
    return line


def the_shipment() -> Shipment:
    with everything():
        return Shipment.objects.get()


def begin(client: Client, **typed: Any) -> tuple[Shipment, dict[str, str]]:
    """A draft with this week's promises, and what its form sends as it first stands."""
    answer = client.post(reverse("new_shipment"), {"do": "week"})
    assert answer.status_code == 302, answer.content.decode()
    shipment = the_shipment()
    return shipment, {**hidden(client, shipment), **typed}


def hidden(client: Client, shipment: Shipment) -> dict[str, str]:
    """What the form sends as the page shows it."""
    page = html.fromstring(client.get(reverse("edit_shipment", args=[shipment.pk])).content)
    return {name: value or "" for name, value in page.get_element_by_id("answer").form_values()}


def test_this_weeks_promises_are_announced_in_two_clicks(cast: Cast, sven: Client, line: OrderLine) -> None:
    confirmed(cast, cast.line(7, date=working_day(40)))
    shipment, typed = begin(sven, delivery_note="LS-77")
    assert [name for name in typed if name.endswith("-quantity")] == ["lines-0-quantity"]
    assert (typed["lines-0-line"], typed["lines-0-quantity"]) == (str(line.pk), "100")
    answer = sven.post(reverse("edit_shipment", args=[shipment.pk]), {**typed, "do": "send"})
    assert answer.status_code == 302, answer.content.decode()
    shipment = the_shipment()
    assert (shipment.state, shipment.delivery_note, shipment.version) == (ShipmentState.IN_TRANSIT, "LS-77", 1)
    page = sven.get(reverse("shipment", args=[shipment.pk])).content.decode()
    assert "LS-77" in page
    assert line.order.number in page


def test_what_is_typed_is_kept_and_checked(sven: Client, line: OrderLine) -> None:
    shipment, typed = begin(sven, **{"lines-0-quantity": "1,0x"})
    check = reverse("check_shipment", args=[shipment.pk])
    said = sven.post(check, typed).content.decode()
    assert "Row 1: This is not a number." in said
    assert 'id="lines-0-said"' in said
    with everything():
        draft = ShipmentDraft.objects.get()
        assert (draft.body["lines"][0]["quantity"], draft.revision) == ("1,0x", 2)
    assert 'value="2"' in said
    clean = {**typed, "revision": "2", "delivery_note": "LS-1", "lines-0-quantity": "60"}
    assert "Nothing is in the way" in sven.post(check, clean).content.decode()
    assert the_shipment().version == 0


def test_a_colleague_who_typed_meanwhile_is_not_written_over(cast: Cast, sven: Client, line: OrderLine) -> None:
    shipment, typed = begin(sven, delivery_note="LS-1")
    anna = Client()
    anna.force_login(cast.people["anna"])
    check = reverse("check_shipment", args=[shipment.pk])
    anna.post(check, {**typed, "carrier": "Elbe Cargo"})
    assert "was changed meanwhile" in sven.post(check, {**typed, "carrier": "Other"}).content.decode()
    refused = sven.post(reverse("edit_shipment", args=[shipment.pk]), {**typed, "carrier": "Other", "do": "send"})
    assert refused.status_code == 409
    assert 'value="Other"' in refused.content.decode()
    with everything():
        assert ShipmentDraft.objects.get().body["carrier"] == "Elbe Cargo"


def test_the_buttons_work_without_script(cast: Cast, sven: Client, line: OrderLine) -> None:
    (other,) = fresh_lines(confirmed(cast, cast.line(30, date=working_day(60))))
    shipment, _typed = begin(sven)
    at = reverse("edit_shipment", args=[shipment.pk])

    def press(do: str, **more: str) -> dict[str, Any]:
        answer = sven.post(at, {**hidden(sven, shipment), **typed_lots, **more, "do": do})
        assert answer.status_code == 200, do
        with everything():
            found: dict[str, Any] = ShipmentDraft.objects.get().body
        return found

    typed_lots: dict[str, str] = {"delivery_note": "LS-1"}
    said = press("split:0", **{"lines-0-quantity": "60", "lines-0-lot": "L1"})
    assert [row.get("quantity") for row in said["lines"]] == ["60", None]
    said = press("add", **{"lines-1-quantity": "40", "lines-1-lot": "L2", "lines-0-lot": "L1", "add": str(other.pk)})
    assert [(row["quantity"], row.get("lot")) for row in said["lines"]] == [("60", "L1"), ("40", "L2"), ("30", None)]
    said = press("drop:2")
    assert len(said["lines"]) == 2
    said = press("cartons", cartons="3")
    assert [row["quantity"] for row in said["lines"]] == ["20", "20", "20", "13", "13", "14"]
    said = press("pallet")
    assert [(unit["kind"], unit.get("within")) for unit in said["units"]] == [
        ("pallet", None),
        *([("carton", said["units"][0]["ref"])] * 3),
    ]
    sent = sven.post(
        at, {**fields_of(said), "revision": hidden(sven, shipment)["revision"], "version": "0", "do": "send"}
    )
    assert sent.status_code == 302, sent.content.decode()
    with everything():
        assert list(HandlingUnit.objects.order_by("position").values_list("kind", "parent__kind")) == [
            ("pallet", None),
            *([("carton", "pallet")] * 3),
        ]


def test_what_cannot_be_packed_is_said(sven: Client, line: OrderLine) -> None:
    shipment, typed = begin(sven)
    at = reverse("edit_shipment", args=[shipment.pk])
    assert "Say how many cartons" in sven.post(at, {**typed, "do": "cartons", "cartons": "0"}).content.decode()
    few = {**typed, "lines-0-quantity": "2", "do": "cartons", "cartons": "3"}
    assert "Not every quantity" in sven.post(at, few).content.decode()


def test_a_correction_begins_with_what_was_sent(cast: Cast, sven: Client, line: OrderLine) -> None:
    shipment = sent(
        cast, row(line, 40, lot="L1", within="A"), row(line, 10), units=[{"ref": "A", "kind": "box"}], note="Ramp 3"
    )
    at = reverse("edit_shipment", args=[shipment.pk])
    typed = hidden(sven, shipment)
    assert (typed["lines-0-lot"], typed["lines-1-quantity"], typed["units-0-plate"]) == ("L1", "10", "000000000")
    with everything():
        assert not ShipmentDraft.objects.exists()
    assert sven.post(at, {**typed, "do": "send"}).status_code == 302
    assert the_shipment().version == 1  # the same again changes nothing
    changed = {**typed, "lines-1-quantity": "20", "reason": "Counted again", "do": "send"}
    assert sven.post(at, changed).status_code == 302
    assert the_shipment().version == 2
    page = sven.get(reverse("shipment", args=[shipment.pk])).content.decode()
    assert "Counted again" in page
    assert "Corrected: version 2" in page
    assert f"{line.order.number} · 1" in page
    assert re.search(r"<del>.*10 Units.*</del>.*20 Units", page, re.DOTALL)


def test_a_correction_can_be_forgotten(cast: Cast, sven: Client, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 40))
    typed = {**hidden(sven, shipment), "carrier": "Elbe"}
    sven.post(reverse("check_shipment", args=[shipment.pk]), typed)
    with everything():
        assert ShipmentDraft.objects.exists()
    sven.post(reverse("edit_shipment", args=[shipment.pk]), {**typed, "do": "forget"})
    with everything():
        assert not ShipmentDraft.objects.exists()
    assert the_shipment().carrier == ""


def test_a_shipment_is_cancelled_with_a_reason_and_a_draft_without(cast: Cast, sven: Client, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 40))
    at = reverse("cancel_shipment", args=[shipment.pk])
    refused = sven.post(at, {"version": "1"})
    assert (refused.status_code, the_shipment().state) == (422, ShipmentState.SUBMITTED)
    assert "Say why it is cancelled" in refused.content.decode()
    assert sven.post(at, {"version": "7", "reason": "x"}).status_code == 409
    assert sven.post(at, {"version": "1", "reason": "Truck broke"}).status_code == 302
    assert the_shipment().state == ShipmentState.CANCELLED
    page = sven.get(reverse("shipment", args=[shipment.pk])).content.decode()
    assert "Truck broke" in page
    sven.post(reverse("new_shipment"), {"do": "week"})
    with everything():
        draft = Shipment.objects.get(version=0)
    assert sven.post(reverse("cancel_shipment", args=[draft.pk])).status_code == 302
    with everything():
        assert Shipment.objects.get(pk=draft.pk).state == ShipmentState.CANCELLED


def test_lines_are_offered_by_plant(cast: Cast, sven: Client, line: OrderLine) -> None:
    (there,) = fresh_lines(confirmed(cast, cast.line(5, date=working_day(1)), plant=cast.drs))
    page = sven.get(reverse("new_shipment")).content.decode()
    assert "Hamburg works" in page
    assert "Dresden works" in page
    refused = sven.post(reverse("new_shipment"), {"do": "week"})
    assert refused.status_code == 422
    place = f"{cast.acme.pk}-{cast.drs.pk}"
    sven.post(reverse("new_shipment"), {"do": "begin", "place": place, "take": [str(there.pk), str(line.pk)]})
    shipment = the_shipment()
    assert shipment.plant_id == cast.drs.pk
    with everything():
        assert [one["line"] for one in ShipmentDraft.objects.get().body["lines"]] == [str(there.pk)]


def test_staff_read_what_was_sent_and_no_draft(cast: Cast, sven: Client, line: OrderLine) -> None:
    begin(sven)
    bea = Client()
    bea.force_login(cast.people["bea"])
    assert "No shipments yet" in bea.get(reverse("shipments")).content.decode()
    shipment = sent(cast, row(line, 40), delivery_note="LS-9")
    page = bea.get(reverse("shipment", args=[shipment.pk])).content.decode()
    assert "LS-9" in page
    assert "Cancel the shipment" not in page
    assert bea.get(reverse("edit_shipment", args=[shipment.pk])).status_code == 403


def test_what_is_too_large_for_a_page_is_read_there_and_corrected_elsewhere(cast: Cast, sven: Client) -> None:
    (line,) = fresh_lines(confirmed(cast, cast.line(1000)))
    shipment = sent(cast, *(row(line, 1) for _ in range(501)))
    assert "The first 500 of 501 rows" in sven.get(reverse("shipment", args=[shipment.pk])).content.decode()
    answer = sven.get(reverse("edit_shipment", args=[shipment.pk]))
    assert (answer.status_code, "more rows than a page takes" in answer.content.decode()) == (409, True)


def test_as_many_rows_as_a_page_takes_can_be_sent_from_it(cast: Cast, sven: Client) -> None:
    (line,) = fresh_lines(confirmed(cast, cast.line(1000)))
    units = [{"ref": str(at), "kind": "carton"} for at in range(300)]
    shipment = sent(cast, *(row(line, 1, lot=f"L{at}", within=str(at)) for at in range(300)), units=units)
    typed = {**hidden(sven, shipment), "carrier": "Elbe Cargo", "do": "send"}
    answer = sven.post(reverse("edit_shipment", args=[shipment.pk]), typed)
    assert (answer.status_code, the_shipment().version) == (302, 2)


def test_numbers_are_made_of_what_the_supplier_says(cast: Cast, sven: Client) -> None:
    at = reverse("numbering")
    assert "000000000" in sven.get(at).content.decode()
    wrong = sven.post(at, {"gs1_prefix": "12", "extension": "x", "agency": "UN", "company": ""})
    assert wrong.status_code == 422
    for words in ("4 to 12 digits", "one digit", "Say both"):
        assert words in wrong.content.decode()
    with doing(cast.actor("boris")):
        NumberSeries.objects.create(supplier=cast.borealis, gs1_prefix="4012345", next_unit=3)
    taken = sven.post(at, {"gs1_prefix": "4012345", "extension": "0"})
    assert (taken.status_code, "Another supplier" in taken.content.decode()) == (422, True)
    assert sven.post(at, {"gs1_prefix": "4012345", "extension": "1"}).status_code == 302
    assert gs1.sscc("4012345", 0, extension=1) in sven.get(at).content.decode()
