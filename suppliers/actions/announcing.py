"""What orders and items say to a shipment notice, before it is sent and while it is. Reads only; the acts share it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.shared.actor import Actor
from portal.shared.errors import Fault, Faults
from portal.shared.identifiers import among
from suppliers import gates, notices
from suppliers.models import Approval, OrderLine, ShelfRule, Shipment, Supplier, TolerancePolicy, Unit
from suppliers.notices import Notice, NoticeLine
from suppliers.queries.shipments_open import announced_of
from suppliers.shipping_states import Tracking
from suppliers.states import LineState, ListStanding, Mode
from suppliers.tolerances import plain

_CONFIRMED = frozenset((LineState.AGREED, LineState.RECEIVED))
OLDEST = 60
"""Days since a departure that is announced only now."""
FURTHEST = 366
"""Days until an arrival that is announced already."""


class Known(NamedTuple):
    """What is known of an order line. Keys are text as in :class:`NoticeLine`, quantities in its unit."""

    id: str
    plant_id: int
    zone: str
    order_id: str
    order: str
    mode: str
    position: int
    state: str
    item_id: int
    item: str
    unit_id: int
    unit: str
    step: Decimal
    ordered: Decimal
    promised: Decimal | None
    promised_date: dt.date | None
    received: Decimal
    tracking: str
    dated: bool
    service: bool

    @property
    def agreed(self) -> Decimal:
        return self.ordered if self.promised is None else self.promised


_KNOWN = (
    Cast("id", CharField()), "plant_id", "plant__time_zone", Cast("order_id", CharField()), "order__number",
    "order__mode", "position", "state", "item_id", "item_code", "unit_id", "unit_name", "quantity_step", "quantity",
    "promised_quantity", "promised_date", "received_quantity", "tracking", "dated", "service",
)  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """A notice that may be sent. ``rows`` are its lines in turn: the order line and the quantity in that one's unit."""

    plant_id: int
    zone: ZoneInfo
    today: dt.date
    rows: Sequence[tuple[Known, Decimal]]
    hints: Sequence[Fault]
    """What is no fault and still worth knowing: goods that come later than promised."""


def judge(
    actor: Actor,
    supplier: Supplier,
    notice: Notice,
    faults: Faults,
    at: dt.datetime,
    *,
    shipment: Shipment | None = None,
    holding: bool = False,
    ahead: Mapping[str, Decimal] | None = None,
) -> Judged | None:
    """Ask everything of a notice, adding to ``faults``; None where there is one. ``shipment`` is what it corrects.

    ``ahead`` is what will be announced of order lines before it. ``holding`` locks the lines, as whoever sends must:
    whoever changes one, or announces goods of it, waits.
    """
    notices.hold_to_itself(notice, faults)
    judging = _Judging(actor, supplier, notice, faults, shipment)
    judging.identify(holding=holding)
    known = [row for row in judging.rows if row is not None]
    if not known:
        if not faults.items:
            faults.add("required", _("Say what is shipped: at least one line."), "/lines")
        return None
    zone = ZoneInfo(known[0].zone)
    today = at.astimezone(zone).date()
    judging.quantities()
    judging.over(today, ahead or {})
    judging.lots(today)
    judging.dates(today)
    judging.standing()
    judging.gates()
    if faults.items:
        return None
    rows = list(zip(known, judging.counted, strict=True))
    return Judged(known[0].plant_id, zone, today, rows, judging.hints())


