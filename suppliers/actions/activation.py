"""Going live in waves: off, on trial, live, for a supplier at a plant, a plant, or everybody.

An act sets what is to be; orders are moved one by one behind it, so that ten thousand of them hold up nobody. The
order's own mode is what counts until then.
"""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from portal.shared import audit, jobs, transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor, system_actor
from portal.shared.errors import Faults, Stale
from suppliers.actions import going_live, links, orders, versions
from suppliers.models import Activation, Plant, PurchaseOrder, Supplier
from suppliers.permissions import GO_LIVE, Act
from suppliers.queries.boards import orders_by_mode
from suppliers.queries.waves import due_mode, in_force
from suppliers.states import Mode

MOVER = system_actor(GO_LIVE)
MOVE = "suppliers.tasks.move_orders"
BATCH = 200


@act(Act.SET_MODE, within="plant")
def set_mode(
    *,
    actor: Actor,
    mode: Mode,
    cut_over: dt.datetime,
    at: dt.datetime,
    supplier: Supplier | None = None,
    plant: Plant | None = None,
) -> Activation:
    """Switch a supplier at a plant, a plant, or everybody to a mode; their orders follow within seconds.

    Orders placed before ``cut_over`` are a baseline when they go live. Raises :class:`Invalid` for a supplier without a
    plant or a cut-over out of range, and :class:`Stale` where somebody else set the same in the same moment.
    """
    check(cut_over, supplier=supplier, plant=plant).refuse(_("This cannot be switched."))
    wave = Activation(
        supplier=supplier,
        plant=plant,
        mode=mode,
        cut_over=cut_over,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    if not versions.keep(wave, "supplier", "plant"):
        raise Stale(
            _("Somebody else switched this at the same moment."),
            remedy=_("Look at what is in force now, and switch again if it still is right."),
        )
    audit.note(wave, mode=(None, mode), cut_over=(None, cut_over.isoformat()))
    jobs.wake(MOVE)
    return wave


def check(cut_over: dt.datetime, *, supplier: Supplier | None = None, plant: Plant | None = None) -> Faults:
    """What is wrong with a switch, before it is made. No query."""
    faults = Faults()
    if supplier and not plant:
        faults.add("scope", _("Choose the plant as well: a supplier goes live plant by plant."), "/plant")
    if not 2000 <= cut_over.year <= 2100:
        faults.add("out_of_range", _("The cut-over lies between the years 2000 and 2100."), "/cut_over")
    return faults


@act(Act.MOVE_ORDER, about="order")
def move_order(*, actor: Actor, order: PurchaseOrder, at: dt.datetime) -> PurchaseOrder:
    """Bring one order to the mode in force for it. What has been live once is only switched off and on again."""
    order = transitions.hold(order, "supplier")
    wave = Activation.objects.for_pair(order.supplier_id, order.plant_id)
    mode = due_mode(Mode(wave.mode) if wave else Mode.OFF, order.live_at is not None)
    if mode == order.mode:
        return order
    audit.note(order, mode=(order.mode, mode))
    first = mode == Mode.ON and order.live_at is None
    if first:
        assert wave is not None
        order.live_at = at
        if order.ordered_at < wave.cut_over:
            going_live.take_as_agreed(order)
        else:
            going_live.begin_anew(order)
    order.mode = mode
    order.unannounced = first and not order.imported
    order.save(update_fields=["mode", "live_at", "unannounced"])
    orders.refresh(order)
    return order


@act(Act.MOVE_ORDER, about="supplier")
def tell_supplier(*, actor: Actor, supplier: Supplier, at: dt.datetime) -> Supplier:
    """Tell a supplier of the orders that went live and wait for his answer: in one mail, once all were moved."""
    held = transitions.hold_all(PurchaseOrder.objects.filter(supplier=supplier, unannounced=True))
    for order in held:
        order.supplier, order.unannounced = supplier, False
    links.announce_together(held, at)
    PurchaseOrder.objects.bulk_update(held, ["unannounced", "announced_in"], batch_size=BATCH)
    audit.note(supplier, announced=(None, [order.number for order in held]))
    return supplier


def move_all(at: dt.datetime) -> int:
    """Move every order whose mode is not the one in force, each in an act of its own; return how many.

    Then every supplier is told once of what went live for him. Whoever dies in between leaves it to the next round.
    """
    with acting(MOVER):
        waves = list(Activation.objects.all())
        groups = orders_by_mode()
    moved = 0
    for group in groups:
        if group.mode == due_mode(in_force(waves, group), group.was_live):
            continue
        rows = PurchaseOrder.objects.filter(
            supplier=group.supplier_id, plant=group.plant_id, mode=group.mode, live_at__isnull=not group.was_live
        ).order_by("pk")
        last = None
        while True:
            with acting(MOVER):
                batch = list((rows.filter(pk__gt=last) if last else rows)[:BATCH])
            if not batch:
                break
            for order in batch:
                move_order(actor=MOVER, order=order, at=at)
            moved, last = moved + len(batch), batch[-1].pk
    with acting(MOVER):
        silent = PurchaseOrder.objects.filter(unannounced=True)
        suppliers = list(Supplier.objects.filter(pk__in=silent.values("supplier")).order_by("pk"))
    for supplier in suppliers:
        tell_supplier(actor=MOVER, supplier=supplier, at=at)
    return moved
