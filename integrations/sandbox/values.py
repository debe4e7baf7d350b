"""Single values: what Odoo takes for a field and how it gives it back."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from integrations.sandbox.errors import InvalidDatetimeFormat, OdooTypeError, OdooValueError
from integrations.sandbox.schema import Field, Model

DATE = "%Y-%m-%d"
MOMENT = "%Y-%m-%d %H:%M:%S"
_DATE_LENGTH = 10


def half_up(value: float, digits: int) -> float:
    """Round as Odoo does: the half goes away from zero, judged on the printed number and not on its binary form."""
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP))


def to_step(value: float, step: float) -> float:
    """Round to a multiple of ``step``, a unit's rounding precision."""
    unit = Decimal(repr(step))
    return float((Decimal(repr(float(value))) / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit)


def parse_moment(value: str) -> datetime:
    """A datetime in Odoo's own notation, which may end early; ISO's ``T`` and ``Z`` are refused as Odoo does."""
    try:
        return datetime.strptime(value, MOMENT[: max(0, len(value) - 2)]).replace(tzinfo=UTC)
    except ValueError as error:
        raise OdooValueError(str(error)) from error


def sql_moment(value: str, *, end_of_day: bool = False) -> str:
    """A datetime of a domain, written so that text order is time order.

    The database reads these, and it reads more than ``write`` does: microseconds, ``T`` and ``Z``.
    """
    if len(value) == _DATE_LENGTH:
        value += " 23:59:59" if end_of_day else " 00:00:00"
    whole, _, fraction = value.removesuffix("Z").replace("T", " ", 1).partition(".")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", whole) or not re.fullmatch(r"\d{0,6}", fraction):
        raise InvalidDatetimeFormat(f'invalid input syntax for type timestamp: "{value}"')
    return f"{whole if len(whole) > 16 else whole + ':00'}.{fraction:0<6}"


def store_moment(value: str) -> str:
    return parse_moment(value).strftime(MOMENT) + ".000000"


def incoming(model: Model, name: str, field: Field, value: Any) -> Any:
    """A value from a client, checked and turned into what the store keeps."""
    if field.type == "boolean":
        return int(bool(value))
    if field.type in ("float", "monetary"):
        number = _float(value)
        return half_up(number, field.digits) if field.digits is not None else number
    if field.type == "integer":
        return _integer(value)
    if value is False or value is None or value == "":
        return None
    if field.type == "selection":
        if value not in {key for key, _ in field.selection}:
            raise OdooValueError(f"Wrong value for {model.name}.{name}: {value!r}")
        return value
    if field.type == "datetime":
        return store_moment(_text(value))
    if field.type == "date":
        return parse_moment(_text(value)[:_DATE_LENGTH]).strftime(DATE)
    if field.type == "many2one":
        if isinstance(value, list | tuple) and value:
            value = value[0]
        if not isinstance(value, int):
            raise OdooValueError(f"Wrong value for {model.name}.{name}: {value!r}")
        return value
    return _text(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _float(value: Any) -> float:
    try:
        return float(value or 0.0)
    except ValueError as error:
        raise OdooValueError(str(error)) from error
    except TypeError as error:
        raise OdooTypeError(str(error)) from error


def _integer(value: Any) -> int:
    try:
        return int(value or 0)
    except ValueError as error:
        raise OdooValueError(str(error)) from error
    except TypeError as error:
        raise OdooTypeError(str(error)) from error


def outgoing(field: Field, value: Any) -> Any:
    """A stored value as an answer shows it: nothing is ``false``, times are whole seconds."""
    if field.type == "boolean":
        return bool(value)
    if field.type in ("float", "monetary"):
        return float(value or 0.0)
    if field.type == "integer":
        return int(value or 0)
    if value is None or value == "":
        return False
    if field.type == "datetime":
        return str(value)[:19]
    return value
