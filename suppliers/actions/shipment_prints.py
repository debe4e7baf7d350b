"""Papers of shipments as PDFs: somebody asks, a worker draws, the file is inspected as any other."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils.translation import gettext as _

from documents.models import StoredFile
from portal.shared import audit, jobs
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Faults, WrongState
from suppliers.actions import prints
from suppliers.models import Shipment, ShipmentPrint, ShipmentVersion
from suppliers.permissions import Act
from suppliers.shipping_states import STOCKS_OF, ShipmentPaper, ShipmentState
from suppliers.states import PrintState

PRINT = "suppliers.tasks.print_shipments"
MOST_UNITS = 2000
"""Handling units on one paper: five minutes of drawing, half of what a task may take."""


@act(Act.PRINT_SHIPMENT, about="shipment")
def print_shipment(
    *, actor: Actor, shipment: Shipment, what: str, stock: str, language: str, at: dt.datetime
) -> ShipmentPrint:
    """Ask for a paper of what the shipment said when it was sent last. An empty ``stock`` is the usual one.

    Who asks for the same again while it is being drawn gets that one. Raises :class:`Invalid` for what we cannot draw,
    :class:`WrongState` while nothing was sent, and once it was cancelled.
    """
    faults = Faults()
    if what not in STOCKS_OF:
        faults.add("what", _("Choose labels, packing list or delivery note."), "/what")
    elif stock and stock not in STOCKS_OF[what]:
        faults.add("stock", _("Choose one of the formats of this paper."), "/stock")
    if language not in dict(settings.LANGUAGES):
        faults.add("language", _("Choose one of the languages."), "/language")
    faults.refuse(_("This PDF cannot be made."))
    if not shipment.version or shipment.state == ShipmentState.CANCELLED:
        raise WrongState(_("There are papers of what is announced, and of nothing else."))
    sent = ShipmentVersion.objects.visible_to(actor).get(shipment=shipment, number=shipment.version)
    if what == ShipmentPaper.LABELS and not sent.units_count:
        faults.add("no_units", _("There are no handling units in it, so there are no labels."), "/what")
    if sent.units_count > MOST_UNITS:
        message = _("One PDF takes %(most)d handling units at most, and there are %(count)d.")
        faults.add("too_many", message % {"most": MOST_UNITS, "count": sent.units_count}, "/what")
    faults.refuse(_("This PDF cannot be made."))
    looks = {"version": sent.number, "what": what, "stock": stock or STOCKS_OF[what][0], "language": language}
    open_ones = ShipmentPrint.objects.visible_to(actor).filter(state__in=(PrintState.WAITING, PrintState.DRAWING))
    if (waiting := open_ones.filter(shipment=shipment, **looks).first()) is not None:
        return waiting
    made = ShipmentPrint(
        supplier_id=shipment.supplier_id,
        plant_id=shipment.plant_id,
        shipment=shipment,
        asked_at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        **looks,
    )
    made.save(force_insert=True)
    audit.note(made, **{name: (None, value) for name, value in looks.items()})
    jobs.wake(PRINT)
    return made


@act(Act.DRAW_SHIPMENT, about="shipment_print")
def begin(*, actor: Actor, shipment_print: ShipmentPrint, at: dt.datetime) -> ShipmentPrint:
    """Take a waiting print. Raises :class:`WrongState` where another worker was faster."""
    return prints.take(shipment_print, "shipment", at=at)


@act(Act.DRAW_SHIPMENT, about="shipment_print")
def keep(*, actor: Actor, shipment_print: ShipmentPrint, file: StoredFile, at: dt.datetime) -> ShipmentPrint:
    """What was drawn is kept. Raises :class:`WrongState` where somebody else finished it meanwhile."""
    return prints.finish(shipment_print, file)


@act(Act.DRAW_SHIPMENT, about="shipment_print")
def give_back(*, actor: Actor, shipment_print: ShipmentPrint, reason: str, at: dt.datetime) -> ShipmentPrint:
    """It was not drawn: another worker may try, three times in all."""
    return prints.put_back(shipment_print, reason)
