"""The life of an order: stated by Odoo, opened by the supplier, revised, received, cancelled."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q

from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from suppliers.actions import agreements, closing, going_live, headers, links, moves, noticing, receipts, revisions
from suppliers.actions.contents import KEPT, keep_contents
from suppliers.models import (
    Acknowledgement,
    Activation,
    DateMove,
    Item,
    OrderLine,
    PurchaseOrder,
    ScheduleLine,
    Unit,
)
from suppliers.permissions import Act
from suppliers.statements import Difference, LineStatement, OrderStatement
from suppliers.states import LineState, Mode, OrderState, SyncMark
from suppliers.tolerances import plain


@act(Act.OPEN_ORDER, about="order")
def open_order(*, actor: Actor, order: PurchaseOrder, at: dt.datetime) -> PurchaseOrder:
    """A person of the supplier looks at the order for the first time; later looks change nothing."""
    order = transitions.hold(order)
    if order.viewed_at is None:
        order.viewed_at = at
        order.save(update_fields=["viewed_at"])
        refresh(order)
    return order


def state_order(order: PurchaseOrder | None, statement: OrderStatement) -> tuple[PurchaseOrder, dict[str, UUID]]:
    """Take in what Odoo says of one order; return it, and by ``ref`` the schedule line that each stated line is.

    ``order`` is held by the caller, or None for the first release. A value that equals the last known one is nothing
    new; one that equals what was agreed is our own echo; anything else is a revision, which reopens just the lines it
    changes and keeps the difference. An order given to another supplier or plant in Odoo is cancelled as he knew it,
    and released anew: then another order is returned than came in. Runs inside the caller's act.
    """
    if order is None:
        return _release(statement)
    elsewhere = (order.supplier_id, order.plant_id) != (statement.supplier_id, statement.plant_id)
    if statement.cancelled or elsewhere:
        _cancel(order)
        return (order, {}) if statement.cancelled else _release(statement)
    told = headers.restate(order, statement)
    held = {line.pk: line for line in transitions.hold_all(OrderLine.objects.filter(order=order))}
    rows = {row.pk: row for row in ScheduleLine.objects.filter(line__in=held)}
    taking = _Taking(order, held, rows)
    taking.header(told)
    refs = {stated.ref: taking.line(stated) for stated in statement.lines}
    keep_contents(taking, statement, refs)
    taking.missing(set(refs.values()))
    taking.finish()
    taking.receive(statement, refs)
    return order, refs


def take_odoo_values(order: PurchaseOrder, line: OrderLine, rows: list[ScheduleLine]) -> None:
    """The buyer takes what Odoo says of a line in conflict: a revision like any other, which reopens the line.

    ``rows`` is the line's whole schedule, already carrying Odoo's values. Order and line are held by the caller.
    """
    taking = _Taking(order, {line.pk: line}, {row.pk: row for row in rows})
    for row in rows:
        if row.in_odoo:
            taking.note_differences(line, row)
    if line.pk not in taking.revised:  # it reopens even where Odoo has come round to what was agreed
        taking.note_state(line)
    taking.finish()


def refresh(order: PurchaseOrder) -> None:
    """Derive the order's state and counters from its lines. Called at the end of every act that moved a line."""
    counts = order.lines.aggregate(
        total=Count("pk"),
        waiting=Count("pk", filter=Q(state=LineState.OPEN)),
        pending=Count("pk", filter=Q(state=LineState.PENDING_BUYER)),
        agreed=Count("pk", filter=Q(state=LineState.AGREED)),
        received=Count("pk", filter=Q(state=LineState.RECEIVED)),
        conflicts=Count("pk", filter=Q(sync__in=[SyncMark.CONFLICT, SyncMark.NEEDS_PERSON])),
        next_requested=Min("requested_date", filter=Q(state__in=[LineState.OPEN, LineState.PENDING_BUYER])),
        next_promised=Min("promised_date", filter=Q(state=LineState.AGREED)),
    )
    order.waiting_lines = counts["waiting"]
    order.pending_lines = counts["pending"]
    order.conflict_lines = counts["conflicts"]
    order.next_date = min(filter(None, (counts["next_requested"], counts["next_promised"])), default=None)
    order.save(update_fields=["waiting_lines", "pending_lines", "conflict_lines", "next_date"])
    state = derive_state(counts, viewed=order.viewed_at is not None or order.state != OrderState.SENT)
    if state != order.state:
        transitions.move(order, state)


