"""What an order says beside quantities, prices and dates: texts, addresses, terms, what its parts are and are for.

A change of it that the supplier must know is a revision once he has seen the order; it reopens no line.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, Protocol
from uuid import UUID

from portal.shared import audit
from suppliers.actions.order_files import keep_files
from suppliers.models import OrderLine, PurchaseOrder, ScheduleLine, SupplierItem
from suppliers.statements import Content, Difference, LineStatement, Need, OrderStatement, Text

TOLD = ("payment_terms", "ship_to", "terms")
"""A change of these is told as a difference."""
SHOWN = (*TOLD, "billing", "payment")
SAID = ("service", "item_revision", "supplier_item_code", "supplier_item_name", "tracking", "dated", "gtin")
NEED = ("needed_date", "needed_kind", "needed_for")
KEPT = (*SAID, *NEED)
"""The fields of a line that are kept here."""


class Taking(Protocol):
    """A statement being taken in; see ``suppliers.actions.orders``."""

    order: PurchaseOrder
    lines: dict[UUID, OrderLine]
    rows: dict[UUID, ScheduleLine]
    differences: list[Difference]
    touched: set[UUID]


def keep_contents(taking: Taking, statement: OrderStatement, refs: Mapping[str, UUID]) -> None:
    """Keep all of it: on the lines, which the caller writes, and on the order. Runs inside the caller's act."""
    seen = taking.order.viewed_at is not None
    of_line = {stated.ref: taking.lines[taking.rows[refs[stated.ref]].line_id] for stated in statement.lines}
    told = _keep_lines(taking, statement, of_line)
    if statement.content is not None:
        told += _keep_order(taking.order, statement.content, of_line)
        told += keep_files(taking.order, statement.content.files, {line.item_id: line for line in of_line.values()})
    taking.differences += told if seen else []


def _keep_lines(taking: Taking, statement: OrderStatement, of_line: Mapping[str, OrderLine]) -> list[Difference]:
    told: list[Difference] = []
    stated_of: dict[UUID, list[LineStatement]] = defaultdict(list)
    for stated in statement.lines:
        stated_of[of_line[stated.ref].pk].append(stated)
    for key, deliveries in stated_of.items():
        line, first = taking.lines[key], deliveries[0]
        if line.item_revision and line.item_id == first.item_id and line.item_revision != first.item_revision:
            told.append(Difference(line.position, "item_revision", line.item_revision, first.item_revision))
        description, words = line.description, line.more_words
        now: dict[str, Any] = {"description": first.description} | {name: getattr(first, name) for name in SAID}
        need = min((one.need for one in deliveries if one.need), key=_earliest, default=None)
        now |= dict(zip(NEED, (need.date, need.kind, need.number) if need else (None, "", ""), strict=True))
        if any(getattr(line, name) != value for name, value in now.items()):
            for name, value in now.items():
                setattr(line, name, value)
            taking.touched.add(key)
        if description != first.description and words != line.more_words:
            told.append(Difference(line.position, "description", words, line.more_words))
    _keep_numbers(taking.order, statement)
    return told


def _earliest(need: Need) -> tuple[Any, ...]:
    return need.date, need.number


def _keep_numbers(order: PurchaseOrder, statement: OrderStatement) -> None:
    """The supplier's own numbers, into the catalogue."""
    stated = {
        line.item_id: (line.supplier_item_code, line.supplier_item_name)
        for line in statement.lines
        if line.supplier_item_code or line.supplier_item_name
    }
    if not stated:
        return
    rows = SupplierItem.objects.filter(supplier=order.supplier_id, item__in=stated)
    known = {row.item_id: (row.code, row.name) for row in rows}
    SupplierItem.objects.bulk_create(
        (
            SupplierItem(supplier_id=order.supplier_id, item_id=item, code=code, name=name)
            for item, (code, name) in stated.items()
            if known.get(item) != (code, name)
        ),
        update_conflicts=True,
        unique_fields=["supplier", "item"],
        update_fields=["code", "name"],
    )


def _keep_order(order: PurchaseOrder, content: Content, of_line: Mapping[str, OrderLine]) -> list[Difference]:
    """Set the order's own content; return what the supplier must be told. Nothing, where it was never read before."""
    known = order.layout
    before = {name: getattr(order, name) for name in SHOWN}
    after = {name: getattr(content, name) for name in SHOWN}
    layout = _layout(content, of_line)
    changed = [name for name in SHOWN if before[name] != after[name]]
    for name in changed:
        audit.note(order, **{name: (before[name], after[name])})
        setattr(order, name, after[name])
    if layout != known:
        order.layout = layout
        changed.append("layout")
    if changed:
        order.save(update_fields=changed)
    if known is None:
        return []
    told = [Difference(0, name, before[name], after[name]) for name in TOLD if name in changed]
    return told + _changed_texts(known, layout)


def _layout(content: Content, of_line: Mapping[str, OrderLine]) -> list[dict[str, Any]]:
    """Texts and lines in order; a line that was split stands where its first delivery does."""
    layout: list[dict[str, Any]] = []
    placed: set[int] = set()
    for entry in content.layout:
        if isinstance(entry, Text):
            layout.append({entry.kind: entry.text})
        elif (position := of_line[entry].position) not in placed:
            placed.add(position)
            layout.append({"line": position})
    return layout


def _changed_texts(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[Difference]:
    old, new = (Counter(text for entry in layout for name, text in entry.items() if name != "line")
                for layout in (before, after))  # fmt: skip
    pairs = zip_longest((old - new).elements(), (new - old).elements(), fillvalue="")
    return [Difference(0, "note", gone, come) for gone, come in pairs]
