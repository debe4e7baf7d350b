"""The exception desk: everything that waits for a person, with owner, age, impact and the button that settles it."""

from __future__ import annotations

import datetime as dt
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from integrations.office import exceptions
from integrations.office.actions import pulling
from integrations.office.actions.pulling import PULL
from integrations.office.models import Delivery, DeskException, Trouble
from integrations.office.obstacles import Obstacle
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Permanent, Temporary
from suppliers.models import OrderLine, PurchaseOrder, User
from suppliers.states import StaffRole, SyncMark
from suppliers.tolerances import PlantCalendar
from tests.cast import Cast, ReleaseOrder, doing, everything, fresh_lines
from tests.integrations.office.dummy import Dummy, drain, dummy, publish

pytestmark = pytest.mark.committed
__all__ = ["dummy"]
BERLIN = ZoneInfo("Europe/Berlin")


def park(dummy: Dummy, order: PurchaseOrder, code: str = "order_locked", number: int = 1) -> None:
    publish(order, number)
    dummy.fail = lambda _letter: Permanent("It is locked.", code=code)
    drain(timezone.now())
    dummy.fail = lambda _letter: None


def on_desk(actor: Actor, **filters: Any) -> list[DeskException]:
    with acting(actor):
        return list(exceptions.listed(actor, exceptions.DeskFilters(**filters)).rows)


def note(cast: Cast, model: str, remote_id: int, obstacle: Obstacle, **impact: Any) -> None:
    connection = pulling.the_connection(PULL, timezone.now())
    pulling.note_trouble(
        actor=PULL, connection=connection, model=model, remote_id=remote_id, label=f"{model} {remote_id}",
        obstacle=obstacle, at=timezone.now(), **impact,
    )  # fmt: skip


UNIT_BAD = Obstacle("unit_incomplete", {"unit": "Ft"})
HELD_UP = Obstacle("unit_unknown", {"line": 1, "order": "P9", "unit": "Ft"}, because=("uom.uom", 5))


def test_a_rejection_is_the_buyers_and_says_what_it_holds_up(
    dummy: Dummy, cast: Cast, release_order: ReleaseOrder, bea: Actor, dora: Actor, ines: Actor
) -> None:
    order = release_order(plant=cast.ham)
    park(dummy, order)
    (row,) = on_desk(bea, owner="mine")
    assert (row.source, row.owner, row.business, row.code) == ("letter", StaffRole.BUYER, True, "order_locked")
    assert (row.order_id, row.plant_id, row.need_date) == (order.pk, cast.ham.pk, fresh_lines(order)[0].requested_date)
    assert row.supplier_name == "Acme Castings"
    assert row.message == "It is locked."
    assert "Unlock the order in Odoo" in row.remedy
    assert on_desk(ines, owner="mine") == []
    assert [one.pk for one in on_desk(ines)] == [row.pk]
    assert on_desk(dora) == []  # another plant


def test_a_broken_unit_names_the_orders_behind_it(cast: Cast, ines: Actor, bea: Actor) -> None:
    note(cast, "uom.uom", 5, UNIT_BAD)
    note(cast, "purchase.order", 9, HELD_UP, plant_id=cast.ham.pk, need_date=dt.date(2027, 3, 1))
    note(cast, "purchase.order", 10, HELD_UP, plant_id=cast.ham.pk, need_date=dt.date(2027, 2, 1))
    rows = {row.label: row for row in on_desk(ines, kind="technical")}
    unit = rows["uom.uom 5"]
    assert (unit.held_up, unit.need_date, unit.plant_id) == (2, dt.date(2027, 2, 1), cast.ham.pk)
    assert rows["purchase.order 9"].need_date == dt.date(2027, 3, 1)
    assert rows["purchase.order 9"].order_number == "purchase.order 9"
    assert on_desk(bea, kind="business") == []
    assert {row.label for row in on_desk(bea, text="order 10")} == {"purchase.order 10", "uom.uom 5"}


def test_nothing_vanishes(dummy: Dummy, cast: Cast, release_order: ReleaseOrder, bea: Actor, client: Client) -> None:
    """Parked, sent again, parked again, sent again: four facts, all still there, with who and how."""
    order = release_order()
    park(dummy, order)
    client.force_login(cast.people["bea"])
    address = reverse("office:retry_many")
    (letter,) = on_desk(bea)
    dummy.fail = lambda _letter: Permanent("Still locked.", code="order_locked")
    assert client.post(address, {"letter": [str(letter.subject_id)]}).status_code == 302
    drain(timezone.now())
    (again,) = on_desk(bea)
    assert again.message == "Still locked."
    assert again.since > letter.since
    dummy.fail = lambda _letter: None
    client.post(address, {"letter": [str(letter.subject_id)]})
    drain(timezone.now())
    assert on_desk(bea) == []
    settled = on_desk(bea, resolved=True)
    assert [(row.message, row.resolved_by, row.resolution) for row in settled] == [
        ("Still locked.", "Bea Brandt", "waiting"),
        ("It is locked.", "Bea Brandt", "waiting"),
    ]


