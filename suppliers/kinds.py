"""The kinds of files that orders and answers need, for ``documents.kinds``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from documents.kinds import CSV, JPEG, PDF, PNG, TEXT, TIFF, WEBP, XLSX, Kind, Place
from portal.shared.actor import Actor
from suppliers.permissions import Act

if TYPE_CHECKING:
    from documents.models import StoredFile


def _may_attach(actor: Actor, supplier_id: int | None) -> bool:
    """Whoever answers, decides or comments: a supplier's people for their own orders, staff for anybody's."""
    place = Place("attachment", supplier_id)
    if actor.behind_wall and supplier_id not in actor.suppliers:
        return False
    return any(one.allows(actor, place) for one in (Act.ACKNOWLEDGE_ORDER, Act.DECIDE_ANSWER, Act.COMMENT_ORDER))


def _may_see(actor: Actor, file: StoredFile) -> bool:
    return Act.SEE_ORDERS.allows(actor, file)


ATTACHMENT = Kind(
    name="attachment",
    title=_("Attachment"),
    media_types=frozenset({PDF, XLSX, PNG, JPEG, TIFF, WEBP, CSV, TEXT}),
    may_receive=_may_attach,
    may_see=_may_see,
)
"""What explains an answer or a comment to an order: a drawing, a photograph, a letter."""
