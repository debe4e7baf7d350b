"""Orders as PDFs: somebody asks, a worker draws, the file is inspected as any other."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext as _

from documents.models import StoredFile
from portal.shared import audit, jobs, transitions
from portal.shared.act import act
from portal.shared.actor import Actor, system_actor
from portal.shared.errors import Faults, WrongState
from suppliers.models import OrderPrint, Print, PurchaseOrder
from suppliers.permissions import PRINTING, Act
from suppliers.states import Paper, PrintState

PRINT = "suppliers.tasks.print_orders"
PRINTER = system_actor(PRINTING)
MOST_TRIES = 3
P = TypeVar("P", bound=Print)


@act(Act.PRINT_ORDER, about="order")
def print_order(
    *, actor: Actor, order: PurchaseOrder, paper: str, language: str, time_zone: str, at: dt.datetime
) -> OrderPrint:
    """Ask for an order as a PDF, as the actor sees it: without prices for whoever sees none.

    Who asks for the same again while it is being drawn gets that one. Raises :class:`Invalid` for a paper or language
    that we do not know.
    """
    faults = Faults()
    if paper not in Paper.values:
        faults.add("paper", _("Choose A4 or Letter."), "/paper")
    if language not in dict(settings.LANGUAGES):
        faults.add("language", _("Choose one of the languages."), "/language")
    faults.refuse(_("This PDF cannot be made."))
    prices = Act.SEE_PRICES.allows(actor, order)
    looks = {"paper": paper, "language": language, "time_zone": time_zone, "prices": prices}
    waiting = OrderPrint.objects.visible_to(actor).filter(order=order, state=PrintState.WAITING, **looks).first()
    if waiting is not None:
        return waiting
    made = OrderPrint(
        supplier_id=order.supplier_id,
        plant_id=order.plant_id,
        order=order,
        asked_at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        **looks,
    )
    made.save(force_insert=True)
    audit.note(made, paper=(None, paper), language=(None, language), prices=(None, prices))
    jobs.wake(PRINT)
    return made


@act(Act.DRAW_ORDER, about="order_print")
def begin(*, actor: Actor, order_print: OrderPrint, at: dt.datetime) -> OrderPrint:
    """Take a waiting print. Raises :class:`WrongState` where another worker was faster."""
    return take(order_print, "order", at=at)


@act(Act.DRAW_ORDER, about="order_print")
def keep(*, actor: Actor, order_print: OrderPrint, file: StoredFile, at: dt.datetime) -> OrderPrint:
    """What was drawn is kept. Raises :class:`WrongState` where somebody else finished it meanwhile."""
    return finish(order_print, file)


@act(Act.DRAW_ORDER, about="order_print")
def give_back(*, actor: Actor, order_print: OrderPrint, reason: str, at: dt.datetime) -> OrderPrint:
    """It was not drawn: another worker may try, three times in all."""
    return put_back(order_print, reason)


# --- The same for every paper: called by acts -------------------------------------------------------------------------


def take(row: P, *related: str, at: dt.datetime) -> P:
    """A waiting print, with related rows, as one that is being drawn."""
    held = transitions.hold(row, *related)
    transitions.move(held, PrintState.DRAWING)
    held.tries += 1
    held.drawing_since = at
    held.save(update_fields=["tries", "drawing_since"])
    return held


def finish(row: P, file: StoredFile) -> P:
    """A print with what was drawn of it."""
    held = transitions.hold(row)
    transitions.move(held, PrintState.DRAWN)
    held.file = file
    held.save(update_fields=["file"])
    return held


def put_back(row: P, reason: str) -> P:
    """A print that nobody draws any more: it waits again, or has failed."""
    held = transitions.hold(row)
    if held.state != PrintState.DRAWING:
        raise WrongState("This PDF is not being drawn.")
    transitions.move(held, PrintState.FAILED if held.tries >= MOST_TRIES else PrintState.WAITING, reason=reason)
    return held