def test_a_record_that_is_bad_twice_is_two_rows(cast: Cast, ines: Actor) -> None:
    note(cast, "uom.uom", 5, UNIT_BAD)
    connection = pulling.the_connection(PULL, timezone.now())
    pulling.let_go(actor=PULL, connection=connection, model="uom.uom", remote_ids=[5], at=timezone.now())
    assert on_desk(ines) == []
    note(cast, "uom.uom", 5, UNIT_BAD)
    note(cast, "uom.uom", 5, UNIT_BAD)
    assert len(on_desk(ines)) == 1
    assert [(row.resolved_by, row.resolution) for row in on_desk(ines, resolved=True)] == [("Pull", "taken_in")]
    with everything():
        assert Trouble.objects.count() == 2


def test_a_conflict_is_on_the_desk_and_decided_on_its_own_page(
    dummy: Dummy, release_order: ReleaseOrder, bea: Actor, people: dict[str, User], client: Client
) -> None:
    order = release_order()
    (line,) = fresh_lines(order)
    with doing():
        OrderLine.objects.filter(pk=line.pk).update(sync=SyncMark.CONFLICT, sync_note="Odoo says 80, not 100.")
    (row,) = on_desk(bea, owner="mine")
    assert (row.source, row.subject_id, row.message) == ("conflict", line.pk, "Odoo says 80, not 100.")
    client.force_login(people["bea"])
    shown = unescape(client.get(reverse("office:exceptions")).content.decode())
    assert f"{reverse('decisions')}#line-{line.pk}" in shown
    assert "exceptions wait for you" in client.get(reverse("home")).content.decode()


def test_a_buyer_sends_again_what_is_his_and_nothing_else(
    dummy: Dummy, cast: Cast, release_order: ReleaseOrder, client: Client, bea: Actor
) -> None:
    his, owners, others = (release_order(), release_order(), release_order(plant=cast.drs))
    park(dummy, his)
    park(dummy, owners, code="access")
    park(dummy, others)
    with everything():
        letters = {letter.about_id: letter for letter in Delivery.objects.all()}
    client.force_login(cast.people["bea"])
    keys = [str(letter.pk) for letter in letters.values()]
    assert client.post(reverse("office:retry_many"), {"letter": keys}).status_code == 302
    with everything():
        states = {letter.about_id: letter.state for letter in Delivery.objects.all()}
    assert states == {his.pk: "waiting", owners.pk: "needs_person", others.pk: "needs_person"}
    for order, status in ((owners, 403), (others, 404)):
        assert client.post(reverse("office:retry", args=[letters[order.pk].pk])).status_code == status
        assert client.post(reverse("office_api:retry", args=[letters[order.pk].pk])).status_code in (403, 404)
    client.force_login(cast.people["ines"])
    assert client.post(reverse("office:retry_many"), {"letter": keys}).status_code == 302
    with everything():
        assert not Delivery.objects.filter(state="needs_person").exists()


def test_the_api_says_the_same_and_rehearses(
    dummy: Dummy, cast: Cast, release_order: ReleaseOrder, client: Client
) -> None:
    park(dummy, release_order())
    client.force_login(cast.people["bea"])
    (row,) = client.get(reverse("office_api:exceptions"), {"owner": "mine"}).json()["results"]
    assert (row["kind"], row["owner"], row["target_hours"], row["may_retry"]) == ("business", "buyer", 8, True)
    address = reverse("office_api:retry", args=[row["subject"]])
    assert client.post(f"{address}?dry_run=true").json()["dry_run"] is True
    with everything():
        assert Delivery.objects.get().state == "needs_person"
    assert client.post(address).json()["state"] == "waiting"
    assert client.post(address).status_code in (403, 409)
    assert client.get(reverse("office_api:exceptions"), {"owner": "king"}).status_code == 422


def test_what_goes_on_by_itself_is_on_nobodys_desk(dummy: Dummy, release_order: ReleaseOrder, ines: Actor) -> None:
    publish(release_order(), 1)
    dummy.fail = lambda _letter: Temporary("Odoo is away.")
    drain(timezone.now())
    assert on_desk(ines) == []


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2027-01-04T08:00", "2027-01-04T16:00", 8),  # a Monday
        ("2027-01-04T06:00", "2027-01-04T20:00", 8),
        ("2027-01-08T15:00", "2027-01-11T09:00", 2),  # over a weekend
        ("2027-01-09T10:00", "2027-01-10T10:00", 0),
        ("2027-01-05T15:30", "2027-01-07T08:30", 1),  # Wednesday is a holiday
    ],
)
def test_working_hours(since: str, until: str, hours: float) -> None:
    calendar = PlantCalendar.of((), ["2027-01-06"])
    assert calendar.hours(at(since), at(until), BERLIN) == pytest.approx(hours)


@given(
    start=st.datetimes(dt.datetime(2027, 1, 1), dt.datetime(2027, 12, 1), timezones=st.just(BERLIN)),
    first=st.timedeltas(dt.timedelta(), dt.timedelta(days=20)),
    second=st.timedeltas(dt.timedelta(), dt.timedelta(days=20)),
)
def test_hours_add_up(start: dt.datetime, first: dt.timedelta, second: dt.timedelta) -> None:
    calendar = PlantCalendar()
    middle = start.astimezone(dt.UTC) + first
    end = middle + second
    parts = calendar.hours(start, middle, BERLIN) + calendar.hours(middle, end, BERLIN)
    assert calendar.hours(start, end, BERLIN) == pytest.approx(parts, abs=1e-6)
