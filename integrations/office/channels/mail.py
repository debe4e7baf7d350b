"""The mail channel: one letter to one reader, in his language, plain and in the portal's look.

What is sent to whom stands in :mod:`.mailings`. A mail is made when it leaves, from the rows as they are then: what has
been withdrawn meanwhile is not sent, and the secret of a link stands in the mail alone. A try whose answer is lost may
repeat a mail; it carries the same ``Message-ID``, so that mail programs show it once.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable
from email.utils import formataddr
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone, translation

from integrations.office.actions.delivering import POST_OFFICE, Sending
from integrations.office.channels.mailings import MAILINGS
from integrations.office.channels.readers import Mailing, Reader
from integrations.office.routes import MAIL, MAIN, destination
from integrations.slot.models import Event, Exchange, Outcome
from portal.shared.acting import acting
from portal.shared.errors import DeliveryFailed, Misconfigured, Permanent, Temporary

SMTP = "django.core.mail.backends.smtp.EmailBackend"
FILES = "django.core.mail.backends.filebased.EmailBackend"


class Post:
    """Takes mails. One connection to the mail server serves a whole round; ``exchanges`` collects what was said."""

    def __init__(self) -> None:
        self.destination = destination(MAIL, MAIN)
        self.exchanges: list[Exchange] = []
        self.before_call: Callable[[], None] | None = None
        self._server: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def send(self, mail: EmailMultiAlternatives, **said: Any) -> None:
        """Hand one mail over. Raises :class:`DeliveryFailed`."""
        if self.before_call is not None:
            self.before_call()
        really = may_leave(mail.to[0])
        began = time.monotonic()
        exchange = Exchange(
            at=timezone.now(),
            destination=self.destination,
            direction="out",
            operation="mail.send",
            request={"to": mail.to[0], "subject": mail.subject, **said},
            answer={"by": settings.EMAIL_BACKEND.split(".")[-2] if really else "folder"},
            outcome=Outcome.DONE,
        )
        self.exchanges.append(exchange)
        try:
            self._hand_over(mail, really)
        except (OSError, smtplib.SMTPException) as trouble:
            self._hang_up()
            failure = failure_of(trouble)
            exchange.outcome = Outcome.FAILED if isinstance(failure, Temporary) else Outcome.REFUSED
            exchange.error, exchange.answer = failure.message, None
            raise failure from trouble
        finally:
            exchange.milliseconds = int((time.monotonic() - began) * 1000)

    def _hand_over(self, mail: EmailMultiAlternatives, really: bool) -> None:
        if really:
            if self._server is None:
                self._server = get_connection()
                self._server.open()
            self._server.send_messages([mail])
        else:
            get_connection(FILES, file_path=str(settings.MAIL_FOLDER)).send_messages([mail])

    def _hang_up(self) -> None:
        if self._server is not None:
            server, self._server = self._server, None
            server.close()


def may_leave(address: str) -> bool:
    """Whether a mail to this address goes where EMAIL_URL says: outside production only where MAIL_ALLOWED does."""
    if settings.PRODUCTION or settings.EMAIL_BACKEND != SMTP:
        return True
    name, at, domain = address.lower().rpartition("@")
    return bool(name) and not {name + at + domain, at + domain}.isdisjoint(settings.MAIL_ALLOWED)


def failure_of(trouble: Exception) -> DeliveryFailed:
    """What a failure of the mail server means for the mail."""
    said = f"{type(trouble).__name__}: {trouble}"[:500]
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        # One reader a mail, so there is one answer.
        code, text = next(iter(trouble.recipients.values()))
        said = f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"[:500]
        return Permanent(said, code="mail_refused") if code >= 500 else Temporary(said, code="mail_later")
    if isinstance(trouble, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return Misconfigured(said, code="mail_login")
    if isinstance(trouble, smtplib.SMTPResponseException) and trouble.smtp_code >= 500:
        if isinstance(trouble, smtplib.SMTPSenderRefused):
            return Misconfigured(said, code="mail_sender")
        return Permanent(said, code="mail_refused")
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return Misconfigured(said, code="mail_certificate")
    return Temporary(said, code="mail_unreachable")


def readers(event: Event) -> list[str]:
    """The keys of those who get a mail about an event: one letter each. Called in the post office's own window."""
    return [reader.key for reader in MAILINGS[event.topic].readers(event)]


def send(sending: Sending, post: Post) -> dict[str, Any]:
    """Make and send one mail. Raises :class:`DeliveryFailed`."""
    letter = sending.delivery
    key = letter.destination.partition(":")[2]
    mailing = MAILINGS[letter.topic]
    with acting(POST_OFFICE):
        event = Event.objects.get(pk=letter.event_id)
        reader = next((one for one in mailing.readers(event) if one.key == key), None)
        mail = compose(mailing, event, reader) if reader else None
    if mail is None:
        return {"withdrawn": True}
    post.send(mail, language=reader.language if reader else "", message_id=mail.extra_headers["Message-ID"])
    return {"sent": True}


def compose(mailing: Mailing, event: Event, reader: Reader) -> EmailMultiAlternatives | None:
    """The mail as it would leave now, in the reader's language and time zone; None where there is nothing to say."""
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.time_zone)):
        words = mailing.words(event, reader)
        if words is None:
            return None
        context = {**words, "reader": reader, "portal_name": settings.PORTAL_NAME, "portal_url": settings.PORTAL_URL}
        plain = render_to_string(f"{mailing.template}.txt", context)
        pretty = render_to_string(f"{mailing.template}.html", context)
    mail = EmailMultiAlternatives(
        subject=" ".join(str(words["subject"]).split()),
        body=plain.strip() + "\n",
        to=[reader.address],
        headers={
            "Message-ID": f"<{event.pk}.{reader.key}@{urlsplit(settings.PORTAL_URL).hostname or 'portal'}>",
            "Auto-Submitted": "auto-generated",
            "X-Correlation-ID": event.correlation_id,
        },
    )
    if name := " ".join(reader.name.split()):
        mail.extra_headers["To"] = formataddr((name, reader.address))
    mail.attach_alternative(pretty, "text/html")
    return mail
