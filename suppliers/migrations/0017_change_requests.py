import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from portal.shared.identifiers import new_id
from portal.shared.ownership import SameOwner
from portal.shared.wall import walled

REASONS = [
    ("capacity", "Capacity"),
    ("material", "Material shortage"),
    ("quality", "Quality problem"),
    ("transport", "Transport"),
    ("drawing", "Drawing or specification unclear"),
    ("price", "Price not agreed"),
    ("discontinued", "Item discontinued"),
    ("holiday", "Plant holiday"),
    ("demand", "Demand moved"),
    ("design", "Design change"),
    ("other", "Other"),
]
SIDES = [("supplier", "Supplier"), ("buyer", "Buyer")]
STATES = [
    ("submitted", "Submitted"),
    ("countered", "Countered"),
    ("accepted", "Accepted"),
    ("declined", "Declined"),
    ("withdrawn", "Withdrawn"),
    ("overtaken", "Overtaken"),
]
ENDS = ("accepted", "declined", "withdrawn", "overtaken")
SOURCES = [("phone", "By phone"), ("email", "By e-mail"), ("paper", "On paper or by fax"), ("meeting", "In a meeting")]


def key() -> models.UUIDField:
    return models.UUIDField(default=new_id, editable=False, primary_key=True, serialize=False)


def owner() -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.supplier")


def part_of(model: str, name: str) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name=name, to=f"suppliers.{model}"
    )


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0016_paper")]

    operations = [
        migrations.AlterField("answerline", "reason", models.CharField(blank=True, choices=REASONS, max_length=20)),
        migrations.AddConstraint(
            "orderline", models.UniqueConstraint(fields=("id", "supplier", "order"), name="line_order_key")
        ),
        # A supplier who takes what the buyer asks for changes what is ordered.
        migrations.RunSQL(
            "grant update (quantity, price, requested_date) on suppliers_order_line to portal_supplier",
            "revoke update (quantity, price, requested_date) on suppliers_order_line from portal_supplier",
        ),
        migrations.CreateModel(
            name="ChangeRequest",
            fields=[
                ("id", key()),
                ("number", models.PositiveIntegerField("change request")),
                ("side", models.CharField("asked by", choices=SIDES, max_length=10)),
                ("state", models.CharField(choices=STATES, default="submitted", max_length=20)),
                ("waits_for", models.CharField("waiting for", blank=True, choices=SIDES, max_length=10)),
                ("revision", models.PositiveIntegerField()),
                ("opened_at", models.DateTimeField("asked")),
                ("moved_at", models.DateTimeField("last word")),
                ("closing", models.TextField(blank=True)),
                (
                    "answer",
                    models.OneToOneField(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="change",
                        to="suppliers.answerline",
                    ),
                ),
                ("line", part_of("orderline", "changes")),
                ("order", part_of("purchaseorder", "changes")),
                (
                    "plant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.plant"
                    ),
                ),
                ("supplier", owner()),
            ],
            options={
                "verbose_name": "change request",
                "db_table": "suppliers_change_request",
                "constraints": [
                    SameOwner(field="order", name="change_place", also=["plant"]),
                    SameOwner(field="line", name="change_line_place", also=["order"]),
                    SameOwner(field="answer", name="change_answer", also=["line"]),
                    models.UniqueConstraint(fields=("id", "supplier"), name="change_owner_key"),
                    models.UniqueConstraint(fields=("order", "number"), name="change_number"),
                    models.UniqueConstraint(fields=("line",), condition=~Q(waits_for=""), name="change_one_open"),
                    models.CheckConstraint(
                        condition=Q(state__in=ENDS, waits_for="")
                        | (~Q(state__in=ENDS) & Q(waits_for__in=["supplier", "buyer"])),
                        name="change_waits_while_open",
                    ),
                    models.CheckConstraint(
                        condition=Q(state="accepted", answer__isnull=False)
                        | (~Q(state="accepted") & Q(answer__isnull=True)),
                        name="change_accepted_binds",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["waits_for", "moved_at", "id"], name="change_queue"),
                    models.Index(fields=["supplier", "-moved_at", "-id"], name="change_supplier_list"),
                    models.Index(fields=["-moved_at", "-id"], name="change_staff_list"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChangeOffer",
            fields=[
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
                ("source", models.CharField("how the supplier told us", blank=True, choices=SOURCES, max_length=20)),
                ("source_note", models.CharField("who, and what there is to find again", blank=True, max_length=200)),
                ("id", key()),
                ("number", models.PositiveIntegerField()),
                ("side", models.CharField(choices=SIDES, max_length=10)),
                ("at", models.DateTimeField()),
                ("cancels", models.BooleanField(default=False)),
                ("price", models.DecimalField("proposed price", decimal_places=6, max_digits=20, null=True)),
                ("reason", models.CharField(choices=REASONS, max_length=20)),
                ("comment", models.TextField(blank=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[("within", "Accepted at once"), ("outside", "Goes to the buyer")], max_length=10
                    ),
                ),
                ("findings", models.JSONField(default=list)),
                (
                    "policy",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="suppliers.tolerancepolicy",
                    ),
                ),
                ("request", part_of("changerequest", "offers")),
                ("supplier", owner()),
            ],
            options={
                "db_table": "suppliers_change_offer",
                "constraints": [
                    SameOwner(field="request", name="offer_owner"),
                    models.UniqueConstraint(fields=("id", "supplier"), name="offer_owner_key"),
                    models.UniqueConstraint(fields=("request", "number"), name="offer_number"),
                    models.CheckConstraint(
                        condition=Q(actor_kind="machine", source="")
                        | Q(Q(side="supplier", actor_kind="staff"), ~Q(source=""))
                        | Q(Q(side="buyer") | ~Q(actor_kind="staff"), source=""),
                        name="offer_source",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OfferedDelivery",
            fields=[
                ("id", key()),
                ("position", models.PositiveIntegerField()),
                ("quantity", models.DecimalField("quantity", decimal_places=6, max_digits=20)),
                ("date", models.DateField("date")),
                ("basis", models.CharField(choices=[("ship", "Hand-over"), ("arrival", "Arrival")], max_length=10)),
                ("arrival_date", models.DateField("arrival")),
                ("offer", part_of("changeoffer", "deliveries")),
                ("supplier", owner()),
            ],
            options={
                "db_table": "suppliers_offered_delivery",
                "constraints": [
                    SameOwner(field="offer", name="offered_owner"),
                    models.UniqueConstraint(fields=("offer", "position"), name="offered_position"),
                    models.CheckConstraint(condition=Q(quantity__gt=0), name="offered_positive"),
                ],
            },
        ),
        walled(
            "suppliers_change_request",
            supplier="select, insert, update (state, waits_for, moved_at, closing, answer_id)",
            staff="select, insert, update",
        ),
        walled("suppliers_change_offer", supplier="select, insert", staff="select, insert"),
        walled("suppliers_offered_delivery", supplier="select, insert", staff="select, insert"),
    ]
