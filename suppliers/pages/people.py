"""Who works here: for a supplier's administrator his colleagues, for the staff's administrator everybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Fault, Invalid, NotPermitted, Refused, WrongState
from portal.web.filters import Bar, choice
from portal.web.windows import PortalRequest, page
from suppliers import standing
from suppliers.actions import colleagues, invitations
from suppliers.models import Invitation, Plant, StaffRules, Supplier
from suppliers.permissions import Act
from suppliers.queries.people import STAFF, Place, find_invitation, find_place, places, sees_staff
from suppliers.queries.people import invitations as invitations_at

GRACE = (0, 7, 14, 30)


def _people(request: PortalRequest, place: Place) -> list[standing.Person]:
    """Outside every window: no supplier's role reads the table of people."""
    return standing.colleagues(request.actor, place.supplier) if place.supplier else standing.staff(request.actor)


@require_GET
@page
def index(request: PortalRequest) -> HttpResponse:
    """Everybody at one place, and who is invited there."""
    place, everybody, invited = read_people(request)
    now = timezone.now()
    with acting(request.actor):
        rules = StaffRules.objects.get() if not place.supplier else None
        context = {
            "place": place,
            "bar": _bar(request.actor, place),
            "people": [(one, roles_of(one.roles, place)) for one in everybody],
            "invited": [
                (one, one.admission(now), roles_of([(role, None) for role in one.roles], place)) for one in invited
            ],
            "factor_from": place.supplier.factor_from if place.supplier else rules.factor_from if rules else None,
            "now": now,
            "graces": GRACE,
            "may_invite_contacts": Act.INVITE_CONTACTS.allows(request.actor),
            "may_require": place.supplier is not None or request.actor.plants is None,
        }
        return render(request, "suppliers/people.html", context)


def read_people(request: PortalRequest) -> tuple[Place, list[standing.Person], list[Invitation]]:
    """The place that the address names, who works there, and who is invited."""
    with acting(request.actor):
        place = find_place(request.actor, request.GET.get("at", ""))
        invited = invitations_at(request.actor, place)
    return place, _people(request, place), invited


def _bar(actor: Actor, place: Place) -> Bar:
    """Whose people are looked at, where there is more than one place."""
    where = [(str(one.public_id), one.name) for one in places(actor)]
    if sees_staff(actor):
        where.insert(0, (STAFF, _("Staff")))
    return Bar(choices=[choice("at", _("Of"), where, place.key, "")] if len(where) > 1 else [])


def roles_of(held: Iterable[tuple[str, int | None]], place: Place) -> list[str]:
    """Roles, each with the plant it is held at, in words."""
    titles, codes = dict(place.roles), {plant.pk: plant.code for plant in place.plants}
    return [titles.get(role, role) + (f" ({codes.get(plant, '…')})" if plant else "") for role, plant in held]


@require_http_methods(["GET", "HEAD", "POST"])
@page
def invite(request: PortalRequest) -> HttpResponse:
    """A form to invite somebody; a POST invites."""
    data = request.POST if request.method == "POST" else request.GET
    with acting(request.actor):
        place = find_place(request.actor, data.get("at", ""))
    typed: dict[str, Any] = {
        "email": data.get("email", ""),
        "name": data.get("name", ""),
        "language": data.get("language", getattr(request.user, "language", "en")),
        "roles": data.getlist("roles"),
        "plants": data.getlist("plants"),
    }
    if request.method != "POST":
        return _show_invite(request, place, typed)
    given = {name: typed[name] for name in ("email", "name", "language", "roles")}
    try:
        if place.supplier:
            invitations.invite_colleague(actor=request.actor, supplier=place.supplier, at=timezone.now(), **given)
        else:
            plants = [plant for plant in place.plants if str(plant.pk) in typed["plants"]]
            if len(plants) != len(typed["plants"]):
                raise _unknown_plant()
            invitations.invite_staff(actor=request.actor, plants=plants, at=timezone.now(), **given)
    except (Invalid, WrongState, NotPermitted) as refusal:
        return _show_invite(request, place, typed, refusal)
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": typed["email"]})
    return _back(place)


def _unknown_plant() -> Invalid:
    message = _("There is no such choice any more: choose again.")
    return Invalid(message, faults=(Fault("unknown", message, "/plants"),))


def _show_invite(
    request: PortalRequest, place: Place, typed: dict[str, Any], refusal: Refused | None = None
) -> HttpResponse:
    faults = {fault.pointer.strip("/"): fault.message for fault in refusal.faults} if refusal else {}
    context = {
        "place": place,
        "typed": typed,
        "languages": settings.LANGUAGES,
        "refusal": refusal,
        "faults": faults,
        "fault_list": [(message, f"id_{name}") for name, message in faults.items()],
    }
    with acting(request.actor):
        return render(request, "suppliers/invite.html", context, status=refusal.status if refusal else 200)


@require_POST
@page
def resend(request: PortalRequest, key: UUID) -> HttpResponse:
    """Send an invitation again, with a new link."""
    invitation = invitations.resend(actor=request.actor, invitation=_find(request, key), at=timezone.now())
    messages.success(request, _("A new link is on its way to %(email)s.") % {"email": invitation.email})
    return _back_to(request, invitation)


