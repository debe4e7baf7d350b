"""An address that is proved: who is locked before whom."""

from __future__ import annotations

import re

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.shared.actor import Actor
from suppliers.actions.accounts import ask_for_address, correct_address, door, prove_address
from suppliers.actions.invitations import invite_colleague
from suppliers.models import AddressProof, Invitation, User
from tests.cast import Cast


def locked(caught: CaptureQueriesContext) -> list[str]:
    """The tables of which a row was locked, in order."""
    return [
        found[1]
        for query in caught.captured_queries
        if "FOR NO KEY UPDATE" in query["sql"] and (found := re.search(r'FROM "(\w+)"', query["sql"]))
    ]


def test_asking_and_proving_lock_in_one_order(people: dict[str, User]) -> None:
    """Else the one waits for the other who waits for him."""
    proof = ask_for_address(actor=door(), person=people["anna"], email="anna@new.example", at=timezone.now())
    with CaptureQueriesContext(connection) as caught:
        prove_address(actor=door(), proof=proof, secret=proof.secret, at=timezone.now())
    assert locked(caught) == [User._meta.db_table, AddressProof._meta.db_table]
    people["anna"].refresh_from_db()
    assert people["anna"].email == "anna@new.example"


def test_so_do_correcting_and_proving_the_address_of_an_invitation(cast: Cast, aron: Actor) -> None:
    invitation = invite_colleague(
        actor=aron, supplier=cast.acme, email="a@b.example", name="A", roles=["order_desk"], language="en",
        at=timezone.now(),
    )  # fmt: skip
    given = {"actor": door(), "at": timezone.now()}
    proof = correct_address(invitation=invitation, secret=invitation.secret, email="a@c.example", **given)
    with CaptureQueriesContext(connection) as caught:
        proved = prove_address(proof=proof, secret=proof.secret, **given)
    assert locked(caught) == [Invitation._meta.db_table, AddressProof._meta.db_table]
    assert proved.invitation is not None
    assert (proved.invitation.email, proved.invitation.version) == ("a@c.example", 2)
