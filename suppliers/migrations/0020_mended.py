from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0019_reminders"),
    ]

    operations = [
        migrations.AddField(model_name="orderfile", name="tried_at", field=models.DateTimeField(null=True)),
    ]
