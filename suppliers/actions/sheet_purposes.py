"""What sheets are for, as data: what stands in them, who may, what sending one does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from documents.kinds import Kind
from portal.shared.actor import Actor
from suppliers.actions import sheet_answers, sheet_notices, sheet_parts
from suppliers.actions.sheet_goods import SHIPMENTS
from suppliers.actions.sheet_previews import Preview
from suppliers.actions.sheet_rows import ANSWERS
from suppliers.kinds import SHEET, SHIPMENT_SHEET
from suppliers.models import SheetUpload
from suppliers.permissions import Act
from suppliers.sheets.columns import Plan


@dataclass(frozen=True)
class Purpose:
    """One kind of sheet. Its name, kept with every upload, is its plan's."""

    plan: Plan
    kind: Kind
    """Of its files: who may bring and see them."""
    may: Act
    """What sending takes, beside bringing the sheet."""
    preview_of: Callable[..., Preview[Any]]
    """Of actor, upload and moment; with ``only`` the key of one part, and ``holding`` for whoever sends."""
    keep: Callable[[Actor, SheetUpload, Any, dt.datetime], Any]
    """Makes of a part what it says, inside the transaction of an act that holds the upload."""
    send: Callable[[Actor, SheetUpload, str, dt.datetime], None]
    """The act that does so for one part, by its key."""

    @property
    def name(self) -> str:
        return self.plan.name


PURPOSES = {
    one.name: one
    for one in (
        Purpose(
            ANSWERS,
            SHEET,
            Act.ACKNOWLEDGE_ORDER,
            sheet_answers.preview_of,
            sheet_parts.keep_order,
            sheet_parts.send_order_of,
        ),
        Purpose(
            SHIPMENTS,
            SHIPMENT_SHEET,
            Act.ANNOUNCE_SHIPMENT,
            sheet_notices.preview_of,
            sheet_parts.keep_notice,
            sheet_parts.send_notice_of,
        ),
    )
}
BY_KIND = {one.kind.name: one for one in PURPOSES.values()}


def purpose_of(upload: SheetUpload) -> Purpose:
    """What a sheet is for."""
    return PURPOSES[upload.purpose]


def preview_of(actor: Actor, upload: SheetUpload, at: dt.datetime) -> Preview[Any]:
    """What sending it would do now, whatever it is for. A bounded number of queries for each of its parts."""
    return purpose_of(upload).preview_of(actor, upload, at)
