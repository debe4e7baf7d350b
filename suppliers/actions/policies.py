"""Tolerance policies: a change is a new version, the old one stays for the verdicts given under it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from portal.shared import audit
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Faults, Stale
from suppliers.actions import versions
from suppliers.models import Plant, Supplier, SupplierGroup, TolerancePolicy
from suppliers.permissions import Act
from suppliers.tolerances import Bounds


@act(Act.SET_TOLERANCES, within="plant")
def set_policy(
    *,
    actor: Actor,
    bounds: Bounds,
    at: dt.datetime,
    supplier: Supplier | None = None,
    group: SupplierGroup | None = None,
    plant: Plant | None = None,
    valid_from: dt.date | None = None,
) -> TolerancePolicy:
    """Put a policy in force for a supplier at a plant, a group (at a plant), a plant, or everybody.

    ``valid_from`` is the first day it counts, by each plant's calendar; today where none is given. Raises
    :class:`Invalid` for a negative bound, a day that has passed or a scope that cannot be, and :class:`Stale` where
    somebody else put one in force for the same scope at the same moment.
    """
    faults = check(bounds, supplier=supplier, group=group, plant=plant)
    today = first_day(plant, at)
    begins = valid_from or today
    if begins < today:
        faults.add(
            "date_past", _("Answers of days that have passed keep their verdict: begin today or later."), "/valid_from"
        )
    faults.refuse(_("This policy cannot be set."))
    policy = TolerancePolicy(
        supplier=supplier,
        group=group,
        plant=plant,
        valid_from=begins,
        **asdict(bounds),
    )
    if not versions.keep(policy, "supplier", "group", "plant"):
        raise Stale(
            _("Somebody else changed this policy at the same moment."),
            remedy=_("Look at the policy in force now, and put yours in force if it still is right."),
        )
    audit.note(policy, valid_from=(None, begins), **{name: (None, value) for name, value in asdict(bounds).items()})
    return policy


def first_day(plant: Plant | None, at: dt.datetime) -> dt.date:
    """The first day a new version can begin: today at its plant; by UTC where it is for several."""
    return at.astimezone(ZoneInfo(plant.time_zone) if plant else dt.UTC).date()


def check(bounds: Bounds, *, supplier: Supplier | None, group: SupplierGroup | None, plant: Plant | None) -> Faults:
    """What is wrong with such a policy, whenever it begins."""
    faults = Faults()
    if supplier and (group or not plant):
        faults.add("scope", _("A supplier's own policy names one plant and no group."), "/plant")
    for name, value in asdict(bounds).items():
        if not 0 <= value < 1000:
            faults.add("out_of_range", _("Give a number from 0 to 999."), f"/{name}")
    return faults
