"""Send "agreed" to Odoo: the lines in one load, the planners' dates, the note. Each step is settled by itself.

Nothing is blindly repeated. Lines are read just before they are written, and a difference from what was answered is a
conflict instead of a write; a lost answer shows itself in the next look, because everything written is absolute and
everything made carries our external id. ``docs/delivery.md`` lists every write with the way a lost answer is found.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from integrations.office.actions import delivering, pulling
from integrations.office.actions.delivering import POST_OFFICE, Outcome, Sending
from integrations.office.actions.pulling import LINE, ORDER, StaleReading
from integrations.office.models import Mapping as Mapped
from integrations.office.odoo import translate
from integrations.office.odoo.comparison import Actual, Finding, LinePlan, Row, Values
from integrations.office.odoo.gateway import Gateway, LoadRefused
from portal.shared.acting import acting
from portal.shared.errors import Permanent, Temporary
from suppliers.models import OrderLine, PurchaseOrder, ScheduleLine
from suppliers.states import LineState, SyncMark

READ = ("product_id", "name", "product_qty", "product_uom", "price_unit", "discount", "taxes_id", "date_planned",
        "qty_received", "display_type", "state")  # fmt: skip
COLUMNS = ("id", ".id", "order_id/.id", "product_id/.id", "name", "product_qty", "product_uom/.id", "price_unit",
           "date_planned", "taxes_id/.id", "discount")  # fmt: skip
NOTE_COLUMNS = ("id", "model", "res_id", "body", "message_type", "subtype_id/id")
LOOKS = 3
"""How often a letter looks again because a pull was quicker, before it waits its turn."""


def send_agreed(sending: Sending, gateway: Gateway) -> dict[str, Any]:
    """Deliver one ``purchase_order.agreed``. Raises :class:`~portal.shared.errors.DeliveryFailed`."""
    letter = _Letter.of(sending)
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


@dataclass(frozen=True)
class _Letter:
    """What is to be delivered, with all the portal knows of it."""

    order: PurchaseOrder
    remote_id: int
    zone: ZoneInfo
    revisions: Mapping[UUID, int]
    lines: Mapping[UUID, Sequence[tuple[UUID, Values]]]
    positions: Mapping[str, int]
    note: Mapping[str, Any]

    @classmethod
    def of(cls, sending: Sending) -> _Letter:
        delivery = sending.delivery
        with acting(POST_OFFICE):
            order = PurchaseOrder.objects.select_related("plant").get(pk=delivery.about_id)
            connection = delivering.connection_of(delivery)
            mapped = Mapped.objects.filter(connection=connection, model=ORDER, object_id=order.pk).first()
        if mapped is None:
            raise Permanent(f"It is not known which order of Odoo {order.number} is.", code="order_unknown")
        body = delivery.body
        return cls(
            order=order,
            remote_id=mapped.remote_id,
            zone=ZoneInfo(order.plant.time_zone),
            revisions=delivering.line_revisions(body),
            lines={
                UUID(line["line"]): [(UUID(row["schedule"]), Values.from_json(row)) for row in line["schedule"]]
                for line in body["lines"]
            },
            positions={line["line"]: line["position"] for line in body["lines"]},
            note=body.get("note") or {},
        )


# --- The lines -------------------------------------------------------------------------------------------------------


@dataclass
class _Plan:
    """One look at Odoo beside what the portal knows."""

    reading: int
    lines: list[LinePlan]
    overtaken: list[UUID]
    """Lines that were revised since: a newer answer will speak for them."""

    def found(self, *findings: Finding) -> list[LinePlan]:
        return [line for line in self.lines if line.finding in findings]


def _write_lines(sending: Sending, gateway: Gateway, letter: _Letter) -> LoadRefused | None:
    """Bring the lines to what was agreed, or say why not. Returns Odoo's refusal where only some lines were refused."""
    for _look in range(LOOKS):
        plan = _look_at(sending, gateway, letter)
        overtaken, refused = plan.overtaken, None
        writable = plan.found(Finding.WRITE)
        if writable:
            # A line in conflict now must stay one, even if the second look should find it equal.
            settled = {line.line: line for line in plan.found(Finding.CONFLICT)}
            refused, left_out = _load(sending, gateway, letter, writable)
            plan = _look_at(sending, gateway, letter)
            plan.lines = [settled.get(line.line, line) for line in plan.lines if line.line not in left_out]
        try:
            _settle(sending, plan, {*overtaken, *plan.overtaken})
        except StaleReading:
            continue
        return refused
    raise Temporary("The order is being changed in Odoo right now.", code="moving")


