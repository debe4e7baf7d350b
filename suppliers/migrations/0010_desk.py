import datetime

import django.db.models.deletion
from django.db import migrations, models

import portal.shared.identifiers
import portal.shared.ownership
from portal.shared.wall import common, walled


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0009_content"),
    ]

    operations = [
        migrations.CreateModel(
            name="DateMove",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("before", models.DateField(verbose_name="promised")),
                ("after", models.DateField(verbose_name="moved to")),
                ("first_before", models.DateField(null=True)),
                (
                    "cause",
                    models.CharField(
                        choices=[("supplier", "Supplier"), ("buyer", "Buyer")], default="buyer", max_length=20
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("stated_at", models.DateTimeField(null=True)),
                ("actor_id", models.CharField(blank=True, max_length=80)),
                ("actor_name", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "date move",
                "db_table": "suppliers_date_move",
            },
        ),
        migrations.CreateModel(
            name="DecisionBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(choices=[("approved", "Approve"), ("declined", "Decline")], max_length=20),
                ),
                ("reason", models.TextField(blank=True)),
                ("results", models.JSONField(default=list)),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "batch of decisions",
                "db_table": "suppliers_decision_batch",
            },
        ),
        migrations.AddField(
            model_name="answerline",
            name="always_buyer",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="answerline",
            name="days_early",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="answerline",
            name="days_late",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="answerline",
            name="price_by",
            field=models.DecimalField(decimal_places=6, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="answerline",
            name="quantity_by",
            field=models.DecimalField(decimal_places=6, max_digits=12, null=True),
        ),
        migrations.AddField(
            model_name="tolerancepolicy",
            name="valid_from",
            field=models.DateField(default=datetime.date(2000, 1, 1), verbose_name="in force from"),
        ),
        migrations.AddIndex(
            model_name="acknowledgement",
            index=models.Index(fields=["at"], name="acknowledgement_at"),
        ),
        migrations.AddIndex(
            model_name="orderline",
            index=models.Index(
                condition=models.Q(("promised_date__isnull", False)),
                fields=["supplier", "first_date"],
                include=("promised_date", "plant", "order"),
                name="line_promises",
            ),
        ),
        migrations.AddField(
            model_name="datemove",
            name="line",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="moves",
                to="suppliers.orderline",
            ),
        ),
        migrations.AddField(
            model_name="datemove",
            name="plant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.plant"
            ),
        ),
        migrations.AddField(
            model_name="datemove",
            name="supplier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.supplier"
            ),
        ),
        migrations.AddIndex(
            model_name="datemove",
            index=models.Index(
                condition=models.Q(("stated_at__isnull", True)), fields=["-at", "-id"], name="date_move_unstated"
            ),
        ),
        migrations.AddConstraint(
            model_name="datemove",
            constraint=portal.shared.ownership.SameOwner(field="line", name="date_move_owner"),
        ),
        migrations.AddConstraint(
            model_name="datemove",
            constraint=models.UniqueConstraint(fields=("line", "revision"), name="date_move_once"),
        ),
        walled("suppliers_date_move", supplier="select", staff="select, insert, update"),
        common("suppliers_decision_batch", staff="select, insert"),
    ]
