"""How long lots must keep when they arrive: the quality engineer's word, kept in versions."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from portal.shared import audit
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, Stale, WrongState
from suppliers.actions import versions
from suppliers.models import Item, Plant, ShelfRule
from suppliers.permissions import Act

LONGEST = 3650


@act(Act.SET_SHELF_RULE, within="plant")
def set_shelf_rule(*, actor: Actor, item: Item, plant: Plant | None, days: int | None, at: dt.datetime) -> ShelfRule:
    """Lots of an item must keep so many days on arrival, at a plant or (None) at all of them.

    0: any lot that has not expired will do there, whatever holds elsewhere. None: the rule ends, and a plant follows
    the one for all again. Raises :class:`Invalid`, :class:`WrongState` where there is no rule to end, and
    :class:`Stale` where somebody set it at the same moment.
    """
    if days is not None and not 0 <= days <= LONGEST:
        message = _("Between 0 and %(most)d days.") % {"most": LONGEST}
        raise Invalid(message, faults=(Fault("out_of_range", message, "/days"),))
    before = ShelfRule.objects.filter(item=item, plant=plant).order_by("-version").first()
    held = before.days if before else None
    if days is None and held is None:
        raise WrongState(_("There is no such rule to end."))
    rule = ShelfRule(item=item, plant=plant, days=days, at=at, actor_name=actor.name)
    if not versions.keep(rule, "item", "plant"):
        raise Stale(_("Somebody set this at the same moment: look at what holds now."))
    audit.note(rule, days=(held, days))
    return rule
