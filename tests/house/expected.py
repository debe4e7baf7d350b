"""What the house is meant to look like. A new table or exception is entered here, with its reason, by a person."""

from __future__ import annotations

# Tables without row-level security, and why that leaks nothing between suppliers.
COMMON = {
    # Who a request is must be known before it can say so to the database.
    "suppliers_user": "people sign in outside every unit of work; a supplier's role reads no more than it is granted",
    "suppliers_posting": "read while signing in, before anybody acts; names no supplier",
    "suppliers_api_token": "read while a machine client signs in; keeps a hash only",
    "suppliers_staff_rules": "what holds for all staff; no supplier reads it",
    "suppliers_address_proof": "written and read at the door alone; no supplier reads it",
    "suppliers_mail_wish": "written and read at the door and by the post office; no supplier reads it",
    "suppliers_digest": "the post office's; no supplier reads it",
    "suppliers_digest_item": "the post office's; no supplier reads it",
    "portal_cache": "counts of attempts to sign in, kept outside every unit of work",
    "usersessions_usersession": "allauth's account pages run outside every unit of work",
    "socialaccount_socialaccount": "allauth's account pages run outside every unit of work",
    "socialaccount_socialapp": "allauth's; empty, as the settings name the one there may be",
    "socialaccount_socialtoken": "allauth's; empty, as tokens are not kept",
    "django_session": "sessions are read and written outside every unit of work",
    "account_emailaddress": "allauth's account pages run outside every unit of work",
    "account_emailconfirmation": "allauth's account pages run outside every unit of work",
    "mfa_authenticator": "allauth's account pages run outside every unit of work",
    # The buyer's own.
    "suppliers_branding": "name and colours that stand on every paper a supplier is given",
    "suppliers_group": "the buyer's; no supplier reads it",
    "suppliers_plant": "the buyer's sites: names and calendars that every supplier delivers by",
    "suppliers_decision_batch": "the buyer's; no supplier reads it",
    "suppliers_invitation_batch": "the buyer's; no supplier reads it",
    "suppliers_unit": "names and sizes of units, by which suppliers say what they ship",
    "suppliers_shelf_rule": "how many days lots must keep: of items by key alone, to be held to before shipping",
    "suppliers_item": "the buyer's; suppliers see items as words on their orders",
    "office_connection": "the post office is the buyer's; no supplier reads it",
    "office_cursor": "the post office is the buyer's; no supplier reads it",
    "office_mapping": "the post office is the buyer's; no supplier reads it",
    "office_awaited": "the post office is the buyer's; no supplier reads it",
    "office_trouble": "the post office is the buyer's; no supplier reads it",
    "office_exception": "a view over the post office's tables, with the rights of whoever asks",
    "office_delivery": "the post office is the buyer's; no supplier reads it",
    # Django's own, granted to nobody.
    "auth_group": "Django's; unused, granted to nobody",
    "auth_group_permissions": "Django's; unused, granted to nobody",
    "auth_permission": "Django's; unused, granted to nobody",
    "django_content_type": "Django's; unused, granted to nobody",
    "django_migrations": "the owner's; granted to nobody",
}

# Owned tables that are not the whole of a supplier's rows: a row without a supplier is the buyer's or everybody's.
MAY_LACK_OWNER = {
    "documents_stored_file": "files of the buyer's own, which no supplier reads",
    "suppliers_invitation": "invitations to the staff",
    "portal_audit_entry": "acts of the buyer about nobody in particular",
    "portal_state_change": "objects of the buyer's own",
    "slot_event": "events of the buyer's own",
    "slot_tray": "events of the buyer's own",
    "slot_received": "messages of the buyer's own clients",
    "slot_exchange": "exchanges about no supplier: reading items, units, plants",
    "suppliers_activation": "waves for a plant or everybody; no supplier reads them",
    "suppliers_tolerance_policy": "policies for a group, a plant or everybody; readable to all",
}

# Walled tables that are read whole before anybody acts, and why.
READ_AT_THE_DOOR = {"suppliers_membership": "for whom somebody may act is what a unit of work begins with"}

