"""Suppliers' master data and the approved vendor list for programs."""

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
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions.approvals import LONGEST_REASON, set_approval
from suppliers.api import bodies
from suppliers.api.shapes import Quantity, Shape
from suppliers.models import Approval, PriceTerm, Supplier
from suppliers.permissions import Act
from suppliers.queries import masters, vendors
from suppliers.queries.suppliers import find_supplier, named
from suppliers.states import ListStanding


class SuppliersQuery(Shape):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class SupplierRowOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    reference = serializers.CharField()
    vat = serializers.CharField()
    city = serializers.CharField()
    country = serializers.CharField()
    active = serializers.BooleanField()


class SuppliersOut(serializers.Serializer[Any]):
    results = SupplierRowOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()


class ContactOut(serializers.Serializer[Any]):
    ref = serializers.CharField(help_text=_("Names it where a change of it is asked for."))
    name = serializers.CharField()
    function = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()
    language = serializers.CharField(required=False)


class SupplierItemOut(serializers.Serializer[Any]):
    item_code = serializers.CharField()
    item_name = serializers.CharField()
    unit_name = serializers.CharField()
    orders = serializers.IntegerField()
    last = serializers.DateTimeField()


class TermOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    item_code = serializers.CharField()
    item_name = serializers.CharField()
    every_variant = serializers.BooleanField(help_text=_("It holds for the item's other variants as well."))
    unit_name = serializers.CharField()
    code = serializers.CharField(help_text=_("The supplier's part number."))
    name = serializers.CharField(help_text=_("The supplier's name for it."))
    lead_time = serializers.IntegerField(help_text=_("Calendar days from the order to the receipt."))
    min_quantity = Quantity()
    price = Quantity(allow_null=True, help_text=_("Null: you may not see prices."))
    discount = Quantity(allow_null=True, help_text=_("Percent."))
    currency = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    company = serializers.CharField(help_text=_("The buyer's company it holds for; empty: all."))


class SupplierOut(SupplierRowOut):
    email = serializers.CharField()
    phone = serializers.CharField()
    street = serializers.CharField()
    street2 = serializers.CharField()
    postcode = serializers.CharField()
    currency = serializers.CharField()
    payment_terms = serializers.CharField(allow_null=True, help_text=_("Null: you may not see prices."))
    contacts = ContactOut(many=True)
    terms = TermOut(many=True)
    plants = serializers.ListField(child=serializers.CharField())
    items = SupplierItemOut(many=True)


class ApprovalsQuery(SuppliersQuery):
    supplier = serializers.UUIDField(required=False, default=None)
    plant = serializers.CharField(required=False, default="", allow_blank=True, max_length=20, help_text=_("Its code."))
    standing = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=ListStanding.choices)
    history = serializers.BooleanField(required=False, default=False, help_text=_("Every version, not the newest."))


class ApprovalIn(Shape):
    supplier = serializers.UUIDField()
    item = serializers.CharField(max_length=100, help_text=_("The buyer's item number."))
    plant = serializers.CharField(
        required=False, allow_null=True, default=None, max_length=20, help_text=_("Its code; null: every plant.")
    )
    standing = serializers.ChoiceField(choices=ListStanding.choices)
    effective = serializers.DateField()
    reason = serializers.CharField(max_length=LONGEST_REASON)


class ApprovalOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    supplier = serializers.UUIDField()
    supplier_name = serializers.CharField()
    item = serializers.CharField()
    plant = serializers.CharField(allow_null=True)
    standing = serializers.ChoiceField(choices=ListStanding.choices)
    effective = serializers.DateField()
    reason = serializers.CharField()
    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    dry_run = serializers.BooleanField(required=False)


class ApprovalsOut(serializers.Serializer[Any]):
    results = ApprovalOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()


