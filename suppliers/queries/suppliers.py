"""Reads of suppliers."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from suppliers.models import Supplier


def supplier_key(actor: Actor, public_id: UUID) -> int:
    """The plain id that rows of lower storeys carry; raises ``NotFound`` for a supplier the actor may not know of."""
    return find_supplier(actor, public_id).pk


def find_supplier(actor: Actor, public_id: UUID) -> Supplier:
    """The supplier, if the actor may know of it; else :class:`NotFound`."""
    supplier = Supplier.objects.visible_to(actor).filter(public_id=public_id).first()
    if supplier is None:
        raise NotFound(_("There is no such supplier."))
    return supplier
