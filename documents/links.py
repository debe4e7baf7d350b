"""Signed links to files: short-lived, good for one file, and the only proof that the serving address asks for."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import StoredFile
from portal.shared.errors import NotFound, Refused

_signer = signing.TimestampSigner(salt="documents.links")


class Expired(Refused):
    """The link was good once."""

    code = "link_expired"
    status = 410


def address(file: StoredFile) -> str:
    """The address that serves the file, for the next few minutes. Whoever is given it may have the file."""
    path = reverse("files:serve", kwargs={"file_id": file.pk, "token": token(file.pk)})
    return f"{settings.FILES_URL}{path}"


def token(file_id: UUID) -> str:
    """The proof, without the address."""
    return _signer.sign(file_id.hex).partition(":")[2]


def check(file_id: UUID, given: str) -> None:
    """Raise :class:`Expired` for a link that is too old, and ``NotFound`` for one we never made."""
    try:
        _signer.unsign(f"{file_id.hex}:{given}", max_age=settings.FILES_LINK_SECONDS)
    except signing.SignatureExpired:
        raise Expired(
            _("This link to a file has expired."),
            remedy=_("Go back to the page you found it on, load it again, and download once more."),
        ) from None
    except signing.BadSignature:
        raise NotFound(_("There is no such file.")) from None
