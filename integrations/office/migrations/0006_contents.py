from django.db import migrations

# What orders say beside quantities, prices and dates was not read before: they are read again from the beginning.
READ_AGAIN = "delete from office_cursor where model in ('purchase.order', 'purchase.order.line')"


class Migration(migrations.Migration):
    dependencies = [("office", "0005_exceptions")]

    operations = [migrations.RunSQL(READ_AGAIN, migrations.RunSQL.noop)]
