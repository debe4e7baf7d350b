"""What needs somebody first has an index: the list sorted all shipments at every page."""

from django.db import migrations, models

RANK = models.Case(
    models.When(state="invalid", then=models.Value(0)),
    models.When(state="draft", then=models.Value(1)),
    models.When(state="submitted", then=models.Value(2)),
    models.When(state="in_transit", then=models.Value(3)),
    models.When(state="partly_received", then=models.Value(4)),
    default=models.Value(9),
    output_field=models.IntegerField(),
)


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0031_shelf_rules_end"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                models.F("supplier"),
                RANK,
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="shipment_supplier_needs",
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                RANK,
                models.OrderBy(models.F("created_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                name="shipment_staff_needs",
            ),
        ),
    ]
