"""Send "agreed" to Odoo: the lines in one load, the planners' dates, the note. Each step is settled by itself.

Nothing is blindly repeated. Lines are read just before they are written, and a difference from what was answered is a
conflict instead of a write; a lost answer shows itself in the next look, because everything written is absolute and
everything made carries our external id. ``docs/delivery.md`` lists every write with the way a lost answer is found.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import override

from integrations.office.actions import delivering, matters
from integrations.office.actions.delivering import POST_OFFICE, Outcome, Sending
from integrations.office.actions.pulling import LINE, ORDER, StaleReading
from integrations.office.models import Delivery
from integrations.office.obstacles import permanent, temporary
from integrations.office.odoo import translate
from integrations.office.odoo.arrivals import TRANSFER, owners_of
from integrations.office.odoo.comparison import Finding, LinePlan, Row
from integrations.office.odoo.gateway import CREATE_ONLY, Gateway, LoadRefused
from integrations.office.odoo.looking import Letter, Plan, look
from integrations.office.states import DeliveryState
from portal.shared.acting import acting
from suppliers.models import ShipmentOrder
from suppliers.models.standing import words
from suppliers.states import Mode

COLUMNS = ("id", ".id", "order_id/.id", "product_id/.id", "name", "product_qty", "product_uom/.id", "price_unit",
           "date_planned", "taxes_id/.id", "discount")  # fmt: skip
NOTE_COLUMNS = ("id", "model", "res_id", "body", "message_type", "subtype_id/id")
LOOKS = 3
"""How often a letter looks again because a pull was quicker, before it waits its turn."""


def send_agreed(sending: Sending, gateway: Gateway) -> dict[str, Any]:
    """Deliver one ``purchase_order.agreed``. Raises :class:`~portal.shared.errors.DeliveryFailed`."""
    letter = Letter.of(sending)
    if letter is None:
        return {"lines": {"overtaken": [line["line"] for line in sending.delivery.body["lines"]]}}
    if letter.order.mode == Mode.OFF:
        raise permanent("order_off", order=letter.order.number)
    if letter.trial and letter.order.mode == Mode.ON:
        return {"withdrawn": True}
    if letter.order.mode == Mode.OBSERVE:
        return _observe(sending, gateway, letter)
    _let_notices_pass(sending, letter)
    refused: LoadRefused | None = None
    if letter.lines and "lines" not in sending.steps:
        refused = _write_lines(sending, gateway, letter)
    if moves := (sending.steps.get("lines") or {}).get("moves"):
        _move_dates(sending, gateway, letter, {int(line): day for line, day in moves.items()})
    done: dict[str, Any] = {}
    if letter.note.get("lines") and "note" not in sending.steps:
        done["note"] = _leave_note(sending, gateway, letter)
    if refused is not None:
        raise refused  # only now: the other lines have arrived
    return done


def _let_notices_pass(sending: Sending, letter: Letter) -> None:
    """While goods of the order are carried between its transfers nothing of it is changed."""
    with acting(POST_OFFICE):
        shipments = ShipmentOrder.objects.filter(order=letter.order).values("shipment_id")
        carried = Delivery.objects.filter(
            destination=sending.delivery.destination, about_id__in=shipments, state=DeliveryState.SENDING
        )
        if carried.exists():
            raise temporary("notice_first")


def _observe(sending: Sending, gateway: Gateway, letter: Letter) -> dict[str, Any]:
    """On trial: look, compare, and record the writes that are not made."""
    plan = look(sending, gateway, letter)
    writable = plan.found(Finding.WRITE)
    cells = [_cells(letter, line, row) for line in writable for row in line.to_write]
    if cells:
        gateway.would_call(LINE, "load", [list(COLUMNS), cells], {"context": CREATE_ONLY})
    if letter.note.get("lines"):
        gateway.would_call(
            "mail.message", "load", [list(NOTE_COLUMNS), [_note(sending, letter)]], {"context": CREATE_ONLY}
        )
    conflicts = {line.line: line.conflict()[0] for line in plan.found(Finding.CONFLICT)}
    delivering.settle_observed(
        actor=POST_OFFICE,
        delivery=sending.delivery,
        sending=sending,
        found={line.line: conflicts.get(line.line) for line in plan.lines},
        at=sending.clock(),
    )
    return {"observed": len(plan.lines)}


# --- The lines -------------------------------------------------------------------------------------------------------


def _write_lines(sending: Sending, gateway: Gateway, letter: Letter) -> LoadRefused | None:
    """Bring the lines to what was agreed, or say why not. Returns Odoo's refusal where only some lines were refused."""
    for _look in range(LOOKS):
        plan = look(sending, gateway, letter)
        overtaken, refused = plan.overtaken, None
        writable = plan.found(Finding.WRITE)
        if writable:
            # A line in conflict now must stay one, even if the second look should find it equal.
            settled = {line.line: line for line in plan.found(Finding.CONFLICT)}
            refused, left_out = _load(sending, gateway, letter, writable)
            plan = look(sending, gateway, letter)
            plan.lines = [settled.get(line.line, line) for line in plan.lines if line.line not in left_out]
        try:
            _settle(sending, plan, {*overtaken, *plan.overtaken})
        except StaleReading:
            continue
        return refused
    raise temporary("moving")