@require_POST
@page
def revoke(request: PortalRequest, key: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    invitation = invitations.revoke(actor=request.actor, invitation=_find(request, key), at=timezone.now())
    messages.success(request, _("The invitation of %(email)s is withdrawn.") % {"email": invitation.email})
    return _back_to(request, invitation)


def _find(request: PortalRequest, key: UUID) -> Invitation:
    Act.HANDLE_INVITATION.require(request.actor)
    with acting(request.actor):
        return find_invitation(request.actor, key)


def _back_to(request: PortalRequest, invitation: Invitation) -> HttpResponse:
    with acting(request.actor):
        rows = Supplier.objects.visible_to(request.actor)
        supplier = rows.filter(pk=invitation.supplier_id).first() if invitation.supplier_id else None
    return _back(Place(supplier, ()))


def _back(place: Place) -> HttpResponse:
    response = redirect("people")
    response["Location"] += f"?at={place.key}"
    return response


@require_GET
@page
def person(request: PortalRequest, at: str, key: UUID) -> HttpResponse:
    """One person at one place: roles, and leaving."""
    with acting(request.actor):
        place = find_place(request.actor, at)
    found = standing.find_person(_people(request, place), key)
    return _show_person(request, place, found)


def _show_person(
    request: PortalRequest, place: Place, found: standing.Person, refusal: Refused | None = None
) -> HttpResponse:
    held = {(role, plant) for role, plant in found.roles}
    everywhere = place.supplier is not None or request.actor.plants is None
    where: list[Plant | None] = [None] if everywhere else []
    where += [] if place.supplier else place.plants
    scopes = [
        (plant, [(value, title, (value, plant.pk if plant else None) in held) for value, title in place.roles])
        for plant in where
    ]
    context = {
        "place": place,
        "person": found,
        "roles": roles_of(found.roles, place),
        "scopes": scopes,
        "myself": str(found.user.pk) == request.actor.id,
        "refusal": refusal,
    }
    with acting(request.actor):
        return render(request, "suppliers/person.html", context, status=refusal.status if refusal else 200)


@require_POST
@page
def set_roles(request: PortalRequest, at: str, key: UUID) -> HttpResponse:
    """Give somebody the ticked roles."""
    with acting(request.actor):
        place = find_place(request.actor, at)
    found = standing.find_person(_people(request, place), key)
    about: dict[str, Any] = {
        "actor": request.actor,
        "person": found.user,
        "roles": request.POST.getlist("roles"),
        "at": timezone.now(),
    }
    try:
        if place.supplier:
            colleagues.set_roles(supplier=place.supplier, **about)
        else:
            plant = next((one for one in place.plants if str(one.pk) == request.POST.get("plant")), None)
            if request.POST.get("plant") and plant is None:
                raise _unknown_plant()
            colleagues.set_staff_roles(plant=plant, **about)
    except (Invalid, WrongState) as refusal:
        return _show_person(request, place, found, refusal)
    messages.success(request, _("The roles of %(name)s are set.") % {"name": found.user.name})
    return redirect("person", at=place.key, key=key)


@require_POST
@page
def deactivate(request: PortalRequest, at: str, key: UUID) -> HttpResponse:
    """End somebody's access here."""
    return _switch(request, at, key, on=False)


@require_POST
@page
def reactivate(request: PortalRequest, at: str, key: UUID) -> HttpResponse:
    """Give somebody his access back."""
    return _switch(request, at, key, on=True)


def _switch(request: PortalRequest, at: str, key: UUID, *, on: bool) -> HttpResponse:
    with acting(request.actor):
        place = find_place(request.actor, at)
    found = standing.find_person(_people(request, place), key)
    about: dict[str, Any] = {"actor": request.actor, "person": found.user, "at": timezone.now()}
    try:
        if place.supplier:
            act = colleagues.reactivate if on else colleagues.deactivate
            act(supplier=place.supplier, **about)
        else:
            (colleagues.reopen_account if on else colleagues.close_account)(**about)
    except WrongState as refusal:
        return _show_person(request, place, found, refusal)
    said = _("%(name)s has access again.") if on else _("%(name)s has no access here any more.")
    messages.success(request, said % {"name": found.user.name})
    return _back(place)


@require_POST
@page
def require_factor(request: PortalRequest) -> HttpResponse:
    """Ask a second factor of everybody here, or ask it no more."""
    with acting(request.actor):
        place = find_place(request.actor, request.POST.get("at", ""))
    days = request.POST.get("grace", "0")
    about: dict[str, Any] = {
        "actor": request.actor,
        "required": request.POST.get("required") == "yes",
        "grace_days": int(days) if days.isdecimal() and len(days) < 4 else -1,
        "at": timezone.now(),
    }
    if place.supplier:
        colleagues.require_factor(supplier=place.supplier, **about)
    else:
        colleagues.require_staff_factor(**about)
    messages.success(request, _("A second factor is required.") if about["required"] else _("It is required no more."))
    return _back(place)
