"""What is said to the sandbox, checked before anything is done: each argument by its name, refused in a sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from integrations.sandbox.errors import OdooError
from integrations.sandbox.values import parse_moment

LONGEST_TEXT = 2000
LARGEST_ID = 2**31 - 1
LARGEST_NUMBER = 1e9
MOST_LINES = 5000
_YEARS = range(1900, 2200)
_KINDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}

Check = Callable[[str, Any], Any]


class WordsError(ValueError):
    """An argument that cannot be; ``field`` says which."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; an empty body says nothing."""
    if not body:
        return {}
    try:
        words = json.loads(body)
    except RecursionError as error:
        raise WordsError("The body is nested too deeply.") from error
    except ValueError as error:
        raise WordsError("The body is not JSON.") from error
    if not isinstance(words, dict):
        raise WordsError("The body must be a JSON object.")
    return words


def checked(
    words: Mapping[str, Any], checks: Mapping[str, Check], needed: Collection[str] = (), within: str = ""
) -> dict[str, Any]:
    """The arguments that were given, each as its check takes it. Null is as good as left out."""
    for name in words:
        if name not in checks:
            known = f"known: {', '.join(checks)}" if checks else "nothing is taken here"
            shown = _place(within, name if len(name) <= 50 else f"{name[:50]}…")
            raise WordsError(f"There is no argument {shown!r}; {known}.", shown)
    for name in needed:
        if words.get(name) is None:
            raise WordsError(f"{_place(within, name)} is missing.", _place(within, name))
    return {name: checks[name](_place(within, name), value) for name, value in words.items() if value is not None}


def _place(within: str, name: str) -> str:
    return f"{within}.{name}" if within else name


def _wrong(field: str, wanted: str, value: Any) -> WordsError:
    if isinstance(value, float) and not math.isfinite(value):
        said = "NaN" if math.isnan(value) else "infinity"
    else:
        said = _KINDS.get(type(value)) or str(value)
    if isinstance(value, str) and value:
        said = repr(value)
    return WordsError(f"{field} must be {wanted}, not {said if len(said) <= 40 else said[:40] + '…'}.", field)


def text(longest: int = LONGEST_TEXT, *, empty: bool = True) -> Callable[[str, Any], str]:
    def check(field: str, value: Any) -> str:
        if not isinstance(value, str):
            raise _wrong(field, "a text", value)
        if len(value) > longest:
            raise WordsError(f"{field} must not be longer than {longest} characters.", field)
        if not empty and not value.strip():
            raise WordsError(f"{field} must not be empty.", field)
        if "\0" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
            raise WordsError(f"{field} has a character that no database can keep.", field)
        return value

    return check


def number(least: float, most: float = LARGEST_NUMBER) -> Callable[[str, Any], float]:
    def check(field: str, value: Any) -> float:
        wanted = f"a number from {least:,g} to {most:,.0f}"
        if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
            raise _wrong(field, wanted, value)
        return float(value)

    return check


def above_zero(field: str, value: Any) -> float:
    """A quantity to order or receive; a hundredth is the least that Odoo counts."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0.01:
        raise WordsError(f"{field} must be above zero.", field)
    return number(0.01)(field, value)


def whole(least: int = 1, most: int = LARGEST_ID) -> Callable[[str, Any], int]:
    def check(field: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _wrong(field, f"a whole number from {least:,} to {most:,}", value)
        return value

    return check


def flag(field: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise _wrong(field, "true or false", value)
    return value


def among(choices: Collection[str], what: str, *, empty: bool = False) -> Check:
    def check(field: str, value: Any) -> str:
        said = text(100)(field, value)
        if said not in choices and not (empty and not said):
            raise WordsError(f"{field}: unknown {what} {said!r}; known: {', '.join(choices)}.", field)
        return said

    return check


def moment(field: str, value: Any) -> str:
    """A date, or a date and time, in Odoo's notation. An empty one is as good as left out."""
    said = text(100)(field, value)
    try:
        day = parse_moment(said) if said else None
    except OdooError:
        day = None
    if said and (day is None or day.year not in _YEARS):
        wanted = f"a date from {_YEARS[0]} to {_YEARS[-1]} such as 2030-12-31 or 2030-12-31 12:00:00"
        raise _wrong(field, wanted, said)
    return said


def key(field: str, value: Any) -> str | int:
    """A record by its id or by what people call it."""
    if isinstance(value, int) and not isinstance(value, bool):
        return whole()(field, value)
    if not isinstance(value, str):
        raise _wrong(field, "a name or an id", value)
    return text(empty=False)(field, value)


def listed(checks: Mapping[str, Check], needed: Collection[str], *, once: str = "") -> Check:
    """A list of objects with at least one of them, each with a different ``once``."""

    def check(field: str, value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list):
            raise _wrong(field, "a list", value)
        if not value:
            raise WordsError(f"{field} must not be empty.", field)
        if len(value) > MOST_LINES:
            raise WordsError(f"{field} must not have more than {MOST_LINES} entries.", field)
        items, seen = [], set()
        for position, item in enumerate(value):
            place = f"{field}[{position}]"
            if not isinstance(item, dict):
                raise _wrong(place, "an object", item)
            items.append(checked(item, checks, needed, place))
            if once and items[-1][once] in seen:
                raise WordsError(f"{place}.{once} is there twice: {items[-1][once]}.", f"{place}.{once}")
            seen.add(items[-1].get(once))
        return items

    return check


def from_form(form: Mapping[str, str], name: str, label: str) -> float | None:
    """A number that a person typed, or nothing where they left the field empty."""
    said = form.get(name, "").strip()
    if not said:
        return None
    try:
        value = float(said)
    except ValueError:
        raise WordsError(f"{label} must be a number, not {said[:40]!r}.", name) from None
    if not math.isfinite(value):
        raise WordsError(f"{label} must be a number, not {said[:40]!r}.", name)
    return value
