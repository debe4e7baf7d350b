"""The kinds of files that orders and answers need, for ``documents.kinds``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from documents.kinds import CSV, JPEG, MEGABYTE, PDF, PNG, TEXT, TIFF, WEBP, XLSX, Kind, Place
from portal.shared.actor import Actor, ActorKind
from portal.shared.ownership import EVERYWHERE
from suppliers.models import OrderFile, OrderPrint
from suppliers.permissions import Act

if TYPE_CHECKING:
    from documents.models import StoredFile


def _may_attach(actor: Actor, supplier_id: int | None) -> bool:
    """A supplier's people who answer orders, for their own; staff who may answer for them or decide, for anybody."""
    place = Place("attachment", supplier_id)
    if actor.kind is ActorKind.LINK:  # what he brings goes with an answer to his one order, and nobody else finds it
        return supplier_id in actor.suppliers and Act.ACKNOWLEDGE_ORDER.allows(actor)
    if actor.behind_wall:
        return supplier_id in actor.suppliers and Act.ACKNOWLEDGE_ORDER.allows(actor, place)
    return Act.DECIDE_ANSWER.allows(actor, place) or Act.ACKNOWLEDGE_ORDER.allows(actor, place)


def _may_see(actor: Actor, file: StoredFile) -> bool:
    return Act.SEE_ORDERS.allows(actor, file)


ATTACHMENT = Kind(
    name="attachment",
    title=_("Attachment"),
    media_types=frozenset({PDF, XLSX, PNG, JPEG, TIFF, WEBP, CSV, TEXT}),
    may_receive=_may_attach,
    may_see=_may_see,
)
"""What explains an answer to an order: a drawing, a photograph, a letter."""


def _may_bring_a_logo(actor: Actor, supplier_id: int | None) -> bool:
    return supplier_id is None and Act.SET_BRANDING.allows(actor, EVERYWHERE)


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