def _look_at(sending: Sending, gateway: Gateway, letter: _Letter) -> _Plan:
    with acting(POST_OFFICE, write=True):
        reading = pulling.next_reading()
    rows = gateway.search_read(LINE, [["order_id", "=", letter.remote_id]], READ, order="sequence, id")
    _check_order(gateway, letter, rows)
    records = {int(row["id"]): row for row in rows if not row["display_type"]}
    with acting(POST_OFFICE):
        connection = delivering.connection_of(sending.delivery)
        mapped = {
            remote: UUID(key)
            for remote, key in Mapped.objects.filter(
                connection=connection, model=LINE, remote_id__in=records
            ).values_list("remote_id", "object_id")
        }
    named = gateway.external_ids(LINE, [remote for remote in records if remote not in mapped])
    ours = {remote: schedule for remote, key in named.items() if (schedule := translate.schedule_of(key))}
    by_schedule = {schedule: records[remote] for remote, schedule in {**ours, **mapped}.items()}
    return _compare(sending, letter, reading, by_schedule)


def _check_order(gateway: Gateway, letter: _Letter, rows: Sequence[Mapping[str, Any]]) -> None:
    """Only a confirmed, open order is written: on a locked one lines change and moves do not, and nobody is told."""
    if rows:
        state = rows[0]["state"]
    else:
        found = gateway.search_read(ORDER, [["id", "=", letter.remote_id]], ["state"])
        state = found[0]["state"] if found else ""
    number = letter.order.number
    if not state:
        raise Permanent(f"{number} is in Odoo no more.", code="order_gone")
    if state == "done":
        raise Permanent(f"{number} is locked in Odoo.", code="order_locked")
    if state not in ("purchase", "cancel"):
        raise Permanent(f"{number} is not confirmed in Odoo (any more).", code="order_not_confirmed")


def _compare(sending: Sending, letter: _Letter, reading: int, by_schedule: Mapping[UUID, Mapping[str, Any]]) -> _Plan:
    sent = {UUID(key): Values.from_json(kept) for key, kept in (sending.steps.get("sent") or {}).items()}
    with acting(POST_OFFICE):
        lines = {
            line.pk: line
            for line in OrderLine.objects.filter(order=letter.order, pk__in=letter.lines).select_related("unit")
        }
        known = ScheduleLine.objects.filter(line__in=lines).in_bulk()
        goods = _goods(sending, lines.values())
    plans, overtaken = [], []
    for key, targets in letter.lines.items():
        line = lines.get(key)
        cancelled = any(by_schedule[row]["state"] == "cancel" for row, _target in targets if row in by_schedule)
        if line is None or cancelled or not _awaits(line, letter.revisions[key]):
            overtaken.append(key)
            continue
        plans.append(
            LinePlan(
                key,
                [
                    _row(known[row], target, sent.get(row), _actual(by_schedule.get(row), line, goods, letter.zone))
                    for row, target in targets
                    if row in known
                ],
            )
        )
    return _Plan(reading, plans, overtaken)


def _awaits(line: OrderLine, revision: int) -> bool:
    """Whether the line still is what the letter speaks of, and Odoo is still to be told."""
    if line.revision != revision or line.state not in (LineState.AGREED, LineState.RECEIVED):
        return False
    return line.sync in (SyncMark.WAITING, SyncMark.NEEDS_PERSON)


def _goods(sending: Sending, lines: Iterable[OrderLine]) -> dict[tuple[str, str], int]:
    """Odoo's ids of the items and units of some lines, by kind and our key."""
    wanted = list(lines)
    connection = delivering.connection_of(sending.delivery)
    keys = {str(line.item_id) for line in wanted} | {str(line.unit_id) for line in wanted}
    rows = Mapped.objects.filter(
        connection=connection, model__in=["product.product", "uom.uom"], object_id__in=keys
    ).values_list("model", "object_id", "remote_id")
    return {(model, key): remote for model, key, remote in rows}


def _row(kept: ScheduleLine, target: Values, sent: Values | None, actual: Actual | None) -> Row:
    return Row(
        schedule=kept.pk,
        target=target,
        mirror=Values(kept.quantity, kept.price, kept.date) if kept.in_odoo else None,
        mirror_received=kept.received_quantity,
        sent=sent,
        actual=actual,
    )