# Keys between owned tables that no composite constraint holds to one owner, and why that is enough.
LOOSE_KEYS = {
    "slot.Tray.event": "written in the same two statements as its event; no supplier reads either",
    "suppliers.AnswerLine.policy": "the policy is the buyer's, and mostly nobody's in particular",
    "suppliers.ChangeOffer.policy": "the policy is the buyer's, and mostly nobody's in particular",
}

EVERYTHING = "delete, insert, select, update"
KEEP = "insert, select, update"

# Table or sequence -> what portal_supplier, portal_staff and portal_app may do; anything else is a hole or a fault.
PRIVILEGES: dict[str, tuple[str, str, str]] = {
    "suppliers_user": ("select (id, is_active, sessions_ended), update (sessions_ended)", KEEP, KEEP),
    "suppliers_membership": ("delete, insert, select, update (ended_at)", EVERYTHING, "select"),
    "suppliers_invitation": ("insert, select, update (expires_at, revoked_at, sent_at, version)", KEEP, ""),
    "suppliers_address_proof": ("", KEEP, ""),
    "suppliers_mail_wish": ("", EVERYTHING, ""),
    "suppliers_digest": ("", "insert, select", ""),
    "suppliers_digest_item": ("", EVERYTHING, ""),
    "suppliers_staff_rules": ("", "select, update", "select"),
    "suppliers_posting": ("", EVERYTHING, "select"),
    "suppliers_api_token": ("", KEEP, "select"),
    "django_session": ("", "", EVERYTHING),
    "portal_cache": ("", "", EVERYTHING),
    "account_emailaddress": ("", "delete, select", EVERYTHING),
    "account_emailconfirmation": ("", "delete, select", EVERYTHING),
    "mfa_authenticator": ("", "", EVERYTHING),
    "usersessions_usersession": ("", "", EVERYTHING),
    "socialaccount_socialaccount": ("", "", EVERYTHING),
    "socialaccount_socialapp": ("", "", "select"),
    "socialaccount_socialtoken": ("", "", "select"),
    "suppliers_branding": ("select", "select, update", ""),
    "suppliers_order_print": ("insert, select", KEEP, ""),
    "suppliers_sheet_upload": (
        "insert, select, update (outcomes, sender_id, sender_kind, sent_at, state, total, wanted, whole)",
        KEEP,
        "",
    ),
    "suppliers_group": ("", KEEP, ""),
    "suppliers_plant": ("select", KEEP, ""),
    "suppliers_unit": ("select", KEEP, ""),
    "suppliers_shelf_rule": ("select (days, item_id, plant_id, version)", "insert, select", ""),
    "suppliers_shipment": (
        "insert, select, update (arrives_on, carrier, dangerous_goods, delivery_note, departs_on, editable_until,"
        " faults, note, state, submitted_at, sync, tracking, version)",
        KEEP,
        "",
    ),
    "suppliers_shipment_draft": (EVERYTHING, "delete, select", ""),
    "suppliers_shipment_version": ("insert, select", "insert, select", ""),
    "suppliers_shipment_order": ("insert, select, update (ended_at, sync, sync_note, sync_why)", KEEP, ""),
    "suppliers_handling_unit": ("insert, select", "insert, select", ""),
    "suppliers_shipment_line": ("insert, select", "insert, select", ""),
    "suppliers_number_series": (KEEP, KEEP, ""),
    "suppliers_licence_plate": (KEEP, KEEP, ""),
    "suppliers_receipt": ("select", KEEP, ""),
    "suppliers_item": ("", KEEP, ""),
    "suppliers_supplier": ("select, update (factor_from)", KEEP, "select (active, factor_from, id, name)"),
    "suppliers_supplier_item": ("select", KEEP, ""),
    "suppliers_price_term": ("select", KEEP, ""),
    "suppliers_master_request": ("insert, select, update (closing, decided_by, moved_at, state)", KEEP, ""),
    "suppliers_order_link": ("", KEEP, ""),
    "suppliers_transit_time": ("select", EVERYTHING, ""),
    "suppliers_activation": ("", "insert, select", ""),
    "suppliers_approval": (
        "select (effective, id, item_id, plant_id, standing, supplier_id, version)",
        "insert, select",
        "",
    ),
    "suppliers_answer_draft": (EVERYTHING, EVERYTHING, ""),
    "suppliers_tolerance_policy": ("select", "insert, select", ""),
    "suppliers_date_move": ("select", KEEP, ""),
    "suppliers_decision_batch": ("", "insert, select", ""),
    "suppliers_invitation_batch": ("", "insert, select", ""),
    "suppliers_purchase_order": (
        "select, update (conflict_lines, next_date, pending_lines, state, supplier_reference, viewed_at,"
        " waiting_lines)",
        KEEP,
        "",
    ),
    "suppliers_order_file": ("select", KEEP, ""),
    "suppliers_order_revision": ("select", "insert, select", ""),
    "suppliers_order_line": (
        "select, update (first_date, price, promised_date, promised_quantity, quantity, requested_date, state, sync,"
        " sync_note, sync_why)",
        KEEP,
        "",
    ),
    "suppliers_schedule_line": ("insert, select, update (agreed_date, agreed_price, agreed_quantity)", KEEP, ""),
    "suppliers_acknowledgement": ("insert, select", "insert, select", ""),
    "suppliers_answer_line": ("insert, select", "insert, select", ""),
    "suppliers_substitute": ("insert, select", "insert, select", ""),
    "suppliers_correction": ("insert, select, update (state)", KEEP, ""),
    "suppliers_answer_attachment": ("insert, select", "insert, select", ""),
    "suppliers_order_comment": ("insert, select", "insert, select", ""),
    "suppliers_comment_attachment": ("insert, select", "insert, select", ""),
    "suppliers_comment_reading": (KEEP, KEEP, ""),
    "suppliers_promise": ("insert, select", "insert, select", ""),
    "suppliers_commitment": ("insert, select", "insert, select", ""),
    "suppliers_change_request": (
        "insert, select, update (answer_id, closing, moved_at, state, waits_for)",
        KEEP,
        "",
    ),
    "suppliers_change_offer": ("insert, select", "insert, select", ""),
    "suppliers_offered_delivery": ("insert, select", "insert, select", ""),
    "documents_stored_file": ("insert, select", KEEP, ""),
    "slot_event": ("insert", "insert, select", ""),
    "slot_event_position": ("usage", "usage", ""),
    "slot_tray": ("insert", EVERYTHING, ""),
    "slot_received": (
        "insert, select, update (done_at, result_id, result_type)",
        "insert, select, update (done_at, result_id, result_type)",
        "",
    ),
    "slot_exchange": ("", "insert, select", ""),
    "portal_audit_entry": ("insert", "insert, select", ""),
    "portal_state_change": ("insert, select", "insert, select", ""),
    "office_connection": ("", KEEP, ""),
    "office_cursor": ("", KEEP, ""),
    "office_mapping": ("", EVERYTHING, ""),
    "office_awaited": ("", "delete, insert, select", ""),
    "office_trouble": ("", KEEP, ""),
    "office_exception": ("", "select", ""),
    "office_delivery": ("", KEEP, ""),
    "office_reading": ("", "usage", ""),
}

# Nobody may change or delete a row, not even the role that owns the table.
APPEND_ONLY = {"portal_audit_entry", "portal_state_change", "slot_event", "slot_exchange"}
# No role of the application may change or delete a row.
WRITTEN_ONCE = APPEND_ONLY | {
    "suppliers_approval",
    "suppliers_shelf_rule",
    "suppliers_shipment_version",
    "suppliers_handling_unit",
    "suppliers_shipment_line",
    "suppliers_activation",
    "suppliers_tolerance_policy",
    "suppliers_order_revision",
    "suppliers_acknowledgement",
    "suppliers_answer_line",
    "suppliers_promise",
    "suppliers_substitute",
    "suppliers_answer_attachment",
    "suppliers_order_comment",
    "suppliers_comment_attachment",
    "suppliers_commitment",
    "suppliers_change_offer",
    "suppliers_offered_delivery",
    "suppliers_decision_batch",
    "suppliers_invitation_batch",
}
