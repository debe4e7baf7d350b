import django.db.models.deletion
from django.db import migrations, models

from portal.shared.identifiers import new_id
from portal.shared.ownership import SameOwner
from portal.shared.wall import walled


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0011_vendors")]

    operations = [
        migrations.AddField("supplier", "language", models.CharField("language", max_length=10, default="en")),
        migrations.AddField("supplier", "order_links", models.BooleanField("answers from the e-mail", default=True)),
        migrations.CreateModel(
            name="OrderLink",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("version", models.PositiveIntegerField(default=1)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="suppliers.purchaseorder",
                    ),
                ),
                (
                    "plant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.plant"
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.supplier"
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_order_link",
                "verbose_name": "link to an order",
                "constraints": [
                    SameOwner(field="order", name="order_link_place", also=["plant"]),
                    models.UniqueConstraint(fields=("order", "email"), name="order_link_once"),
                ],
            },
        ),
        # The buyer's business: who holds a link is known at the door, before anybody acts.
        walled("suppliers_order_link", supplier="", staff="select, insert, update"),
    ]
