"""Which mails I get, chosen on a page; and the page behind the link that stops them."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotFound, Refused
from portal.web.windows import PortalRequest, open_page, page
from suppliers.actions import wishes
from suppliers.actions.accounts import door
from suppliers.actions.wishes import EARLIEST_HOUR, LATEST_HOUR
from suppliers.models import User
from suppliers.states import Frequency
from suppliers.subjects import SUBJECTS
from suppliers.tolerances import MONDAY_TO_FRIDAY

OF_SUBJECT = "subject-"
"""What the name of a subject's field begins with."""


@require_http_methods(["GET", "HEAD", "POST"])
@page
def choose(request: PortalRequest) -> HttpResponse:
    """Which mails I get; a POST keeps it."""
    me = request.user
    assert isinstance(me, User)  # page() let him in
    if request.method != "POST":
        return _show(request, me)
    fields = request.POST
    given = {name.removeprefix(OF_SUBJECT): fields[name] for name in fields if name.startswith(OF_SUBJECT)}
    try:
        wishes.choose_mails(
            actor=door(me.name),
            person=me,
            subjects=given,
            hour=_number(fields.get("hour", "")),
            days=[_number(day) for day in fields.getlist("days")],
            at=timezone.now(),
        )
    except Invalid as refusal:
        return _show(request, me, refusal)
    messages.success(request, _("Kept."))
    return redirect("account_mails")


def _number(text: str) -> int:
    """What is no number is out of every range."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 4 else -1


def _show(request: PortalRequest, me: User, refusal: Refused | None = None) -> HttpResponse:
    with acting(door()):
        chosen = wishes.wishes_of(me)
    typed = request.POST
    days = typed.getlist("days") if refusal else [str(day) for day in me.digest_days or MONDAY_TO_FRIDAY]
    subjects = [
        (
            OF_SUBJECT + key,
            one,
            typed.get(OF_SUBJECT + key, chosen[key]),
            [(value, Frequency(value).label) for value in one.choices],
        )
        for key, one in SUBJECTS.items()
        if one.concerns(request.actor)
    ]
    places = {"/hour": "id_hour", "/days": "id_days"}
    places |= {f"/subjects/{name.removeprefix(OF_SUBJECT)}": f"id_{name}" for name, *_rest in subjects}
    context = {
        "me": me,
        "subjects": subjects,
        "hours": [(hour, f"{hour:02}:00") for hour in range(EARLIEST_HOUR, LATEST_HOUR + 1)],
        "hour": typed.get("hour", str(me.digest_hour)),
        "days": [(str(number + 1), title, str(number + 1) in days) for number, title in WEEKDAYS.items()],
        "refusal": refusal,
        "fault_list": [(one.message, places.get(one.pointer, "")) for one in refusal.faults] if refusal else [],
    }
    with acting(request.actor):
        return render(request, "suppliers/mails.html", context, status=refusal.status if refusal else 200)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def stop(request: HttpRequest, key: UUID, subject: str, secret: str) -> HttpResponse:
    """Look at what the link stops; a POST stops it, pressed here or sent by a mail program (RFC 8058).

    Nobody has to be signed in, and no cookie is asked for: the secret is the permission, and all it can do is this.
    """
    with acting(door()):
        person = User.objects.filter(pk=key, is_active=True).first()
        if person is None:
            raise NotFound(_("This link stops no mails."), code="link_unknown")
        wishes.require_stop_link(person, subject, secret)
        stopping = wishes.stopped(person, subject)
    with translation.override(person.language):
        if request.method == "POST":
            wishes.stop_mails(actor=door(person.name), person=person, subject=subject, secret=secret, at=timezone.now())
        titles = [SUBJECTS[one].title for one in stopping]
        context = {"person": person, "titles": titles, "done": request.method == "POST"}
        return render(request, "suppliers/stop_mails.html", context)
