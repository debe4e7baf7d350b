"""Where letters go, as data: topic -> channels. A topic without a row stays in the house."""

from __future__ import annotations

from collections.abc import Mapping

from integrations.slot.models import Event

MAIN = "main"
"""The name of the connection that the ``ODOO_*`` settings describe."""
ODOO = "odoo"
AGREED = "purchase_order.agreed"

ROUTES: Mapping[str, tuple[str, ...]] = {
    AGREED: (ODOO,),
}


def destination(channel: str, name: str) -> str:
    """``odoo:main``."""
    return f"{channel}:{name}"


def destinations(event: Event) -> tuple[str, ...]:
    """Where one event is to be delivered."""
    return tuple(destination(channel, MAIN) for channel in ROUTES.get(event.topic, ()))
