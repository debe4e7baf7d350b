from django.db import migrations, models

from portal.shared.ownership import SameOwner


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0002_wall")]

    operations = [
        migrations.AddConstraint(
            "purchaseorder", models.UniqueConstraint(fields=("id", "supplier", "plant"), name="order_place")
        ),
        migrations.RemoveConstraint("orderline", "line_owner"),
        migrations.AddConstraint("orderline", SameOwner(field="order", name="line_place", also=("plant",))),
        migrations.AddConstraint(
            "answerline", models.UniqueConstraint(fields=("id", "supplier", "line"), name="answer_line_key")
        ),
        migrations.RemoveConstraint("commitment", "commitment_answer_owner"),
        migrations.AddConstraint(
            "commitment", SameOwner(field="answer", name="commitment_of_its_line", also=("line",))
        ),
        # Who signs in is asked outside every unit of work: whether his supplier still works with us, and no more.
        migrations.RunSQL(
            [
                "grant select (id, active) on suppliers_supplier to portal_app",
                "create policy door on suppliers_supplier for select to portal_app using (true)",
            ],
            [
                "drop policy door on suppliers_supplier",
                "revoke select (id, active) on suppliers_supplier from portal_app",
            ],
        ),
    ]
