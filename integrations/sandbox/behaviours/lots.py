"""Lots and serial numbers: unique for their item, and when they expire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from integrations.sandbox.env import Env
from integrations.sandbox.errors import ValidationError
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.store import Row
from integrations.sandbox.values import MOMENT, parse_moment

# Which of a lot's dates lies how many days before it expires: the item says.
_BEFORE = {"use_date": "use_time", "removal_date": "removal_time", "alert_date": "alert_time"}


def _prepare(env: Env, values: Row) -> None:
    """An item with expiry gives its lots their dates. A date that is given, even an empty one, is taken."""
    if not values.get("product_id"):
        return
    template = env.row("product.template", env.row("product.product", values["product_id"])["product_tmpl_id"])
    if not template["use_expiration_date"]:
        return
    if "expiration_date" not in values:
        made = parse_moment(env.now[:19]) + timedelta(days=template["expiration_time"] or 0)
        values["expiration_date"] = made.strftime(MOMENT)
    if values["expiration_date"]:
        expires = parse_moment(values["expiration_date"])
        for name, days in _BEFORE.items():
            values.setdefault(name, (expires - timedelta(days=template[days] or 0)).strftime(MOMENT))


def line_expires(env: Env, product: int, lot: int | None, day: str) -> str | None:
    """When the goods of a move line expire: with their lot, else so many days after the day they move."""
    if lot:
        return str(env.row("stock.lot", lot)["expiration_date"] or "")[:19] or None
    template = env.row("product.template", env.row("product.product", product)["product_tmpl_id"])
    if not template["use_expiration_date"]:
        return None
    return (parse_moment(day[:19]) + timedelta(days=template["expiration_time"] or 0)).strftime(MOMENT)


def _created(env: Env, record: int, _: Row) -> None:
    _check_unique(env, env.row("stock.lot", record))


def _written(env: Env, ids: list[int], values: Row, _: Mapping[int, Row]) -> None:
    if {"name", "product_id"} & set(values):
        for record in ids:
            _check_unique(env, env.row("stock.lot", record))


def _check_unique(env: Env, row: Row) -> None:
    same = env.rows("stock.lot", "name = ? AND product_id = ? AND id <> ?", [row["name"], row["product_id"], row["id"]])
    if same:
        product = env.name_of("product.product", row["product_id"])
        raise ValidationError(
            "The combination of lot/serial number and product must be unique within a company including when no "
            "company is defined.\nThe following combinations contain duplicates:\n"
            f" - Product: {product}, Lot/Serial Number: {row['name']}"
        )


HOOKS = {"stock.lot": Hooks(prepare=_prepare, created=_created, written=_written)}
METHODS: dict[tuple[str, str], Method] = {}
VALUES: dict[str, Value] = {}
