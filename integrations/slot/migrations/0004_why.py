from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("slot", "0003_not_sent"),
    ]

    operations = [
        migrations.AddField("exchange", "why", models.JSONField(null=True)),
    ]
