"""Reads of stored files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from documents import kinds
from documents.kinds import Place
from documents.models import StoredFile
from documents.permissions import Act
from documents.states import FileState
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, NotFound


def find_file(actor: Actor, file_id: UUID) -> StoredFile:
    """One file. Raises ``NotFound``, or ``NotPermitted`` where its kind is none of the actor's business."""
    file = StoredFile.objects.visible_to(actor).filter(pk=file_id).first()
    if file is None:
        raise NotFound(_("There is no such file."))
    Act.SEE_FILE.require(actor, file)
    return file


def served_file(actor: Actor, file_id: UUID) -> StoredFile:
    """An accepted file, for whoever proved that he was given a link to it."""
    file = StoredFile.objects.visible_to(actor).accepted().filter(pk=file_id).first()
    if file is None:
        raise NotFound(_("There is no such file."))
    return file


def place_for(actor: Actor, kind: str, supplier: str = "") -> Place:
    """Where a file of this kind goes: to the supplier named by his public id, else to the actor's only one.

    Staff who name none bring a file of the buyer's own. Raises :class:`Invalid`, or ``NotFound`` for a supplier the
    actor may not know of.
    """
    kinds.kind_of(kind)
    if supplier:
        try:
            public_id = UUID(supplier)
        except ValueError:
            raise _no_supplier() from None
        return Place(kind, kinds.find_supplier(actor, public_id))
    if actor.behind_wall and len(actor.suppliers) != 1:
        raise _no_supplier()
    return Place(kind, min(actor.suppliers, default=None))


def _no_supplier() -> Invalid:
    message = _("Say which supplier the file belongs to.")
    return Invalid(message, faults=(Fault("supplier", message, "/supplier"),))


def next_waiting(actor: Actor) -> StoredFile | None:
    """The file that has waited longest; one that could not be inspected before waits behind those never tried."""
    waiting = StoredFile.objects.visible_to(actor).filter(state=FileState.QUARANTINED)
    return waiting.order_by(F("inspecting_since").asc(nulls_first=True), "uploaded_at").first()


def outdated(actor: Actor, rules: int, *, number: int) -> list[StoredFile]:
    """Accepted files that were inspected under older rules, the oldest rules first."""
    rows = StoredFile.objects.visible_to(actor).accepted().filter(rules__lt=rules)
    return list(rows.order_by("rules", "id")[:number])


def unfinished(actor: Actor, before: dt.datetime, *, number: int) -> list[StoredFile]:
    """Uploads that were begun before a moment and never finished."""
    rows = StoredFile.objects.visible_to(actor).filter(state=FileState.UPLOADING, uploaded_at__lt=before)
    return list(rows.order_by("uploaded_at")[:number])


def abandoned(actor: Actor, before: dt.datetime, *, number: int) -> list[StoredFile]:
    """Files whose inspector has not been heard of since a moment."""
    rows = StoredFile.objects.visible_to(actor).filter(state=FileState.INSPECTING, inspecting_since__lt=before)
    return list(rows.order_by("inspecting_since")[:number])


def known_keys(actor: Actor, keys: Collection[str]) -> set[str]:
    """Those of the storage keys that belong to a row."""
    rows = StoredFile.objects.visible_to(actor).filter(storage_key__in=keys)
    return set(rows.values_list("storage_key", flat=True))
