"""An order that changes under a notice: who is mailed, when, and what the home pages say of it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from portal.shared.acting import acting
from suppliers.actions import shipments
from suppliers.models import MailWish, Shipment
from suppliers.queries.boards import waiting_requests
from suppliers.queries.receiving import today_at
from suppliers.shipping_states import ShipmentState
from suppliers.states import Frequency
from tests.cast import SET_UP, Cast, doing, everything, fresh_lines, revise
from tests.mail import link_in, post_mails
from tests.shipping import confirmed, row, sent

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def mails() -> dict[str, EmailMultiAlternatives]:
    """By address, those that are about a shipment."""
    found = {one.to[0].rpartition("<")[2].rstrip(">"): one for one in post_mails()}
    return {address: one for address, one in found.items() if "/shipments/" in str(one.body)}


def told(cast: Cast, who: str, plants: bool = False) -> dict[str, int]:
    with everything():
        here = [cast.ham, cast.drs] if plants else []
    actor = cast.actor(who)
    with acting(actor):
        return {what: count for what, count in waiting_requests(actor, here, now=NOW).items() if count}


def test_whoever_ships_is_told_once_what_is_wrong(cast: Cast, client: Client) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 60))
    assert mails() == {}
    with acting(SET_UP, write=True):
        cast.people["sven"].language = "de"
        cast.people["sven"].save(update_fields=["language"])
    revise(order, receipts=(), quantity=Decimal(50))
    letters = mails()
    assert set(letters) == {"anna@acme.example", "aron@acme.example", "sven@acme.example"}
    letter = letters["anna@acme.example"]
    assert letter.subject.endswith("Correct shipment S1 (delivery note LS-1)")
    assert f"{order.number} line {line.position} orders less now" in str(letter.body)
    assert link_in(letter) == f"/shipments/{shipment.pk}/"
    assert "List-Unsubscribe" in letter.extra_headers
    client.force_login(cast.people["anna"])
    page = client.get(f"/shipments/{shipment.pk}/").content.decode()
    assert "orders less now" in page
    revise(order, receipts=(), quantity=Decimal(49))  # still wrong, and in the same way
    assert mails() == {}
    revise(order, cancelled=True)
    assert f"{order.number} Position {line.position}" in str(mails()["sven@acme.example"].body)


def test_what_was_mended_before_the_mail_left_is_not_told(cast: Cast) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 60))
    revise(order, receipts=(), quantity=Decimal(50))
    with everything():
        shipment = Shipment.objects.get(pk=shipment.pk)
    assert shipment.state == ShipmentState.INVALID
    shipments.cancel(actor=cast.actor("sven"), shipment=shipment, reason="Too much.", at=NOW)
    assert mails() == {}


def test_whoever_wants_it_daily_or_never_gets_no_letter(cast: Cast) -> None:
    wishes = {"anna": Frequency.DAILY, "aron": Frequency.OFF}
    with acting(SET_UP, write=True):
        for name, wish in wishes.items():
            MailWish.objects.create(user=cast.people[name], subject="shipment_correct", frequency=wish)
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    sent(cast, row(line, 60))
    revise(order, receipts=(), quantity=Decimal(50))
    assert set(mails()) == {"sven@acme.example"}


def test_home_says_what_is_to_be_corrected_and_leads_there(cast: Cast, client: Client) -> None:
    order = confirmed(cast)
    (line,) = fresh_lines(order)
    sent(cast, row(line, 60))
    assert "correct" not in told(cast, "sven")
    revise(order, receipts=(), quantity=Decimal(50))
    assert told(cast, "sven")["correct"] == 1
    assert "correct" not in told(cast, "boris")
    for who, address in (("sven", "/shipments/?view=correct"), ("rita", "/receiving/?view=correct")):
        client.force_login(cast.people[who])
        assert address in client.get("/").content.decode(), who
        assert "S1" in client.get(address).content.decode(), who
    client.force_login(cast.people["quinn"])  # who does not ship
    assert "/shipments/?view=correct" not in client.get("/").content.decode()


def test_the_dock_is_told_of_late_and_missing_notices(cast: Cast, client: Client) -> None:
    today = NOW.date()
    late = confirmed(cast, cast.line(10))
    (line,) = fresh_lines(late)
    sent(cast, row(line, 10), at=NOW, arrives_on=today + dt.timedelta(days=30))
    soon = confirmed(cast, cast.line(20, date=today + dt.timedelta(days=1)))
    assert told(cast, "rita", plants=True) == {"missing": 1}
    with doing():
        Shipment.objects.update(arrives_on=today - dt.timedelta(days=2), departs_on=today - dt.timedelta(days=4))
    assert told(cast, "rita", plants=True) == {"missing": 1, "late": 1}
    assert told(cast, "dora", plants=True) == {}  # of another plant
    client.force_login(cast.people["rita"])
    page = client.get("/").content.decode()
    assert "/receiving/?view=late" in page
    assert "/receiving/?view=missing" in page
    assert soon.number in client.get("/receiving/?view=missing").content.decode()


def test_the_dock_is_told_what_arrives(cast: Cast, client: Client) -> None:
    today = today_at(cast.ham, NOW)
    (line,) = fresh_lines(confirmed(cast, cast.line(10), number="P00901"))
    (other,) = fresh_lines(confirmed(cast, cast.line(10), number="P00902"))
    sent(cast, row(line, 10), at=NOW)
    sent(cast, row(other, 10), at=NOW, delivery_note="LS-2")
    for note, days in (("LS-1", 0), ("LS-2", 7)):
        with doing():
            Shipment.objects.filter(delivery_note=note).update(
                departs_on=today, arrives_on=today + dt.timedelta(days=days)
            )
    assert told(cast, "rita", plants=True) == {"today": 1, "week": 1}
    assert told(cast, "dora", plants=True) == {}
    client.force_login(cast.people["rita"])
    page = client.get("/").content.decode()
    assert "1 shipment arrives today." in page
    assert 'href="/receiving/?view=week"' in page
    client.force_login(cast.people["bea"])  # decisions come first
    assert "arrives today" not in client.get("/").content.decode()
