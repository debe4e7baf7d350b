"""What Odoo booked: kept movement by movement, and counted against what was announced.

Plain functions: they run inside the act that takes an order in, which holds the order and its lines.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from django.db.models import F, Q

from integrations.slot import outbox
from portal.shared import audit, transitions
from portal.shared.errors import NotFound
from suppliers.actions import noticing
from suppliers.lots import lot_id
from suppliers.models import (
    OrderLine,
    PurchaseOrder,
    Receipt,
    ScheduleLine,
    Shipment,
    ShipmentLine,
    ShipmentOrder,
    TolerancePolicy,
)
from suppliers.queries.shipments_open import announced_of
from suppliers.shipping_states import NOT_ARRIVED, ReceiptKind, ShipmentState
from suppliers.statements import OrderStatement, ReceiptStatement, TransferStatement
from suppliers.states import LineState
from suppliers.tolerances import plain

TO_CORRECT = "shipment.to_correct"
_RESTATED = ("line", "item_id", "kind", "at", "day", "quantity", "unit_name", "counts", "returned_ref", "lot",
             "supplier_lot", "plate", "transfer", "shipment_id")  # fmt: skip
_AS_STATED = tuple(name for name in _RESTATED if name not in ("line", "shipment_id", "supplier_lot"))


class Taking(Protocol):
    """A statement being taken in; see ``suppliers.actions.orders``."""

    order: PurchaseOrder
    lines: dict[UUID, OrderLine]
    rows: dict[UUID, ScheduleLine]
    resized: bool


def take(taking: Taking, statement: OrderStatement, refs: Mapping[str, UUID]) -> None:
    """Take in what was booked of an order, and put right what is announced of it, where Odoo may have taken from it."""
    mended: set[UUID] = set()
    if statement.receipts is not None:
        of_line = {ref: taking.lines[taking.rows[schedule].line_id] for ref, schedule in refs.items()}
        mended = restate(taking.order, of_line, statement.receipts, statement.transfers)
    if taking.resized:
        noticing.put_right(taking.order, but=mended)


def restate(
    order: PurchaseOrder,
    lines: Mapping[str, OrderLine],
    receipts: Sequence[ReceiptStatement],
    transfers: Sequence[TransferStatement],
) -> set[UUID]:
    """Keep all that was booked of an order, whose lines come by ``ref``, and see what that makes of its shipments.

    A movement that is restated is the same row. One that Odoo has no more counts nothing. What another supplier
    delivered before Odoo gave him the order stays his. Returns the shipments that need no correction any more.
    """
    refs = [stated.ref for stated in receipts]
    known = {row.ref: row for row in Receipt.objects.filter(Q(line__order=order) | Q(ref__in=refs))}
    notices = list(ShipmentOrder.objects.filter(order=order))
    if not (known or receipts or notices):
        return set()
    told = _Told(order, lines, notices)
    new: list[Receipt] = []
    changed: list[Receipt] = []
    for stated in receipts:
        row = known.pop(stated.ref, None)
        if row is None:
            new.append(
                Receipt(supplier_id=order.supplier_id, plant_id=order.plant_id, ref=stated.ref, **told.of(stated))
            )
        elif row.supplier_id == order.supplier_id and _restate(row, told.of(stated)):
            changed.append(row)
    for row in known.values():
        if row.supplier_id == order.supplier_id and row.quantity:
            audit.note(row, quantity=(plain(row.quantity), "0"))
            row.quantity = Decimal(0)
            changed.append(row)
    Receipt.objects.bulk_create(new)
    Receipt.objects.bulk_update(changed, [name.removesuffix("_id") for name in _RESTATED])
    _keep_transfers(notices, transfers)
    return look_again(order, {notice.shipment_id for notice in notices} | told.shipments)


def _restate(row: Receipt, values: Mapping[str, Any]) -> bool:
    different = {name: value for name, value in values.items() if getattr(row, name) != value}
    if "quantity" in different:
        audit.note(row, quantity=(plain(row.quantity), plain(different["quantity"])))
    for name, value in different.items():
        setattr(row, name, value)
    return bool(different)


def _keep_transfers(notices: Sequence[ShipmentOrder], transfers: Sequence[TransferStatement]) -> None:
    by_notice = {stated.notice: stated for stated in transfers}
    at = audit.current_deed().at
    changed = []
    for notice in notices:
        stated = by_notice.get(notice.pk)
        if stated is None:
            continue
        ended = (notice.ended_at or at) if stated.ended else None
        if (notice.transfer, notice.ended_at) != (stated.name, ended):
            notice.transfer, notice.ended_at = stated.name, ended
            changed.append(notice)
    ShipmentOrder.objects.bulk_update(changed, ["transfer", "ended_at"])


class _Told:
    """Which notice, and which lot of it, a movement belongs to."""

    def __init__(self, order: PurchaseOrder, lines: Mapping[str, OrderLine], notices: Sequence[ShipmentOrder]) -> None:
        self.order = order
        self.lines = lines
        self.of_notice = {notice.pk: notice.shipment_id for notice in notices}
        self.shipments: set[UUID] = set()
        self.said: list[tuple[UUID, UUID, int, str, str]] = []
        if notices:
            rows = ShipmentLine.objects.filter(
                version__shipment__in=set(self.of_notice.values()), version__number=F("version__shipment__version")
            )
            self.said = list(rows.values_list("version__shipment", "line", "item", "lot", "unit__plate"))
        self.lots = {lot_id(order.supplier_id, item, lot): lot for _s, _l, item, lot, _p in self.said if lot}

    def of(self, stated: ReceiptStatement) -> dict[str, Any]:
        line = self.lines[stated.line]
        lot = self.lots.get(stated.lot_key, "") if stated.lot_key else ""
        shipment = self._shipment(stated, line, lot)
        if shipment:
            self.shipments.add(shipment)
        return {
            "line": line,
            "shipment_id": shipment,
            "supplier_lot": lot,
            **{name: getattr(stated, name) for name in _AS_STATED},
        }

    def _shipment(self, stated: ReceiptStatement, line: OrderLine, lot: str) -> UUID | None:
        """By its transfer; else, where a person booked it elsewhere, by a handling unit or lot that just one has."""
        if stated.notice in self.of_notice:
            return self.of_notice[stated.notice]
        marked = [
            shipment
            for shipment, key, _item, of_lot, plate in self.said
            if key == line.pk and ((stated.plate and plate == stated.plate) or (lot and of_lot == lot))
        ]
        return marked[0] if len(set(marked)) == 1 else None


def look_again_at_all(order: PurchaseOrder) -> None:
    """See what became of all that is announced of an order."""
    look_again(order, ShipmentOrder.objects.filter(order=order).values_list("shipment_id", flat=True))


# --- What it makes of the shipments ----------------------------------------------------------------------------------


def look_again(order: PurchaseOrder, keys: Iterable[UUID]) -> set[UUID]:
    """Count what has arrived of some shipments, and see whether the order still says what they were sent for.

    Returns those that need no correction any more.
    """
    shipments = [
        shipment
        for shipment in transitions.hold_all(Shipment.objects.filter(pk__in=keys))
        if shipment.state not in (ShipmentState.DRAFT, ShipmentState.CANCELLED, ShipmentState.CLOSED)
    ]
    if not shipments:
        return set()
    announced = _announced(shipments)
    received, first = _received(shipments)
    for shipment in shipments:
        _count(shipment, announced[shipment.pk], received[shipment.pk], first.get(shipment.pk))
    return _recheck([order], [shipment for shipment in shipments if shipment.state in NOT_ARRIVED])


def hold_beside(shipment: Shipment) -> tuple[Shipment, list[Shipment]]:
    """A shipment, and those of which nothing arrived yet that bring goods of the same order lines; fresh and locked.

    Raises :class:`NotFound` where it is gone or behind the wall.
    """
    said = ShipmentLine.objects.filter(version__number=F("version__shipment__version"))
    beside = said.filter(
        line__in=said.filter(version__shipment=shipment).values("line"), version__shipment__state__in=NOT_ARRIVED
    )
    rows = Shipment.objects.filter(Q(pk=shipment.pk) | Q(pk__in=beside.values("version__shipment")))
    held = {one.pk: one for one in transitions.hold_all(rows)}
    if shipment.pk not in held:
        raise NotFound("There is no such shipment.")
    return held.pop(shipment.pk), list(held.values())


def make_room(beside: Iterable[Shipment]) -> None:
    """Another notice says less, or nothing any more: what was too much beside it may come after all."""
    wrong = [shipment for shipment in beside if shipment.state == ShipmentState.INVALID]
    covered = ShipmentOrder.objects.filter(shipment__in=wrong)
    _recheck(PurchaseOrder.objects.filter(pk__in=covered.values("order")).select_related("supplier"), wrong)


def _announced(shipments: Iterable[Shipment]) -> dict[UUID, dict[UUID, Decimal]]:
    found: dict[UUID, dict[UUID, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    rows = ShipmentLine.objects.filter(
        version__shipment__in=[shipment.pk for shipment in shipments],
        version__number=F("version__shipment__version"),
    )
    for shipment, line, quantity in rows.values_list("version__shipment", "line", "quantity"):
        found[shipment][line] += quantity
    return found


def _received(
    shipments: Iterable[Shipment],
) -> tuple[dict[UUID, dict[UUID, Decimal]], dict[UUID, dt.datetime]]:
    found: dict[UUID, dict[UUID, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    first: dict[UUID, dt.datetime] = {}
    rows = Receipt.objects.filter(shipment__in=[one.pk for one in shipments], kind=ReceiptKind.RECEIPT, quantity__gt=0)
    for shipment, line, quantity, at in rows.values_list("shipment", "line", "quantity", "at"):
        found[shipment][line] += quantity
        first[shipment] = min(first.get(shipment, at), at)
    return found, first


def _count(
    shipment: Shipment, announced: Mapping[UUID, Decimal], received: Mapping[UUID, Decimal], first: dt.datetime | None
) -> None:
    if shipment.received_at != first:
        shipment.received_at = first
        shipment.save(update_fields=["received_at"])
    if first is None:
        if shipment.state in (ShipmentState.PARTLY_RECEIVED, ShipmentState.RECEIVED):
            transitions.move(shipment, ShipmentState.IN_TRANSIT, reason="The booking was taken back in Odoo.")
        return
    whole = all(received.get(line, Decimal(0)) >= quantity for line, quantity in announced.items())
    state = ShipmentState.RECEIVED if whole else ShipmentState.PARTLY_RECEIVED
    if shipment.state != state:
        transitions.move(shipment, state)
        if shipment.faults:
            shipment.faults = []
            shipment.save(update_fields=["faults"])


def _recheck(orders: Iterable[PurchaseOrder], shipments: Sequence[Shipment]) -> set[UUID]:
    """Whether what was announced of the orders can still come; nothing arrived of these shipments yet.

    Returns those that need no correction any more.
    """
    wrong = [shipment for shipment in shipments if shipment.state == ShipmentState.INVALID]
    for order in orders if shipments else ():
        _recheck_order(order, shipments)
    mended = [shipment for shipment in wrong if shipment.state != ShipmentState.INVALID]
    noticing.take_up(mended)
    return {shipment.pk for shipment in mended}


def _recheck_order(order: PurchaseOrder, shipments: Sequence[Shipment]) -> None:
    lines = {line.pk: line for line in OrderLine.objects.filter(order=order)}
    most = _most(order, lines.values())
    road = announced_of(lines)
    rows = ShipmentLine.objects.filter(
        version__shipment__in=[shipment.pk for shipment in shipments],
        version__number=F("version__shipment__version"),
        line__in=lines,
    ).order_by("position")
    wrong: dict[UUID, dict[UUID, dict[str, Any]]] = defaultdict(dict)
    for said in rows.select_related("version"):
        line = lines[said.line_id]
        facts: dict[str, Any] = {"order": order.number, "line": line.position}
        on_road = line.received_quantity + road.get(line.pk, Decimal(0))
        if line.state == LineState.CANCELLED:
            code = "cancelled"
        elif (line.item_id, line.unit_name) != (said.item_id, said.unit_name):
            code = "changed"
        elif on_road > most[line.pk]:
            code = "over_shipment"
            left = max(Decimal(0), most[line.pk] - line.received_quantity)
            facts |= {"open": plain(left), "quantity": plain(road.get(line.pk, Decimal(0)))}
        else:
            continue
        wrong[said.version.shipment_id].setdefault(line.pk, {"code": code, "line": str(line.pk), "facts": facts})
    for shipment in shipments:
        elsewhere = [fault for fault in shipment.faults if UUID(fault["line"]) not in lines]
        _mark(shipment, elsewhere + list(wrong[shipment.pk].values()))


def _most(order: PurchaseOrder, lines: Iterable[OrderLine]) -> dict[UUID, Decimal]:
    """How much of each line may come at all, by the tolerance of today."""
    policy = TolerancePolicy.objects.in_force(order.supplier, order.plant_id, audit.current_deed().at.date())
    share = 100 + (policy.quantity_over if policy else Decimal(0))
    return {line.pk: max(line.promised_quantity or Decimal(0), line.quantity * share / 100) for line in lines}


def _mark(shipment: Shipment, faults: list[dict[str, Any]]) -> None:
    if faults == shipment.faults:
        return
    known = {(fault["line"], fault["code"]) for fault in shipment.faults}
    shipment.faults = faults
    shipment.save(update_fields=["faults"])
    if any((fault["line"], fault["code"]) not in known for fault in faults):
        told = {"version": shipment.version}
        outbox.publish(TO_CORRECT, about=shipment, supplier_id=shipment.supplier_id, tier=2, payload=told)
    if faults and shipment.state != ShipmentState.INVALID:
        transitions.move(shipment, ShipmentState.INVALID)
    elif not faults and shipment.state == ShipmentState.INVALID:
        left = shipment.departs_on is not None and shipment.departs_on <= audit.current_deed().at.date()
        transitions.move(shipment, ShipmentState.IN_TRANSIT if left else ShipmentState.SUBMITTED)
