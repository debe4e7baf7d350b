"""Reads of suppliers."""

from __future__ import annotations

from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import Faults, NotFound
from suppliers.models import Plant, Supplier


def supplier_key(actor: Actor, public_id: UUID) -> int:
    """The plain id that rows of lower storeys carry; raises ``NotFound`` for a supplier the actor may not know of."""
    return find_supplier(actor, public_id).pk


def find_supplier(actor: Actor, public_id: UUID) -> Supplier:
    """The supplier, if the actor may know of it; else :class:`NotFound`."""
    rows = Supplier.objects.visible_to(actor)
    if not actor.behind_wall:
        rows = rows.select_related("group")  # the buyer's own
    supplier = rows.filter(public_id=public_id).first()
    if supplier is None:
        raise NotFound(_("There is no such supplier."))
    return supplier


def names(actor: Actor) -> dict[str, F]:
    """What a row of a list is annotated with to bear the name of its plant, and of its supplier where several stand
    there: objects of both would be made for every row.
    """
    supplier = {"supplier_name": F("supplier__name")} if actor.sees_several else {}
    return {"plant_name": F("plant__name"), **supplier}


def named(actor: Actor, *, supplier: UUID | None = None, plant: str = "") -> tuple[Supplier | None, Plant | None]:
    """What a program names by its public key and its code; what is not named is None.

    Raises :class:`Invalid` for a plant that nobody has, and for a supplier the actor may not know of.
    """
    faults = Faults()
    found_supplier = Supplier.objects.visible_to(actor).filter(public_id=supplier).first() if supplier else None
    found_plant = Plant.objects.filter(code=plant).first() if plant else None
    if supplier and found_supplier is None:
        faults.add("unknown", _("There is no such supplier."), "/supplier")
    if plant and found_plant is None:
        faults.add("unknown", _("No plant has this code."), "/plant")
    faults.refuse(_("This names something that is not there."))
    return found_supplier, found_plant
