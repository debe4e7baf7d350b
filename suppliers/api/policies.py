"""Tolerance policies for programs of the buyer's side."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, fields
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.policies import check, first_day, set_policy
from suppliers.api.bodies import number
from suppliers.api.shapes import Quantity, Shape
from suppliers.models import AnswerLine, Plant, Supplier, SupplierGroup, TolerancePolicy
from suppliers.permissions import Act
from suppliers.queries.policies import Scope, policies, try_policy
from suppliers.states import Verdict
from suppliers.tolerances import Bounds

BOUNDS = tuple(field.name for field in fields(Bounds))


class Percent(serializers.DecimalField):
    def __init__(self, **options: Any) -> None:
        super().__init__(max_digits=12, decimal_places=2, **options)


class PolicyIn(Shape):
    supplier = serializers.UUIDField(required=False, allow_null=True, default=None)
    group = serializers.CharField(required=False, allow_blank=True, default="", help_text=gettext_lazy("By its name."))
    plant = serializers.CharField(required=False, allow_blank=True, default="", help_text=gettext_lazy("By its code."))
    valid_from = serializers.DateField(
        required=False, allow_null=True, default=None, help_text=gettext_lazy("Null: today.")
    )
    quantity_over = Percent()
    quantity_under = Percent()
    days_early = serializers.IntegerField(min_value=0, max_value=999)
    days_late = serializers.IntegerField(min_value=0, max_value=999)
    price_up = Percent()
    price_down = Percent()


class PolicyOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    supplier = serializers.UUIDField(allow_null=True)
    group = serializers.CharField(allow_blank=True)
    plant = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    valid_from = serializers.DateField()
    standing = serializers.ChoiceField(choices=["in_force", "to_come", "past"])
    quantity_over = Quantity()
    quantity_under = Quantity()
    days_early = serializers.IntegerField()
    days_late = serializers.IntegerField()
    price_up = Quantity()
    price_down = Quantity()


class PoliciesOut(serializers.Serializer[Any]):
    results = PolicyOut(many=True)


class ChangedOut(serializers.Serializer[Any]):
    order = serializers.UUIDField()
    number = serializers.CharField()
    line = serializers.UUIDField()
    answer = serializers.UUIDField()
    before = serializers.ChoiceField(choices=Verdict.choices)
    after = serializers.ChoiceField(choices=Verdict.choices)


class TrialOut(serializers.Serializer[Any]):
    """Lines answered in the last 13 weeks that this policy would have judged."""

    answers = serializers.IntegerField()
    within_before = serializers.IntegerField()
    within_after = serializers.IntegerField()
    at_once = serializers.IntegerField(help_text=gettext_lazy("The buyer's then, agreed at once under this policy."))
    to_buyer = serializers.IntegerField(help_text=gettext_lazy("Agreed at once then, the buyer's under this policy."))
    changed = ChangedOut(many=True, help_text=gettext_lazy("The newest of both, at most 50."))


class PoliciesView(PortalView):
    @extend_schema(operation_id="tolerances_list", responses={200: PoliciesOut, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """Every version of every scope, the most general scope first."""
        Act.SET_TOLERANCES.require(self.actor)
        rows = []
        with acting(self.actor):
            for one in policies(self.actor, today=timezone.localdate()):
                rows += [_policy(one.current, "in_force")] if one.current else []
                rows += [_policy(row, "to_come") for row in one.future] + [_policy(row, "past") for row in one.past]
        return Response({"results": rows})

    @extend_schema(
        operation_id="tolerances_set",
        parameters=[DryRunQuery, KEY],
        request=PolicyIn,
        responses={201: PolicyOut, 200: PolicyOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Put a new version in force, from a day on."""
        Act.SET_TOLERANCES.require(self.actor)
        scope, bounds, begins = _read(self.actor, request.data)
        now = timezone.now()
        policy = self.perform(
            set_policy,
            actor=self.actor,
            bounds=bounds,
            at=now,
            supplier=scope.supplier,
            group=scope.group,
            plant=scope.plant,
            valid_from=begins,
        )
        standing = "to_come" if policy.valid_from > first_day(scope.plant, now) else "in_force"
        with acting(self.actor):
            body = _policy(policy, standing)
        return Response(body, status=200 if rehearsing(request) else 201)


class TrialView(PortalView):
    @extend_schema(operation_id="tolerances_try", request=PolicyIn, responses={200: TrialOut, **PROBLEMS})
    def post(self, request: Request) -> Response:
        """What a policy would have made of last quarter's answers. Changes nothing."""
        Act.SET_TOLERANCES.require(self.actor)
        scope, bounds, begins = _read(self.actor, request.data)
        refused = check(bounds, supplier=scope.supplier, group=scope.group, plant=scope.plant)
        refused.refuse(_("This policy cannot be set."))
        now = timezone.now()
        with acting(self.actor):
            day = begins or first_day(scope.plant, now)
            trial = try_policy(self.actor, scope, bounds, at=now, begins=day)
            changed = [_changed(row) for row in trial.changed]
        names = ("answers", "within_before", "within_after", "at_once", "to_buyer")
        return Response({**{name: getattr(trial, name) for name in names}, "changed": changed})


def _changed(row: AnswerLine) -> dict[str, Any]:
    other = Verdict.OUTSIDE if row.verdict == Verdict.WITHIN else Verdict.WITHIN
    line = row.line
    facts = {"order": line.order_id, "number": line.order.number, "line": line.pk}
    return {**facts, "answer": row.pk, "before": row.verdict, "after": other}


def _policy(row: TolerancePolicy, standing: str) -> dict[str, Any]:
    bounds = asdict(row.bounds)
    return {
        "id": row.pk,
        "supplier": row.supplier.public_id if row.supplier else None,
        "group": row.group.name if row.group else "",
        "plant": row.plant.code if row.plant else "",
        "version": row.version,
        "valid_from": row.valid_from,
        "standing": standing,
        **{name: value if name.startswith("days") else number(value) for name, value in bounds.items()},
    }


def _read(actor: Actor, data: Any) -> tuple[Scope, Bounds, dt.date | None]:
    shape = PolicyIn(data=data)
    shape.is_valid(raise_exception=True)
    given = shape.validated_data
    with acting(actor):
        scope = Scope(
            supplier=_found(Supplier.objects.visible_to(actor), "supplier", public_id=given["supplier"]),
            group=_found(SupplierGroup.objects.all(), "group", name=given["group"]),
            plant=_found(Plant.objects.all(), "plant", code=given["plant"]),
        )
    return scope, Bounds(**{name: given[name] for name in BOUNDS}), given["valid_from"]


def _found(rows: Any, field: str, **wanted: Any) -> Any:
    """The row that is named, or None where none is; raises :class:`Invalid` for one that is not there."""
    if not any(wanted.values()):
        return None
    row = rows.filter(**wanted).first()
    if row is None:
        message = _("There is no such choice any more: choose again.")
        raise Invalid(message, faults=(Fault("unknown", message, f"/{field}"),))
    return row
