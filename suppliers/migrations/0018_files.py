import django.db.models.deletion
from django.db import migrations, models

import portal.shared.identifiers
import portal.shared.ownership
from portal.shared.wall import walled


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_wall"),
        ("suppliers", "0017_change_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="OrderFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("item_code", models.CharField(blank=True, max_length=100)),
                ("version", models.PositiveIntegerField()),
                ("ref", models.CharField(max_length=40)),
                ("checksum", models.CharField(max_length=40)),
                ("size", models.PositiveBigIntegerField()),
                ("stated_at", models.DateTimeField()),
                ("replaced_at", models.DateTimeField(null=True)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                ("refusal", models.CharField(blank=True, max_length=40)),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="documents.storedfile",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.item"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="suppliers.purchaseorder",
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
                "db_table": "suppliers_order_file",
                "indexes": [
                    models.Index(fields=["supplier", "checksum"], name="order_file_checksum"),
                    models.Index(fields=["file"], name="order_file_file"),
                ],
                "constraints": [
                    portal.shared.ownership.SameOwner(field="order", name="order_file_owner"),
                    portal.shared.ownership.SameOwner(field="file", name="order_file_bytes"),
                    models.UniqueConstraint(
                        fields=("order", "item", "name", "version"), name="order_file_version", nulls_distinct=False
                    ),
                ],
            },
        ),
        walled("suppliers_order_file", supplier="select", staff="select, insert, update"),
    ]