def _load(
    sending: Sending, gateway: Gateway, letter: Letter, lines: Sequence[LinePlan]
) -> tuple[LoadRefused | None, set[UUID]]:
    """Write lines in one call. Odoo writes all or nothing; where it names the bad rows, the other lines go alone.

    Returns the refusal, if there was one, and the lines that were not written because of it.
    """
    left = list(lines)
    left_out: set[UUID] = set()
    refused: LoadRefused | None = None
    while left:
        cells = [(line.line, row, _cells(letter, line, row)) for line in left for row in line.to_write]
        _announce(sending, letter, left)
        try:
            gateway.load(LINE, COLUMNS, [row for _line, _row, row in cells])
            sending.wrote = True
        except LoadRefused as refusal:
            refused = refusal
            bad = {cells[index][0] for index in refusal.rows if index < len(cells)}
            left_out |= bad or {line.line for line in left}
            left = [line for line in left if line.line not in left_out]
        else:
            break
    return refused, left_out


def _announce(sending: Sending, letter: Letter, lines: Sequence[LinePlan]) -> None:
    """Keep what is about to be sent, and what stood there before the first try."""
    sent = dict(sending.steps.get("sent") or {})
    for line in lines:
        for row in line.to_write:
            before = row.actual.values.date.isoformat() if row.actual else ""
            kept = sent.get(str(row.schedule), {})
            sent[str(row.schedule)] = {**row.target.as_json(), "before": kept.get("before", before)}
    sending.about_to_write(f"{LINE}.load", sent=sent)


def _cells(letter: Letter, line: LinePlan, row: Row) -> list[str]:
    """One row of the load. What does not change is sent as it was read: Odoo recomputes what is left out."""
    model = row.actual or line.origin
    if model is None:
        raise permanent("deliveries_gone")
    record = model.record
    same_day = row.actual is not None and row.actual.values.date == row.target.date
    same_price = row.actual is not None and row.actual.values.price == row.target.price
    return [
        "" if row.actual else translate.schedule_key(row.schedule),
        str(row.actual.id) if row.actual else "",
        str(letter.remote_id),
        str(record["product_id"][0]),
        str(record["name"]),
        translate.number_text(row.target.quantity),
        str(record["product_uom"][0]),
        repr(record["price_unit"]) if same_price else translate.number_text(row.target.price),
        record["date_planned"] if same_day else translate.plant_noon(row.target.date, letter.zone),
        ",".join(str(tax) for tax in record["taxes_id"]),
        repr(record["discount"]),
    ]


def _settle(sending: Sending, plan: Plan, overtaken: Iterable[UUID]) -> None:
    """Settle what the last look found. What was to be written and still is not there is a conflict."""
    reached = plan.found(Finding.EQUAL)
    conflicts = plan.found(Finding.CONFLICT, Finding.WRITE)
    moves = {
        str(row.actual.id): row.target.date.isoformat()
        for line in reached
        for row in line.rows
        if row.actual is not None and row.target.quantity and _planners_must_know(sending, line, row)
    }
    found = [(row.actual.id, row.schedule) for line in plan.lines for row in line.rows if row.actual is not None]
    delivering.settle_lines(
        actor=POST_OFFICE,
        delivery=sending.delivery,
        sending=sending,
        outcome=Outcome(
            reading=plan.reading,
            reached={
                line.line: {row.schedule: row.target.as_tuple() for row in line.rows if row.actual is not None}
                for line in reached
            },
            conflicts={line.line: line.conflict() for line in conflicts},
            mapped=dict(found),
        ),
        steps={
            "lines": {
                "reached": [str(line.line) for line in reached],
                "conflict": {str(line.line): line.conflict()[0] for line in conflicts},
                "overtaken": sorted(str(key) for key in set(overtaken)),
                "moves": moves,
            }
        },
        at=sending.clock(),
    )


