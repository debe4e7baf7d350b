"""What a list is narrowed by: the bar above it (``partials/filters.html``). All of it stands in the address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Choice:
    """One of several values, under ``name`` in the address; a select in the bar, or chips above it."""

    name: str
    title: str
    options: Sequence[tuple[str, str]]
    chosen: str = ""


def choice(
    name: str, title: str, options: Iterable[tuple[object, object]], chosen: object = "", anything: str | None = None
) -> Choice:
    """A choice among pairs of a value and its name. ``anything`` is what not to narrow is called; empty for no such
    option.
    """
    none = [("", _("Any") if anything is None else anything)] if anything != "" else []
    pairs = [(str(value), str(said)) for value, said in options]
    return Choice(name, title, [*none, *pairs], "" if chosen is None else str(chosen))


def choice_of_rows(
    name: str, title: str, rows: Iterable[Any], chosen: int | None, anything: str | None = None
) -> list[Choice]:
    """A choice among rows, by key and name; none where there is nothing to choose."""
    pairs = [(row.pk, row.name) for row in rows]
    return [choice(name, title, pairs, chosen, anything)] if len(pairs) > 1 else []


@dataclass(frozen=True)
class Bar:
    """All that a list is narrowed by."""

    text: str | None = None
    """What is looked for; None where nothing can be."""
    hint: str = ""
    """What it is looked for in."""
    chips: Choice | None = None
    choices: Sequence[Choice] = ()
    keep: Mapping[str, str] = field(default_factory=dict)
    """What else stands in the address and stays there."""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the form sends along unseen."""
        chips = {self.chips.name: self.chips.chosen} if self.chips else {}
        return [(name, value) for name, value in {**chips, **self.keep}.items() if value]
