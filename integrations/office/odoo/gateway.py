"""The only door to Odoo: one call, recorded, with every way it can fail put into the portal's own words.

What decides after a failure is whether the call may have taken effect. Only a connection that was never made, and an
error that Odoo itself answered, surely changed nothing; Odoo commits even when nobody waits for the answer any more.
"""

from __future__ import annotations

import errno
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPCookieProcessor, OpenerDirector, ProxyHandler, build_opener

import odoorpc
from django.conf import settings
from django.utils import timezone

from integrations.office.obstacles import misconfigured, of_failure, permanent, temporary
from integrations.slot.ledger import redacted
from integrations.slot.models import Exchange, Outcome
from portal.shared.errors import DeliveryFailed, Misconfigured, Permanent, Temporary
from portal.shared.identifiers import correlation_id

READS = frozenset({"search", "search_read", "read", "get_external_id", "fields_get"})
SILENT = frozenset({"action_split_transfer"})
"""Methods that answer nothing when all is well; whoever calls them looks at what they did."""
CREATE_ONLY = {"tz": "UTC", "mode": "update", "noupdate": True}
"""The context of every load: times are UTC, and a record that exists under our key is never written again."""
LONGEST_KEPT = 20_000
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_RACES = ("could not serialize access", "deadlock detected", "could not obtain lock")
_NEVER_SENT = {errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL}

_sessions: dict[Address, odoorpc.ODOO] = {}
_sessions_lock = threading.Lock()


@dataclass(frozen=True)
class Address:
    """Where one Odoo is and who asks there. Never written anywhere: it holds the password."""

    url: str
    database: str
    user: str
    password: str = field(repr=False)
    timeout: float

    @classmethod
    def configured(cls) -> Address:
        return cls(
            settings.ODOO_URL,
            settings.ODOO_DB,
            settings.ODOO_USER,
            settings.ODOO_PASSWORD,
            float(settings.ODOO_TIMEOUT_SECONDS),
        )


class LoadRefused(Permanent):
    """Odoo refused a ``load`` and wrote none of it. ``rows`` are the rows it complains of, where it names them."""

    def __init__(self, message: str, rows: frozenset[int]) -> None:
        super().__init__(message, code="load_refused", facts={"said": message})
        self.rows = rows


