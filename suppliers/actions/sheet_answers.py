"""What sending a sheet with answers would do: judged as page and API judge, line by line. Reads only."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared import transitions
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, Stale
from suppliers.actions.assessing import Judged, LineAnswer, assess
from suppliers.actions.sheet_previews import Entry, Part, Preview
from suppliers.actions.sheet_rows import AnswerableLine, answer_of, answerable, in_their_turn, more_than_given, plan_for
from suppliers.models import PurchaseOrder, SheetUpload
from suppliers.permissions import Act
from suppliers.queries.sheets import lines_of_order, lines_of_sheet
from suppliers.sheets.columns import KEY
from suppliers.sheets.keys import id_in
from suppliers.sheets.reading import Row, read
from suppliers.states import Verdict

# The field of an answer that a fault points at: the column it stands in.
COLUMN_OF = {
    "quantity": "quantity",
    "date": "date",
    "reason": "reason",
    "price": "price",
    "substitute": "offer",
    "promises": "quantity",
}


@dataclass
class LineView(Entry):
    """What the rows of one line come to."""

    answer: LineAnswer | None = None
    judged: Judged | None = None

    @property
    def good(self) -> bool:
        return self.judged is not None and not self.sent

    @property
    def within(self) -> bool:
        return self.judged is not None and self.judged.verdict == Verdict.WITHIN


@dataclass
class OrderView(Part[LineView]):
    """What happens to one order."""

    @property
    def order(self) -> PurchaseOrder:
        line = self.lines[0].line
        assert line is not None
        return line.order

    @property
    def answers(self) -> list[LineAnswer]:
        """What would be sent."""
        return [one.answer for one in self.good if one.answer is not None]


def preview_of(
    actor: Actor, upload: SheetUpload, at: dt.datetime, *, only: str = "", holding: bool = False
) -> Preview[LineView]:
    """What sending it would do now: the same rules as page and API. A bounded number of queries, whatever its rows.

    ``upload`` knows its supplier. ``only`` looks at the order of this key alone, ``holding`` locks those that are to be
    sent, as whoever sends must.
    """
    assert upload.reading is not None
    if holding:
        transitions.hold_all(PurchaseOrder.objects.visible_to(actor).filter(pk__in=[only] if only else upload.wanted))
    ids = lines_of_order(actor, UUID(only)) if only else None
    owner = str(upload.supplier.public_id)
    plan = plan_for(Act.SEE_PRICES.allows(actor, upload))
    about = (KEY, lambda cell: id_in(cell.text) in ids) if ids is not None else None
    contents = read(plan, owner, upload.reading["sheet"], upload.reading["rows"], about)
    preview: Preview[LineView] = Preview(contents)
    groups: dict[UUID, list[Row]] = defaultdict(list)
    for row in contents.rows:
        if row.key is None:
            preview.strays.append(LineView([row], faults=list(row.faults)))
        else:
            groups[UUID(row.key.id)].append(row)
    touched = {key: in_their_turn(rows) for key, rows in groups.items() if _touched(rows)}
    preview.untouched = len(groups) - len(touched)
    known = {one.line.pk: one for one in answerable(lines_of_sheet(actor, touched), at)}
    orders: dict[UUID, OrderView] = {}
    for key, rows in touched.items():
        one = known.get(key)
        if one is None:
            preview.strays.append(_unknown(rows))
            continue
        order = one.line.order
        view = orders.setdefault(order.pk, OrderView(str(order.pk), order.number))
        view.lines.append(_line_view(one, rows, sent=str(key) in upload.went))
    views = sorted(orders.values(), key=lambda view: view.title)
    for view in views:
        _assess(actor, view, known, at)
    preview.parts = views
    preview.strays.sort(key=lambda one: one.rows[0].number)
    return preview


def _touched(rows: Sequence[Row]) -> bool:
    """Whether anything is said. A row that was copied and left as it is says something, too."""
    return any(row.touched for row in rows) or more_than_given(rows)


def _unknown(rows: list[Row]) -> LineView:
    message = _("This line is no longer yours to answer: the order was taken back or cancelled.")
    rows[0].refuse("unknown_line", message)
    return LineView(rows, faults=[fault for row in rows for fault in row.faults])


def _line_view(one: AnswerableLine, rows: list[Row], *, sent: bool) -> LineView:
    view = LineView(rows, one.line, sent=sent)
    if sent:
        return view
    first = rows[0]
    assert first.key is not None
    if any(row.key and row.key.stand != one.stand for row in rows):
        if first.key.stand.split(".")[0] != str(one.line.revision):
            message = _("This line changed with revision %(revision)d, after the sheet was downloaded.")
            first.refuse("stale_line", message % {"revision": one.line.revision})
        else:
            message = _("Somebody answered this line after the sheet was downloaded. Look at it, or download anew.")
            first.refuse("stale_line", message)
    elif not any(row.faults for row in rows):
        view.answer = answer_of(one, rows)
    view.faults = [fault for row in rows for fault in row.faults]
    if view.faults:
        view.answer = None
    return view


def _assess(actor: Actor, view: OrderView, known: Mapping[UUID, AnswerableLine], at: dt.datetime) -> None:
    """The verdict of every line, and what assessing says against it: as page and API are told."""
    asked = [one for one in view.lines if one.answer is not None]
    found = [known[one.line.pk] for one in asked if one.line]
    lines = {one.line.pk: one.line for one in found}
    schedules = {one.line.pk: one.schedule for one in found}
    for _attempt in range(3):  # a stale line hides the faults of the others
        answers = [one.answer for one in asked if one.answer is not None]
        if not answers:
            return
        try:
            judged = assess(view.order, lines, answers, at, actor=actor, known=(found[0].terms, schedules))
        except (Invalid, Stale) as refusal:
            faulty = _place(refusal.faults, asked)
            asked = [one for index, one in enumerate(asked) if index not in faulty]
        else:
            by_line = {one.line.pk: one for one in judged}
            for one in asked:
                one.judged = by_line.get(one.line.pk) if one.line else None
            return


def _place(faults: Iterable[Fault], asked: Sequence[LineView]) -> Collection[int]:
    """Hang each fault on the cell it means; which of the answers have one."""
    faulty = set()
    for fault in faults:
        _lines, index, *rest = fault.pointer.strip("/").split("/")
        one = asked[int(index)]
        faulty.add(int(index))
        row = one.rows[int(rest[1])] if len(rest) > 1 and rest[0] == "promises" else one.rows[0]
        names = [COLUMN_OF[part] for part in reversed(rest) if part in COLUMN_OF]
        row.refuse(fault.code, fault.message, names[0] if names else "answer" if rest and rest[0] == "line" else "")
        one.faults = [said for each in one.rows for said in each.faults]
    return faulty
