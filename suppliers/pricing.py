"""What tells a price, to be left out for those who do not see prices. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

MONEY = ("payment_terms", "billing", "payment")
"""What an order says of money beside its prices."""
PRICED = frozenset({"price", *MONEY})
"""What a revision may have changed that is not for everybody."""


def told_findings(findings: Iterable[dict[str, Any]], *, prices: bool) -> list[dict[str, Any]]:
    """The stored findings of an answer, without those that would tell a price."""
    return [one for one in findings if prices or not one["code"].startswith("price")]


def told_differences(differences: Iterable[dict[str, Any]], *, prices: bool) -> list[dict[str, Any]]:
    """What a revision changed, without money."""
    return [one for one in differences if prices or one["field"] not in PRICED]
