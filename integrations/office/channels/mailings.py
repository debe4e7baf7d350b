"""What leaves by mail, as data: topic -> template, who reads it, and what it says.

``readers`` finds them when the event is fanned out, one letter each, and again when a letter leaves: the address that
counts is the one of that moment. ``words`` is asked then too, in the reader's language; None means that there is
nothing to say any more. The template ``mail/message`` takes ``subject``, ``paragraphs``, ``action`` with ``url``, and
``notes``; a mail that needs more brings a template of its own, as ``.txt`` and ``.html``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.office.channels import digests
from integrations.office.channels.access_mails import ACCESS_MAILS
from integrations.office.channels.change_mails import CHANGE_MAILS
from integrations.office.channels.comment_mails import COMMENT_MAILS
from integrations.office.channels.master_mails import MASTER_MAILS
from integrations.office.channels.order_mails import ORDER_MAILS
from integrations.office.channels.readers import Mailing, Reader, Words, address_of, moment
from integrations.office.channels.shipment_mails import SHIPMENT_MAILS
from integrations.slot.models import Event
from suppliers.actions.digests import DIGEST_DUE
from suppliers.models import AddressProof, Invitation, User
from suppliers.states import Admission

PENDING = Admission.PENDING
RESET_WAITS = dt.timedelta(hours=1)
"""A link to a new password that leaves later than this is not what anybody waits for any more."""


# --- Invitations ------------------------------------------------------------------------------------------------------


def _invited(event: Event) -> list[Reader]:
    invitation = Invitation.objects.get(pk=event.about_id)
    return [Reader(str(invitation.pk), invitation.email, invitation.name, invitation.language)]


def _invitation(event: Event, reader: Reader) -> Words | None:
    invitation = Invitation.objects.select_related("supplier").get(pk=event.about_id)
    if invitation.version != event.payload["version"] or invitation.admission(timezone.now()) is not PENDING:
        return None
    where = invitation.supplier.name if invitation.supplier else settings.PORTAL_NAME
    told = {"by": invitation.invited_by_name, "where": where, "portal": settings.PORTAL_NAME}
    return {
        "subject": _("%(by)s invites you to %(portal)s") % told,
        "paragraphs": [
            _("%(by)s invites you to work for %(where)s in %(portal)s.") % told
            if invitation.supplier
            else _("%(by)s invites you to the staff of %(portal)s.") % told,
            _("Open the link, look whether name and address are right, and choose how you sign in."),
        ],
        "action": _("Look at the invitation"),
        "url": address_of("invitation", invitation.pk, invitation.secret),
        "notes": [
            _("The link is for you alone and is good until %(when)s.") % {"when": moment(invitation.expires_at)},
            _("You do not know what this is about? Then leave it: nothing happens until you accept."),
        ],
    }


# --- Addresses --------------------------------------------------------------------------------------------------------


def _prover(event: Event) -> list[Reader]:
    proof = AddressProof.objects.select_related("user", "invitation").get(pk=event.about_id)
    if proof.user is not None:
        return [Reader.of(proof.user, proof.email)]
    assert proof.invitation is not None  # the table says so
    return [Reader(str(proof.pk), proof.email, proof.invitation.name, proof.invitation.language)]


def _proof(event: Event, reader: Reader) -> Words | None:
    proof = AddressProof.objects.get(pk=event.about_id)
    if not proof.is_open(timezone.now()):
        return None
    return {
        "subject": _("Confirm your address for %(portal)s") % {"portal": settings.PORTAL_NAME},
        "paragraphs": [
            _("Somebody says that %(email)s is the address of %(name)s.") % {"email": proof.email, "name": reader.name},
            _("If that is you, confirm it: from then on you sign in with this address, and mails come here."),
        ],
        "action": _("Confirm the address"),
        "url": address_of("prove_address", proof.pk, proof.secret),
        "notes": [
            _("The link is good until %(when)s.") % {"when": moment(proof.expires_at)},
            _("If it is not you, leave it: nothing changes."),
        ],
    }


def _owner_at_the_old_address(event: Event) -> list[Reader]:
    return [Reader.of(User.objects.get(pk=event.about_id), event.payload["old"])]


def _address_changed(event: Event, reader: Reader) -> Words:
    return {
        "subject": _("Your address for %(portal)s has changed") % {"portal": settings.PORTAL_NAME},
        "paragraphs": [
            _("From now on you sign in with %(new)s. This address, %(old)s, counts no more.") % event.payload,
        ],
        "notes": [_NOT_ME()],
    }


# --- What happens to an account ---------------------------------------------------------------------------------------


def _owner(event: Event) -> list[Reader]:
    return [Reader.of(user) for user in User.objects.filter(pk=event.about_id, is_active=True)]


def _reset(event: Event, reader: Reader) -> Words | None:
    if event.at + RESET_WAITS < timezone.now():
        return None
    user = User.objects.get(pk=event.about_id)
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
    return {
        "subject": _("A new password for %(portal)s") % {"portal": settings.PORTAL_NAME},
        "paragraphs": [_("Somebody, hopefully you, asked for a new password. Open the link to set one.")],
        "action": _("Set a new password"),
        "url": settings.PORTAL_URL.rstrip("/") + path.replace("UID-KEY", key),
        "notes": [
            _("The link works once. A second factor is still asked for."),
            _("If it was not you, leave it: your password stays."),
        ],
    }


def _notice(event: Event, reader: Reader) -> Words | None:
    said = NOTICES.get(event.payload["what"])
    if said is None:
        return None
    sentence = said()
    where = {name: event.payload.get(name, "") for name in ("ip", "agent")}
    lines = [_("When: %(when)s") % {"when": moment(event.at)}]
    if where["ip"]:
        lines.append(_("From: %(ip)s, %(agent)s") % where)
    return {"subject": sentence, "paragraphs": [sentence + ".", *lines], "notes": [_NOT_ME()]}


def _NOT_ME() -> str:  # noqa: N802 (read as a constant, translated when it is said)
    return _("If it was not you, set a new password at once and tell your administrator.")


NOTICES: Mapping[str, Callable[[], str]] = {
    "mfa/email/totp_activated": lambda: _("An authenticator app was added to your account"),
    "mfa/email/totp_deactivated": lambda: _("The authenticator app was removed from your account"),
    "mfa/email/webauthn_added": lambda: _("A passkey was added to your account"),
    "mfa/email/webauthn_removed": lambda: _("A passkey was removed from your account"),
    "mfa/email/recovery_codes_generated": lambda: _("New recovery codes were made for your account"),
    "account/email/password_changed": lambda: _("The password of your account was changed"),
    "account/email/password_set": lambda: _("A password was set for your account"),
    "account/email/password_reset": lambda: _("The password of your account was set anew"),
    "socialaccount/email/account_connected": lambda: _("Your account was linked with your organisation's sign-in"),
    "socialaccount/email/account_disconnected": lambda: _("Your account is linked with that sign-in no more"),
}
"""What allauth calls a notice, and what we say."""


MAILINGS: Mapping[str, Mailing] = {
    "invitation.sent": Mailing(_invited, _invitation),
    "account.address_asked": Mailing(_prover, _proof),
    "account.address_changed": Mailing(_owner_at_the_old_address, _address_changed),
    "account.reset_asked": Mailing(_owner, _reset),
    "account.notice": Mailing(_owner, _notice),
    DIGEST_DUE: Mailing(digests.readers, digests.words(lambda topic: MAILINGS[topic]), "mail/digest"),
    **ACCESS_MAILS,
    **CHANGE_MAILS,
    **COMMENT_MAILS,
    **MASTER_MAILS,
    **ORDER_MAILS,
    **SHIPMENT_MAILS,
}
