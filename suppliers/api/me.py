"""What a person decides about himself, for programs that act in his session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.shared.errors import NotPermitted
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers.actions import wishes
from suppliers.actions.accounts import door
from suppliers.api.shapes import Shape
from suppliers.models import User
from suppliers.states import Frequency
from suppliers.subjects import SUBJECTS
from suppliers.tolerances import MONDAY_TO_FRIDAY


class MailsIn(Shape):
    """What is left out stays as it is."""

    subjects = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        default=dict,
        help_text=gettext_lazy("How often you are told, by subject: at_once, daily or off."),
    )
    hour = serializers.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        help_text=gettext_lazy("When the daily mail comes, on your own clock."),
    )
    days = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        default=None,
        allow_null=True,
        help_text=gettext_lazy("On which days, 1 for Monday to 7 for Sunday."),
    )


class MailSubjectOut(serializers.Serializer[Any]):
    subject = serializers.CharField()
    title = serializers.CharField()
    frequency = serializers.ChoiceField(choices=Frequency.choices)
    choices = serializers.ListField(child=serializers.ChoiceField(choices=Frequency.choices))


class MailsOut(serializers.Serializer[Any]):
    subjects = MailSubjectOut(many=True)
    hour = serializers.IntegerField()
    days = serializers.ListField(child=serializers.IntegerField())
    time_zone = serializers.CharField()
    dry_run = serializers.BooleanField()


class MailsView(PortalView):
    @extend_schema(operation_id="my_mails_read", responses={200: MailsOut, **PROBLEMS})
    def get(self, request: Request) -> Response:
        """Which mails you get: every subject that may concern you, and when the daily mail comes."""
        return self._answer(_person(request), {})

    @extend_schema(
        operation_id="my_mails_update",
        parameters=[DryRunQuery, KEY],
        request=MailsIn,
        responses={200: MailsOut, **PROBLEMS},
    )
    def patch(self, request: Request) -> Response:
        """Choose which mails you get. Mails about your account always come."""
        person = _person(request)
        shape = MailsIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        held = self.perform(wishes.choose_mails, actor=door(person.name), person=person, at=timezone.now(), **given)
        return self._answer(held, given["subjects"] if rehearsing(request) else {})

    def _answer(self, person: User, rehearsed: Mapping[str, str]) -> Response:
        with acting(door()):
            chosen = {**wishes.wishes_of(person), **rehearsed}
        return Response(
            {
                "subjects": [
                    {"subject": key, "title": one.title, "frequency": chosen[key], "choices": one.choices}
                    for key, one in SUBJECTS.items()
                    if one.concerns(self.actor)
                ],
                "hour": person.digest_hour,
                "days": person.digest_days or sorted(MONDAY_TO_FRIDAY),
                "time_zone": person.time_zone,
                "dry_run": rehearsing(self.request),
            }
        )


def _person(request: Request) -> User:
    user = request.user
    if not isinstance(user, User) or user.kind == "machine":
        raise NotPermitted(_("A program has no mails of its own: they belong to people."))
    return user
