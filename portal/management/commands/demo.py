"""``manage.py demo``: people to sign in as, on the suppliers and plants that come from the Odoo sandbox.

May be repeated: it adds what is missing. Refuses to run in production.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.office import tasks
from integrations.office.models import Connection
from portal.shared.acting import acting
from portal.shared.actor import system_actor
from suppliers.actions.activation import set_mode
from suppliers.actions.branding import set_branding
from suppliers.actions.people import enrol
from suppliers.actions.policies import set_policy
from suppliers.models import Activation, Plant, Supplier, TolerancePolicy
from suppliers.permissions import SET_UP
from suppliers.queries.prints import branding_now
from suppliers.states import Mode, Role, StaffRole
from suppliers.tolerances import Bounds

PASSWORD = "demo-castings-2026"  # noqa: S105 (shown on the screen, for invented people)
# address, name, supplier, roles
SUPPLIER_PEOPLE = (
    ("anna@acme-castings.example", "Anna Abel", "Acme Castings", [Role.ADMINISTRATOR, Role.ORDER_DESK]),
    ("boris@borealis-polymers.example", "Boris Berg", "Borealis Polymers", [Role.ORDER_DESK]),
    ("cecylia@cinder-forge.example", "Cecylia Czarna", "Cinder Forge", [Role.ORDER_DESK]),
)
# address, name, role, code of the plant (empty: every plant)
STAFF = (
    ("bea@nordwerk.example", "Bea Brandt", StaffRole.BUYER, ""),
    ("quentin@nordwerk.example", "Quentin Quast", StaffRole.QUALITY_ENGINEER, ""),
    ("rita@nordwerk.example", "Rita Reuter", StaffRole.RECEIVING, "HAM"),
    ("ines@nordwerk.example", "Ines Ihle", StaffRole.INTEGRATION_OWNER, ""),
    ("ada@nordwerk.example", "Ada Arndt", StaffRole.STAFF_ADMINISTRATOR, ""),
)
POLICY = Bounds(
    quantity_over=Decimal(5),
    quantity_under=Decimal(0),
    days_early=3,
    days_late=2,
    price_up=Decimal(0),
    price_down=Decimal(100),
)


class Command(BaseCommand):
    help = "Read the Odoo sandbox and make people to sign in as."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo people have a password that everybody knows: not in production.")
        actor, now = system_actor(SET_UP), timezone.now()
        with acting(actor):
            is_live = Activation.objects.exists()
        if not is_live:
            # The sandbox's orders are there to be answered: none of them is a baseline.
            set_mode(actor=actor, mode=Mode.ON, cut_over=dt.datetime(2000, 1, 1, tzinfo=dt.UTC), at=now)
        tasks.pull()
        with acting(actor):
            suppliers = {supplier.name: supplier for supplier in Supplier.objects.all()}
            plants = {plant.code: plant for plant in Plant.objects.all()}
            branding = branding_now()
            has_policy = TolerancePolicy.objects.exists()
        if not suppliers:
            with acting(actor):
                said = Connection.objects.values_list("failure", flat=True).first()
            raise CommandError(f"Nothing came from Odoo. {said or 'Is the sandbox running? See var/log/worker.log.'}")
        if not branding.name:
            set_branding(actor=actor, name="Nordwerk GmbH", ink=branding.ink, accent=branding.accent, at=now)
        if not has_policy:
            set_policy(actor=actor, bounds=POLICY, at=now)
        for email, name, supplier, roles in SUPPLIER_PEOPLE:
            if supplier in suppliers:
                enrol(
                    actor=actor,
                    email=email,
                    name=name,
                    password=PASSWORD,
                    supplier=suppliers[supplier],
                    roles=roles,
                    at=now,
                )
        for email, name, role, plant in STAFF:
            enrol(
                actor=actor,
                email=email,
                name=name,
                password=PASSWORD,
                staff_roles=[role],
                plant=plants.get(plant),
                at=now,
            )
        self.stdout.write(f"Demo people, all with the password {PASSWORD}:")
        for email, name, *_rest in (*SUPPLIER_PEOPLE, *STAFF):
            self.stdout.write(f"  {email:<36} {name}")
