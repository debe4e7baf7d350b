"""What files are for, handed down from the storeys above when their apps are ready.

A kind says what may come, how large, who may bring it and see it, and which task is woken when one is
accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid

if TYPE_CHECKING:
    from documents.models import StoredFile

MEGABYTE = 1_000_000

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PNG, JPEG, TIFF, WEBP = "image/png", "image/jpeg", "image/tiff", "image/webp"
CSV, TEXT = "text/csv", "text/plain"


@dataclass(frozen=True)
class Place:
    """Where a file is about to be put: what permissions are asked about before there is a row."""

    kind: str
    supplier_id: int | None = None


@dataclass(frozen=True)
class Kind:
    """One purpose of files."""

    name: str
    title: Any
    """What people read; lazily translated."""
    media_types: frozenset[str]
    may_receive: Callable[[Actor, int | None], bool]
    """Whether the actor may bring a file of this kind for the supplier."""
    may_see: Callable[[Actor, StoredFile], bool]
    """Whether the actor may have a file that the wall shows him. Called inside a window; a query or two are fine."""
    most_bytes: int = 20 * MEGABYTE
    most_pages: int = 200
    then: str = ""
    """The name of the task that takes up accepted files."""


FindSupplier = Callable[[Actor, UUID], int]
_kinds: dict[str, Kind] = {}
_from_above: dict[str, FindSupplier] = {}


def register(kind: Kind) -> None:
    """Called by each app that keeps files, from its ``ready()``."""
    _kinds[kind.name] = kind


def fill(*, find_supplier: FindSupplier) -> None:
    """Called once from above: how a supplier's public id becomes the plain id that rows carry."""
    _from_above["find_supplier"] = find_supplier


def find_supplier(actor: Actor, public_id: UUID) -> int:
    """The supplier's plain id; raises ``NotFound`` for one the actor may not know of. Call it inside a window."""
    return _from_above["find_supplier"](actor, public_id)


def names() -> list[str]:
    """Every kind there is."""
    return sorted(_kinds)


def kind_of(name: str) -> Kind:
    """The kind; raises :class:`Invalid` where nobody registered it."""
    if name not in _kinds:
        message = _("There is no such kind of file.")
        raise Invalid(message, faults=(Fault("unknown_kind", message, "/kind"),))
    return _kinds[name]
