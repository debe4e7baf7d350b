from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("portal_shared", "0003_never_emptied"),
    ]

    operations = [
        migrations.AddField("statechange", "why", models.JSONField(null=True)),
    ]
