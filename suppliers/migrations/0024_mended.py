from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("suppliers", "0023_sync_why"),
    ]

    operations = [
        migrations.AddField(model_name="orderfile", name="tried_at", field=models.DateTimeField(null=True)),
        migrations.RemoveConstraint(model_name="changeoffer", name="offer_source"),
        migrations.AddConstraint(
            model_name="changeoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("side", "buyer"), ("source", "")),
                    models.Q(
                        ("side", "supplier"),
                        models.Q(
                            ("actor_kind", "machine"),
                            models.Q(("actor_kind", "staff"), models.Q(("source", ""), _negated=True)),
                            models.Q(models.Q(("actor_kind", "staff"), _negated=True), ("source", "")),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="offer_source",
            ),
        ),
    ]
