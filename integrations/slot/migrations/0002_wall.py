from django.db import migrations

from portal.shared.wall import walled


class Migration(migrations.Migration):
    dependencies = [("slot", "0001_initial")]

    operations = [
        migrations.RunSQL("create sequence slot_event_position", "drop sequence slot_event_position"),
        migrations.RunSQL(
            "grant usage on sequence slot_event_position to portal_supplier, portal_staff", migrations.RunSQL.noop
        ),
        walled("slot_event", supplier="insert", staff="select, insert"),
        walled("slot_tray", supplier="insert", staff="select, insert, update, delete"),
        walled(
            "slot_received",
            supplier="select, insert, update (done_at, result_type, result_id)",
            staff="select, insert, update (done_at, result_type, result_id)",
        ),
        walled("slot_exchange", supplier="", staff="select, insert"),
    ]
