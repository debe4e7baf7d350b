"""Answers by a sheet: downloaded, filled in, brought back, looked at, sent."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from documents.inspection import warden, words
from documents.tasks import inspect
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted
from suppliers.actions import sheets
from suppliers.actions.acknowledgements import acknowledge, record
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.sheet_previews import Preview
from suppliers.actions.sheet_rows import ANSWERS
from suppliers.models import Acknowledgement, Membership, PurchaseOrder, ScheduleLine, SheetUpload, User
from suppliers.queries.orders import OrderDetail, order_detail
from suppliers.states import AnswerKind, SheetState
from suppliers.tasks import read_sheets, send_sheets
from tests.cast import SET_UP, Cast, ReleaseOrder, everything, fresh_lines, release, revise, working_day
from tests.sheets import Filled, bring, codes, download, found, previewed, send

pytestmark = pytest.mark.django_db


def test_one_order_goes_out_comes_back_and_is_answered(cast: Cast, release_order: ReleaseOrder) -> None:
    anna = cast.actor("anna")
    order = release_order(cast.line(100), cast.line(40), cast.line(7))
    sheet = Filled(download(anna, cast.acme))
    sheet.fill(3, answer="Accept")
    sheet.fill(4, answer="Change date or quantity", quantity=30, date=working_day(60), reason="Capacity")
    upload = bring(anna, cast.acme.pk, sheet.saved)
    assert upload.refusal is None, str(upload.refusal)
    assert upload.state == SheetState.READ
    preview = previewed(anna, upload)
    assert codes(preview) == {}
    assert [(line.numbers, line.within) for line in preview.good] == [("3", True), ("4", False)]
    assert preview.untouched == 1
    upload = send(anna, upload)
    assert upload.state == SheetState.SENT
    assert [line.state for line in fresh_lines(order)] == ["agreed", "pending_buyer", "open"]
    with everything():
        sent = Acknowledgement.objects.get(order=order)
    assert (sent.channel, sent.actor_name) == ("sheet", "Anna Abel")


def detail_of(actor: Actor, order: PurchaseOrder) -> OrderDetail:
    with acting(actor):
        return order_detail(actor, order.pk)


def upload_of(cast: Cast, **cells: Any) -> tuple[PurchaseOrder, Filled]:
    """An order of one line of 100 pieces, and its sheet with these cells filled in."""
    order = release(cast, cast.line(100))
    return order, Filled(download(cast.actor("anna"), cast.acme)).fill(3, **cells)


def preview(cast: Cast, sheet: Filled) -> Preview[Any]:
    return previewed(cast.actor("anna"), bring(cast.actor("anna"), cast.acme.pk, sheet.saved))


CHANGE = {"answer": "Change date or quantity", "reason": "Capacity"}


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"answer": "Accept", "quantity": 90}, {"L3": "accept_changed"}),
        ({"quantity": 90}, {"N3": "required"}),
        ({"comment": "Soon"}, {"K3": "required"}),
        ({"answer": "Perhaps"}, {"K3": "unknown_answer"}),
        ({**CHANGE, "reason": "Mood"}, {"N3": "unknown_reason"}),
        ({**CHANGE, "quantity": 0}, {"L3": "out_of_range"}),
        ({**CHANGE, "quantity": None}, {"L3": "out_of_range"}),
        ({**CHANGE, "quantity": 10.5}, {"L3": "step"}),
        ({**CHANGE, "date": None}, {"M3": "required"}),
        ({**CHANGE, "date": dt.date(2020, 1, 1)}, {"M3": "date_past"}),
        ({**CHANGE, "price": -1}, {"O3": "out_of_range"}),
        ({**CHANGE, "offer": "X-9"}, {"P3": "substitute_not_taken"}),
        ({"answer": "Offer a substitute", "reason": "Capacity"}, {"P3": "required"}),
        ({"answer": "Reject", "reason": "Capacity", "quantity": 90}, {"L3": "promise_on_rejection"}),
        ({"answer": "Accept", "price": 13}, {"O3": "price_not_taken"}),
    ],
)
def test_each_fault_has_its_cell_and_the_code_of_page_and_api(
    cast: Cast, cells: dict[str, Any], fault: dict[str, str]
) -> None:
    _order, sheet = upload_of(cast, **cells)
    assert codes(preview(cast, sheet)) == fault


@pytest.mark.parametrize(
    ("cells", "kind", "within"),
    [
        ({"answer": "annehmen"}, "accepted", True),
        ({"answer": "accepted"}, "accepted", True),
        ({"quantity": 90, "reason": "Kapazität"}, "changed", False),
        ({**CHANGE, "quantity": "100"}, "changed", True),
        ({"answer": "Backorder", "reason": "Material shortage", "date": None}, "backordered", False),
        ({"answer": "Reject", "reason": "Other"}, "rejected", False),
        ({"answer": "Reject", "reason": "Other", "quantity": None, "date": None}, "rejected", False),
        ({"answer": "Offer a substitute", "reason": "Other", "offered": "Newer"}, "substituted", False),
        ({**CHANGE, "price": 11}, "changed", True),
    ],
)
def test_each_kind_of_answer(cast: Cast, cells: dict[str, Any], kind: str, within: bool) -> None:
    _order, sheet = upload_of(cast, **cells)
    found = preview(cast, sheet)
    assert codes(found) == {}
    (line,) = found.good
    assert line.answer is not None
    assert (line.answer.kind, line.within) == (kind, within)


def test_a_copied_row_is_another_delivery(cast: Cast) -> None:
    order, sheet = upload_of(cast, **CHANGE, quantity=60)
    sheet.copy_row(3, 9)
    sheet.fill(9, quantity=40, date=working_day(60))
    anna = cast.actor("anna")
    send(anna, bring(anna, cast.acme.pk, sheet.saved))
    (answer,) = detail_of(anna, order).lines[0].answers
    assert [(one.quantity, one.date) for one in answer.promises.all()] == [
        (Decimal(60), working_day(30)),
        (Decimal(40), working_day(60)),
    ]


def test_a_row_that_was_copied_and_left_is_a_slip(cast: Cast) -> None:
    _order, sheet = upload_of(cast, **CHANGE)
    sheet.copy_row(3, 4)
    assert codes(preview(cast, sheet)) == {"4": "row_twice"}


def test_rows_of_one_line_that_differ_are_refused(cast: Cast) -> None:
    _order, sheet = upload_of(cast, **CHANGE, quantity=60)
    sheet.copy_row(3, 4)
    sheet.fill(4, quantity=40, reason="Transport")
    assert codes(preview(cast, sheet)) == {"N4": "rows_differ"}


def test_a_colleagues_answer_and_a_revision_make_rows_stale(cast: Cast) -> None:
    order, other = release(cast, cast.line(100), cast.line(40)), release(cast, cast.line(5))
    anna = cast.actor("anna")
    sheet = Filled(download(anna, cast.acme))
    for row in (3, 4, 5):
        sheet.fill(row, answer="Accept")
    upload = bring(anna, cast.acme.pk, sheet.saved)
    assert codes(previewed(anna, upload)) == {}
    first = fresh_lines(order)[0]
    late = (PromisedDelivery(Decimal(100), working_day(90)),)
    answer = LineAnswer(first.pk, first.revision, AnswerKind.CHANGED, late, reason="capacity")
    acknowledge(actor=cast.actor("aron"), order=order, answers=[answer], channel="page", at=timezone.now())
    revise(other, quantity=Decimal(6))
    found = previewed(anna, upload)
    assert codes(found) == {"3": "stale_line", "5": "stale_line"}
    assert "Somebody answered" in found.refused[0].faults[0].message
    assert "revision 2" in found.refused[1].faults[0].message
    with pytest.raises(Invalid) as refusal:
        sheets.ask_to_send(actor=anna, upload=upload, whole=True, at=timezone.now())
    assert (refusal.value.code, [fault.pointer for fault in refusal.value.faults]) == (
        "not_whole",
        ["/rows/3", "/rows/5"],
    )
    send(anna, upload)
    assert [line.state for line in fresh_lines(order)] == ["pending_buyer", "agreed"]
    assert [line.state for line in fresh_lines(other)] == ["open"]


def test_what_became_stale_after_the_press_stays_behind(cast: Cast) -> None:
    """Between the press and the worker a colleague is faster: with the good rows he costs one line, as a whole all."""
    for whole, states in ((False, ["pending_buyer", "agreed"]), (True, ["pending_buyer", "open"])):
        order = release(cast, cast.line(100), cast.line(40))
        anna = cast.actor("anna")
        sheet = Filled(download(anna, cast.acme)).fill(3, answer="Accept").fill(4, answer="Accept")
        upload = bring(anna, cast.acme.pk, sheet.saved)
        sheets.ask_to_send(actor=anna, upload=upload, whole=whole, at=timezone.now())
        first = fresh_lines(order)[0]
        answer = LineAnswer(first.pk, first.revision, AnswerKind.REJECTED, reason="other")
        acknowledge(actor=cast.actor("aron"), order=order, answers=[answer], channel="page", at=timezone.now())
        send_sheets()
        assert [line.state for line in fresh_lines(order)] == states
        assert found(anna, upload).state == (SheetState.READ if whole else SheetState.SENT)
        acknowledge_rest(cast, order)


def acknowledge_rest(cast: Cast, order: PurchaseOrder) -> None:
    """So that the next sheet holds the next order alone."""
    answers = [
        LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order) if line.state == "open"
    ]
    if answers:
        acknowledge(actor=cast.actor("aron"), order=order, answers=answers, channel="page", at=timezone.now())


def test_all_or_nothing_sends_every_order_in_one_go(cast: Cast) -> None:
    orders = [release(cast, cast.line(100)) for _ in range(3)]
    anna = cast.actor("anna")
    sheet = Filled(download(anna, cast.acme))
    for row in (3, 4, 5):
        sheet.fill(row, answer="Accept")
    upload = send(anna, bring(anna, cast.acme.pk, sheet.saved), whole=True)
    assert [fresh_lines(order)[0].state for order in orders] == ["agreed"] * 3
    assert (upload.state, len(upload.outcomes), upload.wanted) == (SheetState.SENT, 3, [])


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_finishes(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [release(cast, cast.line(100)) for _ in range(4)]
    anna = cast.actor("anna")
    sheet = Filled(download(anna, cast.acme))
    for row in range(3, 7):
        sheet.fill(row, answer="Accept")
    upload = bring(anna, cast.acme.pk, sheet.saved)
    sheets.ask_to_send(actor=anna, upload=upload, whole=False, at=timezone.now())
    sent = []

    def dies(actor: Any, order: PurchaseOrder, *rest: Any) -> Any:
        sent.append(order.number)
        if len(sent) == 3:
            raise SystemExit
        return record(actor, order, *rest)

    monkeypatch.setattr("suppliers.actions.sheet_parts.record_answers", dies)
    with pytest.raises(SystemExit):
        send_sheets()
    halfway = found(anna, upload)
    assert (halfway.state, halfway.done, halfway.total) == (SheetState.SENDING, 2, 4)
    monkeypatch.undo()
    send_sheets()
    send_sheets()
    with everything():
        assert Acknowledgement.objects.filter(order__in=orders).count() == 4
    assert found(anna, upload).state == SheetState.SENT


def test_the_same_file_again_sends_nothing_twice(cast: Cast) -> None:
    order, sheet = upload_of(cast, answer="Accept")
    anna, content = cast.actor("anna"), sheet.saved
    upload = send(anna, bring(anna, cast.acme.pk, content))
    again = bring(cast.actor("aron"), cast.acme.pk, content)
    assert again.pk == upload.pk
    with pytest.raises(Invalid):
        sheets.ask_to_send(actor=anna, upload=again, whole=False, at=timezone.now())
    sheet["comment", 40] = "saved once more, so other bytes"
    other = bring(anna, cast.acme.pk, sheet.saved)
    assert other.pk != upload.pk
    assert codes(previewed(anna, other))["3"] == "stale_line"
    with everything():
        assert Acknowledgement.objects.filter(order=order).count() == 1


def test_two_presses_are_one(cast: Cast) -> None:
    order, sheet = upload_of(cast, answer="Accept")
    anna = cast.actor("anna")
    upload = bring(anna, cast.acme.pk, sheet.saved)
    for _ in range(2):
        sheets.ask_to_send(actor=anna, upload=upload, whole=False, at=timezone.now())
    send_sheets()
    with everything():
        assert Acknowledgement.objects.filter(order=order).count() == 1


def test_whoever_lost_his_role_before_the_worker_came_sends_nothing(cast: Cast) -> None:
    order, sheet = upload_of(cast, answer="Accept")
    anna = cast.actor("anna")
    upload = bring(anna, cast.acme.pk, sheet.saved)
    sheets.ask_to_send(actor=anna, upload=upload, whole=False, at=timezone.now())
    with acting(SET_UP, write=True):
        Membership.objects.filter(user=cast.people["anna"]).update(ended_at=timezone.now())
    send_sheets()
    assert fresh_lines(order)[0].state == "open"
    assert found(cast.actor("aron"), upload).state == SheetState.READ


def test_a_sheet_of_another_supplier_is_refused_without_a_word_about_it(cast: Cast) -> None:
    release(cast, cast.line(100), supplier=cast.borealis)
    content = Filled(download(cast.actor("boris"), cast.borealis)).fill(3, answer="Accept").saved
    found = previewed(cast.actor("anna"), bring(cast.actor("anna"), cast.acme.pk, content))
    assert found.contents.refusal is not None
    assert found.contents.refusal.code == "other_supplier"
    assert found.lines == []


def test_colleagues_with_the_same_right_see_it_and_others_do_not(cast: Cast) -> None:
    _order, sheet = upload_of(cast, answer="Accept")
    upload = bring(cast.actor("anna"), cast.acme.pk, sheet.saved)
    assert found(cast.actor("aron"), upload).pk == upload.pk
    for name, refusal in (("asta", NotPermitted), ("boris", NotFound), ("bea", NotPermitted)):
        with pytest.raises(refusal):
            found(cast.actor(name), upload)


def test_several_deliveries_are_several_rows_and_keep_their_turn_however_they_are_sorted(cast: Cast) -> None:
    order = release(cast, cast.line(100))
    with acting(SET_UP, write=True):
        first = ScheduleLine.objects.get(line__order=order)
        ScheduleLine.objects.filter(pk=first.pk).update(quantity=60, received_quantity=20)
        first.pk, first.position, first.quantity, first.date = uuid4(), 2, Decimal(40), working_day(60)
        first.save(force_insert=True)
    anna = cast.actor("anna")
    sheet = Filled(download(anna, cast.acme))
    assert [(sheet["quantity", row].value, sheet["date", row].value) for row in (3, 4)] == [
        (60, dt.datetime.combine(working_day(30), dt.time())),
        (40, dt.datetime.combine(working_day(60), dt.time())),
    ]
    sheet.copy_row(3, 9)
    sheet.sheet.delete_rows(3)
    sheet.fill(8, quantity=15, **CHANGE)
    assert codes(preview(cast, sheet)) == {"L8": "below_received"}, "20 of the first came, though its row stands last"


def test_five_thousand_rows_cost_no_query_more(cast: Cast) -> None:
    anna = cast.actor("anna")
    release(cast, *(cast.line(10) for _ in range(3)))
    few = _statements(anna, bring(anna, cast.acme.pk, _all_accepted(anna, cast)))
    release(cast, *(cast.line(10) for _ in range(60)))
    release(cast, *(cast.line(10) for _ in range(60)))
    many = _statements(anna, bring(anna, cast.acme.pk, _all_accepted(anna, cast)))
    assert few == many


def _all_accepted(anna: Actor, cast: Cast) -> bytes:
    sheet = Filled(download(anna, cast.acme))
    for row in range(3, sheet.sheet.max_row + 1):
        sheet.fill(row, answer="Accept")
    return sheet.saved


def _statements(anna: Actor, upload: SheetUpload) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert previewed(anna, upload).refused == []
    return len(captured)


@pytest.mark.parametrize("rows", [warden.SheetLimits(most_rows=3)])
def test_a_sheet_of_too_many_rows_is_refused_with_the_reason(
    tmp_path: Path, cast: Cast, rows: warden.SheetLimits
) -> None:
    _order, sheet = upload_of(cast)
    for row in range(4, 9):
        sheet.copy_row(3, row)
    path = tmp_path / "content"
    path.write_bytes(sheet.saved)
    refusal = warden.read(path, mark=ANSWERS.mark, sheet=rows).refusal
    assert refusal is not None
    assert words.reason(refusal) == "The sheet has more than 3 rows."


def test_the_pages_from_download_to_sent(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    order = release_order(cast.line(100), cast.line(40))
    client.force_login(people["anna"])
    answer = client.get("/orders/sheet.xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = Filled(answer.content).fill(3, answer="Accept").fill(4, quantity=30)
    file = SimpleUploadedFile("mine.xlsx", sheet.saved)
    place = client.post("/orders/sheets/", {"file": file})["Location"]
    assert b"being inspected" in client.get(place).content
    inspect()
    read_sheets()
    shown = client.get(place).content.decode()
    assert "Send the 1 good line" in shown
    assert "Say why: choose a reason." in shown
    assert "N4" in shown
    assert client.post(f"{place}send/", {"do": "whole"}).status_code == 422
    assert client.post(f"{place}send/", {"do": "good"}).status_code == 302
    assert b"being sent" in client.get(place).content
    send_sheets()
    shown = client.get(place).content.decode()
    assert "1 line was sent" in shown
    assert [line.state for line in fresh_lines(order)] == ["agreed", "open"]
    assert client.post(f"{place}send/", {"do": "good"}).status_code == 422, "nothing is left that could go"
    assert b"mine.xlsx" in client.get("/orders/sheets/").content
