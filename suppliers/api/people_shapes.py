"""The shapes of people and invitations in the API."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from suppliers.api.shapes import Shape
from suppliers.states import Admission, ContactStanding

AT = _("The id of a supplier, or “staff”. Empty: the staff for its administrators, else your own supplier.")
LANGUAGES = [code for code, _title in settings.LANGUAGES]


class PlaceQuery(Shape):
    at = serializers.CharField(required=False, default="", allow_blank=True, max_length=60, help_text=AT)


class HeldOut(serializers.Serializer[Any]):
    role = serializers.CharField()
    plant = serializers.CharField(allow_null=True, help_text=_("The code of a plant; null: everywhere."))


class PersonOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()
    language = serializers.CharField()
    roles = HeldOut(many=True, help_text=_("Of somebody without access: those he would get back."))
    active = serializers.BooleanField()
    second_factor = serializers.BooleanField()
    last_sign_in = serializers.DateTimeField(allow_null=True)


class PeopleOut(serializers.Serializer[Any]):
    at = serializers.CharField()
    name = serializers.CharField()
    results = PersonOut(many=True)


class PersonChangedOut(PersonOut):
    dry_run = serializers.BooleanField()


class RolesIn(Shape):
    roles = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=20, help_text=_("All that are to be held; no others.")
    )
    plant = serializers.CharField(
        required=False,
        allow_null=True,
        default=None,
        max_length=20,
        help_text=_("For staff: the code of the plant they are held at; null: every plant."),
    )


class InvitationIn(Shape):
    at = serializers.CharField(required=False, default="", allow_blank=True, max_length=60, help_text=AT)
    email = serializers.CharField(max_length=254)
    name = serializers.CharField(max_length=200)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False, default="en")
    roles = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20)
    plants = serializers.ListField(
        child=serializers.CharField(max_length=20),
        required=False,
        default=list,
        max_length=200,
        help_text=_("For staff: codes of plants; none: every plant."),
    )


class InvitationOut(serializers.Serializer[Any]):
    """The secret of the link is in the mail alone."""

    id = serializers.UUIDField()
    at = serializers.CharField()
    email = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())
    plants = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=Admission.choices)
    sent_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    invited_by = serializers.CharField()
    dry_run = serializers.BooleanField(required=False)


class InvitationsOut(serializers.Serializer[Any]):
    results = InvitationOut(many=True)


class ContactsQuery(Shape):
    q = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    supplier = serializers.UUIDField(required=False, default=None)
    plant = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=20, help_text=_("The code of a plant.")
    )
    cursor = serializers.CharField(required=False, default="", allow_blank=True, max_length=1000)


class KnownContactOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    function = serializers.CharField()
    email = serializers.CharField(help_text=_("Empty where there is none that could be."))
    written = serializers.CharField(help_text=_("As it stands in Odoo."))
    language = serializers.CharField()
    own_address = serializers.BooleanField(help_text=_("The supplier's own address, no person."))
    standing = serializers.ChoiceField(choices=ContactStanding.choices)
    invitable = serializers.BooleanField()
    advised = serializers.BooleanField(help_text=_("Ticked on the page unless somebody says otherwise."))
    role = serializers.CharField(help_text=_("What the function suggests."))
    elsewhere = serializers.ListField(child=serializers.CharField(), help_text=_("Other suppliers with this address."))


class FirmOut(serializers.Serializer[Any]):
    supplier = serializers.UUIDField()
    supplier_name = serializers.CharField()
    has_administrator = serializers.BooleanField()
    contacts = KnownContactOut(many=True)


class ContactsOut(serializers.Serializer[Any]):
    results = FirmOut(many=True)
    next = serializers.CharField(allow_blank=True)
    previous = serializers.CharField(allow_blank=True)


class ChosenContactIn(Shape):
    supplier = serializers.UUIDField()
    email = serializers.CharField(max_length=254)
    roles = serializers.ListField(child=serializers.CharField(max_length=40), max_length=20)


class InviteContactsIn(Shape):
    rows = ChosenContactIn(many=True)


class InvitedOut(serializers.Serializer[Any]):
    supplier = serializers.UUIDField()
    email = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["invited", "refused"])
    code = serializers.CharField(allow_blank=True, help_text=_("Why it was refused."))
    message = serializers.CharField(allow_blank=True)


class InvitationBatchOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    by = serializers.CharField()
    invited = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = InvitedOut(many=True)
    dry_run = serializers.BooleanField()
