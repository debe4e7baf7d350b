"""What a supplier answered the last time, ready to be looked at and posted."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.web.api import PortalView
from portal.web.shapes import PROBLEMS
from suppliers.actions.assessing import Terms
from suppliers.actions.last_time import LastTime, last_time
from suppliers.api import bodies, shapes
from suppliers.models import OrderLine
from suppliers.permissions import Act
from suppliers.queries.orders import find_order


class LastTimeLineOut(serializers.Serializer[Any]):
    order = serializers.CharField(help_text=_("The order it was answered on."))
    position = serializers.IntegerField()
    agreed_at = serializers.DateTimeField()
    working_days = serializers.IntegerField(
        allow_null=True, help_text=_("How many after the requested date the last delivery was to arrive.")
    )
    answer = shapes.LineAnswerIn(help_text=_("Post it among the lines of an acknowledgement."))


class LastTimeOut(serializers.Serializer[Any]):
    lines = LastTimeLineOut(many=True)


class LastTimeView(PortalView):
    @extend_schema(operation_id="last_time_read", responses={200: LastTimeOut, **PROBLEMS})
    def get(self, request: Request, order_id: UUID) -> Response:
        """For each open line whose item you agreed to deliver before: the same answer on today's quantity and date.

        Nothing is sent: look at it, rehearse it, post it.
        """
        with acting(self.actor):
            order = find_order(self.actor, order_id)
            Act.ACKNOWLEDGE_ORDER.require(self.actor, order)
            lines = list(OrderLine.objects.visible_to(self.actor).filter(order=order).order_by("position"))
            found = last_time(self.actor, order, lines, Terms.of(order, timezone.now()))
        return Response({"lines": [_line(found[line.pk]) for line in lines if line.pk in found]})


def _line(last: LastTime) -> dict[str, Any]:
    said = last.answer
    return {
        "order": last.order,
        "position": last.position,
        "agreed_at": last.agreed_at,
        "working_days": last.working_days,
        "answer": {
            "line": said.line,
            "revision": said.revision,
            "answer": said.kind,
            "promises": [{"quantity": bodies.number(one.quantity), "date": one.date} for one in said.promises],
            "reason": said.reason,
            "comment": "",
            "price": bodies.number(said.price),
            "substitute": bodies.substitute(said.substitute) if said.substitute else None,
            "corrections": [],
            "files": [],
        },
    }
