import django.db.models.deletion
from django.db import migrations, models

from portal.shared.identifiers import new_id
from portal.shared.ownership import SameOwner
from portal.shared.wall import walled

CORRECTABLE = [("part_number", "Supplier's part number"), ("unit", "Unit")]
STATES = [
    ("waiting", "Waits for the buyer"),
    ("acknowledged", "Acknowledged"),
    ("refused", "Turned down"),
    ("withdrawn", "Withdrawn"),
]
KEY = ("id", models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False))
PROTECT, CASCADE = django.db.models.deletion.PROTECT, django.db.models.deletion.CASCADE
SUPPLIER = ("supplier", models.ForeignKey(on_delete=PROTECT, related_name="+", to="suppliers.supplier"))


def owned(to, name, **options):
    return models.ForeignKey(db_constraint=False, on_delete=CASCADE, related_name=name, to=to, **options)


# What was one text becomes the description of the item offered. Keys are checked at once: the column goes right after.
CARRY_OVER = """
insert into suppliers_substitute
    (id, supplier_id, answer_id, part_number, manufacturer, manufacturer_part_number, description)
select gen_random_uuid(), supplier_id, id, '', '', '', substitute from suppliers_answer_line where substitute <> '';
set constraints all immediate
"""
CARRY_BACK = """
update suppliers_answer_line
set substitute = left(coalesce(nullif(given.description, ''), given.part_number, given.manufacturer_part_number), 200)
from suppliers_substitute given where given.answer_id = suppliers_answer_line.id
"""


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0012_links"), ("documents", "0002_wall")]

    operations = [
        migrations.AddConstraint(
            model_name="answerline",
            constraint=models.UniqueConstraint(
                fields=("id", "supplier", "acknowledgement"), name="answer_acknowledgement_key"
            ),
        ),
        migrations.CreateModel(
            name="Substitute",
            fields=[
                KEY,
                SUPPLIER,
                (
                    "answer",
                    models.OneToOneField(
                        db_constraint=False, on_delete=CASCADE, related_name="substitute", to="suppliers.answerline"
                    ),
                ),
                ("part_number", models.CharField("supplier's part number", blank=True, max_length=100)),
                ("manufacturer", models.CharField("manufacturer", blank=True, max_length=200)),
                (
                    "manufacturer_part_number",
                    models.CharField("manufacturer's part number", blank=True, max_length=100),
                ),
                ("description", models.CharField("description", blank=True, max_length=300)),
            ],
            options={
                "db_table": "suppliers_substitute",
                "constraints": [
                    SameOwner(field="answer", name="substitute_owner"),
                    models.CheckConstraint(
                        condition=~models.Q(part_number="", manufacturer_part_number="", description=""),
                        name="substitute_named",
                    ),
                ],
            },
        ),
        walled("suppliers_substitute", supplier="select, insert", staff="select, insert"),
        migrations.RunSQL(CARRY_OVER, CARRY_BACK),
        migrations.RemoveField("answerline", "substitute"),
        migrations.CreateModel(
            name="Correction",
            fields=[
                KEY,
                SUPPLIER,
                ("answer", owned("suppliers.answerline", "corrections")),
                ("line", owned("suppliers.orderline", "corrections")),
                ("item", models.ForeignKey(on_delete=PROTECT, related_name="+", to="suppliers.item")),
                ("field", models.CharField(choices=CORRECTABLE, max_length=20)),
                ("ours", models.CharField("as the order says", blank=True, max_length=100)),
                ("theirs", models.CharField("as the supplier says", max_length=100)),
                ("factor", models.DecimalField("holds", decimal_places=6, max_digits=20, null=True)),
                ("state", models.CharField(choices=STATES, default="waiting", max_length=20)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("reason", models.TextField(blank=True)),
            ],
            options={
                "verbose_name": "correction",
                "db_table": "suppliers_correction",
                "constraints": [
                    SameOwner(field="line", name="correction_owner"),
                    SameOwner(field="answer", name="correction_of_its_line", also=["line"]),
                    models.UniqueConstraint(
                        fields=("answer", "field"), name="correction_once", deferrable=models.Deferrable.DEFERRED
                    ),
                    models.CheckConstraint(
                        condition=models.Q(field="unit", factor__gt=0)
                        | (~models.Q(field="unit") & models.Q(factor=None)),
                        name="correction_factor",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["line"], name="correction_waiting", condition=models.Q(state="waiting"))
                ],
            },
        ),
        # Whoever answers again withdraws what he had corrected; the rest is the buyer's.
        walled("suppliers_correction", supplier="select, insert, update (state)", staff="select, insert, update"),
        migrations.CreateModel(
            name="AnswerAttachment",
            fields=[
                KEY,
                SUPPLIER,
                ("acknowledgement", owned("suppliers.acknowledgement", "attachments")),
                ("answer", owned("suppliers.answerline", "attachments", null=True)),
                (
                    "file",
                    models.ForeignKey(
                        db_constraint=False, on_delete=PROTECT, related_name="+", to="documents.storedfile"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
            ],
            options={
                "db_table": "suppliers_answer_attachment",
                "constraints": [
                    SameOwner(field="acknowledgement", name="attachment_owner"),
                    SameOwner(field="answer", name="attachment_of_its_answer", also=["acknowledgement"]),
                    SameOwner(field="file", name="attachment_file_owner"),
                    models.UniqueConstraint(
                        fields=("acknowledgement", "answer", "file"), name="attachment_once", nulls_distinct=False
                    ),
                ],
            },
        ),
        walled("suppliers_answer_attachment", supplier="select, insert", staff="select, insert"),
    ]
