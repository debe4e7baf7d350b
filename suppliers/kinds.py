"""The kinds of files that orders and answers need, for ``documents.kinds``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from documents.kinds import CSV, JPEG, MEGABYTE, PDF, PNG, TEXT, TIFF, WEBP, XLSX, Kind, Place
from portal.shared.actor import Actor, ActorKind
from suppliers.models import AnswerAttachment, CommentAttachment, OrderFile, OrderPrint, PurchaseOrder, ShipmentPrint
from suppliers.permissions import Act

if TYPE_CHECKING:
    from documents.models import StoredFile


def _may_attach(actor: Actor, supplier_id: int | None) -> bool:
    """Whoever answers, decides or comments: a supplier's people for their own orders, staff for anybody's."""
    place = Place("attachment", supplier_id)
    if actor.behind_wall and supplier_id not in actor.suppliers:
        return False
    acts = (Act.ACKNOWLEDGE_ORDER, Act.DECIDE_ANSWER, Act.COMMENT_ORDER)
    # What the holder of a link brings goes with an answer or a comment to his one order, and nobody else finds it.
    return any(one.allows(actor, None if actor.kind is ActorKind.LINK else place) for one in acts)


def _may_see(actor: Actor, file: StoredFile) -> bool:
    """A supplier's people their own; staff what they brought, or what came with an order of their plants."""
    if not Act.SEE_ORDERS.allows(actor, file):
        return False
    if actor.behind_wall or actor.plants is None or (file.actor_kind, file.actor_id) == (actor.kind, actor.id):
        return True
    answers = AnswerAttachment.objects.filter(file=file.pk, acknowledgement__order=OuterRef("pk"))
    comments = CommentAttachment.objects.filter(file=file.pk, comment__order=OuterRef("pk"))
    return PurchaseOrder.objects.visible_to(actor).filter(Exists(answers) | Exists(comments)).exists()


ATTACHMENT = Kind(
    name="attachment",
    title=_("Attachment"),
    media_types=frozenset({PDF, XLSX, PNG, JPEG, TIFF, WEBP, CSV, TEXT}),
    may_receive=_may_attach,
    may_see=_may_see,
)
"""What explains an answer or a comment to an order: a drawing, a photograph, a letter."""


def _may_bring_a_logo(actor: Actor, supplier_id: int | None) -> bool:
    return supplier_id is None and Act.SET_BRANDING.allows(actor)


LOGO = Kind(
    name="logo",
    title=_("Logo"),
    media_types=frozenset({PNG, JPEG}),
    may_receive=_may_bring_a_logo,
    may_see=lambda actor, file: _may_bring_a_logo(actor, file.supplier_id),
    most_bytes=MEGABYTE // 2,
)
"""The buyer's logo. No SVG: a drawing can ask for more than it shows."""

PRICED, UNPRICED = "order_pdf", "order_pdf_without_prices"


def _may_see_print(actor: Actor, file: StoredFile) -> bool:
    """Who sees the order; and who sees its prices, where the paper says them."""
    prints = OrderPrint.objects.visible_to(actor).filter(file=file.pk)
    return any(
        Act.SEE_ORDERS.allows(actor, one) and (not one.prices or Act.SEE_PRICES.allows(actor, one)) for one in prints
    )


def _nobody(actor: Actor, supplier_id: int | None) -> bool:
    return False


ORDER_PDFS = [
    Kind(
        name=name,
        title=title,
        media_types=frozenset({PDF}),
        may_receive=_nobody,
        may_see=_may_see_print,
    )
    for name, title in ((PRICED, _("Order")), (UNPRICED, _("Order without prices")))
]
"""Drawn by the portal itself."""


SHIPMENT_PAPER = "shipment_paper"


def _may_see_shipment_paper(actor: Actor, file: StoredFile) -> bool:
    prints = ShipmentPrint.objects.visible_to(actor).filter(file=file.pk)
    return any(Act.SEE_SHIPMENTS.allows(actor, one) for one in prints)


SHIPMENT_PDF = Kind(
    name=SHIPMENT_PAPER,
    title=_("Paper of a shipment"),
    media_types=frozenset({PDF}),
    may_receive=_nobody,
    may_see=_may_see_shipment_paper,
    most_bytes=100 * MEGABYTE,
    most_pages=2500,
)
"""Labels, packing list, delivery note: drawn by the portal itself, one page for each of many labels."""


def _may_see_drawing(actor: Actor, file: StoredFile) -> bool:
    """Whoever sees an order that the file goes with; a supplier none that was taken back everywhere."""
    papers = OrderFile.objects.visible_to(actor).filter(file=file.pk)
    return Act.SEE_ORDERS.allows(actor, file) and papers.exists()


DRAWING = Kind(
    name="drawing",
    title=_("Drawing or terms"),
    media_types=frozenset({PDF, XLSX, PNG, JPEG, TIFF, WEBP, CSV, TEXT}),
    may_receive=lambda actor, supplier_id: False,  # it comes from Odoo, never by hand
    may_see=_may_see_drawing,
)
"""What the buyer gives along with an order: a drawing, quality terms."""


SHEET_BYTES = 10 * MEGABYTE
SHEET_READ = "suppliers.tasks.read_sheets"


def _sheet(name: str, title: Any, may: Act) -> Kind:
    """What was downloaded here, filled in with a spreadsheet program and brought back, by those who may do so."""

    def allowed(actor: Actor, about: object) -> bool:
        return Act.BRING_SHEET.allows(actor, about) and may.allows(actor, about)

    return Kind(
        name=name,
        title=title,
        media_types=frozenset({XLSX}),
        may_receive=lambda actor, supplier_id: (
            supplier_id in actor.suppliers and allowed(actor, Place(name, supplier_id))
        ),
        may_see=allowed,
        most_bytes=SHEET_BYTES,
        then=SHEET_READ,
    )


SHEET = _sheet("sheet", _("Sheet with answers"), Act.ACKNOWLEDGE_ORDER)
SHIPMENT_SHEET = _sheet("shipment_sheet", _("Sheet with shipments"), Act.ANNOUNCE_SHIPMENT)
