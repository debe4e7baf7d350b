"""Who may do what at the post office. Buttons and acts read this one table."""

from __future__ import annotations

from portal.shared.actor import Actor
from portal.shared.ownership import Permission, who
from suppliers.permissions import Scope
from suppliers.states import StaffRole

KEEPERS = (StaffRole.INTEGRATION_OWNER, StaffRole.STAFF_ADMINISTRATOR)
READERS = (*KEEPERS, StaffRole.BUYER)


class Act(Permission):
    SEE_LEDGER = who("See what was exchanged with Odoo", staff=READERS, scopes=[Scope.READ_EXCEPTIONS])
    SEE_SENT_LOG = who("See who got which mail", staff=KEEPERS, everywhere=True)
    SEE_EXCEPTIONS = who("See the exception desk", staff=READERS, scopes=[Scope.READ_EXCEPTIONS])
    RETRY_DELIVERY = who(
        "Send a letter again (buyers: what Odoo refused)", staff=READERS, scopes=[Scope.SETTLE_EXCEPTIONS]
    )
    SEE_MAPPINGS = who(
        "See which record of Odoo is which of the portal's", staff=READERS, scopes=[Scope.READ_EXCEPTIONS]
    )
    MAP_RECORD = who(
        "Say which record of Odoo is which of the portal's", staff=READERS, scopes=[Scope.SETTLE_EXCEPTIONS]
    )
    COMPARE_MAPPINGS = who("Compare mappings with Odoo at once", staff=KEEPERS)
    PAUSE_CONNECTION = who("Pause or resume the connection to Odoo", staff=KEEPERS)
    PULL_NOW = who("Read Odoo at once", staff=KEEPERS)

    OPEN_CONNECTION = who("Enter a connection to Odoo", systems=["pull", "post-office"])
    TAKE_MASTER_DATA = who("Take in suppliers, plants, items and units", systems=["pull"])
    TAKE_ORDER = who("Take in an order", systems=["pull"])
    NOTE_TROUBLE = who("Note a record that cannot be taken in", systems=["pull"])
    DELIVER = who("Deliver a letter", systems=["post-office"])


def may_retry(actor: Actor, owner: str) -> bool:
    """Whether somebody may send a letter again that waits for ``owner``: keepers any, buyers their own."""
    if not Act.RETRY_DELIVERY.allows(actor):
        return False
    return owner == StaffRole.BUYER or not actor.holds([StaffRole.BUYER]) or actor.holds(KEEPERS)
