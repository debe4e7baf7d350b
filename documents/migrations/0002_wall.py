from django.db import migrations

from portal.shared.wall import walled


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        # A supplier brings files and can change nothing about them: only the inspector says what is accepted.
        walled("documents_stored_file", supplier="select, insert", staff="select, insert, update"),
        migrations.RunSQL(
            "create policy supplier_brings on documents_stored_file as restrictive for insert to portal_supplier"
            " with check (state in ('uploading', 'quarantined'))",
            "drop policy supplier_brings on documents_stored_file",
        ),
    ]
