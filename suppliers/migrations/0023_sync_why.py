from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0022_invitations"),
    ]

    operations = [
        migrations.AddField("orderline", "sync_why", models.JSONField(null=True)),
        # An answer that is agreed at once clears the mark.
        migrations.RunSQL(
            "grant update (sync_why) on suppliers_order_line to portal_supplier",
            "revoke update (sync_why) on suppliers_order_line from portal_supplier",
        ),
    ]
