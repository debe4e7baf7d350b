"""The daily mail in words: what is due of every subject, and the letters that were kept for it.

It is put together when it leaves. What was answered or decided since the morning is not told any more. Where the day is
over, what waits is left to the next one, and only the kept letters are told. Where nothing is left, nothing is sent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from integrations.office.channels.order_mails import order_links
from integrations.office.channels.readers import Mailing, Reader, Words, address_of
from integrations.slot.models import Event
from suppliers.actions.digests import LONGEST
from suppliers.models import Digest, DigestItem
from suppliers.queries import addresses, master_reminders, reminders
from suppliers.queries.master_reminders import Wish
from suppliers.queries.reminders import Item, Person
from suppliers.states import Frequency
from suppliers.subjects import SUBJECTS


def readers(event: Event) -> list[Reader]:
    """The one person it is for; or the address, while orders go there and nobody there has an account."""
    digest = Digest.objects.select_related("user").get(pk=event.about_id)
    if digest.user is not None:
        return [Reader.of(digest.user)] if digest.user.is_active else []
    desk = addresses.find(digest.address, digest.day, timezone.now())
    return [Reader(str(digest.pk), desk.address, "", desk.language, addresses.CLOCK)] if desk else []


def words(mailing: Callable[[str], Mailing]) -> Callable[[Event, Reader], Words | None]:
    """What a daily mail says. ``mailing`` finds, by topic, how a letter in it would have gone out by itself."""

    def say(event: Event, reader: Reader) -> Words | None:
        digest = Digest.objects.get(pk=event.about_id)
        if digest.user_id is None:
            return _reminder(digest)
        person = Person(digest.user_id, digest.day, digest.at)
        reminders.with_roles([person])
        told = list(DigestItem.objects.filter(digest=digest).select_related("event").order_by("at", "pk"))
        today = reminders.local(timezone.now(), reader.time_zone).date()
        items = _still_due(person, told) if today == digest.day else []
        wishes = master_reminders.due([person]).get(person.id, ()) if today == digest.day else ()
        news = list(_news(mailing, person, reader, told))
        if not items and not wishes and not news:
            return None
        named = {item.facts.order for item in items}
        several = bool(person.plants) or len(person.suppliers) > 1
        return {
            "subject": _subject(items, len(named), len(news), len(wishes)),
            "sections": [*_sections(items, several, order_links(named, reader.address)), *_wished(wishes)],
            "news": news,
            "choose_url": address_of("account_mails"),
            "longest": LONGEST,
        }

    return say


def _reminder(digest: Digest) -> Words | None:
    """What an address without an account is told: the orders that still wait, each with the link that opens it."""
    now = timezone.now()
    desk = addresses.find(digest.address, digest.day, now)
    if desk is None or reminders.local(now, addresses.CLOCK).date() != digest.day:
        return None
    named = {key for key in DigestItem.objects.filter(digest=digest).values_list("order", flat=True) if key}
    linked = order_links(named, desk.address)
    items = [item for item in addresses.due([desk], named).get(desk.address, []) if item.facts.order in linked]
    if not items:
        return None
    told = {
        "email": desk.address,
        "suppliers": ", ".join(supplier.name for supplier in desk.suppliers),
        "days": settings.ORDER_LINK_DAYS,
    }
    return {
        "subject": _subject(items, len(items), 0),
        "sections": list(_sections(items, len(desk.suppliers) > 1, linked)),
        "longest": LONGEST,
        "notes": [
            _("Each link opens its order alone and is good for %(days)d days. No account is needed.") % told,
            _("%(email)s is reminded once a day at most, as orders to %(suppliers)s go there. The buyer can stop it.")
            % told,
        ],
    }


def _still_due(person: Person, told: Iterable[DigestItem]) -> list[Item]:
    named = {(item.subject, item.order_id) for item in told if item.order_id}
    if not named:
        return []
    due = reminders.due([person], {order for _subject, order in named if order})
    return [item for item in due[person.id] if (item.subject, item.facts.order) in named]


def _news(
    mailing: Callable[[str], Mailing], person: Person, reader: Reader, told: Iterable[DigestItem]
) -> Iterable[Mapping[str, Any]]:
    """Letters kept for the daily mail, each as its own subject and link, if it still has something to say to him."""
    for item in told:
        if item.event is None or person.wishes.get(item.subject) == Frequency.OFF:
            continue
        letter = mailing(item.event.topic)
        himself = next((one for one in letter.readers(item.event) if one.key == reader.key), None)
        said = letter.words(item.event, himself) if himself else None
        if said:
            yield {"text": said["subject"], "url": said.get("url", "")}


def _subject(items: Sequence[Item], orders: int, news: int, wishes: int = 0) -> str:
    if not items and wishes:
        return ngettext(
            "%(count)d change of master data waits for you", "%(count)d changes of master data wait for you", wishes
        ) % {"count": wishes}
    if not items:
        return ngettext("%(count)d message for you", "%(count)d messages for you", news) % {"count": news}
    said = ngettext("%(count)d order waits for you", "%(count)d orders wait for you", orders) % {"count": orders}
    if any(item.subject.endswith("_escalated") for item in items):
        return _("Escalation: %(what)s") % {"what": said}
    return said


def _sections(items: Sequence[Item], several: bool, links: Mapping[UUID, str]) -> Iterable[Mapping[str, Any]]:
    for key, group in groupby(items, lambda item: item.subject):
        yield {
            "title": SUBJECTS[key].title,
            "says": SUBJECTS[key].says,
            "rows": [
                {
                    "number": item.facts.number,
                    "url": links.get(item.facts.order) or address_of("order", item.facts.order),
                    "supplier": item.facts.supplier_name if several else "",
                    "said": SAID[key](item.count, _day(item.since)),
                }
                for item in group
            ],
        }


def _wished(wishes: Sequence[Wish]) -> Iterable[Mapping[str, Any]]:
    """The changes of master data that wait, as a section; nothing where none does."""
    if wishes:
        subject = SUBJECTS[master_reminders.SUBJECT]
        rows = [
            {
                "number": wish.title,
                "url": address_of("master_request", wish.request),
                "supplier": wish.supplier,
                "said": _("waiting since %(day)s") % {"day": _day(wish.since)},
            }
            for wish in wishes[:LONGEST]
        ]
        yield {"title": subject.title, "says": subject.says, "rows": rows}


def _day(day: dt.date | None) -> str:
    return date_format(day, pgettext("date format", "D j M Y"), use_l10n=False) if day else ""


def _waits(count: int, day: str) -> str:
    said = ngettext("%(count)d line, waiting since %(day)s", "%(count)d lines, the first waiting since %(day)s", count)
    return said % {"count": count, "day": day}


def _comes(count: int, day: str) -> str:
    said = ngettext("promised for %(day)s", "%(count)d deliveries, promised for %(day)s", count)
    return said % {"count": count, "day": day}


def _late(count: int, day: str) -> str:
    said = ngettext("was promised for %(day)s", "%(count)d deliveries, the first was promised for %(day)s", count)
    return said % {"count": count, "day": day}


def _disagrees(count: int, day: str) -> str:
    return ngettext("%(count)d line", "%(count)d lines", count) % {"count": count}


SAID: Mapping[str, Callable[[int, str], str]] = {
    "answer_due": _waits,
    "delivery_due": _comes,
    "delivery_late": _late,
    "decision_due": _waits,
    "conflict_open": _disagrees,
    "answer_escalated": _waits,
    "decision_escalated": _waits,
}
"""What is said of one order, by subject."""
