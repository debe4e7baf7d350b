"""Changes of master data for programs: the same acts, refusals and codes as the pages."""

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
from suppliers.actions import master_requests
from suppliers.actions.master_requests import LONGEST_WORDS
from suppliers.api.shapes import Shape
from suppliers.models import MasterRequest
from suppliers.permissions import Act
from suppliers.queries import masters
from suppliers.queries.suppliers import find_supplier
from suppliers.states import MasterField, MasterState, Source, SyncMark


def _value(**more: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=400, **more)


WHO = ("asked_by", "source", "source_note", "decided_by", "moved_at", "closing")


class ValuesIn(Shape):
    """Those of the field that is asked for, and no others."""

    lead_time = _value(help_text=_("Whole calendar days."))
    min_quantity = _value(help_text=_("A decimal number, as text."))
    price = _value(help_text=_("A decimal number, as text, in the entry's currency."))
    code = _value(help_text=_("The supplier's part number."))
    name = _value(help_text=_("The supplier's name for the item, or the contact's."))
    email = _value()
    phone = _value()
    street = _value()
    street2 = _value()
    postcode = _value()
    city = _value()


class MasterRequestIn(Shape):
    supplier = serializers.UUIDField()
    field = serializers.ChoiceField(choices=MasterField.choices)
    term = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text=_("The price list entry; null for anything else.")
    )
    contact = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40, help_text=_("A contact's ref; empty otherwise.")
    )
    values = ValuesIn()
    comment = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_WORDS)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Source.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Buyer's side only, which asks on behalf of the supplier: how he said it."),
    )
    source_note = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)


class ReasonIn(Shape):
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=LONGEST_WORDS)


class MasterDeclineIn(Shape):
    reason = serializers.CharField(max_length=LONGEST_WORDS)


class MasterRequestsQuery(Shape):
    view = serializers.ChoiceField(required=False, default="all", choices=[*masters.REQUEST_VIEWS, "all"])
    supplier = serializers.UUIDField(required=False, default=None)
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class MasterRequestOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text=_("Counts the requests of one supplier."))
    supplier = serializers.UUIDField()
    supplier_name = serializers.CharField()
    field = serializers.ChoiceField(choices=MasterField.choices)
    term = serializers.UUIDField(allow_null=True)
    contact = serializers.CharField(allow_blank=True)
    subject = serializers.CharField(help_text=_("The item or the contact in words."))
    unit = serializers.CharField(allow_blank=True)
    before = serializers.DictField(
        child=serializers.CharField(allow_blank=True), allow_null=True, help_text=_("Null: a price you may not see.")
    )
    after = serializers.DictField(child=serializers.CharField(allow_blank=True), allow_null=True)
    comment = serializers.CharField(allow_blank=True)
    state = serializers.ChoiceField(choices=MasterState.choices)
    sync = serializers.ChoiceField(
        choices=SyncMark.choices, allow_blank=True, help_text=_("Where what was approved stands in Odoo.")
    )
    asked_by = serializers.CharField()
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=Source.choices,
        allow_blank=True,
        help_text=_("How the supplier said it to the one on the buyer's side who asked; empty: he asked himself."),
    )
    source_note = serializers.CharField(allow_blank=True)
    opened_at = serializers.DateTimeField()
    decided_by = serializers.CharField(allow_blank=True)
    moved_at = serializers.DateTimeField()
    closing = serializers.CharField(allow_blank=True)
    dry_run = serializers.BooleanField()


class MasterRequestsOut(serializers.Serializer[Any]):
    results = MasterRequestOut(many=True)
    next = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_blank=True)


