"""The ledger and the sent log for programs: what was exchanged with Odoo, and who got which mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.office import queries, sent
from integrations.office.api import ledger_shapes as shapes
from integrations.office.models import Delivery
from integrations.office.permissions import Act
from portal.shared.acting import acting
from portal.web.api import PortalView
from portal.web.shapes import PROBLEMS
from suppliers.models import PurchaseOrder

ORDER = PurchaseOrder._meta.label_lower


class LettersView(PortalView):
    @extend_schema(
        operation_id="letters_list", parameters=[shapes.LettersQuery], responses={200: shapes.LettersOut, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """All letters to Odoo and to people, the newest first; a buyer sees those about orders of his plants."""
        Act.SEE_LEDGER.require(self.actor)
        query = shapes.LettersQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        filters = queries.LedgerFilters(state=asked["state"], text=asked["q"])
        with acting(self.actor):
            page = queries.ledger(self.actor, filters, asked["cursor"], asked["limit"])
        rows = [_letter(row) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


class LetterView(PortalView):
    @extend_schema(operation_id="letters_read", responses={200: shapes.LetterStoryOut, **PROBLEMS})
    def get(self, request: Request, key: UUID) -> Response:
        """One letter: what happened to it, what comes next, and every exchange with the outside."""
        Act.SEE_LEDGER.require(self.actor)
        with acting(self.actor):
            story = queries.story(self.actor, key)
        exchanges = ("at", "operation", "attempt", "outcome", "error", "milliseconds")
        changes = ("at", "before", "after", "actor_name", "reason")
        return Response(
            {
                **_letter(story.delivery),
                "explanation": story.explanation,
                "lines": [
                    {"line": line.pk, "position": line.position, "outcome": code, "detail": detail}
                    for line, code, detail in story.lines
                ],
                "exchanges": [{name: getattr(one, name) for name in exchanges} for one in story.exchanges],
                "changes": [{name: getattr(one, name) for name in changes} for one in story.changes],
            }
        )


class MailsView(PortalView):
    @extend_schema(
        operation_id="mails_list", parameters=[shapes.LettersQuery], responses={200: shapes.MailsSentOut, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """All mails, the newest first: to whom, about what, and what became of each."""
        Act.SEE_SENT_LOG.require(self.actor)
        query = shapes.LettersQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        filters = sent.Filters(state=asked["state"], text=asked["q"])
        with acting(self.actor):
            page = sent.sent_log(self.actor, filters, asked["cursor"], asked["limit"])
        rows = [
            {
                "letter": one.letter.pk,
                "name": one.name,
                "address": one.address,
                "subject": one.subject,
                "orders": one.orders,
                "topic": one.letter.topic,
                "state": one.letter.state,
                "created_at": one.letter.created_at,
                "settled_at": one.letter.settled_at,
            }
            for one in page.rows
        ]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


def _letter(row: Delivery) -> dict[str, Any]:
    names = ("topic", "destination", "state", "attempts", "owner", "failure", "remedy", "created_at", "settled_at")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in names},
        "order": row.about_id if row.about_type == ORDER else None,
        "about": row.about,  # type: ignore[attr-defined]
        "supplier_name": row.supplier_name or "",  # type: ignore[attr-defined]
    }
