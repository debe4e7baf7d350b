"""What stands behind the links in mails, for whoever opens one: nobody has to be signed in, its secret decides."""

from __future__ import annotations

from uuid import UUID

from suppliers.models import AddressProof, Invitation, Plant, User


def invitation_behind(key: UUID) -> Invitation | None:
    """The invitation a link names, with its supplier."""
    return Invitation.objects.select_related("supplier").filter(pk=key).first()


def proof_behind(key: UUID) -> AddressProof | None:
    """The address a link confirms, with whose it is to be."""
    return AddressProof.objects.select_related("user", "invitation").filter(pk=key).first()


def invited_to(invitation: Invitation) -> tuple[bool, list[Plant]]:
    """Whether there is an account for the address already, and the plants that a member of the staff is invited to."""
    known = User.objects.filter(email=invitation.email).exists()
    return known, list(Plant.objects.filter(pk__in=invitation.plants)) if invitation.plants else []
