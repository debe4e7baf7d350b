"""A rule of how long lots must keep can end: the one for every plant counts again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0030_receipts_by_hand")]

    operations = [
        migrations.AlterField(
            model_name="shelfrule",
            name="days",
            field=models.PositiveIntegerField(null=True, verbose_name="days left on arrival"),
        )
    ]
