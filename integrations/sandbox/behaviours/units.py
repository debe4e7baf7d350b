"""Conversions between units of measure and between currencies."""

from __future__ import annotations

from integrations.sandbox.env import Env
from integrations.sandbox.values import half_up, to_step


def convert(env: Env, quantity: float, source: int | None, target: int | None) -> float:
    """A quantity in another unit of the same category, rounded to that unit's precision."""
    if source is None or target is None or source == target:
        return quantity
    one, other = env.row("uom.uom", source), env.row("uom.uom", target)
    return to_step(quantity / one["factor"] * other["factor"], other["rounding"])


def price_in(env: Env, price: float, source: int | None, target: int | None) -> float:
    """The price of one ``target`` when ``price`` is that of one ``source``."""
    if source is None or target is None or source == target:
        return price
    one, other = env.row("uom.uom", source), env.row("uom.uom", target)
    return float(price * one["factor"] / other["factor"])


def exchange(env: Env, amount: float, source: int, target: int) -> float:
    if source == target:
        return amount
    return float(amount / env.row("res.currency", source)["rate"] * env.row("res.currency", target)["rate"])


def equal(one: float, other: float, digits: int = 2) -> bool:
    return half_up(one, digits) == half_up(other, digits)
