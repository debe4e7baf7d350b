"""What an answer says beside quantity and date: another item, another part number or unit, files."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from documents.actions.receiving import receive, take_in
from documents.kinds import Place
from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted, Refused, WrongState
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import Corrected, LineAnswer, PromisedDelivery, SubstituteItem
from suppliers.actions.attaching import MOST_FILES
from suppliers.actions.corrections import decide_correction
from suppliers.actions.decisions import decide
from suppliers.kinds import ATTACHMENT
from suppliers.models import Acknowledgement, AnswerAttachment, AnswerLine, Correction, OrderLine, PurchaseOrder
from suppliers.queries.desk import decision_queue
from suppliers.states import AnswerKind, Correctable, CorrectionState, Decision, LineState
from tests.cast import Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines, working_day
from tests.house.stage import accepted_file

NOW = timezone.now()
BOX = Corrected(Correctable.UNIT, "box", Decimal(12))
NUMBER = Corrected(Correctable.PART_NUMBER, "ACME-77")


@pytest.fixture
def order(release_order: ReleaseOrder) -> PurchaseOrder:
    return release_order()


def line_of(order: PurchaseOrder) -> OrderLine:
    (line,) = fresh_lines(order)
    return line


def accept(order: PurchaseOrder, **more: Any) -> LineAnswer:
    line = line_of(order)
    return LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED, **more)


def send(anna: Actor, order: PurchaseOrder, answer: LineAnswer, **more: Any) -> AnswerLine:
    sent = acknowledge(actor=anna, order=order, answers=[answer], channel="page", at=NOW, **more)
    (said,) = sent.rehearsed
    return said


def states() -> list[tuple[str, str]]:
    with everything():
        return list(Correction.objects.order_by("pk").values_list("theirs", "state"))


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in refusal.value.faults]


# --- The item offered instead -----------------------------------------------------------------------------------------


def substituted(order: PurchaseOrder, **offered: str) -> LineAnswer:
    promises = (PromisedDelivery(Decimal(100), working_day(30)),)
    return replace(
        accept(order),
        kind=AnswerKind.SUBSTITUTED,
        promises=promises,
        reason="discontinued",
        substitute=SubstituteItem(**offered),
    )


def test_the_item_offered_goes_to_the_buyer_and_into_the_note(anna: Actor, bea: Actor, order: PurchaseOrder) -> None:
    said = send(
        anna,
        order,
        substituted(order, part_number=" X-1 ", manufacturer="SKF", manufacturer_part_number="6204", description="New"),
    )
    assert [finding["code"] for finding in said.findings] == ["substituted"]
    assert str(said.substitute) == "X-1 · SKF 6204 · New"
    decide(actor=bea, line=line_of(order), answer=said.pk, decision=Decision.APPROVED, at=NOW)
    with everything():
        (letter,) = Event.objects.filter(topic="purchase_order.agreed")
    assert "Substitute offered: X-1 · SKF 6204 · New. Change the item here" in letter.payload["note"]["lines"][0]


def test_an_item_has_a_name_and_is_offered_only_as_a_substitute(anna: Actor, order: PurchaseOrder) -> None:
    with pytest.raises(Invalid) as refusal:
        send(anna, order, substituted(order, manufacturer="SKF"))
    assert codes(refusal) == [("required", "/lines/0/substitute")]
    with pytest.raises(Invalid) as refusal:
        send(anna, order, accept(order, substitute=SubstituteItem(part_number="X")))
    assert codes(refusal) == [("substitute_not_taken", "/lines/0/substitute")]
    with everything():
        assert not Acknowledgement.objects.exists()


# --- Corrections ------------------------------------------------------------------------------------------------------


def test_another_unit_is_always_the_buyers_another_part_number_never_holds_a_line_up(
    anna: Actor, bea: Actor, order: PurchaseOrder, release_order: ReleaseOrder
) -> None:
    said = send(anna, order, accept(order, corrections=(BOX, NUMBER)))
    assert [finding["code"] for finding in said.findings] == ["unit"]
    assert line_of(order).state == LineState.PENDING_BUYER
    other = release_order()
    send(anna, other, accept(other, corrections=(NUMBER,)))
    assert line_of(other).state == LineState.AGREED
    with everything():
        rows = Correction.objects.filter(line__order=order).order_by("field")
        assert [(row.field, row.ours, row.theirs, row.factor) for row in rows] == [
            ("part_number", "", "ACME-77", None),
            ("unit", "Units", "box", 12),
        ]
        queue = decision_queue(bea).rows
    assert {line.order_id for line in queue} == {order.pk, other.pk}
    assert [told["theirs"] for line in queue for told in line.correcting if line.order_id == other.pk] == ["ACME-77"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("approve", "reason", "state"),
    [(True, "", CorrectionState.ACKNOWLEDGED), (False, "We buy pieces.", CorrectionState.REFUSED)],
)
def test_the_decision_on_the_answer_settles_what_it_corrects(
    anna: Actor, bea: Actor, order: PurchaseOrder, approve: bool, reason: str, state: str
) -> None:
    said = send(anna, order, accept(order, corrections=(BOX,)))
    decision = Decision.APPROVED if approve else Decision.DECLINED
    decide(actor=bea, line=line_of(order), answer=said.pk, decision=decision, reason=reason, at=NOW)
    with everything():
        row = Correction.objects.get()
        assert (row.state, row.reason, row.decided_by, row.decided_at) == (state, reason, "Bea Brandt", NOW)
        assert list(Correction.objects.acknowledged()) == ([row] if approve else [])


def test_a_correction_is_decided_by_itself_once_and_refused_with_a_reason(
    anna: Actor, bea: Actor, dora: Actor, order: PurchaseOrder
) -> None:
    send(anna, order, accept(order, corrections=(BOX,)))
    line = line_of(order)
    with everything():
        key = Correction.objects.get().pk
    for nobody in (anna, dora):
        with pytest.raises(NotPermitted):
            decide_correction(actor=nobody, line=line, correction=key, acknowledged=True, at=NOW)
    with pytest.raises(Invalid) as refusal:
        decide_correction(actor=bea, line=line, correction=key, acknowledged=False, at=NOW)
    assert codes(refusal) == [("required", "/reason")]
    with pytest.raises(NotFound):
        decide_correction(actor=bea, line=line, correction=uuid4(), acknowledged=True, at=NOW)
    assert states() == [("box", "waiting")]
    decide_correction(actor=bea, line=line, correction=key, acknowledged=False, reason="Pieces.", at=NOW)
    with pytest.raises(WrongState):
        decide_correction(actor=bea, line=line, correction=key, acknowledged=True, at=NOW)
    # The answer is still there to be decided, and its approval leaves the refusal alone.
    with everything():
        answer = AnswerLine.objects.get().pk
    decide(actor=bea, line=line_of(order), answer=answer, decision=Decision.APPROVED, at=NOW)
    assert states() == [("box", "refused")]


def test_answering_again_takes_back_what_nobody_has_decided(
    anna: Actor, order: PurchaseOrder, revise_order: ReviseOrder
) -> None:
    send(anna, order, accept(order, corrections=(BOX, NUMBER)))
    send(anna, order, accept(order, corrections=(NUMBER,)))
    assert sorted(states()) == [("ACME-77", "waiting"), ("ACME-77", "withdrawn"), ("box", "withdrawn")]
    assert line_of(order).state == LineState.AGREED
    # A revision asks again about quantity and date; the part number still stands.
    revise_order(order, quantity=Decimal(120))
    send(anna, order, accept(order))
    assert states().count(("ACME-77", "waiting")) == 1
    revise_order(order, quantity=Decimal(130))
    send(anna, order, accept(order, corrections=(replace(NUMBER, theirs="ACME-78"),)))
    assert [one for one in states() if one[1] == "waiting"] == [("ACME-78", "waiting")]


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ((replace(BOX, theirs=" "),), "required", "0/theirs"),
        ((replace(BOX, factor=None),), "required", "0/factor"),
        ((replace(BOX, factor=Decimal(0)),), "out_of_range", "0/factor"),
        ((replace(BOX, factor=Decimal("NaN")),), "out_of_range", "0/factor"),
        ((replace(BOX, factor=Decimal("0.0000001")),), "too_fine", "0/factor"),
        ((replace(BOX, theirs="units", factor=Decimal(1)),), "same", "0/theirs"),
        ((NUMBER, replace(NUMBER, factor=Decimal(2))), "twice", "1/field"),
        ((NUMBER, replace(BOX, theirs="")), "required", "1/theirs"),
    ],
)
def test_every_fault_of_a_correction_names_its_place(
    anna: Actor, order: PurchaseOrder, given: tuple[Corrected, ...], code: str, place: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        send(anna, order, accept(order, corrections=given))
    assert (code, f"/lines/0/corrections/{place}") in codes(refusal)
    assert states() == []


# --- Files ------------------------------------------------------------------------------------------------------------


def test_files_are_linked_with_the_answer_and_each_knows_its_place(
    cast: Cast, anna: Actor, order: PurchaseOrder
) -> None:
    photo = accepted_file(anna, cast.acme.pk, b"A photo.")
    letter = accepted_file(anna, cast.acme.pk, b"A letter of confirmation.")
    said = send(anna, order, accept(order, files=(photo.pk, photo.pk)), files=[letter.pk])
    told = [(one["id"], bool(one["answer"]), one["state"]) for one in said.enclosed]  # type: ignore[attr-defined]
    assert told == [(str(photo.pk), True, "accepted"), (str(letter.pk), False, "accepted")]


def test_only_accepted_files_of_the_same_supplier_are_linked(
    cast: Cast, anna: Actor, boris: Actor, order: PurchaseOrder
) -> None:
    place = Place("attachment", cast.acme.pk)
    waiting = take_in(receive, actor=anna, place=place, name="drawing.pdf", content=[b"%PDF"], at=NOW)
    theirs = accepted_file(boris, cast.borealis.pk)
    with pytest.raises(Invalid) as refusal:
        send(anna, order, accept(order, files=(waiting.pk, theirs.pk)), files=[uuid4()])
    assert sorted(codes(refusal)) == [
        ("file_waiting", "/lines/0/files/0"),
        ("unknown_file", "/files/0"),
        ("unknown_file", "/lines/0/files/1"),
    ]
    assert "drawing.pdf" in refusal.value.faults[-1].message or "drawing.pdf" in str(refusal.value.faults)
    with everything():
        assert not Acknowledgement.objects.exists()
        assert not AnswerAttachment.objects.exists()


def test_an_enclosed_file_is_for_the_plant_of_its_order(
    cast: Cast, anna: Actor, bea: Actor, ada: Actor, order: PurchaseOrder
) -> None:
    photo = accepted_file(anna, cast.acme.pk)
    dora = cast.actor("dora")

    def readers() -> set[str]:
        found = set()
        for actor in (anna, bea, ada, dora):
            with acting(actor):
                if ATTACHMENT.may_see(actor, photo):
                    found.add(actor.name)
        return found

    assert readers() == {anna.name, ada.name}  # it came with nothing yet
    send(anna, order, accept(order, files=(photo.pk,)))
    assert readers() == {anna.name, bea.name, ada.name}
    brought = accepted_file(dora, cast.borealis.pk)
    with acting(dora):
        assert ATTACHMENT.may_see(dora, brought)


def test_there_is_a_limit_and_it_is_named(anna: Actor, order: PurchaseOrder) -> None:
    with pytest.raises(Invalid) as refusal:
        send(anna, order, accept(order, files=tuple(uuid4() for _ in range(MOST_FILES + 1))))
    assert ("too_many", "/lines/0/files") in codes(refusal)
    assert f"At most {MOST_FILES} files" in refusal.value.faults[0].message


def test_a_rehearsal_tells_all_of_it_and_keeps_nothing(cast: Cast, anna: Actor, order: PurchaseOrder) -> None:
    photo = accepted_file(anna, cast.acme.pk)
    answer = replace(substituted(order, part_number="X-1"), corrections=(BOX,), files=(photo.pk,))
    sent = acknowledge.rehearse(actor=anna, order=order, answers=[answer], channel="api", at=NOW)
    (said,) = sent.rehearsed
    assert str(said.substitute) == "X-1"
    assert [told["theirs"] for told in said.corrected] == ["box"]  # type: ignore[attr-defined]
    assert [told["name"] for told in said.enclosed] == ["letter.txt"]  # type: ignore[attr-defined]
    assert states() == []
    with everything():
        assert not AnswerAttachment.objects.exists()
