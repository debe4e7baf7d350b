import django.db.models.deletion
from django.db import migrations, models

from portal.shared.identifiers import new_id
from portal.shared.ownership import SameOwner
from portal.shared.wall import walled

KEY = ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False))
PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE
SUPPLIER = ("supplier", models.ForeignKey(on_delete=PROTECT, related_name="+", to="suppliers.supplier"))


def owned(to, name, **options):
    return models.ForeignKey(db_constraint=False, on_delete=CASCADE, related_name=name, to=to, **options)


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0019_reminders"), ("documents", "0002_wall")]

    operations = [
        migrations.CreateModel(
            name="OrderComment",
            fields=[
                KEY,
                SUPPLIER,
                ("order", owned("suppliers.purchaseorder", "comments")),
                ("line", owned("suppliers.orderline", "comments", null=True)),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("side", models.CharField(choices=[("supplier", "Supplier"), ("buyer", "Buyer")], max_length=10)),
                ("text", models.TextField("comment")),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
            ],
            options={
                "verbose_name": "comment",
                "db_table": "suppliers_order_comment",
                "constraints": [
                    SameOwner(field="order", name="comment_owner"),
                    SameOwner(field="line", name="comment_line_owner"),
                    models.UniqueConstraint(fields=("id", "supplier"), name="comment_owner_key"),
                    models.UniqueConstraint(fields=("order", "number"), name="comment_number"),
                ],
            },
        ),
        walled("suppliers_order_comment", supplier="select, insert", staff="select, insert"),
        migrations.CreateModel(
            name="CommentAttachment",
            fields=[
                KEY,
                SUPPLIER,
                ("comment", owned("suppliers.ordercomment", "attachments")),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False, on_delete=PROTECT, related_name="+", to="documents.storedfile"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "suppliers_comment_attachment",
                "constraints": [
                    SameOwner(field="comment", name="comment_attachment_owner"),
                    SameOwner(field="file", name="comment_file_owner"),
                    models.UniqueConstraint(fields=("comment", "file"), name="comment_attachment_once"),
                ],
            },
        ),
        walled("suppliers_comment_attachment", supplier="select, insert", staff="select, insert"),
        migrations.CreateModel(
            name="CommentReading",
            fields=[
                KEY,
                SUPPLIER,
                ("order", owned("suppliers.purchaseorder", "readings")),
                ("actor_id", models.CharField(max_length=80)),
                ("read_up_to", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "suppliers_comment_reading",
                "constraints": [
                    SameOwner(field="order", name="reading_owner"),
                    models.UniqueConstraint(fields=("order", "actor_id"), name="reading_once"),
                ],
            },
        ),
        walled("suppliers_comment_reading", supplier="select, insert, update", staff="select, insert, update"),
    ]
