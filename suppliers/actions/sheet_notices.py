"""What sending a sheet with shipments would do: a notice for each delivery note, as page and API judge it. Reads only.

Rows become the body that every door makes; what is wrong with it is told to the cells that said so. What is wrong with
a row or a package leaves that behind, and the notice is asked again without it; what is wrong with the notice leaves
all of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import transitions
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Faults
from suppliers import notice_bodies
from suppliers.actions.announcing import Judged, judge
from suppliers.actions.keeping_notices import would_refuse
from suppliers.actions.sheet_bodies import OF_LINE, OF_PACKAGE, Body, body_of, header_of, packages_of
from suppliers.actions.sheet_goods import SHIPMENTS, stand_of
from suppliers.actions.sheet_previews import Entry, Part, Preview
from suppliers.models import OrderLine, SheetUpload, Supplier
from suppliers.queries.shipments_open import OpenLine, open_lines
from suppliers.sheets.reading import Row, read
from suppliers.sheets.values import shown, text_of

ROUNDS = 5
"""So often a notice is asked again without what was wrong with it; then all of it stays behind."""
OF_THE_LINE = frozenset({"over_shipment"})
"""Faults of all rows of an order line together, told at its first."""


@dataclass
class RowView(Entry):
    """What one row comes to."""

    taken: bool = False
    """It is in the notice that would be sent."""

    @property
    def row(self) -> Row:
        return self.rows[0]

    @property
    def ships(self) -> bool:
        return self.row.values.get("quantity") is not None

    @property
    def good(self) -> bool:
        return self.goes and self.ships

    @property
    def goes(self) -> bool:
        """With its quantity, or with what it says of the notice or a package."""
        return self.taken and not self.sent

    def refuse(self, code: str, message: str, column: str = "") -> None:
        self.row.refuse(code, message, column)
        self.faults = list(self.row.faults)

    def refuse_once(self, code: str, message: str, column: str = "") -> None:
        """Unless the cell was told so when it was read."""
        letter = self.row.letters.get(column)
        if not any((one.code, one.letter) == (code, letter) for one in self.faults):
            self.refuse(code, message, column)


@dataclass
class NoticeView(Part[RowView]):
    """What happens to one delivery note."""

    body: Mapping[str, Any] = field(default_factory=dict)
    """What would be sent."""


def preview_of(
    actor: Actor, upload: SheetUpload, at: dt.datetime, *, only: str = "", holding: bool = False
) -> Preview[RowView]:
    """What sending it would do now: the same rules as page and API. Eight queries or so for each delivery note.

    ``upload`` knows its supplier. ``only`` looks at the delivery note of this key alone, ``holding`` locks the lines,
    as whoever sends must.
    """
    assert upload.reading is not None
    about = ("delivery_note", lambda cell: _key(text_of(cell)) == only) if only else None
    owner = str(upload.supplier.public_id)
    contents = read(SHIPMENTS, owner, upload.reading["sheet"], upload.reading["rows"], about)
    preview: Preview[RowView] = Preview(contents)
    said: list[tuple[Row, UUID]] = []
    for row in contents.rows:
        if row.key is None:
            preview.strays.append(RowView([row], faults=list(row.faults)))
        elif row.touched:
            said.append((row, UUID(row.key.id)))
        else:
            preview.untouched += 1
    keys = {key for _row, key in said}
    if holding:
        transitions.hold_all(OrderLine.objects.visible_to(actor).filter(pk__in=keys))
    known = _known(actor, upload, keys, at)
    notes: dict[str, NoticeView] = {}
    seen: dict[Any, int] = {}
    for row, key in said:
        view = _view(row, known.get(key), sent=str(row.number) in upload.went)
        _refuse_copy(view, seen)
        note = str(row.values.get("delivery_note") or "")
        notes.setdefault(_key(note), NoticeView(_key(note), note)).lines.append(view)
    asking = _Asking(actor, upload.supplier, at)
    for part in notes.values():
        asking.ask(part)
    preview.parts = list(notes.values())
    return preview


def _key(note: str) -> str:
    """A delivery note as the supplier's other ones are told from it: whatever its case."""
    return note.strip().upper()


def _known(actor: Actor, upload: SheetUpload, keys: set[UUID], at: dt.datetime) -> dict[UUID, OpenLine]:
    """The lines as they stand, but for what went of this very sheet."""
    made = [UUID(key) for outcome in upload.outcomes.values() for key in outcome["made"]]
    page = open_lines(actor, at, supplier=upload.supplier_id, keys=keys, but=made, size=max(1, len(keys)))
    return {one.line.pk: one for one in page.rows}


