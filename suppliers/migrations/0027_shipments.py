import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import portal.shared.identifiers
import portal.shared.ownership


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0026_sheets"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="dated",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="orderline",
            name="gtin",
            field=models.CharField(blank=True, max_length=14, verbose_name="GTIN"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tracking",
            field=models.CharField(
                choices=[("none", "Not at all"), ("lot", "By lot"), ("serial", "By serial number")],
                default="none",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="plant",
            name="lot_names",
            field=models.CharField(
                choices=[
                    ("supplier", "As the supplier does; with his number in front where that name is taken"),
                    ("prefixed", "With the supplier's number in front"),
                ],
                default="supplier",
                max_length=20,
                verbose_name="lots are named",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="size",
            field=models.DecimalField(decimal_places=12, max_digits=30, null=True, verbose_name="size"),
        ),
        migrations.CreateModel(
            name="HandlingUnit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("pallet", "Pallet"),
                            ("carton", "Carton"),
                            ("box", "Box"),
                            ("crate", "Crate"),
                            ("drum", "Drum"),
                            ("bag", "Bag"),
                            ("ibc", "Intermediate bulk container"),
                            ("bundle", "Bundle"),
                            ("coil", "Coil"),
                            ("reel", "Reel"),
                        ],
                        max_length=10,
                    ),
                ),
                ("plate", models.CharField(max_length=35)),
                (
                    "plate_kind",
                    models.CharField(
                        choices=[("sscc", "SSCC"), ("plate", "Licence plate"), ("package", "Package number")],
                        max_length=10,
                    ),
                ),
                (
                    "gross_weight",
                    models.DecimalField(decimal_places=3, max_digits=12, null=True, verbose_name="gross weight, kg"),
                ),
                ("tracking", models.CharField(blank=True, max_length=100, verbose_name="tracking number")),
                (
                    "parent",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contained",
                        to="suppliers.handlingunit",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_handling_unit",
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                (
                    "supplier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="series",
                        serialize=False,
                        to="suppliers.supplier",
                    ),
                ),
                ("gs1_prefix", models.CharField(blank=True, max_length=12, verbose_name="GS1 company prefix")),
                ("sscc_extension", models.PositiveSmallIntegerField(default=0, verbose_name="extension digit")),
                ("plate_agency", models.CharField(blank=True, max_length=3, verbose_name="issuing agency")),
                (
                    "plate_company",
                    models.CharField(blank=True, max_length=12, verbose_name="company number at the agency"),
                ),
                ("next_shipment", models.PositiveIntegerField(default=1)),
                ("next_unit", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "suppliers_number_series",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("gs1_prefix", ""), _negated=True),
                        fields=("gs1_prefix", "sscc_extension"),
                        name="series_sscc",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("plate_company", ""), _negated=True),
                        fields=("plate_agency", "plate_company"),
                        name="series_plate",
                    ),
                    models.CheckConstraint(condition=models.Q(("sscc_extension__lte", 9)), name="series_extension"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Shipment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="shipment")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "Draft"),
                            ("submitted", "Announced"),
                            ("invalid", "To be corrected"),
                            ("in_transit", "On its way"),
                            ("partly_received", "Partly received"),
                            ("received", "Received"),
                            ("closed", "Closed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="draft",
                        max_length=20,
                    ),
                ),
                ("version", models.PositiveIntegerField(default=0)),
                ("delivery_note", models.CharField(blank=True, max_length=60, verbose_name="delivery note")),
                ("departs_on", models.DateField(null=True, verbose_name="departure")),
                ("arrives_on", models.DateField(null=True, verbose_name="expected arrival")),
                ("carrier", models.CharField(blank=True, max_length=100, verbose_name="carrier")),
                ("tracking", models.CharField(blank=True, max_length=100, verbose_name="tracking number")),
                ("dangerous_goods", models.TextField(blank=True, verbose_name="dangerous goods")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("editable_until", models.DateTimeField(null=True)),
                ("submitted_at", models.DateTimeField(null=True, verbose_name="announced")),
                ("received_at", models.DateTimeField(null=True, verbose_name="received")),
                ("closed_at", models.DateTimeField(null=True)),
                ("faults", models.JSONField(default=list)),
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
                ("created_at", models.DateTimeField()),
                (
                    "plant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.plant"
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
                "verbose_name": "shipment notice",
                "db_table": "suppliers_shipment",
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("assigned_by", models.CharField(blank=True, max_length=200)),
                ("ref", models.CharField(max_length=40, unique=True)),
                ("returned_ref", models.CharField(blank=True, max_length=40)),
                ("counts", models.BooleanField(default=True)),
                ("kind", models.CharField(choices=[("receipt", "Receipt"), ("return", "Return")], max_length=10)),
                ("at", models.DateTimeField(verbose_name="booked")),
                ("day", models.DateField(verbose_name="day")),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=20, verbose_name="quantity")),
                ("unit_name", models.CharField(max_length=60, verbose_name="unit")),
                ("lot", models.CharField(blank=True, max_length=100, verbose_name="lot")),
                ("supplier_lot", models.CharField(blank=True, max_length=80, verbose_name="supplier's lot")),
                ("plate", models.CharField(blank=True, max_length=100, verbose_name="handling unit")),
                ("transfer", models.CharField(blank=True, max_length=60, verbose_name="transfer")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.item"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="suppliers.orderline",
                    ),
                ),
                (
                    "plant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.plant"
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.supplier"
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="suppliers.shipment",
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_receipt",
            },
        ),
        migrations.CreateModel(
            name="LicencePlate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=35)),
                ("used_on", models.DateField()),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.supplier"
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="plates",
                        to="suppliers.shipment",
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_licence_plate",
            },
        ),
        migrations.CreateModel(
            name="ShipmentOrder",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
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
                        default="waiting",
                        max_length=20,
                    ),
                ),
                ("sync_note", models.TextField(blank=True)),
                ("sync_why", models.JSONField(null=True)),
                ("transfer", models.CharField(blank=True, max_length=60, verbose_name="transfer")),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "order",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shipments",
                        to="suppliers.purchaseorder",
                    ),
                ),
                (
                    "plant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.plant"
                    ),
                ),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="orders",
                        to="suppliers.shipment",
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
                "db_table": "suppliers_shipment_order",
            },
        ),
        migrations.CreateModel(
            name="ShipmentVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("channel", models.CharField(max_length=20)),
                ("actor_kind", models.CharField(max_length=20)),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
                ("header", models.JSONField()),
                ("reason", models.TextField(blank=True)),
                ("digest", models.CharField(max_length=64)),
                ("lines_count", models.PositiveIntegerField()),
                ("units_count", models.PositiveIntegerField()),
                (
                    "shipment",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="suppliers.shipment",
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
                "db_table": "suppliers_shipment_version",
            },
        ),
        migrations.CreateModel(
            name="ShipmentLine",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("item_code", models.CharField(blank=True, max_length=100, verbose_name="item")),
                ("quantity", models.DecimalField(decimal_places=6, max_digits=20, verbose_name="quantity")),
                ("unit_name", models.CharField(max_length=60, verbose_name="unit")),
                (
                    "packed_quantity",
                    models.DecimalField(decimal_places=6, max_digits=20, null=True, verbose_name="quantity as shipped"),
                ),
                ("packed_unit", models.CharField(blank=True, max_length=60, verbose_name="unit as shipped")),
                ("lot", models.CharField(blank=True, max_length=80, verbose_name="supplier's lot")),
                ("made_on", models.DateField(null=True, verbose_name="made")),
                ("expires_on", models.DateField(null=True, verbose_name="expires")),
                (
                    "serials",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), blank=True, default=list, size=None
                    ),
                ),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country of origin")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.item"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shipped",
                        to="suppliers.orderline",
                    ),
                ),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="suppliers.supplier",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="contents",
                        to="suppliers.handlingunit",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="suppliers.shipmentversion",
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_shipment_line",
            },
        ),
        migrations.AddField(
            model_name="handlingunit",
            name="version",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="units",
                to="suppliers.shipmentversion",
            ),
        ),
        migrations.CreateModel(
            name="ShelfRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=portal.shared.identifiers.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("days", models.PositiveIntegerField(verbose_name="days left on arrival")),
                ("at", models.DateTimeField()),
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
            ],
            options={
                "db_table": "suppliers_shelf_rule",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "plant", "version"), name="shelf_rule_version", nulls_distinct=False
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ShipmentDraft",
            fields=[
                (
                    "shipment",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="draft",
                        serialize=False,
                        to="suppliers.shipment",
                    ),
                ),
                ("revision", models.PositiveIntegerField(default=1)),
                ("body", models.JSONField()),
                ("saved_at", models.DateTimeField()),
                ("actor_id", models.CharField(max_length=80)),
                ("actor_name", models.CharField(max_length=200)),
                (
                    "supplier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.supplier"
                    ),
                ),
            ],
            options={
                "db_table": "suppliers_shipment_draft",
            },
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(fields=("id", "supplier"), name="shipment_owner_key"),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(fields=("supplier", "number"), name="shipment_number"),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(fields=("id", "supplier", "plant"), name="shipment_place"),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.UniqueConstraint(
                models.F("supplier"),
                django.db.models.functions.text.Upper("delivery_note"),
                condition=models.Q(("state__in", ["draft", "cancelled", "closed"]), _negated=True),
                name="shipment_delivery_note",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "draft"), ("version", 0)),
                    ("state", "cancelled"),
                    models.Q(
                        ("submitted_at__isnull", False),
                        ("version__gt", 0),
                        models.Q(("delivery_note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="shipment_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="shipment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("arrives_on", None),
                    ("departs_on", None),
                    ("arrives_on__gte", models.F("departs_on")),
                    _connector="OR",
                ),
                name="shipment_dates",
            ),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gte", 0)), name="receipt_not_negative"),
        ),
        migrations.AddConstraint(
            model_name="licenceplate",
            constraint=models.UniqueConstraint(fields=("supplier", "code"), name="plate_once"),
        ),
        migrations.AddConstraint(
            model_name="shipmentorder",
            constraint=models.UniqueConstraint(fields=("shipment", "order"), name="shipment_order_once"),
        ),
        migrations.AddConstraint(
            model_name="shipmentversion",
            constraint=models.UniqueConstraint(fields=("id", "supplier"), name="shipment_version_owner_key"),
        ),
        migrations.AddConstraint(
            model_name="shipmentversion",
            constraint=models.UniqueConstraint(fields=("shipment", "number"), name="shipment_version_number"),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=models.UniqueConstraint(fields=("version", "position"), name="shipment_line_position"),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=models.CheckConstraint(condition=models.Q(("quantity__gt", 0)), name="shipment_line_positive"),
        ),
        migrations.AddConstraint(
            model_name="handlingunit",
            constraint=models.UniqueConstraint(fields=("id", "supplier", "version"), name="unit_version_key"),
        ),
        migrations.AddConstraint(
            model_name="handlingunit",
            constraint=models.UniqueConstraint(fields=("version", "position"), name="unit_position"),
        ),
        migrations.AddConstraint(
            model_name="handlingunit",
            constraint=models.UniqueConstraint(fields=("version", "plate"), name="unit_plate_once"),
        ),
        migrations.AddConstraint(
            model_name="handlingunit",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True), name="unit_not_in_itself"
            ),
        ),
        migrations.AddConstraint(
            model_name="handlingunit",
            constraint=models.CheckConstraint(condition=models.Q(("plate", ""), _negated=True), name="unit_numbered"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=portal.shared.ownership.SameOwner(field="line", name="receipt_owner"),
        ),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=portal.shared.ownership.SameOwner(field="shipment", name="receipt_shipment"),
        ),
        migrations.AddConstraint(
            model_name="licenceplate",
            constraint=portal.shared.ownership.SameOwner(field="shipment", name="plate_owner"),
        ),
        migrations.AddConstraint(
            model_name="shipmentorder",
            constraint=portal.shared.ownership.SameOwner(
                also=("plant",), field="shipment", name="shipment_order_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="shipmentorder",
            constraint=portal.shared.ownership.SameOwner(
                also=("plant",), field="order", name="shipment_order_of_owner"
            ),
        ),
        migrations.AddConstraint(
            model_name="shipmentversion",
            constraint=portal.shared.ownership.SameOwner(field="shipment", name="shipment_version_owner"),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=portal.shared.ownership.SameOwner(field="version", name="shipment_line_owner"),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=portal.shared.ownership.SameOwner(field="line", name="shipment_line_of_owner"),
        ),
        migrations.AddConstraint(
            model_name="shipmentline",
            constraint=portal.shared.ownership.SameOwner(also=("version",), field="unit", name="shipment_line_unit"),
        ),
        migrations.AddConstraint(
            model_name="handlingunit",
            constraint=portal.shared.ownership.SameOwner(field="version", name="unit_owner"),
        ),
        migrations.AddConstraint(
            model_name="handlingunit",
            constraint=portal.shared.ownership.SameOwner(also=("version",), field="parent", name="unit_parent"),
        ),
        migrations.AddConstraint(
            model_name="shipmentdraft",
            constraint=portal.shared.ownership.SameOwner(field="shipment", name="shipment_draft_owner"),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(fields=["supplier", "-created_at", "-id"], name="shipment_supplier_list"),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(("state__in", ("submitted", "invalid", "in_transit", "partly_received"))),
                fields=["plant", "arrives_on", "id"],
                name="shipment_arrivals",
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(fields=["-created_at", "-id"], name="shipment_staff_list"),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(("tracking", ""), _negated=True), fields=["tracking"], name="shipment_tracking"
            ),
        ),
        migrations.AddIndex(
            model_name="shipment",
            index=models.Index(
                condition=models.Q(("delivery_note", ""), _negated=True),
                fields=["delivery_note"],
                name="shipment_note_number",
            ),
        ),
        migrations.AddIndex(
            model_name="receipt",
            index=models.Index(fields=["plant", "day"], name="receipt_day"),
        ),
        migrations.AddIndex(
            model_name="shipmentorder",
            index=models.Index(fields=["order"], name="shipment_of_order"),
        ),
        migrations.AddIndex(
            model_name="handlingunit",
            index=models.Index(fields=["plate"], name="unit_plate"),
        ),
        migrations.AddIndex(
            model_name="handlingunit",
            index=models.Index(
                condition=models.Q(("tracking", ""), _negated=True), fields=["tracking"], name="unit_tracking"
            ),
        ),
    ]
