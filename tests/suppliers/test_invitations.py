"""Somebody is invited, gets a mail, and comes in; and what a link must not do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted, WrongState
from portal.shared.identifiers import is_link_secret, link_secret
from portal.shared.models import AuditEntry
from suppliers.actions.accounts import door
from suppliers.actions.invitations import LIFE, accept, invite_colleague, invite_staff, resend, revoke
from suppliers.models import Invitation, Membership, Posting, User
from suppliers.states import Role, StaffRole
from tests.cast import PASSWORD, SET_UP, Cast, everything
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db
FILLED = {"name": "Nina Neu", "language": "de", "time_zone": "Europe/Vienna", "password": PASSWORD}
HOUR = dt.timedelta(hours=1)


def invite(actor: Actor, cast: Cast, email: str = "nina@acme.example", **changes: Any) -> Invitation:
    given = {
        "supplier": cast.acme,
        "name": "Nina",
        "roles": [Role.ORDER_DESK],
        "language": "de",
        "at": timezone.now() - HOUR,
        **changes,
    }
    return invite_colleague(actor=actor, email=email, **given)


def path_of(invitation: Invitation) -> str:
    return f"/invitations/{invitation.pk}/{invitation.secret}/"


def roles_of(email: str) -> list[tuple[str, int]]:
    rows = Membership.objects.filter(user__email=email, ended_at=None)
    return sorted(rows.values_list("role", "supplier"))


def test_from_the_invitation_to_the_first_page(cast: Cast, aron: Actor, client: Client) -> None:
    invite(aron, cast)
    (message,) = post_mails()
    assert message.to == ["nina@acme.example"]
    assert message.subject == "Aron Adler lädt Sie zu Supplier Portal ein"
    assert message.alternatives[0].mimetype == "text/html"
    path = link_in(message)
    assert client.get(path).status_code == 200
    answer = client.post(path, FILLED)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    nina = User.objects.get(email="nina@acme.example")
    assert (nina.name, nina.language, nina.time_zone, nina.kind) == ("Nina Neu", "de", "Europe/Vienna", "supplier")
    assert roles_of(nina.email) == [("order_desk", cast.acme.pk)]
    other = Client()
    assert other.post("/accounts/login/", {"login": nina.email, "password": PASSWORD})["Location"] == "/"


def test_looking_uses_nothing_up_and_a_second_press_finds_it_used(cast: Cast, aron: Actor) -> None:
    path = path_of(invite(aron, cast))
    for _scanner in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
    assert not User.objects.filter(email="nina@acme.example").exists()
    assert Client().post(path, FILLED).status_code == 302
    again = Client().post(path, {**FILLED, "password": "another-password-2026"})
    assert again.status_code == 409
    assert "accepted already" in again.content.decode() or "bereits angenommen" in again.content.decode()
    assert User.objects.get(email="nina@acme.example").check_password(PASSWORD)


def test_a_link_that_is_wrong_old_withdrawn_or_replaced_says_what_to_do(cast: Cast, aron: Actor) -> None:
    invitation = invite(aron, cast, language="en")
    path = path_of(invitation)
    assert Client().get(path[:-4] + "0000/").status_code == 404
    assert Client().get(f"/invitations/{aron.id}/{invitation.secret}/").status_code == 404
    newer = resend(actor=aron, invitation=invitation, at=timezone.now())
    assert Client().post(path, FILLED).status_code == 404
    revoke(actor=aron, invitation=newer, at=timezone.now())
    withdrawn = Client().post(path_of(newer), FILLED)
    assert (withdrawn.status_code, "was withdrawn" in withdrawn.content.decode()) == (409, True)
    expired = invite(aron, cast, language="en", at=timezone.now() - LIFE)
    page = Client().post(path_of(expired), FILLED)
    assert (page.status_code, "Ask Aron Adler to send it again" in page.content.decode()) == (409, True)
    assert not User.objects.filter(email="nina@acme.example").exists()


def test_what_was_withdrawn_or_replaced_before_it_left_is_not_sent(cast: Cast, aron: Actor) -> None:
    invitation = invite(aron, cast)
    resend(actor=aron, invitation=invitation, at=timezone.now())
    (message,) = post_mails()
    with everything():
        assert link_in(message) == path_of(Invitation.objects.get(pk=invitation.pk))
    invite(aron, cast, "other@acme.example")
    with everything():
        other = Invitation.objects.get(email="other@acme.example")
    revoke(actor=aron, invitation=other, at=timezone.now())
    assert post_mails() == []


def test_the_secret_is_nowhere_but_in_the_mail(cast: Cast, aron: Actor) -> None:
    invitation = invite(aron, cast)
    (message,) = post_mails()
    assert invitation.secret in str(message.body)
    with everything():
        kept = [
            *Event.objects.values_list("payload", flat=True),
            *AuditEntry.objects.values_list("changes", flat=True),
            *Invitation.objects.values(),
        ]
    assert invitation.secret not in str(kept)
    assert is_link_secret(invitation.secret, "invitation", invitation.pk, 1)
    assert not is_link_secret(link_secret("address", invitation.pk, 1), "invitation", invitation.pk, 1)


def test_the_secret_is_not_logged(cast: Cast, aron: Actor) -> None:
    from portal.logs import without_secrets

    path = path_of(invite(aron, cast))
    logged = without_secrets(None, "info", {"request": f"GET {path}address/", "event": f"Not Found: {path}", "code": 1})
    assert path.split("/")[3] not in str(logged)
    assert logged["request"].endswith("/•••/address/")
    assert "key" not in without_secrets(None, "info", {"path": "/accounts/password/reset/key/1-key/"})["path"][-6:]


def test_a_key_that_is_retired_still_opens(cast: Cast, aron: Actor, settings: Any) -> None:
    secret = invite(aron, cast).secret
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another-key-that-is-long-enough-for-anybody-to-use"
    with everything():
        assert Invitation.objects.get().is_opened_by(secret)


def test_somebody_with_an_account_accepts_as_himself(cast: Cast, people: dict[str, User], aron: Actor) -> None:
    boris = people["boris"]
    path = path_of(invite(aron, cast, boris.email, language="en"))
    page = Client().get(path).content.decode()
    assert "Sign in to accept" in page
    assert Client().post(path, FILLED).status_code == 403
    stranger = Client()
    stranger.force_login(people["anna"])
    assert stranger.post(path, FILLED).status_code == 403
    signed_in = Client()
    signed_in.force_login(boris)
    assert signed_in.post(path)["Location"] == "/"
    assert roles_of(boris.email) == [("order_desk", cast.acme.pk), ("order_desk", cast.borealis.pk)]
    boris.refresh_from_db()
    assert boris.name == "Boris Berg"


def test_whoever_is_signed_in_does_not_take_anothers_invitation(
    cast: Cast, people: dict[str, User], aron: Actor
) -> None:
    invitation = invite(aron, cast)
    with pytest.raises(NotPermitted):
        accept(actor=door(), invitation=invitation, secret=invitation.secret, person=people["boris"], at=timezone.now())
    assert roles_of("nina@acme.example") == []
    assert roles_of(people["boris"].email) == [("order_desk", cast.borealis.pk)]


def test_an_administrator_invites_to_his_own_supplier_alone(
    cast: Cast, aron: Actor, anna: Actor, boris: Actor, ada: Actor, bea: Actor
) -> None:
    for actor in (anna, boris, bea):
        with pytest.raises(NotPermitted):
            invite(actor, cast)
    with pytest.raises(NotPermitted):
        invite(aron, cast, supplier=cast.borealis)
    with pytest.raises(Invalid):
        invite(aron, cast, roles=[StaffRole.STAFF_ADMINISTRATOR])
    with pytest.raises(NotPermitted):
        invite_staff(
            actor=aron, email="x@y.example", name="X", roles=[StaffRole.BUYER], language="en", at=timezone.now()
        )
    with everything():
        assert Invitation.objects.count() == Event.objects.count() == 0
    assert invite(ada, cast, supplier=cast.borealis).supplier_id == cast.borealis.pk


def test_another_suppliers_administrator_cannot_touch_an_invitation(
    cast: Cast, people: dict[str, User], aron: Actor, boris: Actor, ada: Actor
) -> None:
    ours = invite(aron, cast)
    staffs = invite_staff(
        actor=ada, email="x@y.example", name="X", roles=[StaffRole.BUYER], language="en", at=timezone.now() - HOUR
    )
    with acting(SET_UP, write=True):
        Membership.objects.create(user=people["boris"], supplier=cast.borealis, role=Role.ADMINISTRATOR)
    client = Client()
    client.force_login(people["boris"])
    for row in (ours, staffs):
        for what in ("resend", "revoke"):
            assert client.post(f"/people/invitations/{row.pk}/{what}/").status_code == 404
    chief = Actor(boris.kind, boris.id, boris.name, frozenset(_administrator(cast.borealis.pk)))
    for row in (ours, staffs):
        with pytest.raises((NotFound, NotPermitted)):
            revoke(actor=chief, invitation=row, at=timezone.now())
    with everything():
        assert not Invitation.objects.exclude(revoked_at=None).exists()


def _administrator(supplier: int) -> list[Any]:
    from portal.shared.actor import Grant

    return [Grant(Role.ADMINISTRATOR, supplier_id=supplier)]


def test_staff_are_invited_to_the_plants_an_administrator_has(cast: Cast, dora: Actor, ada: Actor) -> None:
    from portal.shared.actor import Grant

    local = Actor(
        dora.kind, dora.id, dora.name, frozenset({Grant(StaffRole.STAFF_ADMINISTRATOR, plant_id=cast.drs.pk)})
    )
    given: dict[str, Any] = {
        "email": "new@nordwerk.example", "name": "New", "roles": [StaffRole.BUYER], "language": "en",
        "at": timezone.now() - HOUR,
    }  # fmt: skip
    for plants in ([], [cast.ham], [cast.drs, cast.ham]):
        with pytest.raises(NotPermitted):
            invite_staff(actor=local, plants=plants, **given)
    with pytest.raises(NotPermitted):
        invite(local, cast)
    invitation = invite_staff(actor=local, plants=[cast.drs], **given)
    accept(
        actor=door(), invitation=invitation, secret=invitation.secret, name="New", password=PASSWORD, at=timezone.now()
    )
    rows = Posting.objects.filter(user__email="new@nordwerk.example")
    assert list(rows.values_list("role", "plant")) == [("buyer", cast.drs.pk)]
    others = invite_staff(actor=ada, plants=[cast.ham], **{**given, "email": "other@nordwerk.example"})
    with pytest.raises(NotPermitted):
        revoke(actor=local, invitation=others, at=timezone.now())


def test_an_address_that_is_invited_is_not_invited_twice_nor_flooded(cast: Cast, aron: Actor) -> None:
    invitation = invite(aron, cast, at=timezone.now())
    with pytest.raises(WrongState, match="invited already"):
        invite(aron, cast, "NINA@acme.example")
    with pytest.raises(WrongState, match="a moment ago"):
        resend(actor=aron, invitation=invitation, at=timezone.now())


@pytest.mark.parametrize(
    "wrong", [{"password": "short"}, {"password": ""}, {"name": "N" * 201}, {"time_zone": "Moon/Sea"}]
)
def test_what_cannot_be_is_said_beside_its_field(cast: Cast, aron: Actor, wrong: dict[str, str]) -> None:
    path = path_of(invite(aron, cast))
    answer = Client().post(path, {**FILLED, **wrong})
    assert (answer.status_code, "field-error" in answer.content.decode()) == (422, True)
    assert not User.objects.filter(email="nina@acme.example").exists()


def test_an_address_is_corrected_by_whoever_reads_both(cast: Cast, aron: Actor) -> None:
    first = path_of(invite(aron, cast, language="en"))
    post_mails()
    browser = Client()
    said = browser.post(first + "address/", {"email": "nina@home.example"})
    assert "nina@home.example" in said.content.decode()
    (message,) = post_mails()
    assert message.to == ["nina@home.example"]
    proof = link_in(message)
    assert browser.get(proof).status_code == 200
    with everything():
        assert Invitation.objects.get().email == "nina@acme.example", "looking proves nothing"
    onward = browser.post(proof)["Location"]
    assert Client().post(first, FILLED).status_code == 404, "the first link went to the wrong address"
    assert Client().post(proof).status_code == 409
    assert browser.post(onward, FILLED).status_code == 302
    assert User.objects.filter(email="nina@home.example").exists()
    assert not User.objects.filter(email="nina@acme.example").exists()


def test_passwords_are_reset_by_mail_and_nobody_learns_who_is_known(people: dict[str, User]) -> None:
    known = Client().post("/accounts/password/reset/", {"email": people["anna"].email})
    unknown = Client().post("/accounts/password/reset/", {"email": "nobody@acme.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    (message,) = post_mails()
    assert message.to == [people["anna"].email]
    client = Client()
    form = client.get(link_in(message), follow=True)
    new = {"password1": PASSWORD, "password2": PASSWORD}
    assert client.post(form.redirect_chain[-1][0], new).status_code == 302
    people["anna"].refresh_from_db()
    assert people["anna"].check_password(PASSWORD)
    assert default_token_generator.check_token(people["anna"], link_in(message).split("-")[-1]) is False
    (told,) = post_mails()
    assert "set anew" in told.subject
