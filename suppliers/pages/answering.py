"""What somebody typed into the answer form: read once, kept as typed, turned into answers, shown again with verdicts.

Nothing typed is ever lost: a refusal shows the same form with the same words. One line of it is an ``Entry``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from documents.models import StoredFile
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, Refused, Stale
from portal.web import asked
from suppliers.actions.assessing import LineAnswer, Terms, preview
from suppliers.actions.earlier import Earlier
from suppliers.actions.last_time import LastTime
from suppliers.models import PurchaseOrder
from suppliers.numbers import write_number
from suppliers.pages.entries import MOST_ROWS, Entry, Row, keys_of
from suppliers.queries.orders import LineDetail
from suppliers.states import AnswerKind, LineState, Verdict

_FIELD = re.compile(r"line-\d{1,6}-[a-z]{1,12}")


@dataclass
class Form:
    """The whole answer to one order."""

    order: PurchaseOrder
    terms: Terms
    entries: list[Entry]
    comment: str = ""
    files: list[str] = field(default_factory=list)
    """Keys of files about the whole answer."""
    shown: list[StoredFile] = field(default_factory=list)
    """Those of them that there are."""
    source: str = ""
    source_note: str = ""
    own_faults: dict[str, str] = field(default_factory=dict)
    """Of the fields that belong to no line, by their id."""
    refusal: Refused | None = None

    @property
    def answered(self) -> list[Entry]:
        """What is sent: also a line that was answered elsewhere meanwhile, so that the act can refuse it in words."""
        return [entry for entry in self.entries if entry.kind]

    @property
    def ready(self) -> list[Entry]:
        """What this form can still send."""
        return [entry for entry in self.answered if entry.open]

    @property
    def open(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.open]

    @property
    def within(self) -> int:
        return sum(entry.verdict == Verdict.WITHIN for entry in self.answered)

    @property
    def outside(self) -> int:
        return sum(entry.verdict == Verdict.OUTSIDE for entry in self.answered)

    @property
    def incomplete(self) -> int:
        return len(self.ready) - self.within - self.outside

    @property
    def faults(self) -> list[tuple[str, str]]:
        """For the error summary: each fault with the id of its field."""
        return [(message, place) for place, message in self.own_faults.items()] + [
            (_("Line %(position)d: %(message)s") % {"position": entry.position, "message": message}, place)
            for entry in self.entries
            for message, place in entry.summary
        ]

    @classmethod
    def blank(
        cls,
        order: PurchaseOrder,
        lines: Iterable[LineDetail],
        terms: Terms,
        earlier: Mapping[UUID, Earlier] | None = None,
    ) -> Form:
        """As the page first shows it: every delivery filled in as ordered and nothing chosen yet, or what was promised
        before a revision, where that still fits.
        """
        form = cls(order, terms, [Entry(detail, revision=detail.line.revision) for detail in lines])
        for entry in form.open:
            entry.as_ordered(terms)
            entry.earlier = (earlier or {}).get(entry.line.pk)
            if entry.earlier and entry.earlier.fits and entry.earlier.differs:
                entry.as_earlier(entry.earlier, terms)
        return form

    @classmethod
    def typed(
        cls,
        order: PurchaseOrder,
        lines: Iterable[LineDetail],
        terms: Terms,
        data: QueryDict,
        earlier: Mapping[UUID, Earlier] | None = None,
    ) -> Form:
        """As somebody filled it in."""
        form = cls.blank(order, lines, terms, earlier)
        form.comment = asked.words(data, "comment")
        form.files = list(dict.fromkeys(data.getlist("files")))[:100]
        form.source = data.get("source", "")[:20]
        form.source_note = data.get("source_note", "")[:200]
        ticked = set(data.getlist("ticked"))
        for entry in form.entries:
            if f"{entry.prefix}-revision" in data:
                entry.take(data)
            entry.ticked = str(entry.position) in ticked
        return form

    def accept_all(self) -> None:
        self._accept(entry for entry in self.open if entry.line.state == LineState.OPEN)

    def accept_ticked(self) -> None:
        self._accept(entry for entry in self.open if entry.ticked)

    def repeat(self, known: Mapping[UUID, LastTime]) -> int:
        """Fill in what was said last time: on the ticked lines, else on all without an answer. How many it could."""
        wanted = [entry for entry in self.open if entry.ticked] or [entry for entry in self.open if not entry.kind]
        found = [entry for entry in wanted if entry.line.pk in known]
        for entry in found:
            entry.as_last_time(known[entry.line.pk])
        return len(found)

    def _accept(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            entry.kind, entry.ticked = AnswerKind.ACCEPTED, False

    def answer_once(self) -> None:
        """What has its answer is not answered again from here, unless the buyer reopens it."""
        for entry in self.entries:
            entry.answerable = (LineState.OPEN,)

    def edit_rows(self, command: str) -> None:
        """The buttons of a page without script: ``add:3`` a delivery to line 3, ``remove:3:1`` its second one."""
        verb, *numbers = command[:40].split(":")
        if not all(number.isdecimal() for number in numbers):
            return
        entry = next((one for one in self.open if numbers and one.position == int(numbers[0])), None)
        if entry is None:
            return
        if verb == "add" and len(entry.rows) < MOST_ROWS:
            entry.rows.append(Row(quantity=write_number(entry.rest)))
        elif verb == "remove" and len(numbers) > 1 and int(numbers[1]) < len(entry.rows) > 1:
            del entry.rows[int(numbers[1])]

    def attach(self, name: str, keys: Iterable[UUID]) -> None:
        """Add files that were just brought, to ``files`` of the whole or of a line (``line-3-files``)."""
        files = next((entry.files for entry in self.open if entry.place("files") == name), self.files)
        files.extend(key for key in map(str, keys) if key not in files)

    def detach(self, key: str) -> None:
        """Take a file out again, wherever it is."""
        for files in (self.files, *(entry.files for entry in self.entries)):
            if key in files:
                files.remove(key)

    def show_files(self, known: Mapping[str, StoredFile]) -> None:
        """Put the rows of the files beside their keys."""
        self.shown = [known[key] for key in self.files if key in known]
        for entry in self.entries:
            entry.shown = [known[key] for key in entry.files if key in known]

    @property
    def named_files(self) -> list[UUID]:
        """Every key that can be one."""
        texts = [*self.files, *(key for entry in self.entries for key in entry.files)]
        return list(keys_of(texts, "", []))

    def answers(self) -> tuple[LineAnswer, ...]:
        """What is to be sent. Raises :class:`Invalid` where something typed is no number or no date."""
        faults: list[Fault] = []
        answers = [entry.answer(f"/lines/{index}", faults) for index, entry in enumerate(self.answered)]
        if faults:
            raise Invalid(_("Some answers are not complete."), faults=tuple(faults))
        return tuple(answers)

    def enclosed(self) -> tuple[UUID, ...]:
        """The files about the whole answer."""
        return tuple(keys_of(self.files, "", []))

    def judge(self, actor: Actor, at: dt.datetime) -> None:
        """Ask for the verdict of every answer that is complete; the others keep what is still missing."""
        readable, faulty = self.answered, set()
        try:
            answers = self.answers()
        except Invalid as refusal:
            faulty = self.place_faults(refusal)
            readable = [entry for index, entry in enumerate(self.answered) if index not in faulty]
            answers = tuple(entry.answer("", []) for entry in readable)
        for _attempt in range(2):
            if not answers:
                return
            try:
                judged = {one.line.pk: one for one in preview(actor, self.order, answers, at)}
            except (Invalid, Stale) as refusal:
                faulty = self.place_faults(refusal, readable)
                readable = [entry for index, entry in enumerate(readable) if index not in faulty]
                answers = tuple(entry.answer("", []) for entry in readable)
            else:
                for entry in readable:
                    entry.judged = judged.get(entry.line.pk)
                return

    def refuse(self, refusal: Refused, sent: Sequence[UUID], actor: Actor, at: dt.datetime) -> None:
        """Nothing of ``sent`` was taken: say so line by line, with everything typed still in the form.

        The form stands on the order as it is now, so that sending again answers what it says now.
        """
        self.refusal = refusal
        by_line = {entry.line.pk: entry for entry in self.entries}
        self.place_faults(refusal, [by_line[key] for key in sent if key in by_line])
        for entry in self.entries:
            entry.revision = entry.line.revision
        self.judge(actor, at)

    def place_faults(self, refusal: Refused, among: Sequence[Entry] | None = None) -> set[int]:
        """Hang each fault on the field it points at; return which of the answers have one."""
        entries = self.answered if among is None else list(among)
        faulty: set[int] = set()
        for fault in refusal.faults:
            parts = fault.pointer.strip("/").split("/")
            if parts[0] in ("source", "files"):
                self.own_faults.setdefault(parts[0], fault.message)
            if len(parts) < 2 or parts[0] != "lines" or int(parts[1]) >= len(entries):
                continue
            index = int(parts[1])
            faulty.add(index)
            entry = entries[index]
            entry.faults.setdefault(entry.name_of(parts[2:]), fault.message)
            if fault.code == "stale_line":
                entry.changed_meanwhile = True
        return faulty


def typed_fields(data: QueryDict) -> dict[str, list[str]]:
    """The fields of the form, for a draft: nothing else that a request may carry."""
    own = ("comment", "files", "source", "source_note")
    return {name: texts for name, texts in data.lists() if name in own or _FIELD.fullmatch(name)}


def fields_of(typed: dict[str, list[str]]) -> QueryDict:
    """A draft as the form reads it."""
    data = QueryDict(mutable=True)
    for name, texts in typed.items():
        data.setlist(name, texts)
    return data
