"""What lines are needed for: told by Odoo with every statement, and never a revision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from suppliers.models import OrderLine, ScheduleLine
from suppliers.statements import LineStatement, Need

NEED = ("needed_date", "needed_kind", "needed_for")


def keep_needs(
    stated: Iterable[LineStatement],
    refs: Mapping[str, UUID],
    rows: Mapping[UUID, ScheduleLine],
    lines: Mapping[UUID, OrderLine],
) -> set[UUID]:
    """Set on each line the earliest need of all its deliveries; return the lines on which that changed."""
    needs: dict[UUID, list[Need]] = defaultdict(list)
    for one in stated:
        needs[rows[refs[one.ref]].line_id] += [one.need] if one.need else []
    changed = set()
    for key, found in needs.items():
        need = min(found, key=lambda one: (one.date, one.number), default=None)
        now = (need.date, need.kind, need.number) if need else (None, "", "")
        if now != tuple(getattr(lines[key], name) for name in NEED):
            lines[key].needed_date, lines[key].needed_kind, lines[key].needed_for = now
            changed.add(key)
    return changed
