"""People and invitations for programs: the same acts as on the pages, of a supplier or (people alone) of the staff."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.shared.acting import acting
from portal.shared.errors import Fault, Invalid
from portal.web.api import PortalView, rehearsing
from portal.web.shapes import KEY, PROBLEMS, DryRunQuery
from suppliers import standing
from suppliers.actions import colleagues, invitations
from suppliers.actions.contacts import Choice, invite_contacts
from suppliers.api import people_shapes as shapes
from suppliers.models import Invitation, Plant
from suppliers.permissions import Act
from suppliers.queries import people
from suppliers.queries.contacts import Contact, ContactFilters, contacts
from suppliers.queries.people import STAFF, Place, find_invitation, find_place


class PeopleView(PortalView):
    @extend_schema(
        operation_id="people_list", parameters=[shapes.PlaceQuery], responses={200: shapes.PeopleOut, **PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """Everybody who works or worked at one place, by name."""
        place = _place_asked(self, request)
        everybody = _people(self, place)
        return Response({"at": place.key, "name": place.name, "results": [_person(one, place) for one in everybody]})


class PersonView(PortalView):
    @extend_schema(operation_id="people_read", responses={200: shapes.PersonOut, **PROBLEMS})
    def get(self, request: Request, at: str, key: UUID) -> Response:
        """One person at one place."""
        place, found = _find(self, at, key)
        return Response(_person(found, place))


class RolesView(PortalView):
    @extend_schema(
        operation_id="people_set_roles",
        parameters=[DryRunQuery, KEY],
        request=shapes.RolesIn,
        responses={200: shapes.PersonChangedOut, **PROBLEMS},
    )
    def put(self, request: Request, at: str, key: UUID) -> Response:
        """Give somebody these roles, and no others. For staff at one plant, or those held at every plant."""
        place, found = _find(self, at, key)
        shape = shapes.RolesIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        about: dict[str, Any] = {
            "actor": self.actor,
            "person": found.user,
            "roles": given["roles"],
            "at": timezone.now(),
        }
        plant = place.plant(given["plant"]) if given["plant"] else None
        if place.supplier:
            self.perform(colleagues.set_roles, supplier=place.supplier, **about)
        else:
            self.perform(colleagues.set_staff_roles, plant=plant, **about)
        where = plant.pk if plant else None
        kept = [held for held in found.roles if held[1] != where]
        return _changed(self, place, key, replace(found, roles=[*kept, *((role, where) for role in given["roles"])]))


class DeactivateView(PortalView):
    @extend_schema(
        operation_id="people_deactivate",
        parameters=[DryRunQuery, KEY],
        request=None,
        responses={200: shapes.PersonChangedOut, **PROBLEMS},
    )
    def post(self, request: Request, at: str, key: UUID) -> Response:
        """End somebody's access here. His sessions end with it; what he did stays."""
        place, found = _find(self, at, key)
        now = timezone.now()
        about: dict[str, Any] = {"actor": self.actor, "person": found.user, "at": now}
        if place.supplier:
            self.perform(colleagues.deactivate, supplier=place.supplier, **about)
        else:
            self.perform(colleagues.close_account, **about)
        return _changed(self, place, key, replace(found, ended_at=now))


class ReactivateView(PortalView):
    @extend_schema(
        operation_id="people_reactivate",
        parameters=[DryRunQuery, KEY],
        request=None,
        responses={200: shapes.PersonChangedOut, **PROBLEMS},
    )
    def post(self, request: Request, at: str, key: UUID) -> Response:
        """Give somebody his access back, with the roles he had."""
        place, found = _find(self, at, key)
        about: dict[str, Any] = {"actor": self.actor, "person": found.user, "at": timezone.now()}
        if place.supplier:
            self.perform(colleagues.reactivate, supplier=place.supplier, **about)
        else:
            self.perform(colleagues.reopen_account, **about)
        return _changed(self, place, key, replace(found, ended_at=None))


