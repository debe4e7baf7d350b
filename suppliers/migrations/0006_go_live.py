import django.db.models.deletion
from django.db import migrations, models

import portal.shared.identifiers
from portal.shared.wall import walled


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0005_on_behalf")]

    operations = [
        migrations.AddField(
            model_name="purchaseorder",
            name="imported",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="live_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="mode",
            field=models.CharField(
                choices=[("off", "Off"), ("observe", "Trial"), ("on", "Live")], default="off", max_length=10
            ),
        ),
        migrations.AlterField(
            model_name="commitment",
            name="decision",
            field=models.CharField(
                choices=[("approved", "Approve"), ("declined", "Decline"), ("imported", "Imported at go-live")],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="sync",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "—"),
                    ("waiting", "On its way to Odoo"),
                    ("in_odoo", "In Odoo"),
                    ("conflict", "Conflict"),
                    ("needs_person", "Needs a person"),
                    ("observed", "Trial: not written"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Activation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                (
                    "mode",
                    models.CharField(choices=[("off", "Off"), ("observe", "Trial"), ("on", "Live")], max_length=10),
                ),
                ("cut_over", models.DateTimeField(verbose_name="cut-over")),
                ("at", models.DateTimeField()),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
                (
                    "plant",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="suppliers.plant"
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_activation",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("supplier", "plant", "version"), name="activation_version", nulls_distinct=False
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supplier__isnull", True), ("plant__isnull", False), _connector="OR"),
                        name="activation_scope",
                    ),
                ],
            },
        ),
        walled("suppliers_activation", supplier="", staff="select, insert"),
        # What is there already has been live; later orders go by the waves.
        migrations.RunSQL(
            [
                "update suppliers_purchase_order set mode = 'on', live_at = released_at",
                "insert into suppliers_activation (id, version, mode, cut_over, at, actor_kind, actor_id, actor_name)"
                " select gen_random_uuid(), 1, 'on', '2000-01-01', now(), 'system', 'system:set-up', 'Set up'"
                " where exists (select 1 from suppliers_purchase_order)",
            ],
            migrations.RunSQL.noop,
        ),
    ]
