from django.db import migrations

from portal.shared.wall import common, walled

EVERYTHING = "select, insert, update, delete"


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0001_initial"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        # Who signs in is read and written outside every unit of work; no supplier's role sees a password hash.
        common("suppliers_user", app="select, insert, update", staff="select, insert, update"),
        common("suppliers_membership", app="select", staff=EVERYTHING),
        common("suppliers_posting", app="select", staff=EVERYTHING),
        common("suppliers_api_token", app="select", staff="select, insert, update"),
        common("django_session", app=EVERYTHING),
        common("account_emailaddress", app=EVERYTHING),
        common("account_emailconfirmation", app=EVERYTHING),
        common("mfa_authenticator", app=EVERYTHING),
        # The buyer's own tables.
        common("suppliers_group", staff="select, insert, update"),
        common("suppliers_plant", supplier="select", staff="select, insert, update"),
        common("suppliers_unit", staff="select, insert, update"),
        common("suppliers_item", staff="select, insert, update"),
        # What belongs to a supplier. A supplier's own acts touch only the columns named.
        walled("suppliers_supplier", column="id", supplier="select", staff="select, insert, update"),
        walled("suppliers_transit_time", supplier="select", staff=EVERYTHING),
        walled("suppliers_tolerance_policy", supplier="select", staff="select, insert", common_rows=True),
        walled(
            "suppliers_purchase_order",
            supplier="select, update (state, viewed_at, supplier_reference, next_date, waiting_lines, pending_lines, conflict_lines)",
            staff="select, insert, update",
        ),
        walled("suppliers_order_revision", supplier="select", staff="select, insert"),
        walled(
            "suppliers_order_line",
            supplier="select, update (state, sync, sync_note, first_date, promised_date, promised_quantity)",
            staff="select, insert, update",
        ),
        walled(
            "suppliers_schedule_line",
            supplier="select, insert, update (agreed_quantity, agreed_price, agreed_date)",
            staff="select, insert, update",
        ),
        walled("suppliers_acknowledgement", supplier="select, insert", staff="select, insert"),
        walled("suppliers_answer_line", supplier="select, insert", staff="select, insert"),
        walled("suppliers_promise", supplier="select, insert", staff="select, insert"),
        walled("suppliers_commitment", supplier="select, insert", staff="select, insert"),
    ]