def _planners_must_know(sending: Sending, line: LinePlan, row: Row) -> bool:
    """Whether a delivery's date may differ from what planners read: we moved it, or somebody did since the release.

    On a line nobody ever revised, a transfer with a date of its own is a planner's own decision and stays.
    """
    if matters.line_revisions(sending.delivery.body)[line.line] > 1:
        return True
    kept = (sending.steps.get("sent") or {}).get(str(row.schedule))
    return kept is not None and kept["before"] != row.target.date.isoformat()


def _move_dates(sending: Sending, gateway: Gateway, letter: Letter, days: Mapping[int, str]) -> None:
    """Planners read ``stock.move.date``, which does not follow the line. Only open incoming moves: never a receipt."""
    if "moved" in sending.steps:
        return
    found = gateway.search_read(
        "stock.move",
        [
            ["purchase_line_id", "in", sorted(days)],
            ["state", "not in", ["done", "cancel"]],
            ["location_dest_id.usage", "!=", "supplier"],
        ],
        ["purchase_line_id", "date", "picking_id"],
    )
    announced = _in_notices(gateway, sending, letter, found)
    wrong: dict[str, list[int]] = defaultdict(list)
    for move in found:
        if move["id"] in announced:
            continue  # its date says when the truck comes
        day = days[move["purchase_line_id"][0]]
        if translate.plant_date(move["date"], letter.zone).isoformat() != day:
            wrong[day].append(int(move["id"]))
    for day, ids in sorted(wrong.items()):
        noon = translate.plant_noon(dt.date.fromisoformat(day), letter.zone)
        sending.about_to_write("stock.move.write")
        gateway.call("stock.move", "write", [sorted(ids), {"date": noon}])
    sending.keep(moved=sum(len(ids) for ids in wrong.values()), calling=None)


def _in_notices(gateway: Gateway, sending: Sending, letter: Letter, moves: Sequence[Mapping[str, Any]]) -> set[int]:
    """Which of some moves lie in transfers of shipment notices."""
    with acting(POST_OFFICE):
        if not ShipmentOrder.objects.filter(order=letter.order).exists():
            return set()
    rows = gateway.search_read(TRANSFER, [["purchase_id", "=", letter.remote_id]], ["backorder_id"], order="id")
    _keyed, theirs = owners_of(gateway, rows)
    return {move["id"] for move in moves if translate.pair_id(move["picking_id"]) in theirs}


def _leave_note(sending: Sending, gateway: Gateway, letter: Letter) -> int:
    """A note on the order for the purchaser, made once whatever happens: its external id is the event's."""
    sending.about_to_write("mail.message.load")
    return gateway.load("mail.message", NOTE_COLUMNS, [_note(sending, letter)])[0]


def _note(sending: Sending, letter: Letter) -> list[str]:
    return [
        translate.note_key(sending.delivery.event_id),
        ORDER,
        str(letter.remote_id),
        translate.note_html(letter.note["title"], [*letter.note["lines"], *_not_written(sending, letter)]),
        "comment",
        "mail.mt_note",  # the other subtype mails the supplier
    ]


def _not_written(sending: Sending, letter: Letter) -> list[str]:
    """What the purchaser must know beside what was agreed: the lines that were left as they are."""
    lines = sending.steps.get("lines") or {}
    with override("en"):
        said = [
            f"Line {letter.positions[key]} was not written: {words(why, True)} The portal asks what is to hold."
            for key, why in sorted((lines.get("conflict") or {}).items(), key=lambda item: letter.positions[item[0]])
        ]
    said += [
        f"Line {letter.positions[key]} was not written: it changed meanwhile."
        for key in sorted(lines.get("overtaken") or [], key=lambda key: letter.positions[key])
    ]
    return said
