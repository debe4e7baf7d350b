"""The shapes of shipment notices. What is sent is declared here and read by ``notice_bodies``: at 10,000 lines a
serializer costs more than all the rest.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.web.shapes import FaultOut
from suppliers.api.shapes import Quantity, Shape
from suppliers.comparing import Verdict
from suppliers.notices import LONGEST
from suppliers.shipping_states import PlateKind, ShipmentState, Tracking, UnitKind
from suppliers.states import DateBasis, SyncMark


def _text(name: str, **options: Any) -> serializers.CharField:
    return serializers.CharField(required=False, allow_blank=True, max_length=LONGEST[name], **options)


class HandlingUnitIn(Shape):
    ref = serializers.CharField(max_length=LONGEST["ref"], help_text=_("Your name for it in this notice."))
    kind = serializers.ChoiceField(choices=UnitKind.choices)
    plate = _text("plate", help_text=_("The number on its label; without one it is given one."))
    within = _text("within", help_text=_("The ref of the unit it stands in."))
    gross_weight = serializers.DecimalField(
        max_digits=12, decimal_places=3, required=False, allow_null=True, help_text=_("In kg.")
    )
    tracking = _text("tracking")


class ShipmentLineIn(Shape):
    line = serializers.UUIDField(
        required=False, allow_null=True, help_text=_("The order line; or name it by order and position.")
    )
    order = _text("order", help_text=_("The number of the order."))
    position = serializers.IntegerField(required=False, allow_null=True, min_value=1)
    quantity = Quantity(help_text=_("More than 0, in `unit`."))
    unit = _text("unit", help_text=_("Empty: the order line's. Another one of its kind is converted."))
    lot = _text("lot")
    made_on = serializers.DateField(required=False, allow_null=True)
    expires_on = serializers.DateField(required=False, allow_null=True)
    serials = serializers.ListField(child=serializers.CharField(max_length=LONGEST["lot"]), required=False)
    country = serializers.CharField(
        required=False, allow_blank=True, max_length=2, help_text=_("Of origin, two letters (ISO 3166).")
    )
    within = _text("within", help_text=_("The ref of the handling unit it is in."))


class ShipmentIn(Shape):
    delivery_note = serializers.CharField(max_length=LONGEST["delivery_note"])
    departs_on = serializers.DateField()
    arrives_on = serializers.DateField()
    carrier = _text("carrier")
    tracking = _text("tracking")
    dangerous_goods = _text("dangerous_goods")
    note = _text("note")
    reason = _text("reason", help_text=_("Why it is corrected."))
    units = HandlingUnitIn(many=True, required=False)
    lines = ShipmentLineIn(many=True, help_text=_("At most 10,000."))


class ShipmentCancelIn(Shape):
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST["reason"], help_text=_("The plant reads it.")
    )


class ShipmentCloseIn(Shape):
    reason = serializers.CharField(max_length=LONGEST["reason"], help_text=_("The supplier reads it."))


class SupplierQuery(serializers.Serializer[Any]):
    supplier = serializers.UUIDField(
        required=False, help_text=_("Whose shipment it is, where you act for several suppliers.")
    )


class _Paged(Shape):
    plant = serializers.CharField(required=False, default="", allow_blank=True, max_length=20, help_text=_("Its code."))
    supplier = serializers.UUIDField(required=False, default=None)
    order = serializers.UUIDField(required=False, default=None)
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)
    limit = serializers.IntegerField(required=False, default=50, min_value=1, max_value=100)


class ShipmentsQuery(_Paged):
    state = serializers.ChoiceField(required=False, default="", allow_blank=True, choices=ShipmentState.choices)
    q = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=100,
        help_text=_("Number, delivery note, tracking number, carrier or order."),
    )


class OpenLinesQuery(_Paged):
    """What may be shipped."""


class SentUnitOut(serializers.Serializer[Any]):
    ref = serializers.CharField()
    plate = serializers.CharField()


class SentOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    version = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ShipmentState.choices)
    plant = serializers.CharField()
    editable_until = serializers.DateTimeField(
        allow_null=True, help_text=_("Until when what is in it may change; null: until goods arrive.")
    )
    lines = serializers.IntegerField(help_text=_("How many."))
    units = SentUnitOut(many=True, help_text=_("The number of each handling unit, in your order."))
    hints = FaultOut(many=True, help_text=_("What is no fault and still worth knowing."))
    dry_run = serializers.BooleanField()


class ShipmentRowOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(choices=ShipmentState.choices)
    version = serializers.IntegerField()
    supplier = serializers.UUIDField()
    supplier_name = serializers.CharField()
    plant = serializers.CharField()
    delivery_note = serializers.CharField()
    departs_on = serializers.DateField(allow_null=True)
    arrives_on = serializers.DateField(allow_null=True)
    carrier = serializers.CharField()
    tracking = serializers.CharField()
    sync = serializers.ChoiceField(choices=SyncMark.choices, allow_blank=True)
    editable_until = serializers.DateTimeField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class ShipmentsOut(serializers.Serializer[Any]):
    results = ShipmentRowOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()


class HandlingUnitOut(serializers.Serializer[Any]):
    plate = serializers.CharField()
    plate_kind = serializers.ChoiceField(choices=PlateKind.choices)
    kind = serializers.ChoiceField(choices=UnitKind.choices)
    within = serializers.CharField(help_text=_("The number of the unit it stands in."))
    gross_weight = serializers.CharField(allow_null=True)
    tracking = serializers.CharField()


class ShipmentLineOut(serializers.Serializer[Any]):
    line = serializers.UUIDField()
    order = serializers.UUIDField()
    order_number = serializers.CharField()
    position = serializers.IntegerField(help_text=_("Of the order line."))
    item = serializers.CharField()
    quantity = serializers.CharField(help_text=_("In the order line's unit."))
    unit = serializers.CharField()
    packed_quantity = serializers.CharField(allow_null=True, help_text=_("As it was said, where in another unit."))
    packed_unit = serializers.CharField()
    lot = serializers.CharField()
    made_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    serials = serializers.ListField(child=serializers.CharField())
    country = serializers.CharField()
    within = serializers.CharField(help_text=_("The number of the handling unit it is in."))


class ShipmentOrderOut(serializers.Serializer[Any]):
    order = serializers.UUIDField()
    number = serializers.CharField()
    sync = serializers.ChoiceField(choices=SyncMark.choices, allow_blank=True)
    sync_note = serializers.CharField()
    transfer = serializers.CharField(help_text=_("Its number in Odoo."))


class ShipmentVersionOut(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    channel = serializers.CharField()
    reason = serializers.CharField()
    lines = serializers.IntegerField()
    units = serializers.IntegerField()


class ShipmentFaultOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField()


class ComparedOut(serializers.Serializer[Any]):
    line = serializers.UUIDField()
    order_number = serializers.CharField()
    position = serializers.IntegerField(help_text=_("Of the order line."))
    item = serializers.CharField()
    lot = serializers.CharField()
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    announced = serializers.CharField(help_text=_("In the order line's unit."))
    received = serializers.CharField()
    returned = serializers.CharField(help_text=_("Sent back later; it came all the same."))
    unit = serializers.CharField()
    announced_in = serializers.ListField(child=serializers.CharField(), help_text=_("Numbers of handling units."))
    received_in = serializers.ListField(child=serializers.CharField(), help_text=_("Numbers of handling units."))


class ComparisonOut(serializers.Serializer[Any]):
    final = serializers.BooleanField(help_text=_("Whether nothing more is expected of it."))
    accuracy = serializers.CharField(
        allow_null=True, help_text=_("Lots that came exactly as announced, of those announced: from 0 to 1.")
    )
    rows = ComparedOut(many=True)


class ShipmentOut(ShipmentRowOut):
    dangerous_goods = serializers.CharField()
    note = serializers.CharField()
    faults = ShipmentFaultOut(many=True, help_text=_("Why it is to be corrected."))
    orders = ShipmentOrderOut(many=True)
    units = HandlingUnitOut(many=True)
    lines = ShipmentLineOut(many=True)
    versions = ShipmentVersionOut(many=True, help_text=_("The newest first."))
    comparison = ComparisonOut(
        allow_null=True, help_text=_("What came of it; null before goods of it arrived or it was closed.")
    )


class OpenLineOut(serializers.Serializer[Any]):
    line = serializers.UUIDField()
    order = serializers.UUIDField()
    order_number = serializers.CharField()
    position = serializers.IntegerField()
    supplier = serializers.UUIDField()
    plant = serializers.CharField()
    item = serializers.CharField()
    item_name = serializers.CharField()
    supplier_item = serializers.CharField()
    unit = serializers.CharField()
    step = serializers.CharField()
    agreed = serializers.CharField()
    received = serializers.CharField()
    announced = serializers.CharField(help_text=_("On its way and not received."))
    open = serializers.CharField()
    promised_date = serializers.DateField(allow_null=True, help_text=_("The last delivery, as arrival."))
    next_date = serializers.DateField(allow_null=True, help_text=_("The first delivery not shipped whole."))
    basis = serializers.ChoiceField(choices=DateBasis.choices, help_text=_("What `next_date` means."))
    tracking = serializers.ChoiceField(choices=Tracking.choices)
    dated = serializers.BooleanField(help_text=_("Its lots need an expiry date."))


class OpenLinesOut(serializers.Serializer[Any]):
    results = OpenLineOut(many=True)
    next = serializers.CharField()
    previous = serializers.CharField()
