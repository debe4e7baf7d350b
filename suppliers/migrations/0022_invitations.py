import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import portal.shared.identifiers
from portal.shared.wall import common


class Migration(migrations.Migration):
    dependencies = [
        ("slot", "0003_not_sent"),
        ("suppliers", "0021_master_data"),
    ]

    operations = [
        migrations.CreateModel(
            name="InvitationBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("results", models.JSONField(default=list)),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "batch of invitations",
                "db_table": "suppliers_invitation_batch",
            },
        ),
        migrations.AddField(
            model_name="digest",
            name="address",
            field=models.EmailField(blank=True, max_length=254),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="unannounced",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="announced_in",
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name="digest",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="digests",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="digestitem",
            name="user",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="purchaseorder",
            index=models.Index(
                condition=models.Q(("unannounced", True)), fields=["supplier"], name="order_unannounced"
            ),
        ),
        migrations.AddIndex(
            model_name="purchaseorder",
            index=models.Index(
                condition=models.Q(("announced_in__isnull", False)), fields=["announced_in"], name="order_announced_in"
            ),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("user__isnull", True)), fields=("address", "day"), name="digest_once_an_address"
            ),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.CheckConstraint(
                condition=models.Q(("user__isnull", True), ("address", ""), _connector="XOR"), name="digest_of_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="digestitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("user__isnull", False), ("order__isnull", False), _connector="OR"),
                name="digest_letter_is_a_persons",
            ),
        ),
        common("suppliers_invitation_batch", staff="select, insert"),
    ]
