"""The daily mail: what is due and what was kept for it goes out in one letter, once a day and person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from integrations.slot import outbox
from integrations.slot.models import Event
from portal.shared import transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor, system_actor
from suppliers.actions import links
from suppliers.models import Digest, DigestItem, MailWish, PurchaseOrder
from suppliers.permissions import REMINDERS, Act
from suppliers.queries import addresses, master_reminders, reminders
from suppliers.queries.addresses import Desk
from suppliers.queries.reminders import Item, Person
from suppliers.states import Frequency
from suppliers.subjects import OF_TOPIC, SUBJECTS

REMINDER = system_actor(REMINDERS)
DIGEST_DUE = "digest.due"
BATCH = 500
FEW = 50
"""Addresses at once: their orders are held while their links are renewed."""
LONGEST = 50
"""So many orders of one subject are named in a mail, the most urgent ones; the list in the portal has them all."""


@dataclass(frozen=True)
class Letter:
    """What one person is to be told this morning."""

    person: Person
    items: Sequence[Item]
    kept: Sequence[UUID]
    """Letters kept for the daily mail, which it takes along."""
    wishes: int = 0
    """How many changes of master data wait for him; the mail looks for them itself as it leaves."""


@dataclass(frozen=True)
class Notice:
    """What one address without an account is to be reminded of this morning."""

    desk: Desk
    items: Sequence[Item]


def remind(at: dt.datetime) -> int:
    """Send everybody whose morning it is his daily mail, if there is something to tell; return how many. Then the
    addresses that orders go to where nobody has an account.

    The same number of statements for one person and for a batch of five hundred.
    """
    with acting(REMINDER):
        people = reminders.awake(at)
    sent = 0
    for first in range(0, len(people), BATCH):
        with acting(REMINDER):
            letters = _letters(people[first : first + BATCH])
        if letters:
            send(actor=REMINDER, letters=letters, at=at)
            sent += len(letters)
    return sent + _remind_addresses(at)


def _remind_addresses(at: dt.datetime) -> int:
    with acting(REMINDER):
        desks = addresses.awake(at)
    sent = 0
    for first in range(0, len(desks), FEW):
        some = desks[first : first + FEW]
        with acting(REMINDER):
            due = addresses.due(some)
        notices = [Notice(desk, _shortened(due[desk.address])) for desk in some if due.get(desk.address)]
        if notices:
            send_to_addresses(actor=REMINDER, notices=notices, at=at)
            sent += len(notices)
    return sent


def _letters(batch: Sequence[Person]) -> list[Letter]:
    people = reminders.with_roles(batch)
    due = reminders.due(people)
    began = {person.id: person.began for person in people}
    kept: dict[UUID, list[UUID]] = defaultdict(list)
    rows = DigestItem.objects.filter(user__in=began, digest=None).order_by("at", "pk")
    for key, user, at in rows.values_list("pk", "user_id", "at"):
        if at < began[user]:
            kept[user].append(key)
    wishes = master_reminders.due(people)
    letters = [
        Letter(person, _shortened(due.get(person.id, [])), kept[person.id], len(wishes.get(person.id, ())))
        for person in people
    ]
    return [letter for letter in letters if letter.items or letter.kept or letter.wishes]


def _shortened(items: Sequence[Item]) -> list[Item]:
    seen: dict[str, int] = defaultdict(int)
    short = []
    for item in items:
        seen[item.subject] += 1
        if seen[item.subject] <= LONGEST:
            short.append(item)
    return short


@act(Act.SEND_DIGESTS)
def send(*, actor: Actor, letters: Sequence[Letter], at: dt.datetime) -> None:
    """Drop the daily mails of some people. Whoever has had his of that day already gets none.

    The rows of a scheduler that is doing the same are waited for, so each person has one row and one letter.
    """
    wanted = sorted(letters, key=lambda letter: letter.person.id)  # in one order, or two schedulers lock each other out
    digests = {letter.person.id: Digest(user_id=letter.person.id, day=letter.person.day, at=at) for letter in wanted}
    Digest.objects.bulk_create(digests.values(), ignore_conflicts=True)
    written = list(Digest.objects.filter(pk__in=[digest.pk for digest in digests.values()]).order_by("user_id"))
    if not written:
        return
    ours = {digest.user_id for digest in written}
    DigestItem.objects.bulk_create(
        DigestItem(
            user_id=letter.person.id,
            digest=digests[letter.person.id],
            subject=item.subject,
            order_id=item.facts.order,
            since=item.since,
            at=at,
        )
        for letter in wanted
        if letter.person.id in ours
        for item in letter.items
    )
    _take_along([key for letter in wanted if letter.person.id in ours for key in letter.kept], written)
    outbox.publish_all(DIGEST_DUE, written, supplier_id=None, tier=3)


@act(Act.SEND_DIGESTS)
def send_to_addresses(*, actor: Actor, notices: Sequence[Notice], at: dt.datetime) -> None:
    """Drop the daily reminders to some addresses without an account, and make their links good for a whole life again.

    An address that was reminded that day already is not reminded twice.
    """
    wanted = {notice.desk.address: notice for notice in sorted(notices, key=lambda one: one.desk.address)}
    made = [Digest(address=address, day=notice.desk.day, at=at) for address, notice in wanted.items()]
    Digest.objects.bulk_create(made, ignore_conflicts=True)
    written = list(Digest.objects.filter(pk__in=[digest.pk for digest in made]).order_by("address"))
    if not written:
        return
    items = [(digest, item) for digest in written for item in wanted[digest.address].items]
    DigestItem.objects.bulk_create(
        DigestItem(digest=digest, subject=item.subject, order_id=item.facts.order, since=item.since, at=at)
        for digest, item in items
    )
    rows = PurchaseOrder.objects.filter(pk__in={item.facts.order for _digest, item in items})
    held = {order.pk: order for order in transitions.hold_all(rows.select_related("supplier"))}
    links.links_for(((held[item.facts.order], digest.address) for digest, item in items), at)
    outbox.publish_all(DIGEST_DUE, written, supplier_id=None, tier=3)


def _take_along(kept: Collection[UUID], digests: Sequence[Digest]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "update suppliers_digest_item i set digest_id = d.id from suppliers_digest d"
            " where i.id = any(%s) and i.digest_id is null and d.id = any(%s) and d.user_id = i.user_id",
            [list(kept), [digest.pk for digest in digests]],
        )


def at_once(event: Event, readers: Sequence[str]) -> list[str]:
    """Of the people a letter is for, those who want it at once; for those who want it daily it is kept.

    ``readers`` are keys of people, or of addresses without an account, which have no wishes. Runs in the post office's
    transaction, as it picks the event up.
    """
    subject = OF_TOPIC.get(event.topic)
    if subject is None:
        return list(readers)
    wishes = frequencies(subject, readers)
    DigestItem.objects.bulk_create(
        (
            DigestItem(user_id=UUID(key), subject=subject, event=event, at=event.at)
            for key in readers
            if wishes[key] == Frequency.DAILY
        ),
        ignore_conflicts=True,
    )
    return [key for key in readers if wishes[key] == Frequency.AT_ONCE]


def frequencies(subject: str, people: Collection[str]) -> dict[str, str]:
    """How often each of these people wants to be told of a subject, by key. One statement."""
    chosen = MailWish.objects.filter(subject=subject, user__in=[UUID(key) for key in people]).values_list(
        "user_id", "frequency"
    )
    return {**dict.fromkeys(people, str(SUBJECTS[subject].default)), **{str(key): wish for key, wish in chosen}}
