from django.db import migrations

from portal.shared.wall import common, walled

ONCE = "insert, select"
KEEP = "insert, select, update"
MOVES = (
    "insert, select, update (arrives_on, carrier, dangerous_goods, delivery_note, departs_on, editable_until, faults,"
    " note, state, submitted_at, sync, tracking, version)"
)
# Whether one of his own items is blocked is all that a supplier's notice asks of the list; who said so, and why, is
# not his to read.
BLOCKED = "select (effective, id, item_id, plant_id, standing, supplier_id, version) on suppliers_approval"


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0027_shipments")]

    operations = [
        walled("suppliers_shipment", supplier=MOVES, staff=KEEP),
        walled("suppliers_shipment_draft", supplier=f"{KEEP}, delete", staff="delete, select"),
        walled("suppliers_shipment_version", supplier=ONCE, staff=ONCE),
        walled(
            "suppliers_shipment_order",
            supplier="insert, select, update (ended_at, sync, sync_note, sync_why)",
            staff=KEEP,
        ),
        walled("suppliers_handling_unit", supplier=ONCE, staff=ONCE),
        walled("suppliers_shipment_line", supplier=ONCE, staff=ONCE),
        walled("suppliers_number_series", supplier=KEEP, staff=KEEP),
        walled("suppliers_licence_plate", supplier=KEEP, staff=KEEP),
        walled("suppliers_receipt", supplier="select", staff=KEEP),
        common("suppliers_shelf_rule", supplier="select (days, item_id, plant_id, version)", staff=ONCE),
        migrations.RunSQL(
            [f"grant {BLOCKED} to portal_supplier", "grant select on suppliers_unit to portal_supplier"],
            [f"revoke {BLOCKED} from portal_supplier", "revoke select on suppliers_unit from portal_supplier"],
        ),
    ]
