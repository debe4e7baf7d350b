from django.db import migrations, models


def _text(label: str, length: int) -> models.CharField:
    return models.CharField(blank=True, default="", max_length=length, verbose_name=label)


class Migration(migrations.Migration):
    dependencies = [("suppliers", "0010_desk")]

    operations = [
        migrations.AddField("supplier", name, _text(label, length), preserve_default=False)
        for name, label, length in (
            ("vat", "VAT number", 40),
            ("email", "e-mail address", 254),
            ("phone", "telephone", 60),
            ("street", "street", 200),
            ("street2", "further address line", 200),
            ("postcode", "postcode", 30),
            ("city", "town", 100),
        )
    ]