class InvitationsView(PortalView):
    @extend_schema(
        operation_id="invitations_list",
        parameters=[shapes.PlaceQuery],
        responses={200: shapes.InvitationsOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Invitations that were neither accepted nor withdrawn, the latest first."""
        place = _place_asked(self, request)
        with acting(self.actor):
            rows = people.invitations(self.actor, place)
            codes = _codes()
        return Response({"results": [_invitation(row, codes) for row in rows]})

    @extend_schema(
        operation_id="invitations_create",
        parameters=[DryRunQuery, KEY],
        request=shapes.InvitationIn,
        responses={201: shapes.InvitationOut, 200: shapes.InvitationOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Invite somebody: a mail with a link goes out, good for seven days."""
        Act.INVITE_COLLEAGUE.require(self.actor)
        shape = shapes.InvitationIn(data=request.data)
        shape.is_valid(raise_exception=True)
        given = shape.validated_data
        with acting(self.actor):
            place = find_place(self.actor, given["at"])
            codes = _codes()
        about: dict[str, Any] = {
            **{name: given[name] for name in ("email", "name", "language", "roles")},
            "actor": self.actor,
            "at": timezone.now(),
        }
        if place.supplier:
            made = self.perform(invitations.invite_colleague, supplier=place.supplier, **about)
        else:
            made = self.perform(invitations.invite_staff, plants=_plants(place, given["plants"]), **about)
        made.supplier = place.supplier  # a replay under the same key answers with the row alone
        rehearsed = rehearsing(request)
        return Response({**_invitation(made, codes), "dry_run": rehearsed}, status=200 if rehearsed else 201)


class InvitationView(PortalView):
    """What the two below share: one invitation, and what became of it."""

    def handle(self, act: Any, key: UUID) -> Response:
        Act.HANDLE_INVITATION.require(self.actor)
        with acting(self.actor):
            found = find_invitation(self.actor, key)
            codes = _codes()
        held = self.perform(act, actor=self.actor, invitation=found, at=timezone.now())
        held.supplier = found.supplier
        return Response({**_invitation(held, codes), "dry_run": rehearsing(self.request)})


class ResendView(InvitationView):
    @extend_schema(
        operation_id="invitations_resend",
        parameters=[DryRunQuery, KEY],
        request=None,
        responses={200: shapes.InvitationOut, **PROBLEMS},
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Send an invitation again, with a new link; the old one is dead."""
        return self.handle(invitations.resend, key)


class RevokeInvitationView(InvitationView):
    @extend_schema(
        operation_id="invitations_revoke",
        parameters=[DryRunQuery, KEY],
        request=None,
        responses={200: shapes.InvitationOut, **PROBLEMS},
    )
    def post(self, request: Request, key: UUID) -> Response:
        """Withdraw an invitation."""
        return self.handle(invitations.revoke, key)


class ContactsView(PortalView):
    @extend_schema(
        operation_id="contacts_list",
        parameters=[shapes.ContactsQuery],
        responses={200: shapes.ContactsOut, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Whom Odoo knows at suppliers, and what inviting each would come to."""
        Act.INVITE_CONTACTS.require(self.actor)
        query = shapes.ContactsQuery(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        with acting(self.actor):
            plant = Plant.objects.filter(code=asked["plant"]).values_list("pk", flat=True).first()
            if asked["plant"] and plant is None:
                message = _("No plant has this code.")
                raise Invalid(message, faults=(Fault("unknown", message, "/plant"),))
            filters = ContactFilters(plant, asked["supplier"], asked["q"])
            page = contacts(self.actor, filters, timezone.now(), cursor=asked["cursor"])
        rows = [
            {
                "supplier": firm.supplier.public_id,
                "supplier_name": firm.supplier.name,
                "has_administrator": firm.administered,
                "contacts": [_contact(one) for one in firm.contacts],
            }
            for firm in page.rows
        ]
        return Response({"results": rows, "next": page.next, "previous": page.previous})

    @extend_schema(
        operation_id="contacts_invite",
        parameters=[DryRunQuery, KEY],
        request=shapes.InviteContactsIn,
        responses={200: shapes.InvitationBatchOut, **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Invite many of them. Each is invited or refused by himself; name and language are Odoo's."""
        Act.INVITE_CONTACTS.require(self.actor)
        shape = shapes.InviteContactsIn(data=request.data)
        shape.is_valid(raise_exception=True)
        batch = self.perform(
            invite_contacts,
            actor=self.actor,
            choices=[Choice(**row) for row in shape.validated_data["rows"]],
            at=timezone.now(),
        )
        names = ("supplier", "email", "outcome", "code", "message")
        results = [{name: row[name] for name in names} for row in batch.results]
        done = sum(row["outcome"] == "invited" for row in results)
        return Response(
            {
                "id": batch.pk,
                "at": batch.at,
                "by": batch.actor_name,
                "invited": done,
                "refused": len(results) - done,
                "results": results,
                "dry_run": rehearsing(request),
            }
        )


def _place_asked(view: PortalView, request: Request) -> Place:
    Act.SEE_PEOPLE.require(view.actor)
    query = shapes.PlaceQuery(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    with acting(view.actor):
        return find_place(view.actor, query.validated_data["at"])


def _people(view: PortalView, place: Place) -> list[standing.Person]:
    """Outside every window: no supplier's role reads the table of people."""
    return standing.colleagues(view.actor, place.supplier) if place.supplier else standing.staff(view.actor)


def _find(view: PortalView, at: str, key: UUID) -> tuple[Place, standing.Person]:
    with acting(view.actor):
        place = find_place(view.actor, at)
    return place, standing.find_person(_people(view, place), key)


def _changed(view: PortalView, place: Place, key: UUID, rehearsed: standing.Person) -> Response:
    """The person as he stands now; in a rehearsal as he would."""
    dry_run = rehearsing(view.request)
    found = rehearsed if dry_run else standing.find_person(_people(view, place), key)
    return Response({**_person(found, place), "dry_run": dry_run})


def _person(found: standing.Person, place: Place) -> Mapping[str, Any]:
    codes = {plant.pk: plant.code for plant in place.plants}
    user = found.user
    return {
        "id": user.pk,
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "roles": [
            {"role": role, "plant": codes[plant] if plant else None}
            for role, plant in sorted(found.roles, key=str)
            if plant is None or plant in codes
        ],
        "active": found.active,
        "second_factor": found.factor,
        "last_sign_in": user.last_login,
    }


def _codes() -> Mapping[int, str]:
    return dict(Plant.objects.values_list("pk", "code"))


def _plants(place: Place, codes: list[str]) -> list[Plant]:
    known = {plant.code: plant for plant in place.plants}
    faults = [
        Fault("unknown", _("No plant has this code."), f"/plants/{i}")
        for i, one in enumerate(codes)
        if one not in known
    ]
    if faults:
        raise Invalid(_("This person cannot be invited."), faults=tuple(faults))
    return [known[code] for code in codes]


def _invitation(row: Invitation, codes: Mapping[int, str]) -> Mapping[str, Any]:
    return {
        "id": row.pk,
        "at": row.supplier.public_id if row.supplier else STAFF,
        "email": row.email,
        "name": row.name,
        "language": row.language,
        "roles": row.roles,
        "plants": [codes[plant] for plant in row.plants if plant in codes],
        "state": row.admission(timezone.now()),
        "sent_at": row.sent_at,
        "expires_at": row.expires_at,
        "invited_by": row.invited_by_name,
    }


def _contact(one: Contact) -> Mapping[str, Any]:
    names = ("name", "function", "email", "written", "language", "standing", "invitable", "advised", "role")
    return {**{name: getattr(one, name) for name in names}, "own_address": one.own, "elsewhere": one.elsewhere}