def _view(row: Row, known: OpenLine | None, *, sent: bool) -> RowView:
    view = RowView([row], known.line if known else None, sent=sent)
    if sent:
        return view
    if known is None:
        view.refuse("unknown_line", _("There is no such order line."), "line")
    elif row.key and row.key.stand != stand_of(known):
        message = _(
            "What is promised or open of this line changed after the sheet was downloaded: %(open)s %(unit)s are open"
            " now. Download the sheet anew."
        )
        view.refuse("stale_line", message % {"open": shown(known.open), "unit": known.line.unit_name})
    else:
        _hold_to_itself(view)
    view.faults = list(row.faults)
    return view


def _hold_to_itself(view: RowView) -> None:
    """What a row must say whatever the others do."""
    said = {name for name, value in view.row.values.items() if value is not None}
    for name, needed_by, message in (
        ("quantity", OF_LINE, _("Say the quantity.")),
        ("package", OF_PACKAGE, _("Give the handling unit a name, to refer to it.")),
    ):
        if name not in said and said.intersection(needed_by) and not _is_faulty(view.row, name):
            view.refuse("required", message, name)


def _refuse_copy(view: RowView, seen: dict[Any, int]) -> None:
    """A row twice is a slip, not twice the goods."""
    row = view.row
    if view.sent or not view.ships or row.key is None:
        return
    said = (row.key.id, row.key.turn, tuple(sorted((name, str(value)) for name, value in row.values.items())))
    if said in seen:
        message = _("This row says the same as row %(row)d. Delete one, or change it.")
        view.refuse("row_twice", message % {"row": seen[said]})
    seen.setdefault(said, row.number)


def _is_faulty(row: Row, column: str) -> bool:
    letter = row.letters.get(column)
    return any(fault.letter == letter for fault in row.faults)


class _Asking:
    """Asks of one delivery note after the other, each as if those before it were sent."""

    def __init__(self, actor: Actor, supplier: Supplier, at: dt.datetime) -> None:
        self.actor = actor
        self.supplier = supplier
        self.at = at
        self.ahead: dict[str, Decimal] = defaultdict(Decimal)
        self.plates: set[str] = set()

    def ask(self, part: NoticeView) -> None:
        """Judge it, leaving behind what is wrong, until nothing is; or all of it."""
        rows = [view.row for view in part.lines]
        (header, broken), packages = header_of(rows), packages_of(rows)
        mine = [view for view in part.lines if not view.sent]
        for view in mine:
            for code, message, column in packages.broken.get(view.row.number, ()):
                view.refuse_once(code, message, column)
        _refuse_all(mine, broken)
        for _round in range(ROUNDS):
            left = [view for view in mine if not view.faults]
            body = body_of(header, packages, [view.row for view in left])
            if not body.lines:
                return
            found = self._judge(body)
            if isinstance(found, Judged):
                self._take(part, left, body, found)
                return
            _tell(found, body, left)
        for view in (view for view in mine if not view.faults):
            view.refuse_once("others_refused", _("Mend the other rows of this delivery note first."))

    def _judge(self, body: Body) -> Judged | Sequence[Fault]:
        faults = Faults()
        notice = notice_bodies.read(body.content, faults)
        judged = judge(self.actor, self.supplier, notice, faults, self.at, ahead=self.ahead)
        if judged is None:
            return faults.items
        return would_refuse(self.supplier.pk, notice, judged, self.at, self.plates) or judged

    def _take(self, part: NoticeView, left: Iterable[RowView], body: Body, judged: Judged) -> None:
        part.body = body.content
        for view in left:
            view.taken = True
        for known, quantity in judged.rows:
            self.ahead[known.id] += quantity
        self.plates |= {unit["plate"] for unit in body.content["units"] if unit.get("plate")}
        for hint in judged.hints:
            row = body.lines[int(hint.pointer.split("/")[2])]
            row.note(hint.code, hint.message)


def _refuse_all(views: Iterable[RowView], faults: Sequence[Fault]) -> None:
    """What is wrong with the notice, at the cell of each row that would say it."""
    for view in views:
        for fault in faults:
            view.refuse_once(fault.code, fault.message, fault.pointer.strip("/"))


def _tell(faults: Sequence[Fault], body: Body, left: Sequence[RowView]) -> None:
    """Hang each fault on the cells it means: one at least."""
    by_row = {view.row.number: view for view in left}
    whole = []
    for fault in faults:
        cells = body.cells_of(fault)
        if not cells:
            whole.append(fault)
        if fault.code in OF_THE_LINE:
            ids = {row.key.id for row, _column in cells if row.key}
            cells = [(row, cells[0][1]) for row in body.lines if row.key and row.key.id in ids]
        for row, column in cells:
            by_row[row.number].refuse(fault.code, fault.message, column)
    _refuse_all(left, whole)
