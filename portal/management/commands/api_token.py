"""``manage.py api_token``: a key for a supplier's own system."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.shared.acting import acting
from portal.shared.actor import system_actor
from portal.shared.errors import Refused
from suppliers.actions.people import issue_token
from suppliers.models import Supplier
from suppliers.permissions import SET_UP, Scope


class Command(BaseCommand):
    help = "Make an API token for a supplier. It is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("supplier", help="the supplier's name, exactly")
        parser.add_argument("--name", default="API client", help="what the client is called on the audit trail")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.OF_SUPPLIERS,
            help="may be repeated; default: all but people:*",
        )
        parser.add_argument("--days", type=int, default=90, help="until it expires")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = system_actor(SET_UP)
        with acting(actor):
            found = list(Supplier.objects.filter(name=options["supplier"])[:2])
        if len(found) != 1:
            raise CommandError(f"There is no single supplier called {options['supplier']!r}.")
        try:
            token = issue_token(
                actor=actor,
                supplier=found[0],
                name=options["name"],
                scopes=options["scope"] or list(Scope.USUAL),
                days=options["days"],
                at=timezone.now(),
            )
        except Refused as refusal:
            raise CommandError(refusal.message) from refusal
        self.stdout.write(token.secret)
