"""The files that go with an order, read together with the order itself: a query of their own would be one too many."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from documents.states import FileState
from portal.shared.actor import Actor
from suppliers.models import OrderFile


@dataclass(frozen=True)
class Paper:
    """One version of a file that goes with an order; see ``OrderFile``."""

    id: UUID
    name: str
    item: str
    """The number of the item it is of; empty for a file of the whole order."""
    version: int
    size: int
    stated_at: dt.datetime
    current: bool
    withdrawn: bool
    file: UUID | None
    state: str
    """Of the stored file; empty while its bytes are on their way."""
    findings: list[dict[str, Any]]
    refusal: str

    @property
    def refused(self) -> bool:
        """Whether nobody can open it."""
        return bool(self.refusal) or self.state == FileState.REJECTED


def papers_of_order(actor: Actor) -> ArraySubquery:
    """For annotating an order: every version of its files that the actor may know of, as :func:`paper` reads them."""
    rows = OrderFile.objects.visible_to(actor).filter(order=OuterRef("pk"))
    kept = JSONObject(
        id="id",
        name="name",
        item="item_code",
        version="version",
        size="size",
        stated_at="stated_at",
        replaced_at="replaced_at",
        withdrawn_at="withdrawn_at",
        file="file_id",
        state="file__state",
        findings="file__findings",
        refusal="refusal",
    )
    return ArraySubquery(rows.order_by("item_code", "name", "-version").values(kept=kept))


def paper(kept: dict[str, Any]) -> Paper:
    """One of the annotated values."""
    replaced, withdrawn = kept.pop("replaced_at"), kept.pop("withdrawn_at")
    return Paper(
        **kept
        | {
            "id": UUID(kept["id"]),
            "stated_at": dt.datetime.fromisoformat(kept["stated_at"]),
            "current": not replaced and not withdrawn,
            "withdrawn": bool(withdrawn),
            "file": UUID(kept["file"]) if kept["file"] else None,
            "state": kept["state"] or "",
            "findings": kept["findings"] or [],
        }
    )
