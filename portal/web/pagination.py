"""Keyset pages: page 10,000 costs what page 1 costs, and a row inserted meanwhile moves nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.utils.translation import gettext as _

from portal.shared.errors import Fault, Invalid

M = TypeVar("M")


@dataclass(frozen=True)
class Page(Generic[M]):
    """One page; ``next`` and ``previous`` are opaque cursors, empty at the ends."""

    rows: Sequence[M]
    next: str = ""
    previous: str = ""
    size: int = 0


@dataclass(frozen=True)
class Keyset:
    """An order of rows: field names, ``-`` for descending, the last one unique. No nulls in them."""

    fields: tuple[str, ...]
    name: str = ""
    signs: tuple[bool, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "signs", tuple(name.startswith("-") for name in self.fields))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name.removeprefix("-") for name in self.fields)

    def page(self, rows: models.QuerySet[Any, M], cursor: str = "", size: int = 50) -> Page[M]:
        """One page of ``rows`` (objects or dictionaries) after (or before) the cursor.

        Raises :class:`Invalid` for a cursor that is not ours.
        """
        direction, values = self._read(cursor)
        backwards = direction == "b"
        ordering = [self._order(name, down != backwards) for name, down in zip(self.names, self.signs, strict=True)]
        if values:
            rows = rows.filter(self._after(values, backwards))
        found = list(rows.order_by(*ordering)[: size + 1])
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        has_next = more if not backwards else bool(values)
        has_previous = more if backwards else bool(values)
        return Page(
            found,
            next=self._write("f", found[-1]) if found and has_next else "",
            previous=self._write("b", found[0]) if found and has_previous else "",
            size=size,
        )

    def cursor_after(self, row: models.Model) -> str:
        """The cursor of the page that begins after ``row``."""
        return self._write("f", row)

    @staticmethod
    def _order(name: str, down: bool) -> Any:
        return F(name).desc() if down else F(name).asc()

    def _after(self, values: Sequence[Any], backwards: bool) -> Any:
        """What lies beyond the row with these values, in a form that the index can use."""
        downs = [down != backwards for down in self.signs]
        if len(set(downs)) == 1:
            return (TupleLessThan if downs[0] else TupleGreaterThan)(Tuple(*self.names), values)
        # Database rows compare in one direction only: spelled out, each key with its bound before what decides.
        *keys, last = zip(self.names, ("lt" if down else "gt" for down in downs), values, strict=True)
        condition = Q(**{f"{last[0]}__{last[1]}": last[2]})
        for name, lookup, value in reversed(keys):
            condition = Q(**{f"{name}__{lookup}e": value}) & (Q(**{f"{name}__{lookup}": value}) | condition)
        return condition

    def _write(self, direction: str, row: object) -> str:
        values = [row[name] if isinstance(row, dict) else getattr(row, name) for name in self.names]
        text = json.dumps([direction, *values], cls=_Exact)
        return self._signer.sign(base64.urlsafe_b64encode(text.encode()).decode().rstrip("="))

    @property
    def _signer(self) -> Signer:
        # Signed, for what a stranger could write into one would reach the database as the value of a column.
        return Signer(salt=f"cursor:{self.name}:{','.join(self.names)}")

    def _read(self, cursor: str) -> tuple[str, list[Any]]:
        if not cursor:
            return "f", []
        try:
            text = self._signer.unsign(cursor)
        except BadSignature:
            raise _unreadable() from None
        direction, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return direction, values


class _Exact(DjangoJSONEncoder):
    """Django's encoder cuts microseconds to milliseconds; a cursor must not."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _unreadable() -> Invalid:
    message = _("This page address is not valid: start again from the first page.")
    return Invalid(message, faults=(Fault("cursor", message, "/cursor"),))
