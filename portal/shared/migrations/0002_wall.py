from django.db import migrations

from portal.shared.wall import walled


class Migration(migrations.Migration):
    dependencies = [("portal_shared", "0001_initial")]

    operations = [
        walled("portal_audit_entry", supplier="insert", staff="select, insert"),
        walled("portal_state_change", supplier="select, insert", staff="select, insert"),
    ]
