"""Odoo's search domains and sort orders, turned into SQL.

A domain is a list in prefix notation: ``'|'``, ``'&'`` and ``'!'`` before the conditions they join, everything else
joined by "and". Only the operators that the portal uses exist here; another one is refused as Odoo refuses nonsense.
"""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from integrations.sandbox.errors import OdooValueError, UserError
from integrations.sandbox.schema import MODELS, Field, Model
from integrations.sandbox.store import expression
from integrations.sandbox.values import sql_moment

_COMPARE = {"=": "=", "!=": "<>", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_LIKE = {
    "like": ("%{}%", 0, False),
    "ilike": ("%{}%", 1, False),
    "not like": ("%{}%", 0, True),
    "not ilike": ("%{}%", 1, True),
    "=like": ("{}", 0, False),
    "=ilike": ("{}", 1, False),
}
OPERATORS = frozenset({*_COMPARE, *_LIKE, "in", "not in"})
_JOIN = {"&": "AND", "|": "OR"}


class Where:
    """A condition under construction: the SQL and the values it still needs."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self._names = 0

    def alias(self) -> str:
        self._names += 1
        return f"d{self._names}"

    def of(self, model: Model, domain: Sequence[Any], alias: str) -> str:
        """The whole domain as one SQL condition on the row ``alias``."""
        if not isinstance(domain, list | tuple):
            raise OdooValueError(f"Domain() invalid domain {domain!r}")
        position = 0

        def term() -> str:
            nonlocal position
            if position >= len(domain):
                raise OdooValueError(f"Domain {list(domain)!r} is syntactically not correct.")
            item = domain[position]
            position += 1
            if item == "!":
                return f"NOT COALESCE({term()}, 0)"
            if isinstance(item, str) and item in _JOIN:
                left = term()
                return f"({left} {_JOIN[item]} {term()})"
            return self._leaf(model, item, alias)

        parts = []
        while position < len(domain):
            parts.append(term())
        return " AND ".join(parts) or "1"

    def _leaf(self, model: Model, leaf: Any, alias: str) -> str:
        if not isinstance(leaf, list | tuple) or len(leaf) != 3 or not isinstance(leaf[0], str | int):
            raise OdooValueError(f"Invalid leaf {leaf!r}")
        path, operator, value = leaf
        if path in (1, 0) and operator == "=":
            return "1" if path == value else "0"
        operator = str(operator).lower()
        if operator not in OPERATORS:
            raise OdooValueError(f"Invalid leaf {tuple(leaf)!r}")
        head, _, rest = str(path).partition(".")
        field = model.fields.get(head)
        if field is None:
            raise OdooValueError(f"Invalid field {model.name}.{head} in leaf {(path, operator, value)!r}")
        if rest:
            return self._through(model, head, field, [rest, operator, value], alias)
        if field.compute:
            raise OdooValueError(f"Unsupported search on field {model.name}.{head}")
        if field.is_many:
            return self._many(model, head, field, operator, value, alias)
        return self._plain(model, head, field, operator, value, alias)

    def _through(self, model: Model, head: str, field: Field, leaf: list[Any], alias: str) -> str:
        """A condition on a record reached through a relation: some such record must meet it."""
        other = MODELS.get(field.relation)
        if other is None:
            raise OdooValueError(f"Invalid field {model.name}.{head}.{leaf[0]} in leaf {tuple(leaf)!r}")
        inner = self.alias()
        linked = linked_ids(model, head, alias) if field.is_many else expression(model, head, alias)
        test = self._leaf(other, leaf, inner)
        source = f"{other.table} {inner}"
        if field.is_many:
            return f"EXISTS (SELECT 1 FROM {source} WHERE {inner}.id IN ({linked}) AND {test})"
        return f"EXISTS (SELECT 1 FROM {source} WHERE {inner}.id = {linked} AND {test})"

    def _many(self, model: Model, name: str, field: Field, operator: str, value: Any, alias: str) -> str:
        linked = linked_ids(model, name, alias)
        negative = operator in ("!=", "<>", "not in", "not like", "not ilike")
        if value is False or value == []:
            return f"{'' if negative else 'NOT '}EXISTS (SELECT 1 FROM ({linked}) WHERE 1)"
        if isinstance(value, str):
            other = MODELS[field.relation]
            inner = self.alias()
            test = self._display(other, operator, value, inner)
            found = f"EXISTS (SELECT 1 FROM {other.table} {inner} WHERE {inner}.id IN ({linked}) AND {test})"
            return f"NOT {found}" if negative else found
        wanted = list(value) if isinstance(value, list | tuple) else [value]
        marks = self._marks(wanted)
        found = f"EXISTS (WITH linked(id) AS ({linked}) SELECT 1 FROM linked WHERE linked.id IN ({marks}))"
        return f"NOT {found}" if negative else found

    def _display(self, model: Model, operator: str, value: str, alias: str) -> str:
        """A text compared with a relation is compared with the names of the records it points to."""
        positive = {"!=": "=", "<>": "=", "not like": "like", "not ilike": "ilike"}.get(operator, operator)
        return self._compare(expression(model, "display_name", alias), positive, value)

    def _plain(self, model: Model, name: str, field: Field, operator: str, value: Any, alias: str) -> str:
        left = expression(model, name, alias)
        if field.type == "many2one" and isinstance(value, str):
            other = MODELS[field.relation]
            inner = self.alias()
            test = self._display(other, operator, value, inner)
            found = f"EXISTS (SELECT 1 FROM {other.table} {inner} WHERE {inner}.id = {left} AND {test})"
            return f"NOT {found}" if operator.startswith(("not", "!", "<>")) else found
        if operator in ("in", "not in"):
            return self._among(left, field, operator, value)
        if operator in _LIKE:
            return self._compare(left, operator, value)
        if value is False or value is None:
            return _empty(left, field, operator)
        if field.type == "boolean":
            return f"COALESCE({left}, 0) {_COMPARE[operator]} {int(bool(value))}"
        if field.type == "datetime" and isinstance(value, str):
            value = sql_moment(value, end_of_day=operator in (">", "<="))
        test = self._compare(left, operator, value)
        return f"({test} OR {left} IS NULL)" if operator in ("!=", "<>") else test

    def _among(self, left: str, field: Field, operator: str, value: Any) -> str:
        wanted = list(value) if isinstance(value, list | tuple) else [value]
        empty = any(item is False or item is None for item in wanted)
        present = [item for item in wanted if item is not False and item is not None]
        if field.type == "datetime":
            present = [sql_moment(item) if isinstance(item, str) else item for item in present]
        test = f"{left} IN ({self._marks(present)})"
        if operator == "in":
            return f"({test} OR {_empty(left, field, '=')})" if empty else test
        return f"({left} IS NULL OR NOT {test})" if not empty else f"({left} IS NOT NULL AND NOT {test})"

    def _compare(self, left: str, operator: str, value: Any) -> str:
        if operator in _LIKE:
            shape, fold, negative = _LIKE[operator]
            self.values += [shape.format(value or ""), fold]
            test = f"odoo_like({left}, ?, ?)"
            return f"NOT {test}" if negative else test
        if operator in ("in", "not in"):
            return f"{left} {operator.upper()} ({self._marks(value)})"
        self.values.append(value)
        return f"{left} {_COMPARE[operator]} ?"

    def _marks(self, values: Sequence[Any]) -> str:
        self.values.extend(values)
        return ", ".join("?" * len(values))


def _empty(left: str, field: Field, operator: str) -> str:
    positive = operator not in ("!=", "<>")
    if field.type == "boolean":
        return f"COALESCE({left}, 0) {'=' if positive else '<>'} 0"
    if field.type in ("char", "text", "html"):
        return f"COALESCE({left}, '') {'=' if positive else '<>'} ''"
    return f"{left} IS {'' if positive else 'NOT '}NULL"


def linked_ids(model: Model, name: str, alias: str) -> str:
    """The SQL that lists the ids in a one2many or many2many of the row ``alias``."""
    field = model.fields[name]
    if field.ids:
        return field.ids.replace("{t}", alias)
    if field.inverse:
        other = MODELS[field.relation]
        order = order_by(other, other.order, "x")
        return f'SELECT x.id FROM {other.table} x WHERE x."{field.inverse}" = {alias}.id ORDER BY {order}'
    return f"SELECT right_id FROM {model.link_table(name)} WHERE left_id = {alias}.id ORDER BY right_id"


def order_by(model: Model, order: str, alias: str, *, reverse: bool = False, depth: int = 0) -> str:
    """An ``ORDER BY`` list. Sorting by a relation sorts by *its* model's own order, as Odoo does."""
    parts = []
    for piece in order.split(","):
        words = piece.split()
        if not words or len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise UserError(
                f'Invalid "order" specified ({order}). A valid "order" specification is a comma-separated list of '
                "valid field names (optionally followed by asc/desc for the direction)"
            )
        name = words[0]
        field = model.fields.get(name)
        if field is None:
            raise OdooValueError(f"Invalid field {name!r} on model {model.name!r}")
        down = (len(words) == 2 and words[1].lower() == "desc") != reverse
        left = expression(model, name, alias)
        if field.type == "many2one" and depth < 3 and field.relation in MODELS:
            other = MODELS[field.relation]
            inner = f"{alias}_{name}"
            for sub in other.order.split(","):
                sub_name, *sub_way = sub.split()
                sub_down = (bool(sub_way) and sub_way[0].lower() == "desc") != down
                value = expression(other, sub_name, inner)
                chosen = f"(SELECT {value} FROM {other.table} {inner} WHERE {inner}.id = {left})"
                parts.append(_direction(chosen, sub_down))
        else:
            parts.append(_direction(left, down))
    return ", ".join(parts)


def _direction(left: str, down: bool) -> str:
    # PostgreSQL takes an empty value for the greatest; SQLite would take it for the smallest.
    return f"{left} DESC NULLS FIRST" if down else f"{left} ASC NULLS LAST"
