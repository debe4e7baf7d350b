from django.db import migrations, models

SOURCES = [("phone", "By phone"), ("email", "By e-mail"), ("paper", "On paper or by fax"), ("meeting", "In a meeting")]


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0003_one_plant_one_line")]

    operations = [
        migrations.AddField(
            "acknowledgement",
            "source",
            models.CharField("how the supplier told us", blank=True, choices=SOURCES, max_length=20, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            "acknowledgement",
            "source_note",
            models.CharField("who, and what there is to find again", blank=True, max_length=200, default=""),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "acknowledgement",
            models.CheckConstraint(
                condition=models.Q(actor_kind="machine")
                | (models.Q(actor_kind="staff") & ~models.Q(source=""))
                | (~models.Q(actor_kind="staff") & models.Q(source="")),
                name="acknowledgement_source",
            ),
        ),
    ]
