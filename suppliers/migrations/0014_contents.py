import django.db.models.deletion
from django.db import migrations, models

from portal.shared.wall import walled

# For ``icontains`` as Django writes it. Not in the models' Meta: that would need django.contrib.postgres as an app, which
# asks the database for types we do not use on every new connection.
WORDS = {
    "order_words": ("suppliers_purchase_order", ("number", "supplier_reference", "buyer_name")),
    "line_words": ("suppliers_order_line", ("item_code", "item_name", "supplier_item_code")),
}


def searchable(name: str) -> migrations.RunSQL:
    """An index for looking inside the words of a table."""
    table, columns = WORDS[name]
    words = ", ".join(f"upper({column}::text) gin_trgm_ops" for column in columns)
    return migrations.RunSQL(f"create index {name} on {table} using gin ({words})", f"drop index {name}")


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0013_answering"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupplierItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(blank=True, max_length=100, verbose_name="supplier's item number")),
                ("name", models.CharField(blank=True, max_length=300, verbose_name="supplier's name for it")),
            ],
            options={
                "db_table": "suppliers_supplier_item",
            },
        ),
        migrations.AddField(
            model_name="orderline",
            name="item_revision",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="orderline",
            name="service",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="orderline",
            name="supplier_item_code",
            field=models.CharField(blank=True, max_length=100),
        ),
        migrations.AddField(
            model_name="orderline",
            name="supplier_item_name",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="billing",
            field=models.CharField(
                blank=True,
                choices=[("no", "Nothing to bill yet"), ("to invoice", "Bill expected"), ("invoiced", "Billed")],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="layout",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="payment",
            field=models.CharField(
                blank=True,
                choices=[("not_paid", "Not paid"), ("partial", "Partly paid"), ("paid", "Paid")],
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="payment_terms",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="ship_to",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="purchaseorder",
            name="terms",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="supplieritem",
            name="item",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.item"),
        ),
        migrations.AddField(
            model_name="supplieritem",
            name="supplier",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="suppliers.supplier"
            ),
        ),
        migrations.AddConstraint(
            model_name="supplieritem",
            constraint=models.UniqueConstraint(fields=("supplier", "item"), name="supplier_item_once"),
        ),
        walled("suppliers_supplier_item", supplier="select", staff="select, insert, update"),
        searchable("order_words"),
        searchable("line_words"),
    ]
