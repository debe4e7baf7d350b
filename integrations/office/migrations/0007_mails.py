from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0006_contents"),
        ("slot", "0003_not_sent"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("destination__startswith", "mail:")),
                fields=["-created_at", "-id"],
                name="delivery_mails",
            ),
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(
                condition=models.Q(("destination__startswith", "mail:")),
                fields=["destination", "-created_at", "-id"],
                name="delivery_of_reader",
            ),
        ),
    ]