class MasterRequestsView(PortalView):
    @extend_schema(
        operation_id="master_requests_list",
        parameters=[MasterRequestsQuery],
        responses={200: MasterRequestsOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Changes of master data that suppliers asked for, the latest word first."""
        Act.SEE_SUPPLIER.require(self.actor)
        query = MasterRequestsQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            page = masters.request_list(
                self.actor,
                view=asked["view"],
                text=asked["q"],
                supplier=asked["supplier"],
                cursor=asked["cursor"],
                size=asked["limit"],
            )
        rows = [self.body(row) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})

    @extend_schema(
        operation_id="master_requests_create",
        parameters=[DryRunQuery, KEY],
        request=MasterRequestIn,
        responses={201: MasterRequestOut, 200: MasterRequestOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Ask that one field of a price list entry, of a contact or of the supplier says something else.

        The buyer's side asks on behalf of the supplier, and says by ``source`` how he told it. A buyer decides; what he
        approves goes to Odoo. With ``dry_run`` the answer is 200 and nothing has changed.
        """
        Act.ASK_MASTER_CHANGE.require(self.actor)
        shape = MasterRequestIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = dict(shape.validated_data)
        with acting(self.actor):
            supplier = find_supplier(self.actor, given.pop("supplier"))
        field = MasterField(given.pop("field"))
        made = self.perform(
            master_requests.request_master_change,
            actor=self.actor,
            supplier=supplier,
            field=field,
            at=timezone.now(),
            **given,
        )
        return self.answer(made, created=True)

    def body(self, row: MasterRequest, *, dry_run: bool = False) -> dict[str, Any]:
        hidden = row.field == MasterField.PRICE and not Act.SEE_PRICES.allows(self.actor, row)
        names = ("number", "field", "contact", "subject", "unit", "comment", "state", "sync", "opened_at")
        return {
            "id": row.pk,
            "supplier": row.supplier.public_id,
            "supplier_name": row.supplier.name,
            "term": row.term_id,
            "before": None if hidden else row.before,
            "after": None if hidden else row.after,
            **{name: getattr(row, name) for name in (*names, *WHO)},
            "dry_run": dry_run,
        }

    def answer(self, made: MasterRequest, *, created: bool = False) -> Response:
        """The request as it stands now; of a rehearsal, as it would stand."""
        dry_run = rehearsing(self.request)
        if not dry_run:
            with acting(self.actor):
                made = masters.find_request(self.actor, made.pk)
        return Response(self.body(made, dry_run=dry_run), status=201 if created and not dry_run else 200)


class MasterRequestView(MasterRequestsView):
    http_method_names = ["get", "options"]

    @extend_schema(operation_id="master_requests_read", responses={200: MasterRequestOut, **PROBLEMS})
    def get(self, request: Request, request_id: UUID) -> Response:  # type: ignore[override]
        """One request."""
        Act.SEE_SUPPLIER.require(self.actor)
        with acting(self.actor):
            return Response(self.body(masters.find_request(self.actor, request_id)))


class ReactionView(MasterRequestsView):
    """One thing that is done with a request: its act, and what it takes."""

    http_method_names = ["post", "options"]
    takes: type[Shape] = ReasonIn

    def react(self, request: Request, request_id: UUID, act: PortalAct[Any, MasterRequest]) -> Response:
        with acting(self.actor):
            found = masters.find_request(self.actor, request_id)
        shape = self.takes(data=request.data)
        shape.is_valid(raise_exception=True)
        done = self.perform(act, actor=self.actor, request=found, at=timezone.now(), **shape.validated_data)
        return self.answer(done)


class ApproveView(ReactionView):
    @extend_schema(
        operation_id="master_requests_approve",
        parameters=[DryRunQuery, KEY],
        request=ReasonIn,
        responses={200: MasterRequestOut, **PROBLEMS},
    )
    def post(self, request: Request, request_id: UUID) -> Response:  # type: ignore[override]
        """Buyer's side: it shall be so, and goes to Odoo."""
        return self.react(request, request_id, master_requests.approve_master_change)


class DeclineView(ReactionView):
    takes = MasterDeclineIn

    @extend_schema(
        operation_id="master_requests_decline",
        parameters=[DryRunQuery, KEY],
        request=MasterDeclineIn,
        responses={200: MasterRequestOut, **PROBLEMS},
    )
    def post(self, request: Request, request_id: UUID) -> Response:  # type: ignore[override]
        """Buyer's side: it stays as it is. Also takes an approval back that Odoo stands in the way of."""
        return self.react(request, request_id, master_requests.decline_master_change)


class WithdrawView(ReactionView):
    @extend_schema(
        operation_id="master_requests_withdraw",
        parameters=[DryRunQuery, KEY],
        request=ReasonIn,
        responses={200: MasterRequestOut, **PROBLEMS},
    )
    def post(self, request: Request, request_id: UUID) -> Response:  # type: ignore[override]
        """Take one's own request back while nobody has decided it."""
        return self.react(request, request_id, master_requests.withdraw_master_change)
