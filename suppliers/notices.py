"""A shipment notice (ASN) as values, the same from every door. Pure.

Page, API and spreadsheet make the same body, which ``notice_bodies`` reads, so that the same mistake has the same code
at the same place. Here a notice is held to what it says of itself: the tree of handling units, lots, serial numbers and
dates. What orders and items say to it is asked in ``actions.announcing``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from portal.shared.errors import Faults
from suppliers import gs1
from suppliers.tolerances import plain

MOST_LINES = 10_000
MOST_UNITS = 10_000
MOST_SERIALS = 20_000
"""In one notice, all its lines together."""
SSCC_DIGITS = 18
DEEPEST = 4
"""Handling units that stand in one another."""
LONGEST = {
    **{"delivery_note": 60, "carrier": 100, "tracking": 100, "dangerous_goods": 2000, "note": 2000, "reason": 2000},
    **{"order": 60, "unit": 60, "lot": 80, "plate": 35, "ref": 40, "within": 40},
}
"""Characters of each text."""


@dataclass(frozen=True, slots=True)
class NoticeUnit:
    """A handling unit. ``ref`` is the sender's own name for it within the notice; ``within`` that of the one it
    stands in. Without a ``plate`` it is given a number. ``gross_weight`` is in kg.
    """

    ref: str
    kind: str
    plate: str = ""
    within: str = ""
    gross_weight: Decimal | None = None
    tracking: str = ""


class NoticeLine(NamedTuple):
    """A quantity of one order line, named by its key or by order and position, in ``unit`` (empty: the line's own).

    The key is text as PostgreSQL writes it: texts are compared in a fraction of the time that UUIDs are.
    """

    line: str = ""
    order: str = ""
    position: int | None = None
    quantity: Decimal = Decimal(0)
    unit: str = ""
    lot: str = ""
    made_on: dt.date | None = None
    expires_on: dt.date | None = None
    serials: tuple[str, ...] = ()
    country: str = ""
    within: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """All that one sending says. Days are those of the plant's calendar."""

    delivery_note: str = ""
    departs_on: dt.date | None = None
    arrives_on: dt.date | None = None
    carrier: str = ""
    tracking: str = ""
    dangerous_goods: str = ""
    note: str = ""
    reason: str = ""
    """Why it corrects what was sent before."""
    units: tuple[NoticeUnit, ...] = ()
    lines: tuple[NoticeLine, ...] = ()

    @property
    def header(self) -> dict[str, Any]:
        """The notice's own fields, by name."""
        return {name: getattr(self, name) for name in HEADER}


HEADER = ("delivery_note", "departs_on", "arrives_on", "carrier", "tracking", "dangerous_goods", "note")
TRANSPORT = ("departs_on", "arrives_on", "carrier", "tracking", "note")
"""What of the header may still change once the content may not."""
UNIT_FIELDS = ("ref", "kind", "plate", "within", "gross_weight", "tracking")
LINE_FIELDS = ("line", "order", "position", "quantity", "unit", "lot", "made_on", "expires_on", "serials", "country",
               "within")  # fmt: skip


def _hold_to_a_tree(units: Sequence[NoticeUnit], faults: Faults) -> None:
    """Every unit is named once and stands in a known one, never in itself."""
    parents: dict[str, str] = {}
    plates: dict[str, int] = {}
    for index, unit in enumerate(units):
        if not unit.ref:
            faults.add("required", _("Give the handling unit a name, to refer to it."), f"/units/{index}/ref")
        elif unit.ref in parents:
            faults.add("twice", _("Another handling unit has this name."), f"/units/{index}/ref")
        parents.setdefault(unit.ref, unit.within)
        if len(unit.plate) == SSCC_DIGITS and unit.plate.isdigit() and (wrong := gs1.sscc_fault(unit.plate)):
            faults.add(wrong.code, wrong.message, f"/units/{index}/plate")
        elif unit.plate and plates.setdefault(unit.plate, index) != index:
            faults.add("twice", _("Another handling unit has this number."), f"/units/{index}/plate")
    for index, unit in enumerate(units):
        place, depth = unit.within, 1
        while place and place in parents and depth <= DEEPEST:
            place, depth = parents[place], depth + 1
        if place and place not in parents:
            faults.add("unknown_unit", _("There is no handling unit of this name."), f"/units/{index}/within")
        elif depth > DEEPEST:
            message = _("Handling units stand in one another %(most)d deep at most, and never in themselves.")
            faults.add("too_deep", message % {"most": DEEPEST}, f"/units/{index}/within")


def hold_to_itself(notice: Notice, faults: Faults) -> None:
    """What a notice that is to be sent must say, whatever orders and items say to it. Faults by JSON pointer."""
    _hold_to_a_tree(notice.units, faults)
    for name, message in (
        ("delivery_note", _("Say the number of your delivery note.")),
        ("departs_on", _("Say the day the goods leave.")),
        ("arrives_on", _("Say the day the goods arrive.")),
    ):
        if not getattr(notice, name) and not _said_already(faults, f"/{name}"):
            faults.add("required", message, f"/{name}")
    if notice.departs_on and notice.arrives_on and notice.arrives_on < notice.departs_on:
        faults.add("arrives_before", _("The goods arrive before they leave."), "/arrives_on")
    if not notice.lines and not _said_already(faults, "/lines"):
        faults.add("required", _("Say what is shipped: at least one line."), "/lines")
    refs = {unit.ref for unit in notice.units}
    for index, line in enumerate(notice.lines):
        if line.within and line.within not in refs:
            faults.add("unknown_unit", _("There is no handling unit of this name."), f"/lines/{index}/within")
        if line.made_on and line.expires_on and line.expires_on <= line.made_on:
            faults.add("expires_before", _("The lot expires before it was made."), f"/lines/{index}/expires_on")
    _hold_lots(notice, faults)
    _hold_serials(notice, faults)
    filled = {line.within for line in notice.lines} | {unit.within for unit in notice.units}
    for index, unit in enumerate(notice.units):
        if unit.ref and unit.ref not in filled:
            faults.add("empty_unit", _("Nothing is in this handling unit."), f"/units/{index}/ref")


def _hold_lots(notice: Notice, faults: Faults) -> None:
    """A lot of one order line was made once and expires once."""
    said: dict[tuple[Any, ...], tuple[dt.date | None, dt.date | None]] = {}
    for index, line in enumerate(notice.lines):
        if line.lot:
            dates = (line.made_on, line.expires_on)
            place = (line.line, line.order, line.position, line.lot)
            if said.setdefault(place, dates) != dates:
                faults.add("lot_dates", _("This lot has other dates on another row."), f"/lines/{index}/lot")


def _hold_serials(notice: Notice, faults: Faults) -> None:
    total = 0
    seen: set[tuple[Any, ...]] = set()
    for index, line in enumerate(notice.lines):
        total += len(line.serials)
        for place, serial in enumerate(line.serials):
            key = (line.line, line.order, line.position, serial)
            if key in seen:
                faults.add("twice", _("This serial number is named twice."), f"/lines/{index}/serials/{place}")
            seen.add(key)
    if total > MOST_SERIALS:
        message = _("At most %(count)d serial numbers are taken in one notice.") % {"count": MOST_SERIALS}
        faults.add("too_many", message, "/lines")


def _said_already(faults: Faults, pointer: str) -> bool:
    return any(fault.pointer == pointer or fault.pointer.startswith(f"{pointer}/") for fault in faults.items)


def body_of(notice: Notice) -> dict[str, Any]:
    """The body that reads as this notice again: plain JSON, without what is empty."""
    return {
        **{name: _said(value) for name, value in notice.header.items() if value},
        "units": [_row(unit, UNIT_FIELDS) for unit in notice.units],
        "lines": [_row(line, LINE_FIELDS) for line in notice.lines],
    }


def _row(row: NoticeUnit | NoticeLine, names: Iterable[str]) -> dict[str, Any]:
    return {name: _said(value) for name in names if (value := getattr(row, name)) not in (None, "", ())}


def _said(value: Any) -> Any:
    say = _SAY.get(type(value))
    return say(value) if say else value


_SAY: Mapping[type, Callable[[Any], Any]] = {
    Decimal: plain,
    dt.date: dt.date.isoformat,
    tuple: list,
}


def header_of(notice: Notice) -> dict[str, Any]:
    """The notice's own fields as plain JSON."""
    return {name: "" if value is None else _said(value) for name, value in notice.header.items()}


def digest(content: object) -> str:
    """A short name for what a version carries: equal for equal content."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=_said).encode()).hexdigest()
