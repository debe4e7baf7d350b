"""Reads of the exception desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from integrations.office import obstacles
from integrations.office.models import Delivery, DeskException
from integrations.office.obstacles import BUSINESS, TARGET_HOURS
from integrations.office.permissions import Act, may_retry
from integrations.office.states import DeliveryState, ExceptionSource
from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.web.pagination import Keyset, Page
from suppliers.models import Plant
from suppliers.models.standing import words
from suppliers.permissions import Act as SupplierAct
from suppliers.states import StaffRole
from suppliers.tolerances import PlantCalendar

OLDEST_FIRST = Keyset(("since", "id"), name="exceptions")
NEWEST_RESOLVED = Keyset(("-resolved_at", "-id"), name="resolved")
MOST_AT_ONCE = 100


@dataclass(frozen=True)
class DeskFilters:
    """What the desk is narrowed to. ``text`` is looked for in orders, suppliers, records and what is wrong."""

    owner: str = ""
    """A role, or ``mine``: every role the person holds."""
    kind: str = ""
    """``business`` or ``technical``."""
    plant: int | None = None
    text: str = ""
    resolved: bool = False


@dataclass(frozen=True)
class Case:
    """One exception as it is shown: with its age and whether that is too old."""

    row: DeskException
    age: float
    """Working hours, by the plant's calendar."""
    target: int
    """Working hours in which it should be gone."""
    retriable: bool
    mappable: bool
    code: str
    message: str
    """What is wrong, in the reader's language; prices only where he sees prices."""
    remedy: str
    """What whoever must act should do; empty where it is resolved."""

    @property
    def late(self) -> bool:
        return self.age > self.target

    @property
    def resolution(self) -> str:
        """What became of it; empty where it is open."""
        kept = self.row.resolution
        return _RESOLUTIONS[kept]() if kept in _RESOLUTIONS else kept


_RESOLUTIONS = {
    "taken_in": lambda: _("Taken in from Odoo"),
    "same": lambda: _("Mapped to one we know"),
    "new": lambda: _("Taken in as a new one"),
    DeliveryState.WAITING.value: lambda: _("Sent again"),
    DeliveryState.SUPERSEDED.value: lambda: _("A newer letter took its place"),
}


@dataclass(frozen=True)
class Desk:
    page: Page[DeskException]
    cases: Sequence[Case]
    owners: Mapping[str, int]
    """How many are open, by who must act."""
    mine: int
    business: int
    technical: int
    plants: Sequence[Plant]


def roles_of(actor: Actor) -> set[str]:
    """The roles of staff that somebody holds; exceptions wait for roles."""
    return {grant.role for grant in actor.grants} & set(StaffRole.values)


def desk(actor: Actor, filters: DeskFilters, *, at: dt.datetime, cursor: str = "", size: int = 50) -> Desk:
    """One page of the desk, the oldest first, with what is open in all. Three queries."""
    Act.SEE_EXCEPTIONS.require(actor)
    page = listed(actor, filters, cursor, size)
    owners = {
        row["owner"]: row["number"]
        for row in open_ones(actor).values("owner").annotate(number=Count("id")).order_by("owner")
    }
    return Desk(
        page=page,
        cases=[case(actor, row, at) for row in page.rows],
        owners=owners,
        mine=sum(number for owner, number in owners.items() if owner in roles_of(actor)),
        business=sum(number for owner, number in owners.items() if owner in BUSINESS),
        technical=sum(number for owner, number in owners.items() if owner not in BUSINESS),
        plants=list(Plant.objects.all()),
    )


def listed(actor: Actor, filters: DeskFilters, cursor: str = "", size: int = 50) -> Page[DeskException]:
    """One page of exceptions: one query."""
    rows = DeskException.objects.visible_to(actor).explained()
    if filters.text:
        rows = rows.search(filters.text)
    rows = rows.filter(resolved_at__isnull=not filters.resolved)
    if filters.owner == "mine":
        rows = rows.filter(owner__in=roles_of(actor))
    elif filters.owner:
        rows = rows.filter(owner=filters.owner)
    if filters.kind:
        rows = rows.filter(business=filters.kind == "business")
    if filters.plant:
        rows = rows.filter(plant_id=filters.plant)
    return (NEWEST_RESOLVED if filters.resolved else OLDEST_FIRST).page(rows, cursor, size)


def open_ones(actor: Actor) -> QuerySet[DeskException]:
    """All that waits for somebody, as far as the actor may know of it."""
    return DeskException.objects.visible_to(actor).filter(resolved_at=None)


def waiting_for(actor: Actor) -> int:
    """How many exceptions wait for the roles of this person: one query."""
    return open_ones(actor).filter(owner__in=roles_of(actor)).count()


def case(actor: Actor, row: DeskException, at: dt.datetime) -> Case:
    """How one exception stands. No query."""
    zone = ZoneInfo(row.time_zone) if row.time_zone else get_default_timezone()
    calendar = PlantCalendar.of(row.working_days or (), row.holidays or ())
    return Case(
        row=row,
        age=calendar.hours(row.since, row.resolved_at or at, zone),
        target=TARGET_HOURS.get(StaffRole(row.owner), 8) if row.owner else 8,
        retriable=row.source == ExceptionSource.LETTER and row.resolved_at is None and may_retry(actor, row.owner),
        mappable=row.mappable and not row.answered_by and Act.MAP_RECORD.allows(actor),
        code=row.why["code"] if row.why else row.code,
        message=_message(actor, row),
        remedy=_remedy(row),
    )


def _message(actor: Actor, row: DeskException) -> str:
    if row.source == ExceptionSource.CONFLICT:
        return words(row.why or row.message, SupplierAct.SEE_PRICES.allows(actor))
    return obstacles.message_of(row.why, row.message)


def _remedy(row: DeskException) -> str:
    if row.resolved_at is not None:
        return ""
    if row.source == ExceptionSource.CONFLICT:
        return _("Decide whether the agreement or Odoo's values hold.")
    return obstacles.remedy_of(row.why, row.remedy)


def parked(actor: Actor, keys: Sequence[UUID]) -> list[Delivery]:
    """Those of these letters that are on the actor's desk and may be sent again by him, in the order to lock them.

    Raises :class:`NotFound` where there is none at all.
    """
    seen = open_ones(actor).filter(source=ExceptionSource.LETTER, subject_id__in=keys[:MOST_AT_ONCE])
    known = {row.subject_id for row in seen if may_retry(actor, row.owner)}
    letters = Delivery.objects.filter(pk__in=known, state=DeliveryState.NEEDS_PERSON).order_by("about_id", "position")
    found = list(letters)
    if not found:
        raise NotFound(_("None of these letters waits for you any more."))
    return found
