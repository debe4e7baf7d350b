from django.db import migrations

from portal.shared.wall import common


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    # The post office is the buyer's: no supplier reads its tables.
    operations = [
        common("office_connection", staff="select, insert, update"),
        common("office_cursor", staff="select, insert, update"),
        common("office_mapping", staff="select, insert, update, delete"),
        common("office_trouble", staff="select, insert, update"),
        common("office_delivery", staff="select, insert, update"),
    ]
