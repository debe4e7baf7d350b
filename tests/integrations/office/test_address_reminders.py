"""Reminders to the addresses that orders are mailed to, where nobody has an account."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integrations.office import sent
from integrations.slot.models import Event
from portal.shared.acting import acting
from suppliers.actions import digests, links
from suppliers.actions.digests import DIGEST_DUE, REMINDER, remind
from suppliers.models import Digest, DigestItem, Membership, OrderLink, PurchaseOrder, Supplier, User
from suppliers.queries import addresses
from suppliers.states import Role
from tests.cast import SET_UP, Cast, ReleaseOrder, everything
from tests.integrations.office.test_digests import MONDAY, clock, morning, post

pytestmark = pytest.mark.django_db
__all__ = ["clock"]
DESK = "orders@borealis.example"


@pytest.fixture(autouse=True)
def mailed(cast: Cast) -> Supplier:
    """Borealis, where nobody signs in: its orders go to an address that Odoo has."""
    with acting(SET_UP, write=True):
        Membership.objects.filter(supplier=cast.borealis).update(ended_at=MONDAY)
        Supplier.objects.filter(pk=cast.borealis.pk).update(email=f"Orders <{DESK}>", language="de")
    return cast.borealis


def waiting(cast: Cast, release_order: ReleaseOrder, number: str = "P1", **changes: Any) -> PurchaseOrder:
    given = {"supplier": cast.borealis, "at": MONDAY, **changes}
    return release_order(cast.line(date=MONDAY.date() + dt.timedelta(days=60)), number=number, **given)


def to_desk(mails: list[Any]) -> list[Any]:
    return [message for message in mails if message.to == [DESK]]


def test_it_is_told_of_what_waits_with_a_link_for_each_and_once_a_day(
    cast: Cast, release_order: ReleaseOrder, clock: Any
) -> None:
    orders = [waiting(cast, release_order, number) for number in ("P1", "P2")]
    assert morning(clock, 1) == [], "one working day is not two"
    (message,) = morning(clock, 2)
    assert (message.to, message.subject) == ([DESK], "2 Bestellungen warten auf Sie")
    with everything():
        made = {link.order_id: link for link in OrderLink.objects.all()}
    for order in orders:
        link = made[order.pk]
        assert f"/by-mail/{link.pk}/{link.secret}/" in message.body
        assert link.email == DESK
        assert Client().get(f"/by-mail/{link.pk}/{link.secret}/", headers={"accept-language": "en"}).status_code == 200
    assert "List-Unsubscribe" not in message.extra_headers
    assert "/account/mails/" not in message.body + message.alternatives[0].content, "he has no account to choose in"
    assert morning(clock, 2, 9) == [], "not twice a day"
    assert len(morning(clock, 3)) == 1, "every morning while it waits"
    assert morning(clock, 5) == [], "Saturday"


def test_the_links_are_good_for_their_whole_life_again(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    waiting(cast, release_order)
    morning(clock, 2)
    with everything():
        first = OrderLink.objects.get()
    morning(clock, 3)
    with everything():
        again = OrderLink.objects.get()
    assert (again.secret, again.expires_at) == (first.secret, clock.now + links.life())


def test_never_where_somebody_there_has_an_account_of_that_address(
    cast: Cast, release_order: ReleaseOrder, clock: Any
) -> None:
    waiting(cast, release_order)
    with acting(SET_UP, write=True):
        reader = User.objects.create(email=DESK, name="Desk", kind="supplier")
        Membership.objects.create(user=reader, supplier=cast.borealis, role=Role.READ_ONLY)
    assert morning(clock, 2) == []
    with acting(SET_UP, write=True):
        Membership.objects.filter(user=reader).update(ended_at=MONDAY)
    assert len(to_desk(morning(clock, 3))) == 1, "he is gone, and the orders still go there"


def test_what_stops_it(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    order = waiting(cast, release_order)
    day = iter(range(2, 5))

    def told(**changes: Any) -> int:
        with acting(SET_UP, write=True):
            Supplier.objects.filter(pk=cast.borealis.pk).update(**changes)
        return len(morning(clock, next(day)))

    links.switch(actor=cast.actor("ada"), supplier=cast.borealis, on=False, at=MONDAY)
    assert told() == 0, "the buyer switched it off, together with the links"
    assert told(order_links=True, factor_from=MONDAY) == 0, "a second factor is required"
    assert told(factor_from=None) == 1
    with everything():
        link = OrderLink.objects.get(order=order)
    links.revoke(actor=cast.actor("bea"), link=link, at=MONDAY)
    assert to_desk(morning(clock, 7)) == [], "the buyer withdrew this one"


@pytest.mark.parametrize("changes", [{"mode": "observe"}, {"mode": "off"}, {"imported": True}, {"waiting_lines": 0}])
def test_nothing_is_said_of_orders_that_ask_nobody(
    cast: Cast, release_order: ReleaseOrder, clock: Any, changes: dict[str, Any]
) -> None:
    order = waiting(cast, release_order)
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=order.pk).update(**changes)
    assert morning(clock, 2) == []


def test_what_changed_before_the_mail_left_counts(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    order = waiting(cast, release_order)
    waiting(cast, release_order, "P2")
    clock.now = MONDAY + dt.timedelta(days=2)
    remind(clock.now)
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=order.pk).update(mode="off")
    (message,) = post(clock.now)
    assert ("P1" in message.body, "P2" in message.body) == (False, True)
    clock.now += dt.timedelta(days=1)
    remind(clock.now)
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.borealis.pk).update(email="new@borealis.example")
    assert post(clock.now) == [], "orders go elsewhere now"


def test_an_address_of_two_suppliers_gets_one_mail(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    waiting(cast, release_order)
    waiting(cast, release_order, "P2", supplier=cast.acme)
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(email=DESK)
    (message,) = to_desk(morning(clock, 2))
    assert "P1, Borealis Polymers" in message.body
    assert "P2, Acme Castings" in message.body


def test_the_second_scheduler_sends_nothing(cast: Cast, release_order: ReleaseOrder) -> None:
    waiting(cast, release_order)
    at = MONDAY + dt.timedelta(days=2)
    with everything():
        desks = addresses.awake(at)
        notices = [digests.Notice(desk, addresses.due(desks)[desk.address]) for desk in desks]
    assert len(notices) == 1
    digests.send_to_addresses(actor=REMINDER, notices=notices, at=at)
    digests.send_to_addresses(actor=REMINDER, notices=notices, at=at)  # it had looked before the first one wrote
    assert remind(at) == 0
    with everything():
        assert (Digest.objects.count(), DigestItem.objects.count()) == (1, 1)
        assert Event.objects.filter(topic=DIGEST_DUE).count() == 1


def test_the_sent_log_and_the_order_say_so(cast: Cast, release_order: ReleaseOrder, clock: Any) -> None:
    order = waiting(cast, release_order)
    morning(clock, 2)
    with everything():
        (one,) = sent.sent_log(cast.actor("ada"), sent.Filters(text="orders@borealis")).rows
        assert (one.name, one.address, one.orders) == ("", DESK, "P1")
        assert [mail.address for mail in sent.about_order(order.pk)] == [DESK]
    client = Client(headers={"accept-language": "en"})
    client.force_login(cast.people["bea"])
    story = client.get(f"/orders/{order.pk}/").content.decode()
    assert "In the daily mail: Orders that wait for an answer" in story
    assert DESK in story


def test_a_run_costs_the_same_for_few_and_for_many(cast: Cast, release_order: ReleaseOrder) -> None:
    def cost(day: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            remind(MONDAY + dt.timedelta(days=day))
        return len(captured)

    waiting(cast, release_order)
    cost(2)
    waiting(cast, release_order, "P2")
    few = cost(3)  # one link to make, one to renew
    for number in range(4):
        with acting(SET_UP, write=True):
            more = Supplier.objects.create(name=f"S{number}", email=f"desk@s{number}.example")
        for place in range(3):
            waiting(cast, release_order, f"P{number}-{place}", supplier=more)
    assert cost(4) == few
