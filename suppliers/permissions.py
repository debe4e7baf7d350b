"""Who may do what to orders, answers and people. Buttons and acts read this one table."""

from __future__ import annotations

from portal.shared.ownership import Permission, who
from suppliers.states import Role, StaffRole

ANY_SUPPLIER_ROLE = tuple(Role.values)
ANY_STAFF_ROLE = tuple(StaffRole.values)
SET_UP = "set-up"
"""The commands an operator runs on the server: first administrator, demo data, tokens."""
PULL = "pull"
"""What brings orders and their files from Odoo."""
GO_LIVE = "go-live"
"""Moves orders to the mode that was set for them."""
DOOR = "door"
"""What somebody does to his own account, or with a link that was sent to him: before or beside everything he holds."""

REMINDERS = "reminders"
"""Finds whom to remind of what, every morning."""


SHIPMENT_CLOCK = "shipment-clock"
"""Sees what the day alone changes of shipments."""


PRINTING = "printing"
"""Draws the PDFs that people asked for."""


SHEETS = "sheets"
"""Reads the sheets that people bring, and sends what they asked for."""


class Scope:
    """What an API token may do."""

    READ_ORDERS = "orders:read"
    WRITE_ANSWERS = "acknowledgements:write"
    DECIDE = "decisions:write"
    WRITE_CHANGES = "changes:write"
    WRITE_COMMENTS = "comments:write"
    READ_EXCEPTIONS = "exceptions:read"
    SETTLE_EXCEPTIONS = "exceptions:write"
    READ_VENDORS = "vendors:read"
    WRITE_VENDORS = "vendors:write"
    SET_APPROVALS = "approvals:write"
    READ_SHIPMENTS = "shipments:read"
    WRITE_SHIPMENTS = "shipments:write"
    READ_PEOPLE = "people:read"
    WRITE_PEOPLE = "people:write"

    ALL = (
        *(READ_ORDERS, WRITE_ANSWERS, DECIDE, WRITE_CHANGES, WRITE_COMMENTS),
        *(READ_EXCEPTIONS, SETTLE_EXCEPTIONS, READ_VENDORS, WRITE_VENDORS, SET_APPROVALS),
        *(READ_SHIPMENTS, WRITE_SHIPMENTS, READ_PEOPLE, WRITE_PEOPLE),
    )
    USUAL = (
        *(READ_ORDERS, WRITE_ANSWERS, WRITE_CHANGES, WRITE_COMMENTS, READ_VENDORS, WRITE_VENDORS),
        *(READ_SHIPMENTS, WRITE_SHIPMENTS),
    )
    """What a supplier's client gets where nobody says otherwise: it decides about no people."""
    OF_SUPPLIERS = (*USUAL, READ_PEOPLE, WRITE_PEOPLE)


