"""``manage.py bootstrap``: roles and databases on a PostgreSQL server of your own, once and after each upgrade."""

from __future__ import annotations

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.management.roles import bootstrap_as_told

NEEDED = ("DATABASE_SUPERUSER_URL", "DATABASE_OWNER_URL", "DATABASE_URL", "CELERY_BROKER_URL")


class Command(BaseCommand):
    help = "Makes, or repairs, the roles and databases that the addresses in the environment name. May be repeated."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        missing = [name for name in NEEDED if not os.environ.get(name)]
        if missing:
            raise CommandError(f"Set {', '.join(missing)}: docs/running.md says what belongs there.")
        bootstrap_as_told(os.environ["DATABASE_SUPERUSER_URL"], os.environ)
        self.stdout.write("Roles, databases and queues are as they should be. Next: manage.py migrate, as the owner.")
