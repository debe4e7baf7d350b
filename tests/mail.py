"""Mails that the portal would send, as a test reads them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.utils import timezone

from integrations.office import delivery as office
from integrations.office.channels.mail import Post

LINK = re.compile(r"https?://\S+")


def post_mails() -> list[EmailMultiAlternatives]:
    """What leaves by mail now, oldest first."""
    mail.outbox = []
    office.fan_out(timezone.now())
    with Post() as post:
        while office.deliver_one(post, timezone.now):
            pass
    return list(mail.outbox)  # type: ignore[arg-type]


def link_in(message: EmailMultiAlternatives) -> str:
    """The path of the one link that leads somewhere."""
    return urlsplit(whole_link_in(message)).path


def whole_link_in(message: EmailMultiAlternatives) -> str:
    """The same with what it asks for: all but the portal's own name."""
    parts = [urlsplit(link) for link in LINK.findall(str(message.body))]
    one = next(part for part in parts if part.path not in ("", "/"))
    return f"{one.path}?{one.query}" if one.query else one.path