def derive_state(counts: dict[str, Any], *, viewed: bool) -> OrderState:
    """The state of an order from how many of its lines are where; a pure function, see ``docs/domain.md``."""
    if counts["waiting"] == counts["pending"] == counts["agreed"] == 0:
        return OrderState.CLOSED if counts["received"] else OrderState.CANCELLED
    if counts["waiting"] == 0:
        return OrderState.ANSWERED if counts["pending"] else OrderState.AGREED
    if counts["pending"] or counts["agreed"]:
        return OrderState.PARTLY_ANSWERED
    return OrderState.VIEWED if viewed else OrderState.SENT


def _release(statement: OrderStatement) -> tuple[PurchaseOrder, dict[str, UUID]]:
    deed = audit.current_deed()
    wave = Activation.objects.for_pair(statement.supplier_id, statement.plant_id)
    order = PurchaseOrder(
        supplier_id=statement.supplier_id,
        plant_id=statement.plant_id,
        number=statement.number,
        released_at=deed.at,
        mode=wave.mode if wave else Mode.OFF,
        live_at=deed.at if wave and wave.mode == Mode.ON else None,
        **{field: getattr(statement, field) for field in headers.KEPT},
    )
    order.save(force_insert=True)
    taking = _Taking(order, {}, {})
    refs = {stated.ref: taking.line(stated) for stated in statement.lines}
    keep_contents(taking, statement, refs)
    taking.finish()
    taking.receive(statement, refs)
    if wave and wave.mode == Mode.ON and order.ordered_at < wave.cut_over:
        going_live.take_as_agreed(order)
        refresh(order)
    return order, refs


def _cancel(order: PurchaseOrder) -> None:
    lines = transitions.hold_all(OrderLine.objects.filter(order=order).exclude(state=LineState.CANCELLED))
    if not lines:
        return
    order.revision += 1
    revisions.keep(order, [Difference(line.position, "state", line.state, LineState.CANCELLED) for line in lines])
    transitions.move_all(((line, LineState.CANCELLED) for line in lines), reason="Cancelled in Odoo")
    agreements.forget(lines)
    closing.overtake([line.pk for line in lines])
    refresh(order)
    receipts.look_again_at_all(order)