class Act(Permission):
    SEE_ORDERS = who(
        "See purchase orders",
        supplier=ANY_SUPPLIER_ROLE,
        staff=ANY_STAFF_ROLE,
        scopes=[Scope.READ_ORDERS],
        by_link=True,
    )
    KEEP_FILE = who("Keep a file that came with an order", systems=[PULL])
    EXPORT_LIST = who("Take a list along as a file", supplier=ANY_SUPPLIER_ROLE, staff=ANY_STAFF_ROLE)
    PRINT_ORDER = who(
        "Have a purchase order drawn as a PDF",
        supplier=ANY_SUPPLIER_ROLE,
        staff=ANY_STAFF_ROLE,
        scopes=[Scope.READ_ORDERS],
        by_link=True,
    )
    DRAW_ORDER = who("Draw the PDF of an order", systems=[PRINTING])
    SEE_PRICES = who(
        "See prices",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK, Role.READ_ONLY],
        staff=[StaffRole.BUYER, StaffRole.INTEGRATION_OWNER, StaffRole.STAFF_ADMINISTRATOR],
        scopes=[Scope.READ_ORDERS],
        by_link=True,
    )
    OPEN_ORDER = who("Open a purchase order", supplier=ANY_SUPPLIER_ROLE, scopes=[Scope.READ_ORDERS], by_link=True)
    ACKNOWLEDGE_ORDER = who(
        "Answer a purchase order (staff: on behalf of the supplier)",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK],
        staff=[StaffRole.BUYER, StaffRole.QUALITY_ENGINEER],
        scopes=[Scope.WRITE_ANSWERS],
        by_link=True,
    )
    BRING_SHEET = who(
        "Fill in a sheet and bring it back (with the right to do what it says)",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK, Role.SHIPPING],
        scopes=[Scope.WRITE_ANSWERS, Scope.WRITE_SHIPMENTS],
    )
    READ_SHEET = who("Read a sheet that somebody brought, and say what became of it", systems=[SHEETS])
    COMMENT_ORDER = who(
        "Comment on a purchase order",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK, Role.SHIPPING, Role.QUALITY],
        staff=[StaffRole.BUYER, StaffRole.QUALITY_ENGINEER, StaffRole.RECEIVING],
        scopes=[Scope.WRITE_COMMENTS],
        by_link=True,
    )
    SEND_ORDER = who("Send an order by mail again, with new links", staff=[StaffRole.BUYER])
    REVOKE_ORDER_LINK = who("Withdraw the link that an address has to an order", staff=[StaffRole.BUYER])
    SEE_ORDER_LINKS = who(
        "See which suppliers may answer from the e-mail", staff=[StaffRole.BUYER, StaffRole.STAFF_ADMINISTRATOR]
    )
    SET_ORDER_LINKS = who(
        "Let a supplier answer from the e-mail without an account, or not",
        staff=[StaffRole.BUYER, StaffRole.STAFF_ADMINISTRATOR],
        everywhere=True,
    )
    DECIDE_ANSWER = who("Decide on a supplier's answer", staff=[StaffRole.BUYER], scopes=[Scope.DECIDE])
    REQUEST_CHANGE = who(
        "Ask for a change of what was agreed (staff: also on behalf of the supplier)",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK],
        staff=[StaffRole.BUYER],
        scopes=[Scope.WRITE_CHANGES],
        by_link=True,
    )
    ANSWER_CHANGE = who(
        "Accept, counter, decline or withdraw a change request",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK],
        staff=[StaffRole.BUYER],
        scopes=[Scope.WRITE_CHANGES],
        by_link=True,
    )
    SEE_SHIPMENTS = who(
        "See shipments and what was received of them",
        supplier=ANY_SUPPLIER_ROLE,
        staff=ANY_STAFF_ROLE,
        scopes=[Scope.READ_SHIPMENTS],
    )
    PRINT_SHIPMENT = who(
        "Have the papers of a shipment drawn as PDFs",
        supplier=ANY_SUPPLIER_ROLE,
        staff=ANY_STAFF_ROLE,
        scopes=[Scope.READ_SHIPMENTS],
    )
    DRAW_SHIPMENT = who("Draw the papers of a shipment", systems=[PRINTING])
    ANNOUNCE_SHIPMENT = who(
        "Announce, correct or cancel a shipment",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK, Role.SHIPPING],
        scopes=[Scope.WRITE_SHIPMENTS],
    )
    SEE_ARRIVALS = who(
        "See what arrives at a plant, and find it by a scan",
        staff=[StaffRole.RECEIVING, StaffRole.BUYER, StaffRole.QUALITY_ENGINEER],
    )
    CLOSE_SHIPMENT = who(
        "Say that nothing more of a shipment comes",
        staff=[StaffRole.RECEIVING, StaffRole.BUYER],
        scopes=[Scope.WRITE_SHIPMENTS],
    )
    SET_NUMBERING = who(
        "Set what the numbers of handling units are made of",
        supplier=[Role.ADMINISTRATOR, Role.SHIPPING],
    )
    COUNT_SHIPMENT = who("See that a shipment has left or is over", systems=[SHIPMENT_CLOCK])
    SET_SHELF_RULE = who("Set how long lots must keep on arrival", staff=[StaffRole.QUALITY_ENGINEER])
    SET_BRANDING = who(
        "Set name, logo and colours of documents and mails",
        staff=[StaffRole.STAFF_ADMINISTRATOR],
        systems=[SET_UP],
        everywhere=True,
    )
    SEE_EXPEDITING = who("See what is to be chased", staff=[StaffRole.BUYER], scopes=[Scope.DECIDE])
    STATE_CAUSE = who("Say who caused a date moved in Odoo", staff=[StaffRole.BUYER], scopes=[Scope.DECIDE])
    SEE_SUPPLIER = who(
        "See a supplier's master data", supplier=ANY_SUPPLIER_ROLE, staff=ANY_STAFF_ROLE, scopes=[Scope.READ_VENDORS]
    )
    ASK_MASTER_CHANGE = who(
        "Ask for a change of a supplier's master data (staff: on behalf of the supplier)",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK],
        staff=[StaffRole.BUYER, StaffRole.QUALITY_ENGINEER],
        scopes=[Scope.WRITE_VENDORS],
    )
    WITHDRAW_MASTER_CHANGE = who(
        "Withdraw a change of one's master data that was asked for",
        supplier=[Role.ADMINISTRATOR, Role.ORDER_DESK],
        scopes=[Scope.WRITE_VENDORS],
    )
    DECIDE_MASTER_CHANGE = who(
        "Approve or decline a change of a supplier's master data", staff=[StaffRole.BUYER], scopes=[Scope.DECIDE]
    )
    SEE_APPROVALS = who("See the approved vendor list", staff=ANY_STAFF_ROLE, scopes=[Scope.READ_VENDORS])
    SET_APPROVAL = who(
        "Set a supplier's standing on the approved vendor list",
        staff=[StaffRole.QUALITY_ENGINEER, StaffRole.BUYER],
        scopes=[Scope.SET_APPROVALS],
    )
    SET_TOLERANCES = who("Set tolerance policies", staff=[StaffRole.STAFF_ADMINISTRATOR], systems=[SET_UP])
    SET_MODE = who("Switch suppliers and plants on", staff=[StaffRole.STAFF_ADMINISTRATOR], systems=[SET_UP])
    MOVE_ORDER = who("Move an order to the mode set for it, and tell its supplier", systems=[GO_LIVE])
    ENROL_PERSON = who("Enrol a person", staff=[StaffRole.STAFF_ADMINISTRATOR], systems=[SET_UP])
    SEE_PEOPLE = who(
        "See who works for a supplier or on the staff",
        supplier=[Role.ADMINISTRATOR],
        staff=[StaffRole.STAFF_ADMINISTRATOR],
        scopes=[Scope.READ_PEOPLE],
    )
    INVITE_COLLEAGUE = who(
        "Invite somebody to a supplier",
        supplier=[Role.ADMINISTRATOR],
        staff=[StaffRole.STAFF_ADMINISTRATOR],
        scopes=[Scope.WRITE_PEOPLE],
        systems=[SET_UP],
        everywhere=True,
    )
    INVITE_CONTACTS = who(
        "Invite many of the contacts that Odoo has, across suppliers",
        staff=[StaffRole.STAFF_ADMINISTRATOR],
        scopes=[Scope.WRITE_PEOPLE],
        everywhere=True,
    )
    INVITE_STAFF = who("Invite somebody to the staff", staff=[StaffRole.STAFF_ADMINISTRATOR], systems=[SET_UP])
    HANDLE_INVITATION = who(
        "Send an invitation again or withdraw it",
        supplier=[Role.ADMINISTRATOR],
        staff=[StaffRole.STAFF_ADMINISTRATOR],
        scopes=[Scope.WRITE_PEOPLE],
    )
    SET_COLLEAGUES_ROLES = who(
        "Set the roles of a supplier's people",
        supplier=[Role.ADMINISTRATOR],
        staff=[StaffRole.STAFF_ADMINISTRATOR],
        everywhere=True,
        scopes=[Scope.WRITE_PEOPLE],
    )
    DEACTIVATE_COLLEAGUE = who(
        "End or restore somebody's access to a supplier",
        supplier=[Role.ADMINISTRATOR],
        staff=[StaffRole.STAFF_ADMINISTRATOR],
        everywhere=True,
        scopes=[Scope.WRITE_PEOPLE],
    )
    SET_STAFF_ROLES = who("Set the roles of the staff", staff=[StaffRole.STAFF_ADMINISTRATOR])
    DEACTIVATE_STAFF = who("Close or reopen an account of the staff", staff=[StaffRole.STAFF_ADMINISTRATOR])
    REQUIRE_FACTOR = who(
        "Require a second factor of a supplier's people",
        supplier=[Role.ADMINISTRATOR],
        staff=[StaffRole.STAFF_ADMINISTRATOR],
        everywhere=True,
    )
    REQUIRE_STAFF_FACTOR = who(
        "Require a second factor of the staff", staff=[StaffRole.STAFF_ADMINISTRATOR], everywhere=True
    )
    ACCEPT_INVITATION = who("Accept an invitation", systems=[DOOR])
    CHANGE_OWN_ACCOUNT = who("Change one's own name, language, time zone or address", systems=[DOOR])
    TELL_ACCOUNT_EVENT = who("Tell somebody what happened to his account", systems=[DOOR])
    SEND_DIGESTS = who("Send people the daily mail of what waits for them", systems=[REMINDERS])
    ISSUE_TOKEN = who("Issue an API token", staff=[StaffRole.STAFF_ADMINISTRATOR], systems=[SET_UP], everywhere=True)
