import django.db.models.deletion
from django.db import migrations, models

import portal.shared.identifiers
from portal.shared.wall import walled


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0014_contents")]

    operations = [
        migrations.AddField(
            "supplier",
            "currency",
            models.CharField(blank=True, default="", max_length=3, verbose_name="currency"),
            preserve_default=False,
        ),
        migrations.AddField("supplier", "contacts", models.JSONField(default=list, verbose_name="contacts")),
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "standing",
                    models.CharField(
                        choices=[("approved", "Approved"), ("probation", "On probation"), ("blocked", "Blocked")],
                        max_length=20,
                        verbose_name="standing",
                    ),
                ),
                ("effective", models.DateField(verbose_name="effective from")),
                ("reason", models.TextField(verbose_name="reason")),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.item"
                    ),
                ),
                (
                    "plant",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.plant"
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
                "db_table": "suppliers_approval",
                "indexes": [
                    models.Index(fields=["item", "plant"], name="approval_item"),
                    models.Index(fields=["-at", "-id"], name="approval_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supplier", "item", "plant", "version"), name="approval_version", nulls_distinct=False
                    )
                ],
            },
        ),
        # The buyer's own judgement: no supplier reads it.
        walled("suppliers_approval", supplier="", staff="select, insert"),
    ]
