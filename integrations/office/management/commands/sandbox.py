"""``manage.py sandbox``: the Odoo sandbox's own command line, reached the usual way."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand

from integrations.sandbox.__main__ import main


class Command(BaseCommand):
    help = "Serve, reset or fill the Odoo sandbox: manage.py sandbox serve --port 8169"
    requires_system_checks = ()

    def run_from_argv(self, argv: list[str]) -> None:
        """Hand everything after ``sandbox`` to the sandbox itself, options and help included."""
        sys.exit(main(argv[2:]))

    def handle(self, *args: str, **options: object) -> None:
        status = main(list(args))
        if status:
            sys.exit(status)
