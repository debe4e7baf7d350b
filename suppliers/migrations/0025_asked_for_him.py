from django.db import migrations, models

SOURCES = [("phone", "By phone"), ("email", "By e-mail"), ("paper", "On paper or by fax"), ("meeting", "In a meeting")]


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0024_mended")]

    operations = [
        migrations.AddField(
            "masterrequest",
            "source",
            models.CharField("how the supplier told us", blank=True, choices=SOURCES, max_length=20, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "masterrequest",
            "source_note",
            models.CharField("who, and what there is to find again", blank=True, max_length=200, default=""),
            preserve_default=False,
        ),
    ]