class _Taking:
    """One statement being taken in, line by line, then written with a bounded number of statements."""

    def __init__(self, order: PurchaseOrder, lines: dict[UUID, OrderLine], rows: dict[UUID, ScheduleLine]) -> None:
        self.order = order
        self.first = not order.revisions.exists()
        self.over = order.state == OrderState.CANCELLED
        self.lines = lines
        self.rows = rows
        self.differences: list[Difference] = []
        self.revised: dict[UUID, set[str]] = defaultdict(set)
        """What of a line differs: ``price_up`` and ``price_down`` apart, else the field."""
        self.moves: list[DateMove] = []
        self.touched: set[UUID] = set()
        self.new_lines: list[OrderLine] = []
        self.new_rows: list[ScheduleLine] = []
        self.items: dict[int, Item] = {}
        self.resized = False
        """Whether a quantity is another one in Odoo than before."""

    def header(self, told: headers.Told) -> None:
        """What changed above the lines. Where what was answered means something else now, every live line reopens."""
        self.differences += told.differences
        if told.reopens:
            for line in self.lines.values():
                if line.state in agreements.ALIVE:
                    self.revised[line.pk].update(one.field for one in told.differences)

    def line(self, stated: LineStatement) -> UUID:
        """Compare one stated line with what is known; return the schedule line it is."""
        row = self.rows.get(stated.schedule_id) if stated.schedule_id else None
        if row is None:
            return self._add(stated).pk
        line = self.lines[row.line_id]
        if line.sync == SyncMark.CONFLICT and line.pk not in self.revised:
            self._restate_conflict(line, row, stated)
            return row.pk
        if row.received_quantity != stated.received:
            row.received_quantity = stated.received
            self.touched.add(line.pk)
        if line.state == LineState.CANCELLED and row.quantity and stated.quantity:
            self.note_state(line)
        now = (stated.quantity, stated.price, stated.date)
        same_item = line.item_id == stated.item_id and line.unit_id == stated.unit_id
        if same_item and row.in_odoo and now == (row.quantity, row.price, row.date):
            return row.pk
        echo = same_item and now in ((row.agreed_quantity, row.agreed_price, row.agreed_date), stated.ours)
        if not same_item:
            self._note_item(line, stated)
        known = (row.quantity, row.price, row.date) if row.in_odoo else None
        self.resized |= row.quantity != stated.quantity
        row.quantity, row.price, row.date = now
        row.in_odoo = True
        self.touched.add(line.pk)
        if not echo:
            self.note_differences(line, row, known, stated.ours)
        return row.pk

    def missing(self, present: set[UUID]) -> None:
        """Lines that Odoo had and has no more."""
        for row in self.rows.values():
            if row.in_odoo and row.pk not in present and row.quantity:
                line = self.lines[row.line_id]
                self.differences.append(Difference(line.position, "line", plain(row.quantity), "removed"))
                row.quantity, row.in_odoo = Decimal(0), False
                self.revised[line.pk].add("line")

    def finish(self) -> None:
        """Write it all: lines and schedule, the revision if there is one, states and counters."""
        if self.differences or self.first:
            if not self.first:
                self.order.revision += 1
            self._revise_lines()
        OrderLine.objects.bulk_create(self.new_lines)
        ScheduleLine.objects.bulk_create(self.new_rows)
        concerned = self.touched | self.revised.keys()
        changed = [self.lines[key] for key in concerned]
        fresh = {row.pk for row in self.new_rows}
        rows = [row for row in self.rows.values() if row.line_id in concerned and row.pk not in fresh]
        said = ["quantity", "price", "date", "received_quantity", "in_odoo"]
        ScheduleLine.objects.bulk_update(rows, [*said, "agreed_quantity", "agreed_price", "agreed_date"])
        by_line = self._rows_by_line()
        for line in changed:
            line.received_quantity = sum((row.received_quantity for row in by_line[line.pk]), Decimal(0))
        fields = ["revision", "item", "item_code", "item_name", "description", "unit", "unit_name", "quantity_step"]
        fields += ["quantity", "price", "requested_date", "received_quantity", "first_date"]
        fields += [*KEPT, "promised_date", "promised_quantity", "sync", "sync_note", "sync_why", "conflict"]
        OrderLine.objects.bulk_update(changed, fields)
        DateMove.objects.bulk_create(self.moves)
        self._move(changed, by_line)
        closing.overtake([line.pk for line in changed if line.pk in self.revised or line.state != LineState.AGREED])
        if self.differences or self.first:
            revisions.keep(self.order, self.differences)
        refresh(self.order)
        self._ask_again()

    def receive(self, statement: OrderStatement, refs: dict[str, UUID]) -> None:
        """Take in what was booked, and look again at what is announced."""
        if statement.receipts is not None:
            of_line = {ref: self.lines[self.rows[schedule].line_id] for ref, schedule in refs.items()}
            receipts.restate(self.order, of_line, statement.receipts, statement.transfers)
        if self.resized:
            noticing.put_right(self.order)

    def _ask_again(self) -> None:
        """Tell a supplier who has answered before that lines of this revision wait for an answer; one who has not is
        told of an order that comes back from being cancelled as of a new one.
        """
        fresh = {line.pk for line in self.new_lines}
        waiting = [
            line.position
            for line in self.lines.values()
            if line.state == LineState.OPEN and (line.pk in self.revised or line.pk in fresh)
        ]
        if not waiting or self.first:
            return
        if self.order.imported or Acknowledgement.objects.filter(order=self.order).exists():
            links.ask_again(self.order, links.REVISED, sorted(waiting), revision=self.order.revision)
        elif self.over:
            links.announce(self.order, audit.current_deed().at)

    def _rows_by_line(self) -> dict[UUID, list[ScheduleLine]]:
        by_line: dict[UUID, list[ScheduleLine]] = defaultdict(list)
        for row in self.rows.values():
            by_line[row.line_id].append(row)
        return by_line

    def _item(self, key: int) -> Item:
        if key not in self.items:
            self.items[key] = Item.objects.select_related("unit").get(pk=key)
        return self.items[key]

    def _describe(self, line: OrderLine, stated: LineStatement) -> None:
        item = self._item(stated.item_id)
        unit = item.unit if item.unit_id == stated.unit_id else Unit.objects.get(pk=stated.unit_id)
        line.item, line.item_code, line.item_name = item, item.code, item.name
        line.unit, line.unit_name, line.quantity_step = unit, unit.name, unit.step
        line.description = stated.description

    def _add(self, stated: LineStatement) -> ScheduleLine:
        position = max((line.position for line in self.lines.values()), default=0) + 1
        line = OrderLine(
            supplier_id=self.order.supplier_id,
            plant_id=self.order.plant_id,
            order=self.order,
            position=position,
            revision=self.order.revision if self.first else self.order.revision + 1,
            quantity=stated.quantity,
            price=stated.price,
            requested_date=stated.date,
            received_quantity=stated.received,
        )
        self._describe(line, stated)
        row = ScheduleLine(
            supplier_id=line.supplier_id,
            line=line,
            position=1,
            quantity=stated.quantity,
            price=stated.price,
            date=stated.date,
            received_quantity=stated.received,
            in_odoo=True,
        )
        self.new_lines.append(line)
        self.new_rows.append(row)
        self.lines[line.pk] = line
        self.rows[row.pk] = row
        self.touched.add(line.pk)
        if not self.first:
            self.differences.append(Difference(position, "line", "", f"{plain(stated.quantity)} {line.unit_name}"))
        return row

    def _note_item(self, line: OrderLine, stated: LineStatement) -> None:
        before = (line.item_code or line.item_name, line.unit_name)
        self._describe(line, stated)
        after = (line.item_code or line.item_name, line.unit_name)
        for name, old, new in zip(("item", "unit"), before, after, strict=True):
            if old != new:
                self.differences.append(Difference(line.position, name, old, new))
        self.revised[line.pk].add("item")

    def note_state(self, line: OrderLine) -> None:
        """The line is asked anew, whether or not any of its values differs."""
        if "state" not in self.revised[line.pk]:
            self.revised[line.pk].add("state")
            self.differences.append(Difference(line.position, "state", line.state, LineState.OPEN))

    def note_differences(self, line: OrderLine, row: ScheduleLine, *known: moves.Values | None) -> None:
        """Keep how a schedule line, which carries Odoo's values already, differs from what both sides knew last."""
        found, fields = moves.differences(line, row, *known)
        self.differences += found
        if fields:
            self.revised[line.pk] |= fields

    def _restate_conflict(self, line: OrderLine, row: ScheduleLine, stated: LineStatement) -> None:
        """While the buyer decides, keep showing him what Odoo says now; nothing reopens behind his back."""
        actual = {
            "schedule": str(row.pk),
            "quantity": plain(stated.quantity),
            "price": plain(stated.price),
            "date": stated.date.isoformat(),
            "received": plain(stated.received),
        }
        known = [entry for entry in line.conflict or [] if entry["schedule"] != actual["schedule"]]
        line.conflict = sorted([*known, actual], key=lambda entry: str(entry["schedule"]))
        self.touched.add(line.pk)

    def _revise_lines(self) -> None:
        by_line = self._rows_by_line()
        for key, fields in self.revised.items():
            line = self.lines[key]
            active = [row for row in by_line[key] if row.in_odoo]
            line.revision = self.order.revision
            line.quantity = sum((row.quantity for row in active), Decimal(0))
            asked = [row for row in active if row.quantity]
            if asked:
                line.price = asked[0].price
            if moves.takes_nothing(line, fields):
                for row in active:
                    row.agreed_price = row.price
                continue
            if asked:
                line.requested_date = min(row.date for row in asked)
                move = moves.moved(line, by_line[key], max(row.date for row in asked)) if "date" in fields else None
                self.moves += [move] if move else []
            line.promised_date, line.promised_quantity = None, None
            line.stand(SyncMark.NONE)
            line.conflict = None
            for row in by_line[key]:
                row.agreed_quantity, row.agreed_price, row.agreed_date = None, None, None

    def _move(self, lines: Iterable[OrderLine], by_line: dict[UUID, list[ScheduleLine]]) -> None:
        steps: list[tuple[OrderLine, str]] = []
        reopened = {key for key, what in self.revised.items() if not moves.takes_nothing(self.lines[key], what)}
        for line in lines:
            ordered = sum((row.quantity for row in by_line[line.pk] if row.in_odoo), Decimal(0))
            if line.sync == SyncMark.WAITING:  # more is agreed than Odoo has yet: nothing is over
                ordered = max(ordered, sum((row.agreed_quantity or Decimal(0) for row in by_line[line.pk]), Decimal(0)))
            if ordered == 0:
                to = LineState.CANCELLED
            elif line.received_quantity >= ordered:
                to = LineState.RECEIVED
            elif line.pk in reopened or line.state in (LineState.RECEIVED, LineState.CANCELLED):
                to = LineState.OPEN
            else:
                continue
            if to != line.state:
                steps.append((line, to))
        transitions.move_all(steps, reason="" if self.first else f"Revision {self.order.revision}")
