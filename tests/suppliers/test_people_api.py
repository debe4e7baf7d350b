"""People and invitations for programs: the same acts as on the pages, the same refusals, at most once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared.acting import acting
from suppliers.models import Invitation, InvitationBatch, Membership, Posting, Supplier
from suppliers.states import Role
from tests.cast import SET_UP, Cast, everything
from tests.mail import post_mails

pytestmark = pytest.mark.django_db
PEOPLE = "/api/v1/people/"
INVITATIONS = f"{PEOPLE}invitations/"
CONTACTS = f"{PEOPLE}contacts/"


def of(cast: Cast, name: str) -> Client:
    """A client of somebody of the cast, or of one of its programs."""
    if name in cast.tokens:
        return Client(headers={"Authorization": f"Bearer {cast.tokens[name].secret}"})
    client = Client()
    client.force_login(cast.people[name])
    return client


def call(client: Client, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = getattr(client, method)(path, data=body, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


def person(supplier: Supplier | str, key: object, act: str = "") -> str:
    return f"{PEOPLE}{supplier if isinstance(supplier, str) else supplier.public_id}/{key}/{act}"


NINA = {"email": "nina@acme.example", "name": "Nina", "roles": ["shipping"], "language": "de"}


def test_each_sees_his_own_people(cast: Cast) -> None:
    for name in ("aron", "writer"):
        status, said = call(of(cast, name), "get", PEOPLE)
        assert (status, said["at"], said["name"]) == (200, str(cast.acme.public_id), "Acme Castings")
        assert {one["name"]: [held["role"] for held in one["roles"]] for one in said["results"]} == {
            "Anna Abel": ["order_desk"],
            "Aron Adler": ["administrator"],
            "Asta Ahlers": ["read_only"],
            "Sven Sand": ["shipping"],
            "Quinn Quell": ["quality"],
        }
        assert call(of(cast, name), "get", f"{PEOPLE}?at={cast.borealis.public_id}")[0] == 404
        assert call(of(cast, name), "get", f"{PEOPLE}?at=staff")[0] == 404
    staff = call(of(cast, "ada"), "get", PEOPLE)[1]
    assert (staff["at"], {"role": "buyer", "plant": "HAM"} in staff["results"][1]["roles"]) == ("staff", True)
    assert call(of(cast, "ada"), "get", f"{PEOPLE}?at={cast.borealis.public_id}")[1]["name"] == "Borealis Polymers"
    assert call(of(cast, "decider"), "get", f"{PEOPLE}?at={cast.borealis.public_id}")[0] == 200
    assert call(of(cast, "decider"), "get", f"{PEOPLE}?at=staff")[0] == 404, "no program decides about the staff"


@pytest.mark.parametrize("name", ["aron", "writer"])
def test_invited_once_sent_again_and_withdrawn(cast: Cast, name: str) -> None:
    client = of(cast, name)
    status, said = call(client, "post", f"{INVITATIONS}?dry_run=true", NINA)
    assert (status, said["dry_run"], said["state"]) == (200, True, "pending")
    with everything():
        assert not Invitation.objects.exists()
    status, said = call(client, "post", INVITATIONS, NINA, key="one")
    assert (status, said["at"], said["roles"]) == (201, str(cast.acme.public_id), ["shipping"])
    assert call(client, "post", INVITATIONS, NINA, key="one")[1]["id"] == said["id"], "the same call again"
    status, refused = call(client, "post", INVITATIONS, NINA)
    assert (status, refused["code"]) == (409, "already_invited")
    assert len(post_mails()) == 1
    (listed,) = call(client, "get", INVITATIONS)[1]["results"]
    assert (listed["email"], listed["invited_by"] != "") == ("nina@acme.example", True)
    one = f"{INVITATIONS}{said['id']}/"
    assert call(client, "post", f"{one}resend/")[1]["code"] == "too_soon"
    earlier = timezone.now() - dt.timedelta(hours=1)
    with acting(SET_UP, write=True):
        Invitation.objects.update(sent_at=earlier)
    assert call(client, "post", f"{one}resend/")[0] == 200
    assert call(client, "post", f"{one}revoke/")[1]["state"] == "revoked"
    assert call(client, "post", f"{one}revoke/")[1]["code"] == "invitation_settled"
    assert call(client, "get", INVITATIONS)[1]["results"] == []


def test_a_refusal_names_the_places(cast: Cast) -> None:
    body = {"email": "no", "name": "", "roles": ["king"], "language": "de"}
    status, said = call(of(cast, "aron"), "post", INVITATIONS, body)
    assert (status, {error["pointer"] for error in said["errors"]}) == (422, {"/name"})
    status, said = call(of(cast, "aron"), "post", INVITATIONS, {**body, "name": "N"})
    assert (status, {error["pointer"] for error in said["errors"]}) == (422, {"/email", "/roles"})
    status, said = call(of(cast, "ada"), "post", INVITATIONS, {**NINA, "roles": ["buyer"], "plants": ["HAM", "MARS"]})
    assert (status, [error["pointer"] for error in said["errors"]]) == (422, ["/plants/1"])


@pytest.mark.parametrize("name", ["aron", "writer", "decider", "ada"])
def test_roles_and_leaving(cast: Cast, name: str) -> None:
    client, anna = of(cast, name), cast.people["anna"].pk
    roles = person(cast.acme, anna, "roles/")
    status, said = call(client, "put", f"{roles}?dry_run=true", {"roles": ["quality"]})
    assert (status, [held["role"] for held in said["roles"]], said["dry_run"]) == (200, ["quality"], True)
    assert Membership.objects.get(user=anna).role == Role.ORDER_DESK
    for _twice in range(2):
        status, said = call(client, "put", roles, {"roles": ["quality", "shipping"]}, key="roles")
        assert (status, [held["role"] for held in said["roles"]]) == (200, ["quality", "shipping"])
    assert call(client, "put", roles, {"roles": []})[1]["errors"][0]["pointer"] == "/roles"
    assert call(client, "post", person(cast.acme, anna, "deactivate/"))[1]["active"] is False
    assert call(client, "post", person(cast.acme, anna, "deactivate/"))[1]["code"] == "not_there"
    assert not Membership.objects.filter(user=anna, ended_at=None).exists()
    status, said = call(client, "post", person(cast.acme, anna, "reactivate/"))
    assert (status, said["active"], len(said["roles"])) == (200, True, 2)
    assert call(client, "get", person(cast.acme, anna))[1]["name"] == "Anna Abel"
    assert call(client, "get", person(cast.acme, cast.people["boris"].pk))[0] == 404


@pytest.mark.parametrize("name", ["aron", "writer", "decider"])
def test_the_last_administrator_stays(cast: Cast, name: str) -> None:
    aron = person(cast.acme, cast.people["aron"].pk, "deactivate/")
    assert call(of(cast, name), "post", aron)[1]["code"] == "last_administrator"


def test_staff_is_for_staff_administrators(cast: Cast) -> None:
    ada, bea = of(cast, "ada"), cast.people["bea"].pk
    body = {"roles": ["buyer", "receiving"], "plant": "HAM"}
    status, said = call(ada, "put", person("staff", bea, "roles/"), body)
    assert (status, said["roles"]) == (
        200,
        [{"role": "buyer", "plant": "HAM"}, {"role": "receiving", "plant": "HAM"}],
    )
    assert Posting.objects.filter(user=bea).count() == 2
    assert call(ada, "post", person("staff", bea, "deactivate/"))[1]["active"] is False
    assert call(ada, "post", person("staff", bea, "reactivate/"))[1]["active"] is True
    invited = {"at": "staff", "email": "new@nordwerk.example", "name": "New", "roles": ["buyer"], "plants": ["DRS"]}
    status, said = call(ada, "post", INVITATIONS, invited)
    assert (status, said["at"], said["plants"]) == (201, "staff", ["DRS"])
    for name in ("aron", "writer", "decider"):
        client = of(cast, name)
        assert call(client, "post", person("staff", bea, "deactivate/"))[0] == 404
        assert call(client, "post", INVITATIONS, invited)[0] == 404
        assert call(client, "post", f"{INVITATIONS}{said['id']}/revoke/")[0] == 404


def test_contacts_are_looked_at_rehearsed_and_invited_once(cast: Cast) -> None:
    told = {"name": "Karl Kern", "function": "Versand", "email": "karl@acme.example", "phone": "", "language": "de"}
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(contacts=[told, {**told, "name": "Nobody", "email": ""}])
    for name in ("ada", "decider"):
        client = of(cast, name)
        firm = call(client, "get", f"{CONTACTS}?supplier={cast.acme.public_id}")[1]["results"][0]
        assert [(one["email"], one["role"], one["invitable"]) for one in firm["contacts"]] == [
            ("karl@acme.example", "shipping", True),
            ("", "shipping", False),
        ]
    assert call(client, "get", f"{CONTACTS}?plant=MARS")[1]["errors"][0]["pointer"] == "/plant"
    body = {"rows": [{"supplier": str(cast.acme.public_id), "email": "karl@acme.example", "roles": ["shipping"]}]}
    status, said = call(client, "post", f"{CONTACTS}?dry_run=true", body)
    assert (status, said["invited"], said["dry_run"]) == (200, 1, True)
    with everything():
        assert not Invitation.objects.exists()
    first = call(client, "post", CONTACTS, body, key="wave-1")[1]
    assert (first["invited"], first["refused"]) == (1, 0)
    assert call(client, "post", CONTACTS, body, key="wave-1")[1]["id"] == first["id"]
    again = call(client, "post", CONTACTS, body)[1]
    assert (again["invited"], [row["code"] for row in again["results"]]) == (0, ["invited"])
    assert len(post_mails()) == 1
    with everything():
        assert (Invitation.objects.count(), InvitationBatch.objects.count()) == (1, 2)
    for name in ("aron", "writer"):
        assert call(of(cast, name), "post", CONTACTS, body)[0] == 403
