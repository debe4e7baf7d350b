"""Shipments by a sheet: downloaded, filled in, brought back, looked at, announced."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.shared.actor import Actor
from portal.shared.errors import Invalid
from suppliers.actions import sheets, shipments
from suppliers.actions.sheet_previews import Preview
from suppliers.actions.shipments import record
from suppliers.models import HandlingUnit, OrderLine, SheetUpload, Shipment, User
from suppliers.states import SheetState
from suppliers.tasks import send_sheets
from tests.cast import Cast, doing, everything, fresh_lines
from tests.sheets import Filled, bring, codes, download_goods, found, previewed, send
from tests.shipping import ARRIVES, LEAVES, confirmed, lines_of, row, sent

pytestmark = pytest.mark.django_db
HEAD: dict[str, Any] = {"delivery_note": "LS-1", "departs_on": LEAVES, "arrives_on": ARRIVES}


def sheet_of(cast: Cast) -> Filled:
    return Filled(download_goods(cast.actor("sven"), cast.acme))


def brought(cast: Cast, sheet: Filled) -> SheetUpload:
    return bring(cast.actor("sven"), cast.acme.pk, sheet.saved, kind="shipment_sheet")


def preview(cast: Cast, sheet: Filled) -> Preview[Any]:
    return previewed(cast.actor("sven"), brought(cast, sheet))


def notices() -> list[Shipment]:
    with everything():
        return list(Shipment.objects.order_by("number"))


def shipped(shipment: Shipment) -> list[tuple[str, int, str]]:
    """Order line, quantity and lot of each row."""
    return [(str(one.line_id), int(one.quantity), one.lot) for one in lines_of(shipment)]


def test_what_is_open_goes_out_comes_back_and_is_announced(cast: Cast) -> None:
    first, second, third = fresh_lines(confirmed(cast, cast.line(100), cast.line(40), cast.line(7)))
    sheet = sheet_of(cast)
    sheet.fill(3, **HEAD, quantity=60, lot="L1", carrier="Elbe Cargo").fill(4, delivery_note="ls-1", quantity=40)
    sheet.fill(5, delivery_note="LS-2", departs_on=LEAVES, arrives_on=ARRIVES, quantity=7, country="de")
    upload = brought(cast, sheet)
    found_ = previewed(cast.actor("sven"), upload)
    assert codes(found_) == {}
    assert [(part.title, len(part.good)) for part in found_.parts] == [("LS-1", 2), ("LS-2", 1)]
    upload = send(cast.actor("sven"), upload)
    one, other = notices()
    assert (one.delivery_note, one.carrier, one.departs_on) == ("LS-1", "Elbe Cargo", LEAVES)
    assert shipped(one) == [(str(first.pk), 60, "L1"), (str(second.pk), 40, "")]
    assert shipped(other) == [(str(third.pk), 7, "")]
    assert upload.state == SheetState.SENT
    assert [(told["number"], told["made"], told["went"]) for told in upload.outcomes.values()] == [
        ("S1 · LS-1", [str(one.pk)], ["3", "4"]),
        ("S2 · LS-2", [str(other.pk)], ["5"]),
    ]
    after = previewed(cast.actor("sven"), upload)
    assert (after.good, after.refused, len([line for line in after.lines if line.sent])) == ([], [], 3)


def test_each_delivery_of_which_something_is_open_is_a_row(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    sent(cast, row(line, 70))
    sheet = sheet_of(cast)
    assert (sheet["promised", 3].value, sheet["open", 3].value, sheet.sheet.max_row) == (100, 30, 3)
    assert {sheet[name, 3].value for name in ("delivery_note", "quantity", "lot")} == {None}


def test_packages_become_the_tree_they_describe(cast: Cast) -> None:
    confirmed(cast, cast.line(100), cast.line(40))
    sheet = sheet_of(cast)
    sheet.fill(3, **HEAD, quantity=60, package="C1", kind="Carton", package_in="P", gross_weight="12,5")
    sheet.fill(4, delivery_note="LS-1", quantity=40, package="C2", kind="box", package_in="P")
    sheet.copy_row(3, 5)
    sheet.fill(5, quantity=40, kind=None, package_in=None, gross_weight=None, lot="L2")
    sheet.copy_row(3, 6)
    sheet.fill(6, quantity=None, package="X", kind="crate", package_in=None, gross_weight=None)
    sheet.copy_row(3, 7)
    sheet.fill(7, quantity=None, package="P", kind="Pallet", package_in="X", gross_weight=None)
    assert codes(preview(cast, sheet)) == {}
    send(cast.actor("sven"), brought(cast, sheet))
    (shipment,) = notices()
    with everything():
        units = HandlingUnit.objects.filter(version__shipment=shipment).order_by("position")
        told = [(one.kind, one.gross_weight, one.parent and one.parent.kind) for one in units.select_related("parent")]
    assert told == [
        ("crate", None, None),
        ("pallet", None, "crate"),
        ("carton", Decimal("12.5"), "pallet"),
        ("box", None, "pallet"),
    ]
    assert [one.unit and one.unit.kind for one in lines_of(shipment)] == ["carton", "box", "carton"]


def test_good_rows_go_and_bad_ones_stay_behind_with_the_reason(cast: Cast) -> None:
    first, _second, _third = fresh_lines(confirmed(cast, cast.line(100), cast.line(40), cast.line(7)))
    sheet = sheet_of(cast)
    sheet.fill(3, **HEAD, quantity=60).fill(4, delivery_note="LS-1", quantity="many")
    sheet.fill(5, delivery_note="LS-1", quantity=900)
    upload = brought(cast, sheet)
    assert codes(previewed(cast.actor("sven"), upload)) == {
        sheet.at("quantity", 4): "number",
        sheet.at("quantity", 5): "over_shipment",
    }
    with pytest.raises(Invalid) as refusal:
        sheets.ask_to_send(actor=cast.actor("sven"), upload=upload, whole=True, at=timezone.now())
    assert refusal.value.code == "not_whole"
    upload = send(cast.actor("sven"), upload)
    assert shipped(notices()[0]) == [(str(first.pk), 60, "")]
    left = codes(previewed(cast.actor("sven"), upload))
    assert left[sheet.at("quantity", 4)] == "number"
    assert set(left) == {sheet.at("quantity", 4), sheet.at("quantity", 5)}


@pytest.mark.parametrize(
    ("cells", "others", "faults"),
    [
        ({"carrier": "A"}, {"carrier": "B"}, {("carrier", 3): "rows_differ", ("carrier", 4): "rows_differ"}),
        ({"departs_on": "soon"}, {}, {("departs_on", 3): "date", ("departs_on", 4): "date"}),
        ({"arrives_on": None}, {}, {("arrives_on", 3): "required", ("arrives_on", 4): "required"}),
        (
            {"package": "C", "kind": "box"},
            {"package": "C", "kind": "bag"},
            {("kind", 3): "rows_differ", ("kind", 4): "rows_differ"},
        ),
        ({"package": "C", "kind": "Heap"}, {}, {("kind", 3): "unknown_kind"}),
        ({"package": "C"}, {}, {("kind", 3): "unknown_kind"}),
        ({"kind": "box"}, {}, {("package", 3): "required"}),
        ({}, {"quantity": None, "lot": "L1"}, {("quantity", 4): "required"}),
        ({}, {"quantity": 0}, {("quantity", 4): "out_of_range"}),
        (
            {},
            {"delivery_note": None},
            dict.fromkeys((("delivery_note", 4), ("departs_on", 4), ("arrives_on", 4)), "required"),
        ),
        (
            {"package": "P", "kind": "pallet", "plate": "340123450000000018"},
            {"package": "C", "kind": "box", "package_in": "P"},
            {("plate", 3): "sscc_check_digit", "4": "sscc_check_digit"},
        ),
    ],
)
def test_what_rows_contradict_or_leave_out_is_told_to_their_cells(
    cast: Cast, cells: dict[str, Any], others: dict[str, Any], faults: dict[Any, str]
) -> None:
    confirmed(cast, cast.line(100), cast.line(40))
    sheet = sheet_of(cast)
    sheet.fill(3, **{**HEAD, "quantity": 60, **cells}).fill(4, **{"delivery_note": "LS-1", "quantity": 40, **others})
    places = {place if isinstance(place, str) else sheet.at(*place): code for place, code in faults.items()}
    assert codes(preview(cast, sheet)) == places


def test_rows_that_say_only_what_is_said_of_the_notice_ship_nothing(cast: Cast) -> None:
    first, _second = fresh_lines(confirmed(cast, cast.line(100), cast.line(40)))
    sheet = sheet_of(cast).fill(3, delivery_note="LS-1", quantity=60).fill(4, **HEAD)
    upload = brought(cast, sheet)
    found_ = previewed(cast.actor("sven"), upload)
    assert (codes(found_), len(found_.good), len(found_.parts[0].goes)) == ({}, 1, 2)
    send(cast.actor("sven"), upload)
    assert shipped(notices()[0]) == [(str(first.pk), 60, "")]


def test_several_lots_of_a_line_are_copied_rows_and_a_copy_left_as_it_is_a_slip(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    sheet = sheet_of(cast).fill(3, **HEAD, quantity=60, lot="L1")
    sheet.copy_row(3, 4)
    assert codes(preview(cast, sheet)) == {"4": "row_twice"}
    sheet.fill(4, quantity=40, lot="L2")
    send(cast.actor("sven"), brought(cast, sheet))
    assert shipped(notices()[0]) == [(str(line.pk), 60, "L1"), (str(line.pk), 40, "L2")]


def test_a_line_in_two_notices_of_one_sheet_is_counted_in_both(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    sheet = sheet_of(cast).fill(3, **HEAD, quantity=60)
    sheet.copy_row(3, 4)
    sheet.fill(4, delivery_note="LS-2", quantity=50)
    assert codes(preview(cast, sheet)) == {sheet.at("quantity", 4): "over_shipment"}
    sheet.fill(4, quantity=40)
    upload = brought(cast, sheet)
    assert codes(previewed(cast.actor("sven"), upload)) == {}
    send(cast.actor("sven"), upload)
    assert [shipped(one) for one in notices()] == [[(str(line.pk), 60, "")], [(str(line.pk), 40, "")]]


def test_what_was_announced_elsewhere_or_promised_anew_makes_rows_stale(cast: Cast) -> None:
    first, second, third = fresh_lines(confirmed(cast, cast.line(100), cast.line(40), cast.line(7)))
    sheet = sheet_of(cast).fill(3, **HEAD, quantity=10)
    sheet.fill(4, delivery_note="LS-1", quantity=40).fill(5, delivery_note="LS-1", quantity=7)
    upload = brought(cast, sheet)
    sent(cast, row(first, 10), delivery_note="LS-9")
    with doing():
        OrderLine.objects.filter(pk=third.pk).update(promised_date=ARRIVES + dt.timedelta(days=9))
    found_ = previewed(cast.actor("sven"), upload)
    assert codes(found_) == {"3": "stale_line", "5": "stale_line"}
    assert "90 Units are open now" in found_.refused[0].faults[0].message
    send(cast.actor("sven"), upload)
    assert shipped(notices()[1]) == [(str(second.pk), 40, "")]


def test_all_or_nothing_announces_every_notice_or_none(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    confirmed(cast, cast.line(100), cast.line(40))
    sheet = sheet_of(cast).fill(3, **HEAD, quantity=60).fill(4, **{**HEAD, "delivery_note": "LS-2"}, quantity=40)
    sven = cast.actor("sven")
    upload = brought(cast, sheet)
    sheets.ask_to_send(actor=sven, upload=upload, whole=True, at=timezone.now())

    def refuses(actor: Actor, supplier: Any, known: Any, body: Any, *rest: Any) -> Shipment:
        if body["delivery_note"] == "LS-2":
            raise Invalid("Somebody was quicker.")
        return record(actor, supplier, known, body, *rest)

    monkeypatch.setattr("suppliers.actions.sheet_parts.record_notice", refuses)
    send_sheets()
    assert (notices(), found(sven, upload).state, found(sven, upload).outcomes) == ([], SheetState.READ, {})
    monkeypatch.undo()
    send(sven, upload, whole=True)
    assert [one.delivery_note for one in notices()] == ["LS-1", "LS-2"]


def test_a_worker_that_dies_is_followed_by_one_that_finishes(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    confirmed(cast, *(cast.line(100) for _ in range(4)))
    sheet = sheet_of(cast)
    for at in range(3, 7):
        sheet.fill(at, **{**HEAD, "delivery_note": f"LS-{at}"}, quantity=60)
    sven = cast.actor("sven")
    upload = brought(cast, sheet)
    sheets.ask_to_send(actor=sven, upload=upload, whole=False, at=timezone.now())
    calls: list[Any] = []

    def dies(actor: Actor, *rest: Any) -> Shipment:
        calls.append(rest)
        if len(calls) == 3:
            raise SystemExit
        return record(actor, *rest)

    monkeypatch.setattr("suppliers.actions.sheet_parts.record_notice", dies)
    with pytest.raises(SystemExit):
        send_sheets()
    halfway = found(sven, upload)
    assert (halfway.state, halfway.done, halfway.total, len(notices())) == (SheetState.SENDING, 2, 4, 2)
    monkeypatch.undo()
    send_sheets()
    send_sheets()
    assert (len(notices()), found(sven, upload).state) == (4, SheetState.SENT)


def test_the_same_file_again_announces_nothing_twice(cast: Cast) -> None:
    confirmed(cast)
    sheet = sheet_of(cast).fill(3, **HEAD, quantity=60)
    sven, content = cast.actor("sven"), sheet.saved
    upload = send(sven, bring(sven, cast.acme.pk, content, kind="shipment_sheet"))
    again = bring(cast.actor("anna"), cast.acme.pk, content, kind="shipment_sheet")
    assert again.pk == upload.pk
    with pytest.raises(Invalid):
        sheets.ask_to_send(actor=sven, upload=again, whole=False, at=timezone.now())
    sheet["note", 40] = "saved once more, so other bytes"
    other = brought(cast, sheet)
    assert codes(previewed(sven, other))["3"] == "stale_line"
    assert len(notices()) == 1


def test_what_stayed_behind_of_a_sent_notice_is_told_to_correct_it(cast: Cast) -> None:
    confirmed(cast, cast.line(100), cast.line(40))
    sheet = sheet_of(cast).fill(3, **HEAD, quantity=60).fill(4, delivery_note="LS-1", quantity=43)
    sven = cast.actor("sven")
    upload = brought(cast, sheet)
    assert codes(previewed(sven, upload)) == {sheet.at("quantity", 4): "over_shipment"}
    upload = send(sven, upload)
    (shipment,) = notices()
    shipments.cancel(actor=sven, shipment=shipment, reason="Truck broke", at=timezone.now())
    assert previewed(sven, upload).good == [], "nothing goes again by itself"


def test_hostile_cells_are_dealt_with_as_in_every_sheet(cast: Cast) -> None:
    confirmed(cast, cast.line(100), cast.line(40), cast.line(7), cast.line(5))
    sheet = sheet_of(cast)
    sheet.fill(3, **HEAD, quantity="60")
    sheet.fill(4, delivery_note="LS-1", quantity="=20*2")
    sheet.fill(5, delivery_note="LS-1", quantity=7, made_on="03/04/2026")
    sheet.fill(6, delivery_note=" LS-1", quantity=5, expires_on=45000)
    sheet["expires_on", 6].number_format = "General"
    sheet.sheet.row_dimensions[3].hidden = True
    found_ = preview(cast, sheet)
    assert codes(found_) == {
        sheet.at("quantity", 4): "formula_empty",
        sheet.at("made_on", 5): "date_ambiguous",
        sheet.at("expires_on", 6): "number_for_date",
    }
    notes = {note.code for line in found_.lines for note in line.notes}
    assert {"number_as_text", "hidden_row", "spaces"} <= notes
    sheet.fill(5, open=1, name="Other")
    assert codes(preview(cast, sheet))[sheet.at("open", 5)] == "locked"


def test_more_rows_cost_no_statement_more(cast: Cast) -> None:
    counts = []
    for rows in (3, 60):
        confirmed(cast, *(cast.line(100) for _ in range(rows)))
        sheet = sheet_of(cast)
        for at in range(3, sheet.sheet.max_row + 1):
            sheet.fill(at, **HEAD, quantity=60, lot="L1")
        upload = brought(cast, sheet)
        with CaptureQueriesContext(connection) as captured:
            assert codes(previewed(cast.actor("sven"), upload)) == {}
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_sheet_from_before_shipments_is_still_told(cast: Cast) -> None:
    told = {"number": "P1", "acknowledgements": ["a"], "lines": ["x", "y"], "within": 1, "outside": 1}
    upload = SheetUpload(supplier=cast.acme, outcomes={"p": told})
    assert (upload.went, upload.within, upload.outside) == ({"x", "y"}, 1, 1)


def test_from_an_order_one_comes_to_a_sheet_of_it_alone(client: Client, people: dict[str, User], cast: Cast) -> None:
    order = confirmed(cast, cast.line(100), number="P00801")
    confirmed(cast, cast.line(7), number="P00802")
    client.force_login(people["sven"])
    offered = client.get(f"/shipments/new/?order={order.pk}").content.decode()
    assert f'href="/shipments/sheets/?order={order.pk}"' in offered
    shown = client.get(f"/shipments/sheets/?order={order.pk}").content.decode()
    assert f'href="/shipments/sheet.xlsx?order={order.pk}"' in shown
    sheet = Filled(client.get(f"/shipments/sheet.xlsx?order={order.pk}").content)
    assert [sheet["order", at].value for at in range(3, sheet.sheet.max_row + 1)] == ["P00801"]
