from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0007_mails"),
    ]

    operations = [
        migrations.AddField("delivery", "why", models.JSONField(null=True)),
        migrations.AddField("trouble", "why", models.JSONField(null=True)),
        migrations.AddField("connection", "why", models.JSONField(null=True)),
    ]
