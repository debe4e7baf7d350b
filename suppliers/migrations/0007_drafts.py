import django.db.models.deletion
from django.db import migrations, models

from portal.shared.identifiers import new_id
from portal.shared.ownership import SameOwner
from portal.shared.wall import walled

EVERYTHING = "select, insert, update, delete"


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0006_go_live")]

    operations = [
        migrations.CreateModel(
            name="AnswerDraft",
            fields=[
                ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
                ("saved_at", models.DateTimeField()),
                ("typed", models.JSONField(default=dict)),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="drafts",
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
                "db_table": "suppliers_answer_draft",
                "constraints": [
                    SameOwner(field="order", name="draft_owner"),
                    models.UniqueConstraint(fields=("order", "actor_id"), name="draft_once"),
                ],
            },
        ),
        walled("suppliers_answer_draft", supplier=EVERYTHING, staff=EVERYTHING),
    ]
