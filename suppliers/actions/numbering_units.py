"""What a supplier's numbers of handling units are made of."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError
from django.utils.translation import gettext as _

from portal.shared import audit
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Faults, Invalid
from suppliers import gs1, mh10
from suppliers.models import NumberSeries, Supplier
from suppliers.numbering import Numbering
from suppliers.permissions import Act


def faults_of(numbering: Numbering) -> Faults:
    """What is wrong with it."""
    faults = Faults()
    if numbering.gs1_prefix and (wrong := gs1.prefix_fault(numbering.gs1_prefix, "/gs1_prefix")):
        faults.items.append(wrong)
    if not 0 <= numbering.extension <= 9:
        faults.add("extension", _("The extension is one digit, 0 to 9."), "/extension")
    if bool(numbering.agency) != bool(numbering.company):
        missing = "company" if numbering.agency else "agency"
        faults.add("required", _("Say both: the issuing agency, and your number there."), f"/{missing}")
    elif numbering.agency:
        plate = mh10.Plate(numbering.agency, numbering.company, "0" * numbering.digits)
        if wrong := mh10.plate_fault(plate, "/agency"):
            at = "/agency" if wrong.code == "plate_agency" else "/company"
            faults.add(wrong.code, wrong.message, at)
    return faults


@act(Act.SET_NUMBERING, within="supplier")
def set_numbering(*, actor: Actor, supplier: Supplier, numbering: Numbering, at: dt.datetime) -> NumberSeries:
    """Number this supplier's handling units so from now on; the count goes on. Those there are keep their numbers.

    Raises :class:`Invalid`, also where another supplier has the same prefix and extension, or the same number at the
    agency: two would print the same labels.
    """
    faults_of(numbering).refuse(_("Handling units cannot be numbered so."))
    NumberSeries.objects.get_or_create(supplier=supplier)
    held = NumberSeries.objects.select_for_update(no_key=True).get(supplier=supplier)
    before = held.numbering
    held.gs1_prefix, held.sscc_extension = numbering.gs1_prefix, numbering.extension
    held.plate_agency, held.plate_company = numbering.agency, numbering.company
    try:
        held.save(update_fields=["gs1_prefix", "sscc_extension", "plate_agency", "plate_company"])
    except IntegrityError as taken:
        name = "extension" if "series_sscc" in str(taken) else "company"
        message = _("Another supplier numbers his handling units so: check it, or take another extension digit.")
        raise Invalid(message, faults=(Fault("taken", message, f"/{name}"),)) from None
    audit.note(held, numbering=(str(before), str(numbering)))
    return held
