"""The connection to Odoo for programs: how it stands; stop, go on, read and compare at once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.office import queries
from integrations.office.actions import desk
from integrations.office.api import ledger_shapes as shapes
from integrations.office.models import Connection
from integrations.office.permissions import Act
from integrations.office.routes import MAIN
from portal.shared.act import Act as PortalAct
from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery

DONE: dict[str, Any] = {
    "parameters": [DryRunQuery, KEY],
    "request": None,
    "responses": {200: shapes.ConnectionDoneOut, **PROBLEMS},
}


class ConnectionView(PortalView):
    @extend_schema(operation_id="connection_read", responses={200: shapes.ConnectionOut, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """How far Odoo was read, and what waits."""
        Act.SEE_LEDGER.require(self.actor)
        with acting(self.actor):
            found = queries.standing(MAIN)
        names = ("name", "paused", "pulled_at", "failure")
        return Response(
            {
                **{name: getattr(found.connection, name) for name in names},
                "read": [{"model": one.model, "until": one.until} for one in found.cursors],
                "troubles": len(found.troubles),
                "letters": found.letters,
            }
        )


class DoView(PortalView):
    """One act on the connection."""

    def do(self, request: Request, allowed: Act, act: PortalAct[..., Connection]) -> Response:
        allowed.require(self.actor)
        with acting(self.actor):
            connection = queries.standing(MAIN).connection
        done = self.perform(act, actor=self.actor, connection=connection, at=timezone.now())
        return Response({"name": done.name, "paused": done.paused, "dry_run": rehearsing(request)})


class PauseView(DoView):
    @extend_schema(operation_id="connection_pause", **DONE)
    def post(self, request: Request) -> Response:
        """Stop sending to this Odoo and reading from it. Letters wait; nothing is lost."""
        return self.do(request, Act.PAUSE_CONNECTION, desk.pause)


class ResumeView(DoView):
    @extend_schema(operation_id="connection_resume", **DONE)
    def post(self, request: Request) -> Response:
        """Send and read again."""
        return self.do(request, Act.PAUSE_CONNECTION, desk.resume)


class PullView(DoView):
    @extend_schema(operation_id="connection_pull", **DONE)
    def post(self, request: Request) -> Response:
        """Read what changed in Odoo now, instead of at the next turn."""
        return self.do(request, Act.PULL_NOW, desk.pull_now)


class CompareView(DoView):
    @extend_schema(operation_id="mappings_compare", **DONE)
    def post(self, request: Request) -> Response:
        """Look now how the records behind the mappings stand in Odoo, instead of tonight."""
        return self.do(request, Act.COMPARE_MAPPINGS, desk.compare_now)
