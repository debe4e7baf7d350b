"""Whoever gets or loses a role, or his access, is told by mail."""

from __future__ import annotations

import pytest
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.actor import Actor
from portal.shared.errors import WrongState
from suppliers.actions import colleagues
from suppliers.models import User
from suppliers.states import Role, StaffRole
from tests.cast import Cast, everything
from tests.mail import post_mails

pytestmark = pytest.mark.django_db


def test_of_a_supplier(cast: Cast, aron: Actor, people: dict[str, User]) -> None:
    given = {"actor": aron, "supplier": cast.acme, "person": people["anna"], "at": timezone.now()}
    colleagues.set_roles(**given, roles=[Role.ORDER_DESK, Role.QUALITY])
    colleagues.set_roles(**given, roles=[Role.QUALITY, Role.ORDER_DESK])  # the same: nothing to tell
    colleagues.deactivate(**given)
    colleagues.reactivate(**given)
    changed, ended, back = post_mails()
    assert {mail.to[0] for mail in (changed, ended, back)} == {"anna@acme.example"}
    assert changed.subject == "Your roles at Acme Castings have changed"
    assert "Your roles now: Order desk, Quality." in str(changed.body)
    assert "Aron Adler decided this" in str(changed.body)
    assert ended.subject == "Your access to Acme Castings has ended"
    assert "http" not in str(ended.body).split("-- ")[0]
    assert back.subject == "You have access to Acme Castings again"


def test_of_the_staff(cast: Cast, ada: Actor, people: dict[str, User]) -> None:
    now, bea = timezone.now(), people["bea"]
    colleagues.set_staff_roles(actor=ada, person=bea, roles=[StaffRole.RECEIVING], plant=cast.ham, at=now)
    colleagues.set_staff_roles(actor=ada, person=bea, roles=[], plant=cast.ham, at=now)
    colleagues.close_account(actor=ada, person=bea, at=now)
    sent = post_mails()
    assert [mail.subject for mail in sent] == [
        "Your roles at Hamburg works have changed",
        "Your roles at Hamburg works have changed",
        "Your access to Supplier Portal has ended",
    ]
    assert "Your roles now: Receiving." in str(sent[0].body)
    assert "You hold no role there." in str(sent[1].body)
    assert {mail.to[0] for mail in sent} == {bea.email}


def test_a_refusal_tells_nobody(cast: Cast, aron: Actor, people: dict[str, User]) -> None:
    with pytest.raises(WrongState):
        colleagues.deactivate(actor=aron, supplier=cast.acme, person=people["aron"], at=timezone.now())
    with everything():
        assert not Event.objects.exists()
