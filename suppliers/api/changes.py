"""Change requests for programs: the same acts, refusals and codes as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.act import Act as PortalAct
from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions import changes
from suppliers.actions.assessing import PromisedDelivery
from suppliers.actions.negotiating import Ask, Wish
from suppliers.api import bodies
from suppliers.api.shapes import FindingOut, Quantity, Shape
from suppliers.models import ChangeOffer, ChangeRequest
from suppliers.permissions import Act
from suppliers.pricing import told_findings
from suppliers.queries.changes import CHANGE_VIEWS, asked_with, change_list, find_change
from suppliers.queries.orders import find_line, find_order
from suppliers.states import ChangeState, DateBasis, Reason, Side, Source, Verdict


class DeliveryIn(Shape):
    quantity = Quantity(help_text=_("In the line's unit, more than 0."))
    date = serializers.DateField(help_text=_("In the order's basis: hand-over or arrival."))


class Told(Shape):
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Source.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Buyer's side only: you say this for the supplier, and how he told you."),
    )
    source_note = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class Wished(Shape):
    deliveries = DeliveryIn(many=True, required=False, default=list)
    price = Quantity(required=False, allow_null=True, default=None, help_text=_("Null: as agreed."))
    cancels = serializers.BooleanField(
        required=False, default=False, help_text=_("Nothing more is delivered than has been received.")
    )
    reason = serializers.ChoiceField(choices=Reason.choices)
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class WishIn(Told, Wished):
    """What somebody wishes of one line, and how he was told."""


class ChangeIn(WishIn):
    revision = serializers.IntegerField(min_value=1, help_text=_("The line's revision you looked at."))


class LineChangeIn(Wished):
    line = serializers.UUIDField()
    revision = serializers.IntegerField(min_value=1, help_text=_("The line's revision you looked at."))


class OrderChangesIn(Told):
    changes = LineChangeIn(many=True)


class AcceptIn(Told):
    offer = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text=_("The number of the last offer."))


class CounterIn(WishIn):
    offer = serializers.IntegerField(min_value=1, max_value=2**31 - 1, help_text=_("The number of the last offer."))


class DeclineIn(AcceptIn):
    reason = serializers.CharField(max_length=2000)


class WithdrawIn(Told):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2000)


class ChangesQuery(Shape):
    view = serializers.ChoiceField(required=False, default="all", choices=[*CHANGE_VIEWS, "all"])
    order = serializers.UUIDField(required=False, default=None)
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class DeliveryOut(serializers.Serializer[Any]):
    quantity = Quantity()
    date = serializers.DateField()
    basis = serializers.ChoiceField(choices=DateBasis.choices)
    arrival_date = serializers.DateField()


class OfferOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    side = serializers.ChoiceField(choices=Side.choices)
    at = serializers.DateTimeField()
    by = serializers.CharField()
    source = serializers.ChoiceField(choices=Source.choices, allow_blank=True)  # type: ignore[assignment]
    cancels = serializers.BooleanField()
    deliveries = DeliveryOut(many=True)
    price = Quantity(allow_null=True)
    reason = serializers.ChoiceField(choices=Reason.choices)
    comment = serializers.CharField(allow_blank=True)
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    findings = FindingOut(many=True)


class ChangeOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text=_("Counts the change requests of one order."))
    order = serializers.UUIDField()
    order_number = serializers.CharField()
    line = serializers.UUIDField()
    position = serializers.IntegerField()
    side = serializers.ChoiceField(choices=Side.choices, help_text=_("Who asked, and so who caused the move."))
    state = serializers.ChoiceField(choices=ChangeState.choices)
    waits_for = serializers.ChoiceField(choices=Side.choices, allow_blank=True)
    revision = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    moved_at = serializers.DateTimeField()
    closing = serializers.CharField(allow_blank=True)
    answer = serializers.UUIDField(allow_null=True, help_text=_("The answer that the accepted offer became."))
    offers = OfferOut(many=True)
    dry_run = serializers.BooleanField()


class ChangesOut(serializers.Serializer[Any]):
    results = ChangeOut(many=True)
    next = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_blank=True)


class MadeOut(serializers.Serializer[Any]):
    results = ChangeOut(many=True)
    dry_run = serializers.BooleanField()


class ChangesView(PortalView):
    @extend_schema(operation_id="changes_list", parameters=[ChangesQuery], responses={200: ChangesOut, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """Change requests you may see, the latest word first. ``view=mine``: what waits for your side."""
        Act.SEE_ORDERS.require(self.actor)
        query = ChangesQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            page = change_list(
                self.actor,
                view=asked["view"],
                text=asked["q"],
                order=asked["order"],
                cursor=asked["cursor"],
                size=asked["limit"],
            )
            rows = [self.body(row) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})

    def body(self, row: ChangeRequest, *, dry_run: bool = False) -> dict[str, Any]:
        return change(row, prices=Act.SEE_PRICES.allows(self.actor, row), dry_run=dry_run)


class ChangeView(ChangesView):
    @extend_schema(operation_id="changes_read", responses={200: ChangeOut, **PROBLEMS})
    def get(self, request: Request, change_id: UUID) -> Response:  # type: ignore[override]
        """One change request with all its offers."""
        Act.SEE_ORDERS.require(self.actor)
        with acting(self.actor):
            return Response(self.body(find_change(self.actor, change_id)))


class LineChangesView(ChangesView):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="changes_create",
        parameters=[DryRunQuery, KEY],
        request=ChangeIn,
        responses={201: ChangeOut, 200: ChangeOut, **PROBLEMS},
    )
    def post(self, request: Request, line_id: UUID) -> Response:
        """Ask for a change of an agreed line. A supplier's wish inside tolerance is agreed at once.

        With ``dry_run`` the answer is 200 and nothing has changed.
        """
        with acting(self.actor):
            line = find_line(self.actor, line_id)
        shape = ChangeIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        made = self.perform(
            changes.request_change,
            actor=self.actor,
            line=line,
            wish=_wish(given),
            revision=given["revision"],
            source=given["source"],
            source_note=given["source_note"],
            at=timezone.now(),
        )
        return self.answer(made, created=True)

    def answer(self, made: ChangeRequest, *, created: bool = False) -> Response:
        """The request as it stands now; of a rehearsal, as it would stand."""
        dry_run = rehearsing(self.request)
        if not dry_run:
            with acting(self.actor):
                made = find_change(self.actor, made.pk)
        return Response(self.body(made, dry_run=dry_run), status=201 if created and not dry_run else 200)


class OrderChangesView(ChangesView):
    http_method_names = ["post", "options"]

    @extend_schema(
        operation_id="changes_create_many",
        parameters=[DryRunQuery, KEY],
        request=OrderChangesIn,
        responses={201: MadeOut, 200: MadeOut, **PROBLEMS},
    )
    def post(self, request: Request, order_id: UUID) -> Response:
        """Ask for changes of several agreed lines of an order: all of it is taken, or nothing. Each line gets a request
        with a number of its own.

        With ``dry_run`` the answer is 200 and nothing has changed.
        """
        with acting(self.actor):
            order = find_order(self.actor, order_id)
        shape = OrderChangesIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        first = self.perform(
            changes.request_changes,
            actor=self.actor,
            order=order,
            asks=[Ask(one["line"], _wish(one), one["revision"]) for one in given["changes"]],
            source=given["source"],
            source_note=given["source_note"],
            at=timezone.now(),
        )
        dry_run = rehearsing(request)
        if dry_run:
            made = first.asked_with
        else:
            with acting(self.actor):
                made = asked_with(self.actor, first)
        body = {"results": [self.body(one, dry_run=dry_run) for one in made], "dry_run": dry_run}
        return Response(body, status=200 if dry_run else 201)


class ReactionView(LineChangesView):
    """One reaction to the last offer: its act, and what it takes."""

    takes: type[Told]

    def react(self, request: Request, change_id: UUID, act: PortalAct[Any, ChangeRequest], **more: Any) -> Response:
        with acting(self.actor):
            found = find_change(self.actor, change_id)
        shape = self.takes(data=request.data)
        shape.is_valid(raise_exception=True)
        given: dict[str, Any] = dict(shape.validated_data)
        if self.takes is CounterIn:
            given = {name: given[name] for name in ("offer", "source", "source_note")} | {"wish": _wish(given)}
        return self.answer(self.perform(act, actor=self.actor, request=found, at=timezone.now(), **given))


class AcceptView(ReactionView):
    takes = AcceptIn

    @extend_schema(
        operation_id="changes_accept",
        parameters=[DryRunQuery, KEY],
        request=AcceptIn,
        responses={200: ChangeOut, **PROBLEMS},
    )
    def post(self, request: Request, change_id: UUID) -> Response:
        """Take the other side's last offer: it is agreed and goes to Odoo."""
        return self.react(request, change_id, changes.accept_change)


