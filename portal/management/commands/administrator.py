"""``manage.py administrator``: the first person of a new installation; he enrols the others."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from portal.shared.actor import system_actor
from portal.shared.errors import Refused
from suppliers.actions.people import enrol
from suppliers.permissions import SET_UP
from suppliers.states import StaffRole


class Command(BaseCommand):
    help = "Enrol an administrator. He sets his password through “forgotten password” on the login page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            user = enrol(
                actor=system_actor(SET_UP),
                email=options["email"],
                name=options["name"],
                staff_roles=[StaffRole.STAFF_ADMINISTRATOR],
                at=timezone.now(),
            )
        except Refused as refusal:
            raise CommandError("; ".join(fault.message for fault in refusal.faults) or refusal.message) from refusal
        self.stdout.write(f"{user.name} is an administrator. Next: “forgotten password” with {user.email}.")
