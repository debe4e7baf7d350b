"""Which lot is which. Pure."""

from __future__ import annotations

from uuid import UUID, uuid5

_LOTS = UUID("5b1f0a34-6f5e-4d0e-9a8e-7c2f9f0d1c41")
"""A namespace of its own (RFC 9562, version 5), so that the same lot is the same key for ever."""


def lot_id(supplier_id: int, item_id: int, number: str) -> UUID:
    """One supplier, item and number of his is one lot, whoever names it in whatever notice."""
    return uuid5(_LOTS, f"{supplier_id}:{item_id}:{number}")