class CounterView(ReactionView):
    takes = CounterIn

    @extend_schema(
        operation_id="changes_counter",
        parameters=[DryRunQuery, KEY],
        request=CounterIn,
        responses={200: ChangeOut, **PROBLEMS},
    )
    def post(self, request: Request, change_id: UUID) -> Response:
        """Offer something else instead of the last offer."""
        return self.react(request, change_id, changes.counter_change)


class DeclineView(ReactionView):
    takes = DeclineIn

    @extend_schema(
        operation_id="changes_decline",
        parameters=[DryRunQuery, KEY],
        request=DeclineIn,
        responses={200: ChangeOut, **PROBLEMS},
    )
    def post(self, request: Request, change_id: UUID) -> Response:
        """Say no to the other side's last offer, with a reason it reads: what is agreed stands."""
        return self.react(request, change_id, changes.decline_change)


class WithdrawView(ReactionView):
    takes = WithdrawIn

    @extend_schema(
        operation_id="changes_withdraw",
        parameters=[DryRunQuery, KEY],
        request=WithdrawIn,
        responses={200: ChangeOut, **PROBLEMS},
    )
    def post(self, request: Request, change_id: UUID) -> Response:
        """Take your own side's request back: what is agreed stands."""
        return self.react(request, change_id, changes.withdraw_change)


