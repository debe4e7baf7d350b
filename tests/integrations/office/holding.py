"""What must hold of an order at every moment of its history, and when everything has settled."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from integrations.office.actions.pulling import LINE
from integrations.office.models import Delivery, Mapping, Trouble
from integrations.office.odoo import translate
from integrations.office.odoo.arrivals import notices_of
from integrations.sandbox import dock
from integrations.slot.models import Event
from portal.shared.models import AuditEntry, StateChange
from suppliers.models import (
    Acknowledgement,
    AnswerLine,
    ChangeOffer,
    ChangeRequest,
    Commitment,
    OfferedDelivery,
    OrderComment,
    OrderRevision,
    Promise,
    PurchaseOrder,
    ScheduleLine,
    Shipment,
    ShipmentLine,
    ShipmentVersion,
    Substitute,
)
from suppliers.queries.orders import LineDetail
from suppliers.shipping_states import ShipmentState
from suppliers.states import AnswerKind, Decision, LineState, OrderState, SyncMark
from tests.cast import everything
from tests.integrations.office.far_side import values_of
from tests.integrations.office.histories import Trade

ONCE: tuple[type[Model], ...] = (
    Acknowledgement, AnswerLine, Promise, Substitute, Commitment, ChangeOffer, OfferedDelivery, OrderRevision,
    OrderComment, ShipmentVersion, ShipmentLine, Event, AuditEntry, StateChange,
)  # fmt: skip
"""What is written once and never again."""
OVER = (LineState.CANCELLED, LineState.RECEIVED)


@dataclass
class Memory:
    """Everything that was ever written, as it was when it was first seen: a digest of each row."""

    rows: dict[tuple[str, str], str] = field(default_factory=dict)

    def compare(self) -> None:
        """Nothing that was written once is gone or says something else."""
        asked = " union all ".join(
            f"select '{one._meta.db_table}', {one._meta.pk.column}::text, md5(row::text) from {one._meta.db_table} row"
            for one in ONCE
            if one._meta.pk is not None
        )
        with connection.cursor() as cursor:
            cursor.execute(asked)
            now = {(table, key): digest for table, key, digest in cursor.fetchall()}
        changed = [key for key, digest in self.rows.items() if now.get(key) != digest]
        assert not changed, f"overwritten: {changed}"
        self.rows = now


def check(trade: Trade, memory: Memory) -> None:
    """After every step."""
    assert not trade.odoo.overwritten, trade.odoo.overwritten
    assert not trade.odoo.carried, trade.odoo.carried
    with everything():
        memory.compare()
        _no_gaps(PurchaseOrder.objects.filter(number=trade.odoo.number))
        assert not Trouble.objects.filter(resolved_at=None, model="purchase.order").exists()
        assert not Delivery.objects.filter(failure_code="fault").exists(), "a letter met a fault of ours"
    lines = trade.lines()
    for one in lines:
        _line(one)
    order, states = lines[0].line.order, Counter(one.line.state for one in lines)
    assert order.waiting_lines == states[LineState.OPEN]
    assert order.pending_lines == states[LineState.PENDING_BUYER]
    if order.state in (OrderState.CANCELLED, OrderState.CLOSED):
        assert set(states) <= set(OVER)


def _no_gaps(orders: Iterable[PurchaseOrder]) -> None:
    """Whatever is numbered is numbered 1, 2, 3."""
    for order in orders:
        keys: dict[str, dict[Any, list[int]]] = defaultdict(lambda: defaultdict(list))
        for model, path, of in (
            (OrderRevision, "order", "order"),
            (AnswerLine, "line__order", "line"),
            (Commitment, "line__order", "line"),
            (ChangeRequest, "order", "order"),
            (ChangeOffer, "request__order", "request"),
            (OrderComment, "order", "order"),
        ):
            for key, number in model._default_manager.filter(**{path: order}).values_list(of, "number"):
                keys[model.__name__][key].append(number)
        for name, groups in keys.items():
            for numbers in groups.values():
                assert sorted(numbers) == list(range(1, len(numbers) + 1)), f"{name} has gaps"
        assert len(keys["OrderRevision"][order.pk]) == order.revision


def _line(one: LineDetail) -> None:
    line, rows = one.line, one.schedule
    agreed = [row for row in rows if row.agreed_quantity]
    assert line.received_quantity == sum(row.received_quantity for row in rows), "received is not what was received"
    if line.state in (LineState.OPEN, LineState.PENDING_BUYER):
        assert not agreed, "something is agreed of a line that is asked"
        assert line.quantity == sum(row.quantity for row in rows if row.in_odoo), "it asks for something else than Odoo"
    if line.sync == SyncMark.CONFLICT:
        assert line.state in (LineState.AGREED, LineState.RECEIVED), "nobody can end this conflict"
        assert line.conflict
    if line.state == LineState.PENDING_BUYER:
        assert one.latest is not None
        assert one.latest.revision == line.revision, "the buyer is to decide on an answer to something else"
    if one.open_change is not None:
        assert line.state == LineState.AGREED, "something is negotiated that is not agreed"
    if line.state == LineState.AGREED:
        _agreed(one, agreed)


def _agreed(one: LineDetail, agreed: list[ScheduleLine]) -> None:
    """What is agreed is what was promised in the last agreement, and adds up."""
    taken = [step for step in one.commitments if step.decision != Decision.DECLINED]
    assert taken, "agreed, and nobody agreed"
    answers = {answer.pk: answer for answer in one.answers}
    answer = answers.get(taken[-1].answer_id) if taken[-1].answer_id else None
    if answer is None:  # a baseline
        assert one.line.promised_quantity == sum(row.agreed_quantity or 0 for row in agreed)
        return
    if answer.kind == AnswerKind.REJECTED:
        return
    promised = sorted((row.quantity, row.arrival_date or dt.date.min) for row in answer.promises.all())
    undated = {quantity for quantity, date in promised if date == dt.date.min}
    held = sorted(
        (row.agreed_quantity, dt.date.min if row.agreed_quantity in undated and len(undated) else row.agreed_date)
        for row in agreed
    )
    assert [quantity for quantity, _date in held] == [quantity for quantity, _date in promised], "it does not add up"
    if not undated:
        assert held == promised, "agreed on other days than were promised"
    assert one.line.promised_quantity == sum(quantity for quantity, _date in promised)
    assert len({row.agreed_price for row in agreed}) <= 1


def settled(trade: Trade) -> None:
    """When nothing is left to do: both sides say the same, and nobody waits for anybody."""
    lines, dump = trade.lines(), trade.odoo.dump()
    remote = {line["id"]: line for line in dump["lines"] if line["product_id"]}
    with everything():
        rows = {
            key: UUID(found)
            for key, found in Mapping.objects.filter(model=LINE, remote_id__in=remote).values_list(
                "remote_id", "object_id"
            )
        }
    if lines[0].line.order.state == OrderState.CANCELLED and dump["state"] == "cancel":
        return
    announced = notices_in_odoo(trade, dump)
    schedule = {row.pk: (one, row) for one in lines for row in one.schedule}
    assert set(remote) == set(rows), "the portal does not know every line of Odoo"
    assert len(set(rows.values())) == len(rows)
    for key, line in remote.items():
        one, row = schedule[rows[key]]
        assert (row.quantity, row.price, row.date) == values_of(line), "the portal shows something else than Odoo says"
        assert row.in_odoo
        assert row.received_quantity == Decimal(str(line["qty_received"]))
        moves = [move for move in dump["moves"] if move["purchase_line_id"][0] == key and _open(move)]
        _adds_up(row, line, dump)
        if _written(one) and row.quantity:
            days = {move["date"][:10] for move in moves if move["picking_id"][0] not in announced}
            assert days <= {row.date.isoformat()}, "planners read another date"
    for one in lines:
        assert one.line.state in (LineState.AGREED, *OVER), "nobody can move this line"
        assert one.line.sync not in (SyncMark.WAITING, SyncMark.NEEDS_PERSON, SyncMark.CONFLICT, SyncMark.OBSERVED)
        assert one.open_change is None
        if one.line.state == LineState.AGREED and _last(one) != AnswerKind.REJECTED:
            agreed = sorted((row.agreed_quantity, row.agreed_price, row.agreed_date) for row in one.schedule
                            if row.agreed_quantity)  # fmt: skip
            said = sorted((row.quantity, row.price, row.date) for row in one.schedule if row.in_odoo and row.quantity)
            assert said == agreed, "Odoo says something else than was agreed"


def _adds_up(row: ScheduleLine, line: dict[str, Any], dump: dict[str, Any]) -> None:
    """What is still to come is what is ordered and has not come. Odoo reckons anew at a line's next change only: until
    then what came beyond its move, and what was sent back, may still be awaited, or not. What a buyer takes from a line
    beyond its first transfer stands against it, as goods to be sent back (decision 13).
    """
    mine = [move for move in dump["moves"] if move["purchase_line_id"][0] == line["id"]]
    done = [move for move in mine if move["state"] == "done"]
    brought = [move for move in done if move["picking_code"] == "incoming"]
    left = Decimal(str(sum(move["product_uom_qty"] for move in mine if _open(move))))
    least = row.quantity - Decimal(str(sum(move["quantity"] for move in brought)))
    back = [move for move in mine if move["picking_code"] != "incoming" and move["state"] != "cancel"]
    sent_back = sum(move["quantity"] if move["state"] == "done" else move["product_uom_qty"] for move in back)
    most = row.quantity - Decimal(str(sum(move["product_uom_qty"] for move in brought) - sent_back))
    assert max(least, Decimal(0)) <= left <= max(most, Decimal(0)), "open moves do not add up"


def notices_in_odoo(trade: Trade, dump: dict[str, Any]) -> set[int]:
    """Each notice has one transfer, with what was split off it, and there is just what it says; the transfers."""
    rows = {one["id"]: one for one in dump["pickings"]}
    keyed = {key: notice for key, one in rows.items() if (notice := translate.notice_of(one["external_id"]))}
    assert len(set(keyed.values())) == len(keyed), "a notice has two transfers"
    owners = notices_of(rows.values(), keyed)
    covered = trade.covered()
    for shipment in trade.shipments():
        assert shipment.state != ShipmentState.INVALID, "nobody corrected it"
        assert shipment.sync == SyncMark.IN_ODOO, f"its letter never arrived: {shipment.state}"
        mine = {key for key, notice in owners.items() if covered.get(notice) == shipment.pk}
        _as_announced(trade, shipment, dump, mine)
    return set(owners)


def _as_announced(trade: Trade, shipment: Shipment, dump: dict[str, Any], transfers: set[int]) -> None:
    mine = [move for move in dump["moves"] if move["picking_id"] and move["picking_id"][0] in transfers]
    left = [move for move in mine if _open(move)]
    if shipment.state in (ShipmentState.CANCELLED, ShipmentState.CLOSED):
        assert not left, "goods lie in the transfer of a notice that is over"
    if shipment.state not in (ShipmentState.SUBMITTED, ShipmentState.IN_TRANSIT):
        return
    said: dict[tuple[UUID, str], Decimal] = trade.said[shipment.pk]
    with everything():
        rows = Mapping.objects.filter(model=LINE, remote_id__in={move["purchase_line_id"][0] for move in left})
        schedule = {remote: UUID(key) for remote, key in rows.values_list("remote_id", "object_id")}
        lines = dict(ScheduleLine.objects.filter(pk__in=schedule.values()).values_list("pk", "line"))
    there: dict[UUID, Decimal] = defaultdict(Decimal)
    for move in left:
        there[lines[schedule[move["purchase_line_id"][0]]]] += Decimal(str(move["product_uom_qty"]))
    wanted: dict[UUID, Decimal] = defaultdict(Decimal)
    for (line, _lot), quantity in said.items():
        wanted[line] += quantity
    assert there == wanted, f"{shipment} is otherwise in Odoo"
    lots: dict[tuple[UUID, str], Decimal] = defaultdict(Decimal)
    of_move = {move["id"]: lines[schedule[move["purchase_line_id"][0]]] for move in left}
    with trade.odoo.as_buyer() as env:
        laid = [one for transfer in transfers for one in dock.dump(env, transfer)["lines"]]
    for one in laid:
        if one["move_id"][0] in of_move:
            lots[of_move[one["move_id"][0]], one["lot_id"][1] if one["lot_id"] else ""] += Decimal(str(one["quantity"]))
    assert lots == said, f"{shipment} has other lots in Odoo"


def _last(one: LineDetail) -> str:
    taken = [step.answer_id for step in one.commitments if step.decision != Decision.DECLINED]
    answers = {answer.pk: answer.kind for answer in one.answers}
    return answers.get(taken[-1], "") if taken and taken[-1] else ""


def _written(one: LineDetail) -> bool:
    """Whether a letter spoke of the line as it is now."""
    taken = [step.answer_id for step in one.commitments if step.decision == Decision.APPROVED]
    answers = {answer.pk: answer for answer in one.answers}
    answer = answers.get(taken[-1]) if taken and taken[-1] else None
    current = answer is not None and answer.revision == one.line.revision and answer.kind != AnswerKind.REJECTED
    return current and one.line.state == LineState.AGREED and one.line.revision > 1


def _open(move: dict[str, Any]) -> bool:
    return move["state"] not in ("done", "cancel") and move["picking_code"] == "incoming"
