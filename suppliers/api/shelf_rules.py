"""How long lots must keep on arrival, for programs of the buyer's side."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.shelf_rules import LONGEST, set_shelf_rule
from suppliers.api.shapes import Shape
from suppliers.models import ShelfRule
from suppliers.permissions import Act
from suppliers.queries.shelf_rules import ShelfFilters, shelf_rules
from suppliers.queries.suppliers import named
from suppliers.queries.vendors import item_of_number


class RulesQuery(Shape):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    plant = serializers.CharField(required=False, default="", allow_blank=True, max_length=20, help_text=_("Its code."))
    ended = serializers.BooleanField(required=False, default=False, help_text=_("Rules that have ended, too."))
    history = serializers.BooleanField(required=False, default=False, help_text=_("Every version, not the newest."))
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class RuleIn(Shape):
    item = serializers.CharField(max_length=100, help_text=_("The buyer's item number."))
    plant = serializers.CharField(
        required=False, allow_null=True, default=None, max_length=20, help_text=_("Its code; null: every plant.")
    )
    days = serializers.IntegerField(
        min_value=0,
        max_value=LONGEST,
        allow_null=True,
        help_text=_("Left on arrival. 0: any lot that has not expired. Null: the rule ends."),
    )


class RuleOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    item = serializers.CharField()
    item_name = serializers.CharField()
    plant = serializers.CharField(allow_null=True)
    days = serializers.IntegerField(allow_null=True)
    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    dry_run = serializers.BooleanField(required=False)


class RulesOut(serializers.Serializer[Any]):
    results = RuleOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()


class ShelfRulesView(PortalView):
    @extend_schema(operation_id="shelf_rules_list", parameters=[RulesQuery], responses={200: RulesOut, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """How long lots must keep on arrival, by item and plant, the latest change first."""
        Act.SET_SHELF_RULE.require(self.actor)
        query = RulesQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            _none, plant = named(self.actor, plant=asked["plant"])
            filters = ShelfFilters(
                plant.pk if plant else None, asked["q"], ended=asked["ended"], history=asked["history"]
            )
            page = shelf_rules(self.actor, filters, asked["cursor"], asked["limit"])
        return Response({"results": [_rule(row) for row in page.rows], "next": page.next, "previous": page.previous})

    @extend_schema(
        operation_id="shelf_rules_set",
        parameters=[DryRunQuery, KEY],
        request=RuleIn,
        responses={201: RuleOut, 200: RuleOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Put a new version of a rule in force at once, or end it. Notices announced before keep their verdict."""
        Act.SET_SHELF_RULE.require(self.actor)
        body = RuleIn(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        with acting(self.actor):
            item = item_of_number(asked["item"])
            _none, plant = named(self.actor, plant=asked["plant"] or "")
        rule = self.perform(
            set_shelf_rule, actor=self.actor, item=item, plant=plant, days=asked["days"], at=timezone.now()
        )
        rehearsed = rehearsing(request)
        with acting(self.actor):
            # A replay under the same key answers with the row alone: what it names is read again.
            rule = rule if rehearsed else ShelfRule.objects.select_related("item", "plant").get(pk=rule.pk)
            out = {**_rule(rule), "dry_run": rehearsed}
        return Response(out, status=200 if rehearsed else 201)


def _rule(row: ShelfRule) -> dict[str, Any]:
    return {
        "id": row.pk,
        "item": row.item.code,
        "item_name": row.item.name,
        "plant": row.plant.code if row.plant else None,
        "days": row.days,
        "version": row.version,
        "at": row.at,
        "by": row.actor_name,
    }
