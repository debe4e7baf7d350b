"""Tolerance policies: a change is a new version, the old one stays for the verdicts given under it."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from django.db.models import Max
from django.utils.translation import gettext as _

from portal.shared import audit
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Faults, Stale
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
) -> TolerancePolicy:
    """Put a policy in force for a supplier at a plant, a group (at a plant), a plant, or everybody.

    Raises :class:`Invalid` for a negative bound or a scope that cannot be, and :class:`Stale` where somebody else put
    one in force for the same scope at the same moment.
    """
    faults = Faults()
    if supplier and (group or not plant):
        faults.add("scope", _("A supplier's own policy names one plant and no group."), "/plant")
    for name, value in asdict(bounds).items():
        if not 0 <= value < 1000:
            faults.add("out_of_range", _("Give a number from 0 to 999."), f"/{name}")
    faults.refuse(_("This policy cannot be set."))
    last = TolerancePolicy.objects.filter(supplier=supplier, group=group, plant=plant).aggregate(Max("version"))
    policy = TolerancePolicy(
        supplier=supplier, group=group, plant=plant, version=(last["version__max"] or 0) + 1, **asdict(bounds)
    )
    TolerancePolicy.objects.bulk_create([policy], ignore_conflicts=True)
    if not TolerancePolicy.objects.filter(pk=policy.pk).exists():  # another took this version in the same moment
        raise Stale(
            _("Somebody else changed this policy at the same moment."),
            remedy=_("Look at the policy in force now, and put yours in force if it still is right."),
        )
    audit.note(policy, **{name: (None, value) for name, value in asdict(bounds).items()})
    return policy
