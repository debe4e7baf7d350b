"""Who is mailed what the other side wrote, how often, and by which way he gets to it."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from integrations.office.channels.comment_mails import PAUSE, bundles
from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.actions import links
from suppliers.actions.comments import comment, mark_read
from suppliers.models import MailWish, Membership, OrderComment, OrderLink, PurchaseOrder
from suppliers.states import Frequency, Mode
from tests.by_mail import DESK, link_of, mailed_order, opened, path_of
from tests.cast import SET_UP, Cast, ReleaseOrder, everything, fresh_lines
from tests.house.stage import accepted_file
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]

NOW = timezone.now()


@pytest.fixture
def order(release_order: ReleaseOrder) -> PurchaseOrder:
    return release_order(number="P00042")


def write(actor: Actor, order: PurchaseOrder, text: str = "Which drawing?", **more: Any) -> OrderComment:
    return comment(actor=actor, order=order, text=text, **{"at": NOW, **more})


def mails() -> dict[str, EmailMultiAlternatives]:
    return {one.to[0].rpartition("<")[2].rstrip(">"): one for one in post_mails()}


def test_the_buyer_reads_what_the_supplier_wrote(cast: Cast, anna: Actor, bea: Actor, order: PurchaseOrder) -> None:
    (line,) = fresh_lines(order)
    file = accepted_file(anna, cast.acme.pk)
    write(anna, order, "Which drawing?\nThe <old> one?", line=line.pk, files=[file.pk])
    told = mails()
    assert set(told) == {"bea@nordwerk.example"}  # the order names her
    mail = told["bea@nordwerk.example"]
    assert mail.subject == "Anna Abel on order P00042"
    assert "Which drawing?\nThe <old> one?" in str(mail.body)
    assert f"Line {line.position}, {line.item_code}" in str(mail.body)
    assert "letter.txt" in str(mail.body)
    assert f"/orders/{order.pk}/#comment-1" in str(mail.body)
    assert "The &lt;old&gt; one?" in str(mail.alternatives[0][0])
    assert "List-Unsubscribe" in mail.extra_headers


def test_the_supplier_reads_what_the_buyer_wrote_and_the_writer_gets_none(
    cast: Cast, bea: Actor, order: PurchaseOrder
) -> None:
    write(bea, order)
    assert set(mails()) == {"anna@acme.example", "aron@acme.example"}


def test_whoever_wrote_before_is_told_as_long_as_he_is_there(
    cast: Cast, anna: Actor, bea: Actor, quentin: Actor, order: PurchaseOrder
) -> None:
    write(cast.actor("sven"), order)
    write(quentin, order)
    mails()
    write(anna, order, at=NOW + PAUSE)
    assert set(mails()) == {"bea@nordwerk.example", "quentin@nordwerk.example"}
    write(bea, order, at=NOW + PAUSE)
    assert set(mails()) == {"anna@acme.example", "aron@acme.example", "sven@acme.example"}
    with acting(SET_UP, write=True):
        Membership.objects.filter(user=cast.people["sven"]).update(ended_at=NOW)
    write(bea, order, at=NOW + 3 * PAUSE)
    assert "sven@acme.example" not in mails()


@pytest.mark.parametrize("mode", [Mode.OFF, Mode.OBSERVE])
def test_an_order_that_is_not_live_mails_nobody(anna: Actor, bea: Actor, order: PurchaseOrder, mode: Mode) -> None:
    write(bea, order)  # this one is overtaken by the switch
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=order.pk).update(mode=mode)
    write(bea, order)
    if mode == Mode.OBSERVE:
        write(anna, order)
    assert mails() == {}
    with everything():
        assert Event.objects.filter(topic="purchase_order.commented").count() == 1


def test_one_mail_tells_what_came_meanwhile_and_no_other_follows_within_the_hour(
    anna: Actor, bea: Actor, order: PurchaseOrder
) -> None:
    write(anna, order, "One.")
    write(anna, order, "Two.", at=NOW + dt.timedelta(minutes=1))
    (mail,) = mails().values()
    assert mail.subject == "2 new comments on order P00042"
    assert "One." in str(mail.body)
    assert "Two." in str(mail.body)
    write(anna, order, "Three.", at=NOW + PAUSE - dt.timedelta(seconds=1))
    assert mails() == {}
    write(anna, order, "Four.", at=NOW + PAUSE)
    (mail,) = mails().values()
    assert "Four." in str(mail.body)
    assert "Three." not in str(mail.body), "that is on the page; the mail tells what it was written for"


def test_who_has_read_is_told_anew_at_once(anna: Actor, bea: Actor, order: PurchaseOrder) -> None:
    write(anna, order, "One.")
    mails()
    mark_read(bea, order, 1)
    write(anna, order, "Two.", at=NOW + dt.timedelta(minutes=1))
    (mail,) = mails().values()
    assert "Two." in str(mail.body)
    assert "One." not in str(mail.body)


def test_what_was_read_before_it_left_is_not_mailed(anna: Actor, bea: Actor, order: PurchaseOrder) -> None:
    write(anna, order)
    mark_read(bea, order, 1)
    assert mails() == {}


def test_people_choose_it_like_any_subject(cast: Cast, anna: Actor, order: PurchaseOrder) -> None:
    with acting(SET_UP, write=True):
        MailWish.objects.create(user=cast.people["bea"], subject="comment_new", frequency=Frequency.OFF)
    write(anna, order)
    assert mails() == {}


# --- With a link ------------------------------------------------------------------------------------------------------


def test_the_mail_to_the_desk_carries_its_link_good_anew(mailed_order: PurchaseOrder, bea: Actor) -> None:
    mails()
    later = NOW + dt.timedelta(days=3)
    write(bea, mailed_order, at=later)
    mail = mails()[DESK]
    link = link_of(mailed_order)
    assert link_in(mail) == path_of(link)
    assert link.expires_at == later + links.life()
    assert mail.subject.startswith("Bea Brandt ")
    assert "List-Unsubscribe" not in mail.extra_headers, "a firm's address has no wishes"


def test_a_supplier_does_not_lengthen_his_own_link(mailed_order: PurchaseOrder, anna: Actor) -> None:
    before = link_of(mailed_order).expires_at
    write(anna, mailed_order, at=NOW + dt.timedelta(days=3))
    assert link_of(mailed_order).expires_at == before


def test_a_withdrawn_link_stays_withdrawn(mailed_order: PurchaseOrder, bea: Actor) -> None:
    mails()
    links.revoke(actor=bea, link=link_of(mailed_order), at=NOW)
    write(bea, mailed_order)
    assert link_in(mails()[DESK]) == f"/orders/{mailed_order.pk}/"
    with everything():
        assert OrderLink.objects.get(order=mailed_order, email=DESK).revoked_at == NOW


def test_what_was_read_by_the_link_counts_as_read(mailed_order: PurchaseOrder, bea: Actor) -> None:
    mails()
    write(bea, mailed_order)
    opened(mailed_order).get(f"/orders/{mailed_order.pk}/")
    assert set(mails()) == {"anna@acme.example", "aron@acme.example"}


def test_the_buyer_reads_by_which_link_it_came(mailed_order: PurchaseOrder) -> None:
    mails()
    opened(mailed_order).post(f"/orders/{mailed_order.pk}/comments/", {"text": "We will.", "do": "write"})
    (mail,) = mails().values()
    assert mail.subject == f"{DESK} on order {mailed_order.number}"
    assert f"{DESK} (by the link sent to this address)" in str(mail.body)


# --- How often --------------------------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.integers(min_value=0, max_value=600), max_size=20))
def test_every_comment_is_in_one_mail_and_mails_keep_their_distance(minutes: list[int]) -> None:
    unread = [
        OrderComment(number=n, at=NOW + dt.timedelta(minutes=at)) for n, at in enumerate(sorted(minutes), start=1)
    ]
    found = bundles(unread)
    assert [one.number for told in found.values() for one in told] == [one.number for one in unread]
    assert all(told[0].number == number for number, told in found.items())
    assert all(one.at < told[0].at + PAUSE for told in found.values() for one in told)
    assert all(after[0].at >= before[0].at + PAUSE for before, after in pairwise(found.values()))