class SuppliersView(PortalView):
    @extend_schema(
        operation_id="suppliers_list", parameters=[SuppliersQuery], responses={200: SuppliersOut, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """The suppliers you may see, by name."""
        Act.SEE_SUPPLIER.require(self.actor)
        query = SuppliersQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            page = vendors.suppliers(self.actor, text=asked["q"], cursor=asked["cursor"], size=asked["limit"])
        rows = [_row(one) for one in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})


class SupplierView(PortalView):
    @extend_schema(operation_id="suppliers_read", responses={200: SupplierOut, **PROBLEMS})
    def get(self, request: Request, key: UUID) -> Response:
        """One supplier as Odoo has him: address, contacts, price list, plants, items."""
        Act.SEE_SUPPLIER.require(self.actor)
        with acting(self.actor):
            found = vendors.master_data(self.actor, key)
            terms = masters.price_terms(self.actor, found.supplier)
        one = found.supplier
        prices = Act.SEE_PRICES.allows(self.actor, one)
        names = ("email", "phone", "street", "street2", "postcode", "currency")
        return Response(
            {
                **_row(one),
                **{name: getattr(one, name) for name in names},
                "payment_terms": one.payment_terms if prices else None,
                "contacts": [{"ref": "", **contact} for contact in one.contacts],
                "terms": [_term(term, prices=prices) for term in terms],
                "plants": [name for name, _number, _last in found.plants],
                "items": found.items,
            }
        )


class ApprovalsView(PortalView):
    @extend_schema(
        operation_id="approvals_list", parameters=[ApprovalsQuery], responses={200: ApprovalsOut, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """The approved vendor list, the latest change first."""
        Act.SEE_APPROVALS.require(self.actor)
        query = ApprovalsQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            supplier, plant = named(self.actor, supplier=asked["supplier"], plant=asked["plant"])
            filters = vendors.ApprovalFilters(
                supplier.pk if supplier else None,
                plant.pk if plant else None,
                asked["standing"],
                asked["q"],
                history=asked["history"],
            )
            page = vendors.approvals(self.actor, filters, asked["cursor"], asked["limit"])
        rows = [_approval(row) for row in page.rows]
        return Response({"results": rows, "next": page.next, "previous": page.previous})

    @extend_schema(
        operation_id="approvals_create",
        parameters=[DryRunQuery, KEY],
        request=ApprovalIn,
        responses={201: ApprovalOut, 200: ApprovalOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Say how a supplier stands for an item, from a day on: a new version of the entry."""
        Act.SET_APPROVAL.require(self.actor)
        body = ApprovalIn(data=request.data)
        body.is_valid(raise_exception=True)
        asked = body.validated_data
        with acting(self.actor):
            supplier = find_supplier(self.actor, asked["supplier"])
            item = vendors.item_of_number(asked["item"])
            _none, plant = named(self.actor, plant=asked["plant"] or "")
        said = self.perform(
            set_approval,
            actor=self.actor,
            supplier=supplier,
            item=item,
            plant=plant,
            standing=ListStanding(asked["standing"]),
            effective=asked["effective"],
            reason=asked["reason"],
            at=timezone.now(),
        )
        rehearsed = rehearsing(request)
        with acting(self.actor):
            # A replay under the same key answers with the row alone: what it names is read again.
            said = said if rehearsed else Approval.objects.select_related("supplier", "item", "plant").get(pk=said.pk)
            out = {**_approval(said), "dry_run": rehearsed}
        return Response(out, status=200 if rehearsed else 201)


def _row(one: Supplier) -> dict[str, Any]:
    names = ("name", "reference", "vat", "city", "country", "active")
    return {"id": one.public_id, **{name: getattr(one, name) for name in names}}


def _term(row: PriceTerm, *, prices: bool) -> dict[str, Any]:
    names = ("item_code", "item_name", "every_variant", "unit_name", "code", "name", "lead_time", "currency")
    return {
        "id": row.pk,
        **{name: getattr(row, name) for name in (*names, "valid_from", "valid_until", "company")},
        "min_quantity": bodies.number(row.min_quantity),
        "price": bodies.number(row.price) if prices else None,
        "discount": bodies.number(row.discount) if prices else None,
    }


def _approval(row: Approval) -> dict[str, Any]:
    return {
        "id": row.pk,
        "supplier": row.supplier.public_id,
        "supplier_name": row.supplier.name,
        "item": row.item.code,
        "plant": row.plant.code if row.plant else None,
        "standing": row.standing,
        "effective": row.effective,
        "reason": row.reason,
        "version": row.version,
        "at": row.at,
        "by": row.actor_name,
    }
