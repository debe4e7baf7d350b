from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import portal.shared.identifiers
import portal.shared.ownership
from portal.shared.wall import walled


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0020_comments"),
    ]

    operations = [
        migrations.AddField(
            model_name="supplier",
            name="payment_terms",
            field=models.CharField(blank=True, max_length=200, verbose_name="payment terms"),
        ),
        migrations.CreateModel(
            name="PriceTerm",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("item_code", models.CharField(blank=True, max_length=100, verbose_name="item number")),
                ("item_name", models.CharField(max_length=300, verbose_name="item")),
                ("every_variant", models.BooleanField(default=False)),
                ("unit_name", models.CharField(blank=True, max_length=60, verbose_name="unit")),
                ("code", models.CharField(blank=True, max_length=100, verbose_name="supplier's part number")),
                ("name", models.CharField(blank=True, max_length=300, verbose_name="supplier's name for it")),
                ("lead_time", models.IntegerField(verbose_name="lead time")),
                ("min_quantity", models.DecimalField(decimal_places=6, max_digits=20, verbose_name="minimum quantity")),
                ("price", models.DecimalField(decimal_places=6, max_digits=20, verbose_name="price")),
                (
                    "discount",
                    models.DecimalField(
                        decimal_places=4, default=Decimal("0"), max_digits=9, verbose_name="discount, %"
                    ),
                ),
                ("currency", models.CharField(blank=True, max_length=3, verbose_name="currency")),
                ("valid_from", models.DateField(null=True, verbose_name="valid from")),
                ("valid_until", models.DateField(null=True, verbose_name="valid until")),
                ("company", models.CharField(blank=True, max_length=200, verbose_name="company")),
                ("gone", models.BooleanField(default=False)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.item"
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
                "verbose_name": "price list entry",
                "db_table": "suppliers_price_term",
            },
        ),
        migrations.CreateModel(
            name="MasterRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="request")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("lead_time", "Lead time"),
                            ("min_quantity", "Minimum quantity"),
                            ("price", "Price"),
                            ("part_number", "Supplier's part number"),
                            ("part_name", "Supplier's name for it"),
                            ("contact_name", "Contact's name"),
                            ("contact_email", "Contact's e-mail address"),
                            ("contact_phone", "Contact's telephone"),
                            ("address", "Address"),
                            ("email", "E-mail address"),
                            ("phone", "Telephone"),
                        ],
                        max_length=20,
                        verbose_name="what",
                    ),
                ),
                ("contact", models.CharField(blank=True, max_length=40)),
                ("subject", models.CharField(max_length=420, verbose_name="of what")),
                ("unit", models.CharField(blank=True, max_length=60)),
                ("before", models.JSONField(verbose_name="before")),
                ("after", models.JSONField(verbose_name="wanted")),
                ("comment", models.TextField(blank=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="submitted",
                        max_length=20,
                    ),
                ),
                (
                    "sync",
                    models.CharField(
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
                ("sync_note", models.TextField(blank=True)),
                ("sync_why", models.JSONField(null=True)),
                ("asked_by", models.CharField(max_length=200)),
                ("opened_at", models.DateTimeField(verbose_name="asked")),
                ("moved_at", models.DateTimeField(verbose_name="last word")),
                ("decided_by", models.CharField(blank=True, max_length=200)),
                ("closing", models.TextField(blank=True)),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.supplier"
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="suppliers.priceterm",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of master data",
                "db_table": "suppliers_master_request",
            },
        ),
        migrations.AddIndex(
            model_name="priceterm",
            index=models.Index(fields=["supplier", "item_code", "item_name"], name="price_term_list"),
        ),
        migrations.AddConstraint(
            model_name="priceterm",
            constraint=models.UniqueConstraint(fields=("id", "supplier"), name="price_term_owner_key"),
        ),
        migrations.AddIndex(
            model_name="masterrequest",
            index=models.Index(fields=["state", "opened_at", "id"], name="master_queue"),
        ),
        migrations.AddIndex(
            model_name="masterrequest",
            index=models.Index(fields=["-moved_at", "-id"], name="master_list"),
        ),
        migrations.AddConstraint(
            model_name="masterrequest",
            constraint=portal.shared.ownership.SameOwner(field="term", name="master_term"),
        ),
        migrations.AddConstraint(
            model_name="masterrequest",
            constraint=models.UniqueConstraint(fields=("supplier", "number"), name="master_number"),
        ),
        migrations.AddConstraint(
            model_name="masterrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state", "submitted"),
                    models.Q(("state", "approved"), ("sync__in", ("waiting", "needs_person"))),
                    _connector="OR",
                ),
                fields=("supplier", "field", "term", "contact"),
                name="master_one_open",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="masterrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("term", None), ("contact", ""), _connector="OR"), name="master_one_subject"
            ),
        ),
        migrations.AddConstraint(
            model_name="masterrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "approved"), ("sync", ""), _connector="XOR"),
                name="master_approved_goes_to_odoo",
            ),
        ),
        # What the price list says is Odoo's: the reader alone writes it. Of a request the supplier sets what his own
        # withdrawal sets.
        walled("suppliers_price_term", supplier="select", staff="select, insert, update"),
        walled(
            "suppliers_master_request",
            supplier="select, insert, update (state, moved_at, closing, decided_by)",
            staff="select, insert, update",
        ),
    ]
