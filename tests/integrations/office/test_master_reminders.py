"""A change of master data that waits for a buyer stands in his daily mail until somebody decides."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.actions.accounts import door
from suppliers.actions.digests import remind
from suppliers.actions.master_requests import decline_master_change, request_master_change
from suppliers.actions.wishes import choose_mails
from suppliers.models import MasterRequest, Posting
from suppliers.states import MasterField
from tests.cast import SET_UP, Cast, ReleaseOrder
from tests.integrations.office.test_digests import MONDAY, clock, morning, post
from tests.masters import listed

pytestmark = pytest.mark.django_db
__all__ = ["clock"]


@pytest.fixture
def request_of_monday(cast: Cast, anna: Actor) -> MasterRequest:
    term = listed(cast.acme, cast.bracket)
    made = request_master_change(
        actor=anna, supplier=cast.acme, field=MasterField.LEAD_TIME, term=term.pk, values={"lead_time": "21"}, at=MONDAY
    )
    post(MONDAY)  # the letters that told of it at once
    return made


def to_buyers(messages: list[Any]) -> dict[str, Any]:
    return {message.to[0]: message for message in messages if message.to[0].endswith("@nordwerk.example")}


def test_two_days_later_and_once_a_day_until_it_is_decided(
    clock: Any, cast: Cast, release_order: ReleaseOrder, request_of_monday: MasterRequest, bea: Actor
) -> None:
    release_order(cast.line(date=MONDAY.date() + dt.timedelta(days=60)), at=MONDAY)  # Acme delivers to Hamburg
    assert to_buyers(morning(clock, 1)) == {}
    told = to_buyers(morning(clock, 2))
    assert {*told} == {"bea@nordwerk.example"}, "of the plant that orders there, as its letter"
    message = told["bea@nordwerk.example"]
    assert message.subject == "1 change of master data waits for you"
    body = str(message.body)
    assert "Lead time: BR-100 Bearing bracket, Acme Castings: waiting since Mon 2 Mar 2026" in body
    assert reverse("master_request", args=[request_of_monday.pk]) in body
    assert remind(clock.now) == 0, "one mail a day"
    assert {*to_buyers(morning(clock, 3))} == {"bea@nordwerk.example"}
    decline_master_change(actor=bea, request=request_of_monday, reason="No.", at=clock.now)
    assert to_buyers(morning(clock, 4)) == {}


def test_what_is_decided_before_the_mail_leaves_is_not_told(
    clock: Any, request_of_monday: MasterRequest, bea: Actor
) -> None:
    clock.now = MONDAY + dt.timedelta(days=2)
    assert remind(clock.now) == 2, "where nobody orders yet, every buyer"
    decline_master_change(actor=bea, request=request_of_monday, reason="No.", at=clock.now)
    assert to_buyers(post(clock.now)) == {}


def test_where_its_buyers_are_gone_the_others_are_told_and_who_wants_none_gets_none(
    clock: Any, cast: Cast, release_order: ReleaseOrder, request_of_monday: MasterRequest
) -> None:
    release_order(cast.line(date=MONDAY.date() + dt.timedelta(days=60)), at=MONDAY)
    with acting(SET_UP, write=True):
        Posting.objects.filter(user=cast.people["bea"]).delete()
    assert {*to_buyers(morning(clock, 2))} == {"dora@nordwerk.example"}
    dora = cast.people["dora"]
    choose_mails(actor=door(dora.name), person=dora, subjects={"master_due": "off"}, at=clock.now)
    assert to_buyers(morning(clock, 3)) == {}
