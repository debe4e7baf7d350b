from django.db import migrations, models

from suppliers.states import DemandKind


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0008_accounts")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="needed_date",
            field=models.DateField(null=True, verbose_name="needed"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="needed_kind",
            field=models.CharField(blank=True, choices=DemandKind.choices, max_length=20),
        ),
        migrations.AddField(
            model_name="orderline",
            name="needed_for",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
