"""Many people invited at once, from what Odoo knows of suppliers: what is said beforehand, and what is done."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotPermitted
from suppliers.actions.accounts import door
from suppliers.actions.colleagues import deactivate
from suppliers.actions.contacts import MOST, Choice, invite_contacts
from suppliers.actions.invitations import accept, invite_colleague, invite_staff
from suppliers.models import Invitation, InvitationBatch, Membership, Supplier, User
from suppliers.models.organisations import address_in
from suppliers.queries.contacts import Contact, ContactFilters, contacts
from suppliers.states import ContactStanding, Role, StaffRole
from tests.cast import PASSWORD, SET_UP, Cast, ReleaseOrder, everything
from tests.house.asking import NUL
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db


def contact(email: str, name: str = "Karl Kern", function: str = "", language: str = "") -> dict[str, str]:
    return {"name": name, "function": function, "email": email, "phone": "", "language": language}


def odoo_says(supplier: Supplier, *told: dict[str, str], **changes: Any) -> None:
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=supplier.pk).update(contacts=list(told), **changes)


def seen(actor: Actor, **filters: Any) -> dict[str, list[Contact]]:
    """What the preview says, by supplier."""
    with acting(actor):
        page = contacts(actor, ContactFilters(**filters), timezone.now())
    return {firm.supplier.name: firm.contacts for firm in page.rows}


def standings(actor: Actor) -> dict[str, ContactStanding]:
    return {one.written: one.standing for found in seen(actor).values() for one in found}


def invite(actor: Actor, *choices: tuple[Supplier, str], roles: Any = (Role.ORDER_DESK,)) -> list[tuple[str, str]]:
    """Outcome and code of each row."""
    rows = [Choice(supplier.public_id, email, roles) for supplier, email in choices]
    batch = invite_contacts(actor=actor, choices=rows, at=timezone.now())
    return [(row["outcome"], row["code"]) for row in batch.results]


# --- Beforehand -------------------------------------------------------------------------------------------------------


def test_each_contact_is_told_apart_by_what_would_happen_to_him(cast: Cast, ada: Actor) -> None:
    now = timezone.now()
    odoo_says(
        cast.acme,
        contact("new@acme.example"),
        contact("Anna@Acme.example"),
        contact("sven@acme.example"),
        contact("open@acme.example"),
        contact("boris@borealis.example"),
        contact("bea@nordwerk.example"),
        contact("soon@nordwerk.example"),
        contact(""),
        contact("call us"),
        contact("Karl <new@acme.example>"),
    )
    deactivate(actor=ada, supplier=cast.acme, person=cast.people["sven"], at=now)
    invite_colleague(
        actor=ada, supplier=cast.acme, email="open@acme.example", name="O", roles=["shipping"], language="en", at=now
    )
    staff = [StaffRole.BUYER]
    invite_staff(actor=ada, email="soon@nordwerk.example", name="S", roles=staff, language="en", at=now)
    assert standings(ada) == {
        "new@acme.example": ContactStanding.READY,
        "Anna@Acme.example": ContactStanding.WORKS_HERE,
        "sven@acme.example": ContactStanding.ENDED,
        "open@acme.example": ContactStanding.INVITED,
        "boris@borealis.example": ContactStanding.ACCOUNT,
        "bea@nordwerk.example": ContactStanding.STAFF,
        "soon@nordwerk.example": ContactStanding.STAFF,
        "": ContactStanding.NO_ADDRESS,
        "call us": ContactStanding.BAD_ADDRESS,
        "Karl <new@acme.example>": ContactStanding.TWICE,
    }
    advised = {one.email for one in seen(ada)["Acme Castings"] if one.advised}
    assert advised == {"new@acme.example", "boris@borealis.example"}, "whoever was sent away is for a person to decide"


def test_the_address_of_two_suppliers_is_named_and_not_ticked(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.acme, contact("Agent <agent@trade.example>"), contact("k@acme.example"))
    odoo_says(cast.borealis, contact("AGENT@trade.example "))
    shared, own = seen(ada)["Acme Castings"]
    assert (shared.elsewhere, shared.advised, shared.invitable) == (["Borealis Polymers"], False, True)
    assert (own.elsewhere, own.advised) == ([], True)
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.borealis.pk).update(active=False)
    assert seen(ada)["Acme Castings"][0].elsewhere == [], "one that is not active counts for nothing"


def test_the_suppliers_own_address_is_the_last_and_a_persons_where_it_is_his(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.acme, contact("k@acme.example"), email="orders@acme.example")
    person, own = seen(ada)["Acme Castings"]
    assert (person.own, own.own, own.name, own.advised) == (False, True, "Acme Castings", False)
    odoo_says(cast.acme, contact("k@acme.example"), email="K@acme.example")
    assert [one.standing for one in seen(ada)["Acme Castings"]] == [ContactStanding.READY, ContactStanding.TWICE]


def test_language_and_role_are_sensible(cast: Cast, ada: Actor) -> None:
    odoo_says(
        cast.acme,
        contact("a@acme.example", function="Leiterin Qualität", language="en"),
        contact("b@acme.example", function="Versand", language="xx"),
        contact("c@acme.example", function="Managing director", name=""),
        language="de",
    )
    first, second, third = seen(ada)["Acme Castings"]
    assert [one.language for one in (first, second, third)] == ["en", "de", "de"]
    assert [one.role for one in (first, second, third)] == [Role.QUALITY, Role.SHIPPING, Role.ORDER_DESK]
    assert third.name == "c@acme.example"


def test_a_plant_keeps_those_who_deliver_there_and_pages_are_bounded(
    cast: Cast, ada: Actor, release_order: ReleaseOrder
) -> None:
    release_order(supplier=cast.borealis, plant=cast.drs)
    assert list(seen(ada, plant=cast.drs.pk)) == ["Borealis Polymers"]
    assert list(seen(ada, supplier=cast.acme.public_id)) == ["Acme Castings"]
    assert list(seen(ada, text="polym")) == ["Borealis Polymers"]
    with acting(ada):
        first = contacts(ada, ContactFilters(), timezone.now(), size=1)
        second = contacts(ada, ContactFilters(), timezone.now(), size=1, cursor=first.next)
    assert [firm.supplier.name for firm in (*first.rows, *second.rows)] == ["Acme Castings", "Borealis Polymers"]


def test_it_says_whether_anybody_there_can_invite_colleagues(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.borealis, contact("k@borealis.example"))

    def administered() -> dict[str, bool]:
        with acting(ada):
            page = contacts(ada, ContactFilters(), timezone.now())
        return {firm.supplier.name: firm.administered for firm in page.rows}

    assert administered() == {"Acme Castings": True, "Borealis Polymers": False}
    invite(ada, (cast.borealis, "k@borealis.example"), roles=[Role.ADMINISTRATOR])
    assert administered() == {"Acme Castings": True, "Borealis Polymers": True}


def test_a_page_costs_the_same_for_few_and_for_many(cast: Cast, ada: Actor) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            seen(ada)
        return len(captured)

    odoo_says(cast.acme, contact("a@acme.example"))
    few = cost()
    odoo_says(cast.acme, *(contact(f"a{number}@acme.example") for number in range(60)))
    odoo_says(cast.borealis, *(contact(f"b{number}@borealis.example") for number in range(60)))
    assert cost() == few


# --- Done -------------------------------------------------------------------------------------------------------------


def test_one_act_invites_each_or_says_why_not(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.acme, contact("Karl <karl@acme.example>", language="de"), contact("anna@acme.example"))
    odoo_says(cast.borealis, contact("bea@nordwerk.example"), contact("lena@borealis.example", name="Lena\nLund"))
    with everything():
        before = Invitation.objects.count()
    said = invite(
        ada,
        (cast.acme, "karl@acme.example"),
        (cast.acme, "anna@acme.example"),
        (cast.borealis, "bea@nordwerk.example"),
        (cast.borealis, "lena@borealis.example"),
        (cast.borealis, "karl@acme.example"),
        (cast.acme, "KARL@acme.example "),
    )
    assert said == [
        ("invited", ""),
        ("refused", "works_here"),
        ("refused", "staff"),
        ("refused", "invalid"),
        ("refused", "not_found"),
        ("refused", "already_invited"),
    ]
    with everything():
        made = Invitation.objects.get(email="karl@acme.example")
        assert Invitation.objects.count() == before + 1
        assert (made.name, made.language, made.roles) == ("Karl Kern", "de", ["order_desk"])
        assert (made.supplier_id, made.invited_by_name) == (cast.acme.pk, "Ada Arndt")
    (message,) = post_mails()
    assert message.to == ["karl@acme.example"]
    assert "lädt Sie" in message.subject
    with everything():
        assert link_in(message) == f"/invitations/{made.pk}/{made.secret}/"


def test_again_is_no_second_invitation(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.acme, contact("karl@acme.example"))
    assert invite(ada, (cast.acme, "karl@acme.example")) == [("invited", "")]
    assert invite(ada, (cast.acme, "karl@acme.example")) == [("refused", "invited")]
    assert len(post_mails()) == 1
    with everything():
        assert (Invitation.objects.count(), InvitationBatch.objects.count()) == (1, 2)


def test_whoever_has_an_account_gains_the_role_by_accepting(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.acme, contact("boris@borealis.example"))
    assert invite(ada, (cast.acme, "boris@borealis.example"), roles=[Role.SHIPPING]) == [("invited", "")]
    with everything():
        made = Invitation.objects.get()
    accept(
        actor=door(), invitation=made, secret=made.secret, person=cast.people["boris"], password=PASSWORD,
        at=timezone.now(),
    )  # fmt: skip
    rows = Membership.objects.filter(user=cast.people["boris"]).values_list("supplier__name", "role")
    assert set(rows) == {("Borealis Polymers", "order_desk"), ("Acme Castings", "shipping")}
    assert User.objects.filter(email="boris@borealis.example").count() == 1


def test_a_rehearsal_says_the_same_and_does_nothing(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.acme, contact("karl@acme.example"))
    rows = [Choice(cast.acme.public_id, "karl@acme.example", [Role.QUALITY])]
    batch = invite_contacts.rehearse(actor=ada, choices=rows, at=timezone.now())
    assert [row["outcome"] for row in batch.results] == ["invited"]
    with everything():
        assert not Invitation.objects.exists()
        assert not InvitationBatch.objects.exists()
        assert not Event.objects.exists()


def test_nobody_chosen_too_many_and_no_role_are_refused(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.acme, *(contact(f"k{number}@acme.example") for number in range(MOST + 1)))
    with pytest.raises(Invalid, match="Nobody was invited"):
        invite(ada)
    with pytest.raises(Invalid) as refusal:
        invite(ada, *((cast.acme, f"k{number}@acme.example") for number in range(MOST + 1)))
    assert [fault.pointer for fault in refusal.value.faults] == ["/rows"]
    assert invite(ada, (cast.acme, "k1@acme.example"), roles=[]) == [("refused", "invalid")]
    assert invite(ada, (cast.acme, "k1@acme.example"), roles=["king"]) == [("refused", "invalid")]
    with everything():
        assert not Invitation.objects.exists()


def test_only_an_administrator_of_every_plant_looks_and_invites(cast: Cast, ada: Actor) -> None:
    odoo_says(cast.acme, contact("karl@acme.example"))
    local = Actor(ada.kind, ada.id, ada.name, frozenset({*cast.actor("bea").grants}))
    for actor in (cast.actor("aron"), cast.actor("bea"), local):
        with pytest.raises(NotPermitted):
            invite(actor, (cast.acme, "karl@acme.example"))
        with pytest.raises(NotPermitted):
            seen(actor)
    with everything():
        assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@b.example", "a@b.example"),
        ("Karl Kern <K.Kern@b.example>; b@b.example", "k.kern@b.example"),
        ("call us, A@b.example", "a@b.example"),
        ("nobody", ""),
        ("", ""),
        (NUL, ""),
    ],
)
def test_the_address_in_what_odoo_keeps(text: str, address: str) -> None:
    assert address_in(text) == address