def _actual(
    record: Mapping[str, Any] | None, line: OrderLine, goods: Mapping[tuple[str, str], int], zone: ZoneInfo
) -> Actual | None:
    if record is None:
        return None
    step: Decimal = line.quantity_step
    return Actual(
        id=int(record["id"]),
        values=Values(
            translate.quantity(record["product_qty"], step),
            translate.number(record["price_unit"]),
            translate.plant_date(record["date_planned"], zone),
        ),
        received=translate.quantity(record["qty_received"], step),
        same_goods=translate.pair_id(record["product_id"]) == goods.get(("product.product", str(line.item_id)))
        and translate.pair_id(record["product_uom"]) == goods.get(("uom.uom", str(line.unit_id))),
        record=record,
    )


def _load(
    sending: Sending, gateway: Gateway, letter: _Letter, lines: Sequence[LinePlan]
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
        except LoadRefused as refusal:
            refused = refusal
            bad = {cells[index][0] for index in refusal.rows if index < len(cells)}
            left_out |= bad or {line.line for line in left}
            left = [line for line in left if line.line not in left_out]
        else:
            break
    return refused, left_out


def _announce(sending: Sending, letter: _Letter, lines: Sequence[LinePlan]) -> None:
    """Keep what is about to be sent, and what stood there before the first try."""
    sent = dict(sending.steps.get("sent") or {})
    for line in lines:
        for row in line.to_write:
            before = row.actual.values.date.isoformat() if row.actual else ""
            kept = sent.get(str(row.schedule), {})
            sent[str(row.schedule)] = {**row.target.as_json(), "before": kept.get("before", before)}
    sending.about_to_write(f"{LINE}.load", sent=sent)


def _cells(letter: _Letter, line: LinePlan, row: Row) -> list[str]:
    """One row of the load. What does not change is sent as it was read: Odoo recomputes what is left out."""
    model = row.actual or line.origin
    if model is None:
        raise Permanent("Odoo has none of this line's deliveries any more.", code="missing")
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


def _settle(sending: Sending, plan: _Plan, overtaken: Iterable[UUID]) -> None:
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
    if delivering.line_revisions(sending.delivery.body)[line.line] > 1:
        return True
    kept = (sending.steps.get("sent") or {}).get(str(row.schedule))
    return kept is not None and kept["before"] != row.target.date.isoformat()


def _move_dates(sending: Sending, gateway: Gateway, letter: _Letter, days: Mapping[int, str]) -> None:
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
        ["purchase_line_id", "date"],
    )
    wrong: dict[str, list[int]] = defaultdict(list)
    for move in found:
        day = days[move["purchase_line_id"][0]]
        if translate.plant_date(move["date"], letter.zone).isoformat() != day:
            wrong[day].append(int(move["id"]))
    for day, ids in sorted(wrong.items()):
        noon = translate.plant_noon(dt.date.fromisoformat(day), letter.zone)
        sending.about_to_write("stock.move.write")
        gateway.call("stock.move", "write", [sorted(ids), {"date": noon}])
    sending.keep(moved=sum(len(ids) for ids in wrong.values()), calling=None)


def _leave_note(sending: Sending, gateway: Gateway, letter: _Letter) -> int:
    """A note on the order for the purchaser, made once whatever happens: its external id is the event's."""
    row = [
        translate.note_key(sending.delivery.event_id),
        ORDER,
        str(letter.remote_id),
        translate.note_html(letter.note["title"], [*letter.note["lines"], *_not_written(sending, letter)]),
        "comment",
        "mail.mt_note",  # the other subtype mails the supplier
    ]
    sending.about_to_write("mail.message.load")
    return gateway.load("mail.message", NOTE_COLUMNS, [row])[0]


def _not_written(sending: Sending, letter: _Letter) -> list[str]:
    """What the purchaser must know beside what was agreed: the lines that were left as they are."""
    lines = sending.steps.get("lines") or {}
    said = [
        f"Line {letter.positions[key]} was not written: {note} The portal asks what is to hold."
        for key, note in sorted((lines.get("conflict") or {}).items(), key=lambda item: letter.positions[item[0]])
    ]
    said += [
        f"Line {letter.positions[key]} was not written: it changed meanwhile."
        for key in sorted(lines.get("overtaken") or [], key=lambda key: letter.positions[key])
    ]
    return said
