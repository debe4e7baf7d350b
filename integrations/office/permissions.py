"""Who may do what at the post office. Buttons and acts read this one table."""

from __future__ import annotations

from portal.shared.ownership import Permission, who
from suppliers.states import StaffRole

KEEPERS = (StaffRole.INTEGRATION_OWNER, StaffRole.STAFF_ADMINISTRATOR)
READERS = (*KEEPERS, StaffRole.BUYER)


class Act(Permission):
    SEE_LEDGER = who("See what was exchanged with Odoo", staff=READERS)
    SEE_SENT_LOG = who("See who got which mail", staff=KEEPERS)
    RETRY_DELIVERY = who("Send a letter to Odoo again", staff=KEEPERS)
    PAUSE_CONNECTION = who("Pause or resume the connection to Odoo", staff=KEEPERS)
    PULL_NOW = who("Read Odoo at once", staff=KEEPERS)

    OPEN_CONNECTION = who("Enter a connection to Odoo", systems=["pull", "post-office"])
    TAKE_MASTER_DATA = who("Take in suppliers, plants, items and units", systems=["pull"])
    TAKE_ORDER = who("Take in an order", systems=["pull"])
    NOTE_TROUBLE = who("Note a record that cannot be taken in", systems=["pull"])
    DELIVER = who("Deliver a letter", systems=["post-office"])
