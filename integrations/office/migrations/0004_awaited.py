import django.db.models.deletion
from django.db import migrations, models

from portal.shared.wall import common

# What orders are needed for was not read before: orders and their lines are read again from the beginning.
READ_AGAIN = "delete from office_cursor where model in ('purchase.order', 'purchase.order.line')"


class Migration(migrations.Migration):
    dependencies = [("office", "0003_who_must_act")]

    operations = [
        migrations.CreateModel(
            name="Awaited",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("order_id", models.BigIntegerField()),
                ("move_id", models.BigIntegerField()),
                (
                    "connection",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="awaited", to="office.connection"
                    ),
                ),
            ],
            options={
                "db_table": "office_awaited",
                "indexes": [models.Index(fields=["connection", "order_id"], name="awaited_order")],
                "constraints": [
                    models.UniqueConstraint(fields=("connection", "move_id", "order_id"), name="awaited_once")
                ],
            },
        ),
        common("office_awaited", staff="select, insert, delete"),
        migrations.RunSQL(READ_AGAIN, migrations.RunSQL.noop),
    ]
