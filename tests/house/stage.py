"""A row of every owned model for two suppliers, made by the portal's own acts wherever there is one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.utils import timezone

from documents.actions.inspecting import INSPECTOR, begin, settle
from documents.actions.receiving import receive, take_in
from documents.inspection.subject import PASSED, finding
from documents.kinds import Place
from documents.models import StoredFile
from integrations.slot import ledger, once
from integrations.slot.models import Exchange, Outcome
from portal.shared import transitions
from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.actions import drafts, links, shipments
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.activation import set_mode
from suppliers.actions.approvals import set_approval
from suppliers.actions.assessing import Corrected, LineAnswer, PromisedDelivery, SubstituteItem
from suppliers.actions.changes import request_change
from suppliers.actions.comments import comment, mark_read
from suppliers.actions.invitations import invite_colleague
from suppliers.actions.negotiating import Wish
from suppliers.actions.order_files import keep_files
from suppliers.actions.orders import open_order
from suppliers.actions.policies import set_policy
from suppliers.actions.prints import print_order
from suppliers.actions.shelf_rules import set_shelf_rule
from suppliers.actions.shipment_prints import print_shipment
from suppliers.actions.shipments import announce
from suppliers.models import DateMove, OrderPrint, PurchaseOrder, Receipt, SheetUpload, Shipment, Supplier, TransitTime
from suppliers.statements import FileStatement
from suppliers.states import AnswerKind, Correctable, ListStanding, Mode, Reason, Role
from suppliers.tolerances import Bounds
from tests.cast import SET_UP, Cast, doing, everything, fresh_lines, release, working_day
from tests.masters import ask, listed
from tests.sheets import Filled, bring_unread, download
from tests.shipping import body, confirmed, row


@dataclass
class Stage:
    """What :func:`set_stage` made, for one supplier."""

    supplier: Supplier
    actor: Actor
    order: PurchaseOrder
    file: StoredFile
    order_print: OrderPrint
    sheet: SheetUpload
    shipment: Shipment


def set_stage(cast: Cast) -> tuple[Stage, Stage]:
    """Anna's and Boris's worlds, alike: an order opened and answered, one line agreed, one with the buyer."""
    return _one(cast, cast.acme, cast.actor("anna")), _one(cast, cast.borealis, cast.actor("boris"))


def _one(cast: Cast, supplier: Supplier, actor: Actor) -> Stage:
    now = timezone.now()
    named = cast.line(100, supplier_item_code=f"{supplier.reference}-100")
    order = release(cast, named, cast.line(40), cast.line(7), supplier=supplier)
    open_order(actor=actor, order=order, at=now)
    agreed, pending, _ = fresh_lines(order)
    late = (PromisedDelivery(Decimal(15), working_day(60)), PromisedDelivery(Decimal(25), working_day(80)))
    file = accepted_file(actor, supplier.pk)
    offered = SubstituteItem(part_number="X-1", description="The newer one")
    unit = Corrected(Correctable.UNIT, "box", Decimal(12))
    key = once.receive(actor, key=f"key-{actor.name}", body=b"{}", what="POST somewhere")
    acknowledge.once(key)(
        actor=actor,
        order=order,
        answers=[
            LineAnswer(agreed.pk, agreed.revision, AnswerKind.ACCEPTED),
            LineAnswer(
                pending.pk,
                pending.revision,
                AnswerKind.SUBSTITUTED,
                late,
                reason=Reason.CAPACITY,
                substitute=offered,
                corrections=(unit,),
                files=(file.pk,),
            ),
        ],
        channel="page",
        at=now,
    )
    halves = tuple(PromisedDelivery(Decimal(50), working_day(30)) for _ in range(2))
    request_change(actor=actor, line=agreed, wish=Wish(halves, reason=Reason.MATERIAL), at=now)
    _file_of(order)
    invite_colleague(
        actor=SET_UP,
        supplier=supplier,
        email=f"new@{supplier.reference}.example".lower(),
        name="Nobody Yet",
        roles=[Role.QUALITY],
        language="en",
        at=now - timedelta(hours=1),
    )
    comment(actor=actor, order=order, text="Which drawing?", line=pending.pk, files=[file.pk], at=now)
    for reader in (actor, *map(cast.actor, ("bea", "ines", "ada"))):
        mark_read(reader, order, 1)  # a first look at it costs two statements more, once
    drafts.keep(actor, order, {"comment": ["later"]}, now, answers=2)
    set_mode(actor=SET_UP, mode=Mode.ON, cut_over=now, supplier=supplier, plant=cast.ham, at=now)
    set_policy(actor=SET_UP, bounds=Bounds(days_late=5), supplier=supplier, plant=cast.ham, at=now)
    set_approval(
        actor=cast.actor("quentin"),
        supplier=supplier,
        item=cast.bracket,
        standing=ListStanding.PROBATION,
        effective=now.date(),
        reason="First article pending.",
        at=now,
    )
    ask(actor, listed(supplier, cast.bracket))
    with acting(SET_UP, write=True):
        TransitTime.objects.get_or_create(supplier=supplier, plant=cast.ham, defaults={"days": 3})
        DateMove(
            supplier=supplier,
            plant=cast.ham,
            line=agreed,
            revision=supplier.pk,
            at=now,
            before=agreed.requested_date,
            after=working_day(70),
        ).save(force_insert=True)
        ledger.record(
            [
                Exchange(
                    at=now,
                    destination="odoo:main",
                    direction="out",
                    operation="purchase.order.line.load",
                    supplier_id=supplier.pk,
                    about_type=order._meta.label_lower,
                    about_id=order.pk,
                    outcome=Outcome.DONE,
                    correlation_id="test",
                )
            ]
        )
    with doing(at=now):
        links.links_for(((order, one.email) for one in links.order_desk(supplier)), now - timedelta(hours=1))
    shipped = _shipment_of(cast, supplier, actor, now)
    asked = print_order(actor=actor, order=order, paper="a4", language="en", time_zone="UTC", at=now)
    filled = Filled(download(actor, supplier)).fill(3, quantity=5, reason="Capacity")
    sheet = bring_unread(actor, supplier.pk, filled.saved)
    with everything():
        order.refresh_from_db()
    return Stage(supplier, actor, order, file, asked, sheet, shipped)


def _shipment_of(cast: Cast, supplier: Supplier, actor: Actor, now: datetime) -> Shipment:
    """A notice with a pallet, corrected by half, of which a part has arrived."""
    order = confirmed(cast, cast.line(60), supplier=supplier)
    (line,) = fresh_lines(order)
    plain = body(row(line, 1), delivery_note="LS-0")
    announce(actor=actor, supplier=supplier, body=plain, channel="page", at=now)
    pallet = [{"ref": "P", "kind": "pallet"}]
    said = body(row(line, 59, lot="L1", within="P"), units=pallet)
    shipment = announce(actor=actor, supplier=supplier, body=said, channel="page", at=now)
    shipments.keep(actor, shipment, said, now, seen=0)
    with acting(SET_UP, write=True):
        Receipt(
            supplier=supplier, plant=cast.ham, line=line, shipment=shipment, ref=f"stage-{supplier.pk}", kind="receipt",
            at=now, day=now.date(), item=cast.bracket, quantity=20, unit_name="Units", lot="L1",
        ).save(force_insert=True)  # fmt: skip
    print_shipment(actor=actor, shipment=shipment, what="delivery_note", stock="", language="en", at=now)
    set_shelf_rule(actor=cast.actor("quentin"), item=cast.bracket, plant=cast.ham, days=30, at=now)
    return shipment


def accepted_file(actor: Actor, supplier_id: int | None, content: bytes = b"A letter.") -> StoredFile:
    """An attachment that came in and was accepted. What the inspector does is tested elsewhere; here it just nods."""
    now = timezone.now()
    place = Place("attachment", supplier_id)
    file = take_in(receive, actor=actor, place=place, name="letter.txt", content=[content], at=now)
    nod = [finding("size", PASSED)]
    file = begin(actor=INSPECTOR, file=file, at=now)
    return settle(actor=INSPECTOR, file=file, findings=nod, media_type="text/plain", pages=None, at=now)


def _file_of(order: PurchaseOrder) -> None:
    """A drawing that Odoo says goes with the order; its bytes are still on their way."""
    drawing = FileStatement("7", "Drawing.pdf", None, "0" * 40, 1000)
    with doing(act="state_order"):
        keep_files(transitions.hold(order), (drawing,), {})