def _wish(given: dict[str, Any]) -> Wish:
    return Wish(
        tuple(PromisedDelivery(one["quantity"], one["date"]) for one in given["deliveries"]),
        given["price"],
        given["cancels"],
        given["reason"],
        given["comment"],
    )


def offer(row: ChangeOffer, *, prices: bool) -> dict[str, Any]:
    return {
        "number": row.number,
        "side": row.side,
        "at": row.at,
        "by": row.actor_name,
        "source": row.source,
        "cancels": row.cancels,
        "deliveries": [bodies.promise(one) for one in row.deliveries.all()],
        "price": bodies.number(row.price) if prices else None,
        "reason": row.reason,
        "comment": row.comment,
        "verdict": row.verdict,
        "findings": told_findings(row.findings, prices=prices),
    }


def change(row: ChangeRequest, *, prices: bool, dry_run: bool) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "order": row.order_id,
        "order_number": row.order.number,
        "line": row.line_id,
        "position": row.line.position,
        "side": row.side,
        "state": row.state,
        "waits_for": row.waits_for,
        "revision": row.revision,
        "opened_at": row.opened_at,
        "moved_at": row.moved_at,
        "closing": row.closing,
        "answer": row.answer_id,
        "offers": [offer(one, prices=prices) for one in row.offers.all()],
        "dry_run": dry_run,
    }
