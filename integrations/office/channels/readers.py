"""Who reads a mail, and what a mailing is: the words of :mod:`.mailings` and of those beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from integrations.slot.models import Event
from suppliers.models import User
from suppliers.standing import Recipient


@dataclass(frozen=True)
class Reader:
    """One who gets a mail. ``key`` tells the readers of one event apart, and is no address."""

    key: str
    address: str
    name: str
    language: str = "en"
    time_zone: str = "UTC"

    @classmethod
    def of(cls, user: User, address: str = "") -> Reader:
        """Somebody with an account, at his address unless another one is meant."""
        return cls(str(user.pk), address or user.email, user.name, user.language, user.time_zone)

    @classmethod
    def at(cls, desk: Recipient) -> Reader:
        """One of a supplier's order desk, with an account or without."""
        return cls(desk.key, desk.email, desk.name, desk.language, desk.time_zone)


Words = Mapping[str, Any]


@dataclass(frozen=True)
class Mailing:
    readers: Callable[[Event], Sequence[Reader]]
    words: Callable[[Event, Reader], Words | None]
    template: str = "mail/message"


def address_of(name: str, *args: object) -> str:
    """The whole address of a page, for a mail."""
    return f"{settings.PORTAL_URL.rstrip('/')}{reverse(name, args=args)}"


def moment(at: Any) -> str:
    """Day and time in the reader's zone, which is named."""
    local = localtime(at)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"
