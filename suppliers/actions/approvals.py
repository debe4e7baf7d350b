"""The approved vendor list: a change is a new version; orders are never stopped by it, the buyer is told."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from portal.shared import audit
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Faults, Stale
from suppliers.actions import versions
from suppliers.models import Approval, Item, Plant, Supplier
from suppliers.permissions import Act
from suppliers.states import ListStanding

LONGEST_REASON = 2000
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


@act(Act.SET_APPROVAL, within="plant")
def set_approval(
    *,
    actor: Actor,
    supplier: Supplier,
    item: Item,
    standing: ListStanding,
    effective: dt.date,
    reason: str,
    at: dt.datetime,
    plant: Plant | None = None,
) -> Approval:
    """Say how a supplier stands for an item, at a plant or at every plant, from a day on.

    Raises :class:`Invalid` without a reason or with a day out of the calendar, and :class:`Stale` where somebody else
    said something of the same at the same moment.
    """
    faults = Faults()
    if not reason.strip():
        faults.add("required", _("Say why: others will ask."), "/reason")
    if len(reason) > LONGEST_REASON:
        faults.add("too_long", _("At most %(count)d characters.") % {"count": LONGEST_REASON}, "/reason")
    if not FIRST_DAY <= effective <= LAST_DAY:
        faults.add("out_of_range", _("Give a day between 2000 and 2099."), "/effective")
    faults.refuse(_("This cannot be put on the list."))
    said = Approval(
        supplier=supplier,
        item=item,
        plant=plant,
        standing=standing,
        effective=effective,
        reason=reason.strip(),
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    if not versions.keep(said, "supplier", "item", "plant"):
        raise Stale(
            _("Somebody else changed this entry at the same moment."),
            remedy=_("Look at the list again, and change it if it still is right."),
        )
    audit.note(said, standing=(None, standing), effective=(None, effective.isoformat()))
    return said
