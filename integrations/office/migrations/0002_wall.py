from django.db import migrations

from portal.shared.wall import common


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    # The post office is the buyer's: no supplier reads its tables.
    operations = [
        migrations.RunSQL("create sequence office_reading", "drop sequence office_reading"),
        migrations.RunSQL("grant usage on sequence office_reading to portal_staff", migrations.RunSQL.noop),
        common("office_connection", staff="select, insert, update"),
        common("office_cursor", staff="select, insert, update"),
        common("office_mapping", staff="select, insert, update, delete"),
        common("office_trouble", staff="select, insert, update"),
        common("office_delivery", staff="select, insert, update"),
    ]
