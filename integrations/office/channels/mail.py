"""The mail channel: one letter to one reader, in his language, plain and in the portal's look.

What is sent to whom stands in :mod:`.mailings`. A mail is made when it leaves, from the rows as they are then: what has
been withdrawn meanwhile is not sent, and the secret of a link stands in the mail alone. A try whose answer is lost may
repeat a mail; it carries the same ``Message-ID``, so that mail programs show it once.
"""

from __future__ import annotations

import smtplib
import ssl
import time
from collections.abc import Callable, Mapping
from email.mime.image import MIMEImage
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

from documents.brand import Brand
from integrations.office.actions.delivering import POST_OFFICE, Sending
from integrations.office.channels.mailings import MAILINGS
from integrations.office.channels.readers import Mailing, Reader, address_of
from integrations.office.obstacles import misconfigured, of_failure, permanent, temporary
from integrations.office.routes import MAIL, MAIN, destination
from integrations.slot.models import Event, Exchange, Outcome
from portal.shared.acting import acting
from portal.shared.errors import DeliveryFailed, Temporary
from suppliers.actions import digests
from suppliers.actions.wishes import stop_secret
from suppliers.models import User
from suppliers.queries.prints import branding_now, logo_of
from suppliers.states import Frequency
from suppliers.subjects import DIGEST, OF_TOPIC

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
            exchange.error, exchange.why, exchange.answer = failure.message, of_failure(failure).why, None
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
    """Whether a mail goes where EMAIL_URL says. In any environment but the real one MAIL_ALLOWED decides."""
    if settings.LIVE or settings.EMAIL_BACKEND != SMTP:
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
        return permanent("mail_refused", said=said) if code >= 500 else temporary("mail_later", said=said)
    if isinstance(trouble, smtplib.SMTPAuthenticationError | smtplib.SMTPNotSupportedError):
        return misconfigured("mail_login", said=said)
    if isinstance(trouble, smtplib.SMTPResponseException) and trouble.smtp_code >= 500:
        if isinstance(trouble, smtplib.SMTPSenderRefused):
            return misconfigured("mail_sender", said=said)
        return permanent("mail_refused", said=said)
    if isinstance(trouble, ssl.SSLCertVerificationError):
        return misconfigured("mail_certificate", said=said)
    return temporary("mail_unreachable", said=said)


def readers(event: Event) -> list[str]:
    """The keys of those who get a mail about an event at once: one letter each. For those who want it daily it is kept.

    Called in the post office's own window.
    """
    return digests.at_once(event, [reader.key for reader in MAILINGS[event.topic].readers(event)])


def send(sending: Sending, post: Post) -> dict[str, Any]:
    """Make and send one mail. Raises :class:`DeliveryFailed`."""
    letter = sending.delivery
    key = letter.destination.partition(":")[2]
    mailing = MAILINGS[letter.topic]
    with acting(POST_OFFICE):
        event = Event.objects.get(pk=letter.event_id)
        reader = next((one for one in mailing.readers(event) if one.key == key and _wanted(event, key)), None)
        branding = branding_now()
        mail = compose(mailing, event, reader, branding.brand) if reader else None
    if mail is None:
        return {"withdrawn": True}
    put_in(mail, logo_of(branding))
    post.send(mail, language=reader.language if reader else "", message_id=mail.extra_headers["Message-ID"])
    return {"sent": True}


def _wanted(event: Event, key: str) -> bool:
    """Whether a reader has not switched this off since the letter was written."""
    subject = OF_TOPIC.get(event.topic)
    return subject is None or digests.frequencies(subject, [key])[key] != Frequency.OFF


def stop_address(event: Event, reader: Reader) -> str:
    """Where a reader stops mails like this one without signing in; empty for those nobody can stop, and where no person
    reads but a firm's address.
    """
    subject = DIGEST if event.topic == digests.DIGEST_DUE else OF_TOPIC.get(event.topic)
    if not subject or not User.objects.filter(pk=reader.key).exists():
        return ""
    return address_of("stop_mails", reader.key, subject, stop_secret(reader.key, subject))


def compose(mailing: Mailing, event: Event, reader: Reader, brand: Brand) -> EmailMultiAlternatives | None:
    """The mail as it would leave now, in the reader's language and time zone; None where there is nothing to say."""
    named = "" if settings.LIVE else settings.ENVIRONMENT
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.time_zone)):
        words = mailing.words(event, reader)
        if words is None:
            return None
        stop = stop_address(event, reader)
        context = {
            "stop_url": stop,
            **words,
            "reader": reader,
            "brand": brand,
            "environment": named,
            "portal_name": settings.PORTAL_NAME,
            "portal_url": settings.PORTAL_URL,
        }
        plain = render_to_string(f"{mailing.template}.txt", context)
        pretty = render_to_string(f"{mailing.template}.html", context)
    mail = EmailMultiAlternatives(
        subject=" ".join(f"{settings.EMAIL_SUBJECT_PREFIX}{words['subject']}".split()),
        body=plain.strip() + "\n",
        to=[reader.address],
        headers={
            "Message-ID": f"<{event.pk}.{reader.key}@{urlsplit(settings.PORTAL_URL).hostname or 'portal'}>",
            "Auto-Submitted": "auto-generated",
            "X-Correlation-ID": event.correlation_id,
        },
    )
    if stop:
        # RFC 8058: mail programs offer one button, which sends a POST. Opening the address changes nothing.
        mail.extra_headers["List-Unsubscribe"] = f"<{stop}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if name := " ".join(reader.name.split()):
        mail.extra_headers["To"] = formataddr((name, reader.address))
    mail.attach_alternative(pretty, "text/html")
    return mail


def put_in(mail: EmailMultiAlternatives, images: Mapping[str, bytes]) -> None:
    """Put pictures into a mail that names them as ``cid:``. Nothing is fetched, so nobody is watched while reading."""
    mail.mixed_subtype = "related"  # type: ignore[attr-defined] # since Django 1.x, unknown to the stubs
    for name, content in images.items():
        picture = MIMEImage(content)
        picture.add_header("Content-ID", f"<{name}>")
        picture.add_header("Content-Disposition", "inline", filename=f"{name}.{picture.get_content_subtype()}")
        mail.attach(picture)
