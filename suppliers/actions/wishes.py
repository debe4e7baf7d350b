"""Which mails somebody wants: chosen on his account page or by a program, or stopped by the link in a mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.actor import Actor
from portal.shared.errors import Faults, NotFound
from portal.shared.identifiers import is_link_secret, link_secret
from suppliers.models import DigestItem, MailWish, User
from suppliers.permissions import Act
from suppliers.states import Frequency
from suppliers.subjects import DIGEST, SUBJECTS

EARLIEST_HOUR, LATEST_HOUR = 4, 12


@act(Act.CHANGE_OWN_ACCOUNT, about="person")
def choose_mails(
    *,
    actor: Actor,
    person: User,
    at: dt.datetime,
    subjects: Mapping[str, str] | None = None,
    hour: int | None = None,
    days: Sequence[int] | None = None,
) -> User:
    """Keep how often somebody wants to be told of each subject, and when his daily mail comes; what is not given stays.

    Raises :class:`Invalid`, naming the subject, the hour or the days.
    """
    held = transitions.hold(person)
    faults = Faults()
    for key, wish in (subjects or {}).items():
        if key not in SUBJECTS:
            faults.add("unknown", _("There is no such subject."), f"/subjects/{key}")
        elif wish not in SUBJECTS[key].choices:
            faults.add("choice", _("Choose one of the frequencies of this subject."), f"/subjects/{key}")
    if hour is not None and not EARLIEST_HOUR <= hour <= LATEST_HOUR:
        words = {"first": EARLIEST_HOUR, "last": LATEST_HOUR}
        faults.add("out_of_range", _("Choose an hour from %(first)d to %(last)d.") % words, "/hour")
    if days is not None and not (days and {*days} <= {*range(1, 8)}):
        faults.add("days", _("Choose one day or more, 1 for Monday to 7 for Sunday."), "/days")
    faults.refuse(_("This cannot be kept."))
    wanted = {
        "digest_hour": held.digest_hour if hour is None else hour,
        "digest_days": held.digest_days if days is None else sorted({*days}),
    }
    for field, value in wanted.items():
        if getattr(held, field) != value:
            audit.note(held, **{field: (getattr(held, field), value)})
            setattr(held, field, value)
    held.save(update_fields=list(wanted))
    _wish(held, subjects or {})
    return held


@act(Act.CHANGE_OWN_ACCOUNT, about="person")
def stop_mails(*, actor: Actor, person: User, subject: str, secret: str, at: dt.datetime) -> User:
    """Tell somebody no more of a subject, or send no daily mail: whoever has the link may, it can do nothing else.

    Pressed twice it changes nothing more. Raises :class:`NotFound` for a link that is not from one of our mails.
    """
    require_stop_link(person, subject, secret)
    held = transitions.hold(person)
    _wish(held, dict.fromkeys(stopped(held, subject), Frequency.OFF.value))
    return held


def stopped(person: User, subject: str) -> list[str]:
    """The subjects that such a link stops: one, or all that come with the daily mail."""
    if subject != DIGEST:
        return [subject]
    chosen = wishes_of(person)
    return [
        key
        for key, one in SUBJECTS.items()
        if (one.staff if person.kind == "staff" else one.supplier) and chosen[key] == Frequency.DAILY
    ]


def stop_secret(person: object, subject: str) -> str:
    """What makes a link valid that stops mails of a subject. It stays valid: the mail may be read in a year."""
    return link_secret("stop-mails", f"{person}:{subject}", 1)


def require_stop_link(person: User, subject: str, secret: str) -> None:
    """Raise :class:`NotFound` unless this is the secret of such a link."""
    known = subject == DIGEST or subject in SUBJECTS
    if not known or not is_link_secret(secret, "stop-mails", f"{person.pk}:{subject}", 1):
        raise NotFound(
            _("This link stops no mails."), code="link_unknown", remedy=_("Copy the whole link from the mail.")
        )


def wishes_of(person: User) -> dict[str, str]:
    """How often somebody is told of every subject. One statement."""
    chosen = dict(MailWish.objects.filter(user=person).values_list("subject", "frequency"))
    return {key: chosen.get(key, str(subject.default)) for key, subject in SUBJECTS.items()}


def _wish(person: User, wanted: Mapping[str, str]) -> None:
    before = wishes_of(person)
    changed = {key: wish for key, wish in wanted.items() if before[key] != wish}
    for key, wish in changed.items():
        audit.note(person, **{f"mails:{key}": (before[key], wish)})
    MailWish.objects.bulk_create(
        [MailWish(user=person, subject=key, frequency=wish) for key, wish in changed.items()],
        update_conflicts=True,
        unique_fields=["user", "subject"],
        update_fields=["frequency"],
    )
    # What was kept for the daily mail goes with the wish for it.
    off = [key for key, wish in changed.items() if wish == Frequency.OFF]
    DigestItem.objects.filter(user=person, digest=None, subject__in=off).delete()
