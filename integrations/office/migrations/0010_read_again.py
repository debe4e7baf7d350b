from django.db import migrations

# How items are received, and how large units are, was not read before: both are read again from the beginning.
READ_AGAIN = "delete from office_cursor where model in ('purchase.order', 'purchase.order.line', 'uom.uom')"


class Migration(migrations.Migration):
    dependencies = [("office", "0009_master_data")]

    operations = [migrations.RunSQL(READ_AGAIN, migrations.RunSQL.noop)]
