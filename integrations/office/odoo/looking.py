"""One look at Odoo before (and after) a letter is written: its lines there beside what the portal knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from integrations.office.actions import delivering, matters, pulling
from integrations.office.actions.delivering import POST_OFFICE, Sending
from integrations.office.actions.pulling import LINE, ORDER
from integrations.office.models import Mapping as Mapped
from integrations.office.obstacles import permanent, temporary
from integrations.office.odoo import translate
from integrations.office.odoo.comparison import Actual, Finding, LinePlan, Row, Values
from integrations.office.odoo.gateway import Gateway
from portal.shared.acting import acting
from suppliers.models import OrderLine, PurchaseOrder, ScheduleLine
from suppliers.states import LineState, OrderState, SyncMark

PARTNER = "res.partner"
READ = ("product_id", "name", "product_qty", "product_uom", "price_unit", "discount", "taxes_id", "date_planned",
        "qty_received", "display_type", "state", "partner_id")  # fmt: skip


@dataclass(frozen=True)
class Letter:
    """What is to be delivered, with all the portal knows of it."""

    order: PurchaseOrder
    remote_id: int
    zone: ZoneInfo
    revisions: Mapping[UUID, int]
    lines: Mapping[UUID, Sequence[tuple[UUID, Values]]]
    positions: Mapping[str, int]
    note: Mapping[str, Any]
    trial: bool
    """It was agreed before the order went live, and counts for nothing since."""

    @classmethod
    def of(cls, sending: Sending) -> Letter | None:
        """None where Odoo gave the order to another supplier or plant: there is nothing left to write for this one."""
        delivery = sending.delivery
        with acting(POST_OFFICE):
            order = PurchaseOrder.objects.select_related("plant").get(pk=delivery.about_id)
            connection = delivering.connection_of(delivery)
            mapped = Mapped.objects.filter(connection=connection, model=ORDER, object_id=order.pk).first()
        if mapped is None and order.state == OrderState.CANCELLED:
            return None
        if mapped is None:
            raise permanent("order_unknown", order=order.number)
        body = delivery.body
        return cls(
            order=order,
            remote_id=mapped.remote_id,
            zone=ZoneInfo(order.plant.time_zone),
            revisions=matters.line_revisions(body),
            lines={
                UUID(line["line"]): [(UUID(row["schedule"]), Values.from_json(row)) for row in line["schedule"]]
                for line in body["lines"]
            },
            positions={line["line"]: line["position"] for line in body["lines"]},
            note=body.get("note") or {},
            trial=bool(body["order"].get("trial")),
        )


@dataclass
class Plan:
    """One look at Odoo beside what the portal knows."""

    reading: int
    lines: list[LinePlan]
    overtaken: list[UUID]
    """Lines that were revised since: a newer answer will speak for them."""

    def found(self, *findings: Finding) -> list[LinePlan]:
        return [line for line in self.lines if line.finding in findings]


def look(sending: Sending, gateway: Gateway, letter: Letter) -> Plan:
    """Read the order's lines and compare. Raises :class:`Permanent` where the order may not be written at all."""
    with acting(POST_OFFICE, write=True):
        reading = pulling.next_reading()
    rows = gateway.search_read(LINE, [["order_id", "=", letter.remote_id]], READ, order="sequence, id")
    _check_order(gateway, letter, rows)
    _check_vendor(gateway, sending, letter, rows)
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


def _check_order(gateway: Gateway, letter: Letter, rows: Sequence[Mapping[str, Any]]) -> None:
    """Only a confirmed, open order is written: on a locked one lines change and moves do not, and nobody is told."""
    if rows:
        state = rows[0]["state"]
    else:
        found = gateway.search_read(ORDER, [["id", "=", letter.remote_id]], ["state"])
        state = found[0]["state"] if found else ""
    number = letter.order.number
    if not state:
        raise permanent("order_gone", order=number)
    if state == "done":
        raise permanent("order_locked", order=number)
    if state not in ("purchase", "cancel"):
        raise permanent("order_not_confirmed", order=number)


def _check_vendor(gateway: Gateway, sending: Sending, letter: Letter, rows: Sequence[Mapping[str, Any]]) -> None:
    """What one supplier agreed to is never written on the order of another: the next pull takes it from him."""
    partner = translate.pair_id(rows[0]["partner_id"]) if rows else None
    if partner is None or _is_supplier(sending, letter, partner):
        return
    found = gateway.search_read(PARTNER, [["id", "=", partner]], ["commercial_partner_id"])
    company = translate.pair_id(found[0]["commercial_partner_id"]) if found else None
    if company is None or not _is_supplier(sending, letter, company):
        raise temporary("given_away", order=letter.order.number)


def _is_supplier(sending: Sending, letter: Letter, partner: int) -> bool:
    with acting(POST_OFFICE):
        connection = delivering.connection_of(sending.delivery)
        mapped = Mapped.objects.filter(connection=connection, model=PARTNER, remote_id=partner)
        return mapped.filter(object_id=str(letter.order.supplier_id)).exists()


def _compare(sending: Sending, letter: Letter, reading: int, by_schedule: Mapping[UUID, Mapping[str, Any]]) -> Plan:
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
    return Plan(reading, plans, overtaken)


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
