import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.shared.identifiers
from portal.shared.wall import common


class Migration(migrations.Migration):
    dependencies = [
        ("slot", "0003_not_sent"),
        ("suppliers", "0018_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="digest_days",
            field=models.JSONField(default=list, verbose_name="days of the daily mail"),
        ),
        migrations.AddField(
            model_name="user",
            name="digest_hour",
            field=models.PositiveSmallIntegerField(default=7, verbose_name="hour of the daily mail"),
        ),
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("day", models.DateField()),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="digests", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_digest",
            },
        ),
        migrations.CreateModel(
            name="DigestItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(max_length=40)),
                ("since", models.DateField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "digest",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="suppliers.digest",
                    ),
                ),
                (
                    "event",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="slot.event"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="suppliers.purchaseorder",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_digest_item",
            },
        ),
        migrations.CreateModel(
            name="MailWish",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(max_length=40)),
                (
                    "frequency",
                    models.CharField(
                        choices=[("at_once", "At once"), ("daily", "Once a day"), ("off", "Never")], max_length=10
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mail_wishes",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_mail_wish",
            },
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(fields=("user", "day"), name="digest_once_a_day"),
        ),
        migrations.AddIndex(
            model_name="digestitem",
            index=models.Index(condition=models.Q(("digest__isnull", True)), fields=["user"], name="digest_item_kept"),
        ),
        migrations.AddIndex(
            model_name="digestitem",
            index=models.Index(fields=["order", "user", "subject"], name="digest_item_order"),
        ),
        migrations.AddConstraint(
            model_name="digestitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("order__isnull", False)),
                fields=("digest", "subject", "order", "since"),
                name="digest_item_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="digestitem",
            constraint=models.UniqueConstraint(fields=("user", "event"), name="digest_letter_once"),
        ),
        migrations.AddConstraint(
            model_name="digestitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("order__isnull", True), ("event__isnull", True), _connector="XOR"),
                name="digest_item_about",
            ),
        ),
        migrations.AddConstraint(
            model_name="digestitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("order__isnull", True), ("digest__isnull", False), _connector="OR"),
                name="digest_reminder_is_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailwish",
            constraint=models.UniqueConstraint(fields=("user", "subject"), name="mail_wish_once"),
        ),
        common("suppliers_mail_wish", staff="select, insert, update, delete"),
        common("suppliers_digest", staff="select, insert"),
        common("suppliers_digest_item", staff="select, insert, update, delete"),
    ]
