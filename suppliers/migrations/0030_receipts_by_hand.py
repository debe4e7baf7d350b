"""Which notice a receipt belongs to is read off what Odoo says; nobody ever said it by hand."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0029_shipment_prints")]

    operations = [migrations.RemoveField(model_name="receipt", name="assigned_by")]
