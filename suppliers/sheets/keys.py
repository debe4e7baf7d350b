"""The key of a row: what it is about, how that stood and what was written, under a seal. It stands in a hidden cell.

A key that was typed or changed breaks its seal; one that is whole but of an earlier stand is stale.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.signing import BadSignature, Signer

from suppliers.sheets.columns import Head, Holds, Plan, Value, Written

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Key:
    """What was written into a row."""

    id: str
    stand: str
    filled: Mapping[str, str]
    """Of the columns to fill in, where anything was: as :func:`plain` writes it."""
    locked: Mapping[str, str]
    """Of the others: digests of the same."""
    turn: int
    """Which it was of the rows about the same thing; a copied row has that of its original."""


def plain(value: Value) -> str:
    """A value as text that is the same for the same value; spaces do not count."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    if isinstance(value, dt.date):
        return value.isoformat()
    return _SPACES.sub(" ", value).strip()


def digest(value: Value) -> str:
    """Tells a locked value that was changed from one that was not; nobody is kept out by it."""
    return hashlib.blake2b(plain(kept(value)).encode(), digest_size=3).hexdigest()


def kept(value: Value) -> Value:
    """As a spreadsheet keeps it: numbers to 15 digits."""
    return Decimal(f"{float(value):.15g}") if isinstance(value, Decimal) else value


def seal(plan: Plan, head: Head, row: Written) -> str:
    """The key of a row, as it is written."""
    filled = {one.name: text for one in plan.columns if one.fill and (text := plain(row.values.get(one.name)))}
    locked = {one.name: digest(row.values.get(one.name)) for one in plan.columns if not one.fill}
    return _signer(plan, head.owner).sign(
        json.dumps([row.id, row.stand, filled, locked, row.turn], separators=(",", ":"))
    )


def unseal(plan: Plan, owner: str, text: str) -> Key | None:
    """The key again; None where it is none of this plan and owner, or was changed."""
    try:
        return Key(*json.loads(_signer(plan, owner).unsign(text)))
    except BadSignature:
        return None


def id_in(text: str) -> str:
    """What a key says it is about, without a look at its seal."""
    return text.strip()[2:].partition('"')[0]


def seal_head(plan: Plan, head: Head) -> str:
    """The mark of a sheet, as it stands in its first cell."""
    return Signer(salt="suppliers.sheets").sign(f"{plan.mark}{head.owner}:{head.language}")


def unseal_head(plan: Plan, text: str) -> Head | None:
    """Whose sheet it is; None where the mark was changed, or is of another plan."""
    try:
        bare = Signer(salt="suppliers.sheets").unsign(text)
    except BadSignature:
        return None
    owner, _, language = bare.removeprefix(plan.mark).rpartition(":")
    return Head(owner, language) if bare.startswith(plan.mark) else None


def written_value(holds: Holds, text: str) -> Value:
    """A value of a key again."""
    if not text:
        return None
    if holds is Holds.NUMBER:
        return Decimal(text)
    return dt.date.fromisoformat(text) if holds is Holds.DATE else text


def _signer(plan: Plan, owner: str) -> Signer:
    return Signer(salt=f"suppliers.sheets.{plan.name}.{owner}")