class _Judging:
    def __init__(
        self, actor: Actor, supplier: Supplier, notice: Notice, faults: Faults, shipment: Shipment | None
    ) -> None:
        self.actor = actor
        self.supplier = supplier
        self.notice = notice
        self.faults = faults
        self.refused = {fault.pointer for fault in faults.items}
        """Where the notice itself is wrong already: nothing more is asked there."""
        self.shipment = shipment
        self.rows: list[Known | None] = []
        self.counted: list[Decimal] = []
        """The quantity of each row in its order line's unit; 0 where it cannot be said."""
        self.shelf: dict[int, int] = {}
        self.standings: dict[int, str] = {}

    # --- Which lines -------------------------------------------------------------------------------------------------

    def identify(self, *, holding: bool) -> None:
        """Find the order line of every row."""
        by_key, by_place = self._find(holding=holding)
        plant = self.shipment.plant_id if self.shipment else None
        for index, line in enumerate(self.notice.lines):
            known = by_key.get(line.line) if line.line else by_place.get((line.order, line.position))
            if known is None:
                self._unknown(line, f"/lines/{index}")
            else:
                plant = plant or known.plant_id
                if not self._shippable(known, plant, index):
                    known = None
            self.rows.append(known)

    def _unknown(self, line: NoticeLine, pointer: str) -> None:
        if line.line or (line.order and line.position):
            place = f"{pointer}/line" if line.line else f"{pointer}/order"
            self.faults.add("unknown_line", _("There is no such order line."), place)
        elif self.refused.isdisjoint((f"{pointer}/line", f"{pointer}/order", f"{pointer}/position")):
            self.faults.add("required", _("Say which order line it is."), f"{pointer}/line")

    def _find(self, *, holding: bool) -> tuple[dict[str, Known], dict[tuple[str, int | None], Known]]:
        keys = [line.line for line in self.notice.lines if line.line]
        numbers = {line.order for line in self.notice.lines if line.order and not line.line}
        rows = OrderLine.objects.visible_to(self.actor).filter(
            Q(among("pk", keys)) | Q(order__number__in=numbers) if numbers else Q(among("pk", keys)),
            supplier=self.supplier,
        )
        rows = rows.order_by("id")
        if holding:
            rows = rows.select_for_update(of=("self",), no_key=True)
        found = [Known._make(row) for row in rows.values_list(*_KNOWN)]  # noqa: SLF001 (documented by Python)
        by_place: dict[tuple[str, int | None], Known] = {}
        if numbers:
            by_place = {(row.order, row.position): row for row in found if row.state == LineState.CANCELLED}
            by_place |= {(row.order, row.position): row for row in found if row.state != LineState.CANCELLED}
        return {row.id: row for row in found}, by_place

    def _shippable(self, known: Known, plant: int, index: int) -> bool:
        if known.plant_id != plant:
            code, message = "other_plant", _("%(order)s line %(line)s goes to another plant: announce it by itself.")
        elif known.mode != Mode.ON:
            code, message = "on_trial", _("%(order)s is on trial: nothing of it is announced yet.")
        elif known.service:
            code, message = "service", _("%(order)s line %(line)s is a service: nothing of it is shipped.")
        elif known.state == LineState.CANCELLED:
            code, message = "cancelled", _("%(order)s line %(line)s is cancelled: take it out.")
        elif known.state not in _CONFIRMED:
            code, message = "not_confirmed", _("%(order)s line %(line)s is not confirmed yet: answer the order first.")
        else:
            return True
        self._add(code, message, {"order": known.order, "line": known.position}, index, "line")
        return False

    # --- How much ----------------------------------------------------------------------------------------------------

    def quantities(self) -> None:
        """Every row's quantity in the unit of its order line."""
        units = self._units()
        for index, (line, known) in enumerate(zip(self.notice.lines, self.rows, strict=True)):
            self.counted.append(self._counted(line, known, units, index) if known and line.quantity else Decimal(0))

    def _units(self) -> Mapping[tuple[int, str], Decimal]:
        """How many of an order line's unit one of another holds, by that line's unit and the other's name."""
        said = {
            (known.unit_id, line.unit)
            for line, known in zip(self.notice.lines, self.rows, strict=True)
            if known and line.unit and line.unit != known.unit
        }
        if not said:
            return {}
        asked = Unit.objects.filter(Q(pk__in={key for key, _name in said}) | Q(name__in={name for _key, name in said}))
        found = list(asked.values_list("pk", "name", "category", "size"))
        sizes: dict[tuple[int, str], Decimal] = {}
        for key, _own, category, size in found:
            for _other, name, like, held in found:
                if size and held and category == like:
                    sizes[key, name] = held / size
        return sizes

    def _counted(self, line: NoticeLine, known: Known, units: Mapping[tuple[int, str], Decimal], index: int) -> Decimal:
        quantity = line.quantity
        if line.unit and line.unit != known.unit:
            size = units.get((known.unit_id, line.unit))
            if size is None:
                message = _("%(unit)s cannot be counted in %(own)s: say the quantity in %(own)s.")
                self._add("unit", message, {"unit": line.unit, "own": known.unit}, index, "unit")
                return Decimal(0)
            exact = quantity * size
            quantity = (exact / known.step).to_integral_value() * known.step
            if abs(quantity - exact) > _near(known.step):
                quantity = exact
        if quantity % known.step:
            message = _("%(unit)s are counted in steps of %(step)s.")
            facts = {"unit": known.unit, "step": number_format(plain(known.step))}
            self._add("step", message, facts, index, "quantity")
            return Decimal(0)
        return quantity

    def over(self, today: dt.date, ahead: Mapping[str, Decimal]) -> None:
        """Nothing leaves beyond what was agreed, or what the tolerance allows beyond what was ordered."""
        first: dict[str, tuple[int, Known]] = {}
        leaving: dict[str, Decimal] = defaultdict(Decimal)
        for index, (known, quantity) in enumerate(zip(self.rows, self.counted, strict=True)):
            if known:
                first.setdefault(known.id, (index, known))
                leaving[known.id] += quantity
        road = announced_of(first, but=[self.shipment.pk] if self.shipment else ())
        announced, none = {str(key): quantity for key, quantity in road.items()}, Decimal(0)
        beyond: list[tuple[int, Known, Decimal, Decimal]] = []
        for key, (index, known) in first.items():
            gone = known.received + announced.get(key, none) + ahead.get(key, none)
            if gone + leaving[key] > known.agreed:
                beyond.append((index, known, gone, leaving[key]))
        if not beyond:
            return
        policy = TolerancePolicy.objects.in_force(self.supplier, beyond[0][1].plant_id, today)
        allowed = policy.quantity_over if policy else Decimal(0)
        for index, known, gone, quantity in beyond:
            most = max(known.agreed, known.ordered * (100 + allowed) / 100)
            if gone + quantity > most:
                message = _("%(order)s line %(line)s: at most %(open)s %(unit)s are open; %(quantity)s are announced.")
                facts = {
                    "order": known.order,
                    "line": known.position,
                    "open": number_format(plain(max(Decimal(0), most - gone)), force_grouping=True),
                    "unit": known.unit,
                    "quantity": number_format(plain(quantity), force_grouping=True),
                }
                self._add("over_shipment", message, facts, index, "quantity")

    # --- Lots, serial numbers, dates ---------------------------------------------------------------------------------

    def lots(self, today: dt.date) -> None:
        """What the item demands of each row: a lot, serial numbers, an expiry date that is far enough."""
        self._ask_rules(today)
        by_lot, by_serial = str(Tracking.LOT), str(Tracking.SERIAL)
        for index, (line, known) in enumerate(zip(self.notice.lines, self.rows, strict=True)):
            if known is None:
                continue
            if known.tracking == by_lot and not line.lot:
                message = _("%(item)s is received by lot: say which one.")
                self._add("lot_missing", message, _item(known), index, "lot")
            if known.tracking == by_serial and len(line.serials) != self.counted[index]:
                message = _("%(item)s is received by serial number: %(count)s pieces need as many, %(said)s are said.")
                facts = {**_item(known), "count": number_format(plain(self.counted[index])), "said": len(line.serials)}
                self._add("serials", message, facts, index, "serials")
            elif line.serials and known.tracking != by_serial:
                message = _("%(item)s is not received by serial number: leave them out.")
                self._add("serials_not_taken", message, _item(known), index, "serials")
            if known.dated and not line.expires_on and f"/lines/{index}/expires_on" not in self.refused:
                message = _("Lots of %(item)s expire: say when.")
                self._add("expiry_missing", message, _item(known), index, "expires_on")
            if line.expires_on:
                self._expiry(line.expires_on, known, today, index)
            if line.made_on and line.made_on > max(today, self.notice.departs_on or today):
                self._add("made_later", _("The lot is made after it leaves."), {}, index, "made_on")

    def _expiry(self, expires_on: dt.date, known: Known, today: dt.date, index: int) -> None:
        arrives, days = self.notice.arrives_on or today, self.shelf.get(known.item_id)
        if expires_on <= arrives:
            message = _("The lot has expired when it arrives (%(day)s): ship another.")
            self._add(
                "lot_expired", message, {"day": date_format(expires_on, "SHORT_DATE_FORMAT")}, index, "expires_on"
            )
        elif days and (left := (expires_on - arrives).days) < days:
            message = ngettext(
                "%(item)s must keep %(days)d days on arrival; this lot keeps %(left)d day.",
                "%(item)s must keep %(days)d days on arrival; this lot keeps %(left)d days.",
                left,
            )
            self._add("shelf_life", message, {**_item(known), "days": days, "left": left}, index, "expires_on")

    def dates(self, today: dt.date) -> None:
        """Days that can be meant."""
        departs, arrives = self.notice.departs_on, self.notice.arrives_on
        if departs and departs < today - dt.timedelta(days=OLDEST):
            message = _("The goods left more than %(days)d days ago.") % {"days": OLDEST}
            self.faults.add("date_past", message, "/departs_on")
        for name, day in (("departs_on", departs), ("arrives_on", arrives)):
            if day and day > today + dt.timedelta(days=FURTHEST):
                self.faults.add("date_far", _("The date is more than a year away."), f"/{name}")

    # --- Who and what may pass ---------------------------------------------------------------------------------------

    def _ask_rules(self, today: dt.date) -> None:
        """How many days lots must keep on arrival, and what is blocked on the approved vendor list, by item.

        One query. Of a plant and for all the plant's own counts, of each the newest; an ended one says nothing.
        """
        items = {known.item_id for known in self.rows if known}
        plant = next(known.plant_id for known in self.rows if known)
        there = Q(plant=plant) | Q(plant=None)
        names = ("item_id", "plant_id", "version", "days", "standing")
        shelf = ShelfRule.objects.filter(there, item__in=items).annotate(standing=Value("")).values_list(*names)
        said = Approval.objects.filter(there, supplier=self.supplier, item__in=items, effective__lte=today)
        rules = shelf.union(said.annotate(days=Value(0)).values_list(*names), all=True)
        newest: dict[tuple[int, int | None], int | None] = {}
        for item, where, _version, days, standing in sorted(rules, key=lambda rule: (rule[1] is not None, rule[2])):
            if standing:
                self.standings[item] = standing
            else:
                newest[item, where] = days
        self.shelf = {item: days for (item, _where), days in newest.items() if days is not None}

    def standing(self) -> None:
        """Nothing leaves that is blocked."""
        blocked = {item for item, standing in self.standings.items() if standing == ListStanding.BLOCKED}
        for index, known in enumerate(self.rows):
            if known and known.item_id in blocked:
                message = _("%(item)s may not be delivered at present: speak to the buyer.")
                self._add("item_blocked", message, {"item": known.item or known.order}, index, "line")

    def gates(self) -> None:
        """What other parts of the portal have to say."""
        rows = [
            gates.Passing(known.id, known.order_id, known.item_id, line) if known else None
            for line, known in zip(self.notice.lines, self.rows, strict=True)
        ]
        plant = next(known.plant_id for known in self.rows if known)
        question = gates.Question(self.supplier.pk, plant, self.notice.arrives_on, rows)
        for objection in gates.objections(question):
            self.faults.add(objection.code, objection.message, f"/lines/{objection.row}/{objection.field}")

    def hints(self) -> list[Fault]:
        """Goods that come later than they were promised."""
        late = []
        for index, known in enumerate(self.rows):
            arrives = self.notice.arrives_on
            if known and arrives and known.promised_date and arrives > known.promised_date:
                message = _("%(order)s line %(line)s was promised for %(day)s.")
                day = date_format(known.promised_date, "SHORT_DATE_FORMAT")
                facts = {"order": known.order, "line": known.position, "day": day}
                late.append(Fault("late", message % facts, f"/lines/{index}"))
        return late

    def _add(self, code: str, message: str, facts: Mapping[str, Any], index: int, name: str) -> None:
        self.faults.add(code, message % facts, f"/lines/{index}/{name}")


def _item(known: Known) -> dict[str, Any]:
    return {"item": known.item or _("This item")}


def _near(step: Decimal) -> Decimal:
    """How far a converted quantity may lie from a whole step and still be meant as that: a thousandth of it."""
    return step / 1000
