"""``manage.py permission_table``: write docs/permissions.md anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.management import permission_table


class Command(BaseCommand):
    help = "Write docs/permissions.md from the permission tables."

    def handle(self, *args: Any, **options: Any) -> None:
        permission_table.PLACE.write_text(permission_table.written(), encoding="utf-8")
        self.stdout.write(f"{permission_table.PLACE} says who may do what.")