def without_nul(value: Any) -> Any:
    """The same answer with every NUL made visible as U+FFFD: PostgreSQL keeps none, and Odoo's own cannot hold one."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd") if "\0" in value else value
    if isinstance(value, list):
        return [without_nul(inner) for inner in value]
    if isinstance(value, dict):
        return {without_nul(key): without_nul(inner) for key, inner in value.items()}
    return value


class Gateway:
    """Calls one Odoo. ``exchanges`` collects what was said; whoever settles writes it into the ledger."""

    def __init__(self, destination: str, address: Address | None = None) -> None:
        self.destination = destination
        self.address = address or Address.configured()
        self.exchanges: list[Exchange] = []
        self.before_call: Callable[[], None] | None = None
        """Asked before every call; raises where the caller has lost the right to send."""

    def call(self, model: str, method: str, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None) -> Any:
        """One call. Raises :class:`Temporary`, :class:`Misconfigured` or :class:`Permanent`."""
        if self.before_call is not None:
            self.before_call()
        words = dict(kwargs or {})
        exchange = Exchange(
            at=timezone.now(),
            destination=self.destination,
            direction="in" if method in READS else "out",
            operation=f"{model}.{method}",
            request=_kept({"args": list(args), "kwargs": words}),
            correlation_id=correlation_id(),
        )
        self.exchanges.append(exchange)
        began = time.monotonic()
        try:
            answer = without_nul(self._ask(model, method, list(args), words))
            exchange.answer = _kept(answer)
            exchange.outcome = Outcome.DONE
        except DeliveryFailed as failure:
            unanswered = isinstance(failure, Temporary) and not failure.answered
            refusal = isinstance(failure, Permanent | Misconfigured)
            exchange.outcome = Outcome.NO_ANSWER if unanswered else Outcome.REFUSED if refusal else Outcome.FAILED
            exchange.error, exchange.why = failure.message, of_failure(failure).why
            raise
        finally:
            exchange.milliseconds = int((time.monotonic() - began) * 1000)
        return answer

    def would_call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None) -> None:
        """Record a call that is not made: what a supplier on trial would have changed in Odoo."""
        self.exchanges.append(
            Exchange(
                at=timezone.now(),
                destination=self.destination,
                direction="out",
                operation=f"{model}.{method}",
                request=_kept({"args": list(args), "kwargs": dict(kwargs or {})}),
                outcome=Outcome.OBSERVED,
                correlation_id=correlation_id(),
            )
        )

    def search_read(
        self, model: str, domain: Sequence[Any], fields: Sequence[str], **words: Any
    ) -> list[dict[str, Any]]:
        """Records as dictionaries. ``fields`` is never left out: some fields refuse everybody."""
        found = self.call(model, "search_read", [list(domain), list(fields)], words)
        if not isinstance(found, list):
            raise temporary("garbage")
        return found

    def external_ids(self, model: str, ids: Sequence[int]) -> dict[int, str]:
        """The external id of each record that has one."""
        if not ids:
            return {}
        found = self.call(model, "get_external_id", [list(ids)])
        return {int(key): value for key, value in found.items() if value}

    def load(self, model: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
        """Write rows in one transaction of Odoo and return their ids. Raises :class:`LoadRefused` with Odoo's words.

        Odoo answers 200 whatever happens: ``ids`` is false and ``messages`` say why when nothing was written.
        """
        answer = self.call(model, "load", [list(columns), [list(row) for row in rows]], {"context": CREATE_ONLY})
        if not isinstance(answer, dict) or "ids" not in answer:
            raise temporary("garbage", answered=False)
        if answer["ids"]:
            return [int(key) for key in answer["ids"]]
        failure = _load_failure(answer.get("messages") or [])
        self.exchanges[-1].outcome = Outcome.REFUSED if isinstance(failure, Permanent) else Outcome.FAILED
        self.exchanges[-1].error, self.exchanges[-1].why = failure.message, of_failure(failure).why
        raise failure

    def _ask(self, model: str, method: str, args: list[Any], words: dict[str, Any]) -> Any:
        harmless = method in READS
        try:
            answer = self._execute(model, method, args, words)
        except odoorpc.error.RPCError as error:
            if _name(error) in ("odoo.exceptions.AccessDenied", "odoo.http.SessionExpiredException"):
                # Refused at the door, nothing was done: the login we keep may be old, so try a new one, once.
                self._forget()
                answer = self._again(model, method, args, words)
            else:
                raise translated(error) from None
        except DeliveryFailed:
            raise
        except Exception as error:
            raise _transport_failure(error, harmless=harmless) from error
        if answer is None and method not in SILENT:
            raise temporary("garbage", answered=harmless)
        return answer

    def _again(self, model: str, method: str, args: list[Any], words: dict[str, Any]) -> Any:
        try:
            return self._execute(model, method, args, words)
        except odoorpc.error.RPCError as error:
            raise translated(error) from None
        except DeliveryFailed:
            raise
        except Exception as error:
            raise _transport_failure(error, harmless=method in READS) from error

    def _execute(self, model: str, method: str, args: list[Any], words: dict[str, Any]) -> Any:
        return self._session().execute_kw(model, method, args, words)

    def _session(self) -> odoorpc.ODOO:
        """The login of this process. Making one changes nothing, so every failure here was surely without effect."""
        with _sessions_lock:
            session = _sessions.get(self.address)
        if session is not None:
            return session
        try:
            session = _log_in(self.address)
        except odoorpc.error.RPCError as error:
            if not error.info:
                raise misconfigured("login_refused", user=self.address.user) from None
            raise translated(error) from None
        except DeliveryFailed:
            raise
        except Exception as error:
            raise _transport_failure(error, harmless=True) from error
        with _sessions_lock:
            return _sessions.setdefault(self.address, session)

    def _forget(self) -> None:
        with _sessions_lock:
            _sessions.pop(self.address, None)


def _log_in(address: Address) -> odoorpc.ODOO:
    parts = urlsplit(address.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise misconfigured("address")
    secure = parts.scheme == "https"
    session = odoorpc.ODOO(
        parts.hostname,
        protocol="jsonrpc+ssl" if secure else "jsonrpc",
        port=parts.port or (443 if secure else 80),
        timeout=address.timeout,
        opener=_opener(parts.hostname),
    )
    session.login(address.database, address.user, address.password)
    return session


def _opener(host: str) -> OpenerDirector:
    handlers: list[Any] = [HTTPCookieProcessor(CookieJar())]
    if host in _LOOPBACK:
        handlers.append(ProxyHandler({}))  # a proxy of the environment cannot reach this machine's own ports
    return build_opener(*handlers)


def _kept(value: Any) -> Any:
    """What the ledger keeps of a value: no secrets, and not megabytes."""
    safe = redacted(value)
    text = json.dumps(safe, default=str)
    if len(text) <= LONGEST_KEPT:
        return json.loads(text)
    return {"shortened": text[:LONGEST_KEPT], "characters": len(text)}


def _transport_failure(error: Exception, *, harmless: bool) -> DeliveryFailed:
    """What a failure below Odoo's own answers means. ``harmless`` calls change nothing whatever became of them."""
    if isinstance(error, HTTPError):
        return _http_failure(error, harmless=harmless)
    reason: object = error.reason if isinstance(error, URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return misconfigured("certificate", said=reason.verify_message)
    if isinstance(reason, ConnectionRefusedError | socket.gaierror) or getattr(reason, "errno", None) in _NEVER_SENT:
        return temporary("unreachable")
    if isinstance(reason, TimeoutError):
        return temporary("timeout", answered=harmless)
    if isinstance(reason, OSError | http.client.HTTPException):
        return temporary("broken", answered=harmless)
    if isinstance(reason, ValueError | AttributeError | KeyError | TypeError):
        return temporary("garbage", answered=harmless)
    raise error


def _http_failure(error: HTTPError, *, harmless: bool) -> DeliveryFailed:
    if error.code in (401, 403, 404, 405):
        return misconfigured("not_odoo", status=error.code)
    if error.code == http.HTTPStatus.TOO_MANY_REQUESTS:
        return temporary("throttled")
    # Also a 502: a proxy says so too when Odoo died after its work was done.
    return temporary("away", status=error.code, answered=harmless)


def _name(error: odoorpc.error.RPCError) -> str:
    info = error.info if isinstance(error.info, dict) else {}
    data = info.get("data")
    return str(data.get("name", "")) if isinstance(data, dict) else ""


def translated(error: odoorpc.error.RPCError) -> DeliveryFailed:
    """An error that Odoo answered; its transaction was undone. The traceback it carries stays out of everything."""
    name, message = _name(error), " ".join(str(error).split())
    if any(race in message for race in _RACES) or name.endswith(("SerializationFailure", "DeadlockDetected")):
        return temporary("busy")
    if name == "psycopg2.OperationalError":
        if "does not exist" in message:
            return misconfigured("database")
        return temporary("database_away")
    if name in ("odoo.exceptions.AccessError", "odoo.exceptions.AccessDenied"):
        return misconfigured("access", said=message)
    if name in ("odoo.exceptions.UserError", "odoo.exceptions.ValidationError", "odoo.exceptions.RedirectWarning"):
        if "doesn't exist" in message or "does not exist on the model" in message:
            return misconfigured("unknown", said=message)
        return permanent("refused", said=message)
    if name == "odoo.exceptions.MissingError":
        return permanent("missing", said=message)
    if name.startswith("builtins."):
        # A field, model, method or argument this Odoo does not know: a version or a module is not what we expect.
        return misconfigured("unknown", said=message)
    return permanent("refused", said=message) if message else permanent("silent")


def _load_failure(messages: Sequence[Mapping[str, Any]]) -> DeliveryFailed:
    texts = [" ".join(str(message.get("message", "")).split()) for message in messages]
    text = " ".join(dict.fromkeys(texts)) or "Odoo refused without saying why."
    if any(race in text for race in _RACES):
        return temporary("busy")
    if "not allowed to" in text:
        return misconfigured("access", said=text)
    rows = {message["rows"]["from"] for message in messages if isinstance(message.get("rows"), dict)}
    return LoadRefused(text, frozenset(row for row in rows if isinstance(row, int)))
