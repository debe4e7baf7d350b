"""The HTTP side: Odoo's two addresses, the control API for tests and the page for people.

Every request has a thread of its own, so that a slow answer delays nobody else. The server listens on the loopback
address only: whoever can reach it may play Odoo.
"""

from __future__ import annotations

import json
import logging
import secrets
import socket
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from integrations.sandbox import behaviours, control, pages, seed
from integrations.sandbox.errors import AccessError, OdooError, SerializationFailure, UserError
from integrations.sandbox.faults import Call, CallLog, Fault, Faults
from integrations.sandbox.rpc import VERSION, BadRequestError, Request, Service, failure
from integrations.sandbox.store import Store, clock

__all__ = ["HOST", "Sandbox", "behaviours"]

HOST = "127.0.0.1"
# Odoo takes attachments; what people and tests say to the sandbox itself is short.
LARGEST_BODY = 64 * 1024 * 1024
LARGEST_ORDER_TO_US = 1024 * 1024
_DRAIN_SECONDS = 5.0
_log = logging.getLogger(__name__)
_AWAY = (
    "<html><head><title>502 Bad Gateway</title></head>"
    "<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>"
)
_GARBAGE = "<html><body><h1>Service under maintenance</h1><p>Please come back later.</p></body></html>"


class NoAnswerError(Exception):
    """The connection is to be closed without a word."""


class Sandbox:
    """One sandbox: its store, its faults, its log, and the server in front of them."""

    def __init__(self, state: Path, port: int = 0) -> None:
        self.store = Store(state)
        seed.fill_if_empty(self.store)
        self.service = Service(self.store)
        self.faults = Faults()
        self.log = CallLog()
        self.server = _Server((HOST, port), _Handler)
        self.server.sandbox = self

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def serve(self) -> None:
        """Answer until ``stop`` is called."""
        self.server.serve_forever(poll_interval=0.1)

    def start(self) -> None:
        """Answer in a thread of its own."""
        threading.Thread(target=self.serve, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def rpc(self, body: bytes) -> tuple[int, str, bytes]:
        """Status, content type and body of the answer to a JSON-RPC request, faults included."""
        try:
            request = Request.parse(body)
        except BadRequestError as error:
            return HTTPStatus.BAD_REQUEST, "text/html; charset=utf-8", str(error).encode()
        began, now = time.monotonic(), clock()
        login = self.service.login_of(request.args[1]) if request.service == "object" and len(request.args) > 1 else ""
        call = request.call(login)
        fault = self.faults.take(call)
        outcome = "no answer"
        try:
            status, kind, answer = self._faulty(request, call, fault, now) if fault else self._plain(request, now)
            outcome = _outcome(kind, answer)
            return status, kind, answer
        finally:
            if call:
                self.log.add(call, outcome, time.monotonic() - began, fault.kind if fault else None)

    def _plain(self, request: Request, now: str) -> tuple[int, str, bytes]:
        return HTTPStatus.OK, "application/json", json.dumps(self.service.answer(request, now)).encode()

    def _faulty(self, request: Request, call: Call | None, fault: Fault, now: str) -> tuple[int, str, bytes]:
        if fault.kind == "down":
            return HTTPStatus.BAD_GATEWAY, "text/html; charset=utf-8", _AWAY.encode()
        if fault.kind == "close":
            raise NoAnswerError
        if fault.kind == "garbage":
            if fault.commit:
                self._plain(request, now)
            return HTTPStatus.OK, "text/html; charset=utf-8", _GARBAGE.encode()
        if fault.kind in ("serialization", "access", "refuse"):
            return HTTPStatus.OK, "application/json", json.dumps(_refused(request, call, fault)).encode()
        if fault.kind == "late":
            time.sleep(fault.seconds)
        answer = self._plain(request, now)
        if fault.kind == "lose":
            raise NoAnswerError
        if fault.kind == "slow":
            time.sleep(fault.seconds)
        return answer


def _refused(request: Request, call: Call | None, fault: Fault) -> dict[str, Any]:
    error: OdooError
    if fault.kind == "serialization":
        error = SerializationFailure()
        if call and call.method == "load":  # the one call that Odoo answers at once instead of trying again
            message = {"rows": {"from": 0, "to": 0}, "record": 0, "type": "error", "message": error.message}
            result = {"ids": False, "messages": [message], "nextrow": 0}
            return {"jsonrpc": "2.0", "id": request.id, "result": result}
    elif fault.kind == "access":
        error = AccessError(
            f"You are not allowed to modify '{fault.model or 'these'}' records.\n\n"
            "Contact your administrator to request access if necessary."
        )
    else:
        error = UserError(fault.message)
    return failure(request.id, error)


def _outcome(kind: str, answer: bytes) -> str:
    """A call's fate in a few words, for the log."""
    if kind != "application/json":
        return "no JSON"
    data = json.loads(answer)
    if error := data.get("error"):
        return f"error {error['data']['name']}"
    result = data.get("result")
    refused = isinstance(result, dict) and result.get("ids") is False and "messages" in result
    return "load refused" if refused else "ok"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    sandbox: Sandbox


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version = "OdooSandbox"
    _begun = False
    sys_version = ""
    timeout = 300
    extra_headers: ClassVar[dict[str, str]] = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'",
    }

    def do_GET(self) -> None:
        self._handle("GET")

    def do_POST(self) -> None:
        self._handle("POST")

    def do_DELETE(self) -> None:
        self._handle("DELETE")

    def _handle(self, verb: str) -> None:
        self._begun = False
        try:
            body = self._body()
            if body is not None:
                self._route(verb, body)
        except NoAnswerError:
            self._hang_up()
        except (BrokenPipeError, ConnectionResetError, TimeoutError):
            # The client gave up waiting; what it asked for is done, as it would be in Odoo.
            self.close_connection = True
        except Exception:
            _log.exception("%s %s failed", verb, self.path[:200])
            self.close_connection = True
            if not self._begun:
                sentence = "Something is wrong in the sandbox itself; see its log."
                self._send(*control.failure(HTTPStatus.INTERNAL_SERVER_ERROR, sentence), {"Connection": "close"})

    def _body(self) -> bytes | None:
        """What came with the request, or nothing when it was refused or broke off."""
        said = self.headers.get("Content-Length") or "0"
        if self.headers.get("Transfer-Encoding"):
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "Say how long the body is (Content-Length).", 0)
            return None
        if not (said.isascii() and said.isdigit()) or len(said) > 18:
            self._refuse(HTTPStatus.BAD_REQUEST, "Content-Length must be a whole number.", 0)
            return None
        length = int(said)
        most = LARGEST_BODY if self.path.startswith(("/jsonrpc", "/web/")) else LARGEST_ORDER_TO_US
        if length > most:
            sentence = f"The body must not be larger than {most // 1024**2} MB."
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence, length)
            return None
        body = self.rfile.read(length) if length else b""
        if len(body) < length:  # half a request is none
            self.close_connection = True
            return None
        return body

    def _refuse(self, status: int, sentence: str, length: int) -> None:
        """Answer before the body is read, then let the client finish what it is sending so that it sees the answer."""
        self.close_connection = True
        self._send(*control.failure(status, sentence), {"Connection": "close"})
        ends = time.monotonic() + _DRAIN_SECONDS
        self.connection.settimeout(1)
        while length > 0 and time.monotonic() < ends:
            piece = self.rfile.read1(min(length, 1 << 16))
            if not piece:
                break
            length -= len(piece)

    def _route(self, verb: str, body: bytes) -> None:
        sandbox = self.server.sandbox
        try:
            url = urlsplit(self.path)
        except ValueError:
            self._send(*control.failure(HTTPStatus.BAD_REQUEST, "That is no address."))
            return
        path = url.path
        if path == "/jsonrpc":
            if "json" not in self.headers.get("Content-Type", ""):
                sentence = "Request inferred type is compatible with ['http'] but '/jsonrpc' is type='json'."
                self._send(HTTPStatus.BAD_REQUEST, "text/html; charset=utf-8", sentence.encode())
                return
            self._send(*sandbox.rpc(body))
        elif path == "/web/webclient/version_info" and verb == "POST":
            self._version_info(body)
        elif not self._from_here():
            self._send(HTTPStatus.FORBIDDEN, "text/plain; charset=utf-8", b"Only pages of the sandbox may do this.")
        elif path.startswith("/sandbox/api/"):
            words = {key: values[-1] for key, values in parse_qs(url.query).items()}
            self._send(*control.respond(sandbox, verb, path.removeprefix("/sandbox/api/"), words, body))
        else:
            self._page(verb, path, url.query, body)

    def _version_info(self, body: bytes) -> None:
        sandbox = self.server.sandbox
        fault = sandbox.faults.take(None)
        try:
            request = Request.parse(body)
        except BadRequestError as error:
            self._send(HTTPStatus.BAD_REQUEST, "text/html; charset=utf-8", str(error).encode())
            return
        if fault and fault.kind == "close":
            raise NoAnswerError
        if fault and fault.kind in ("down", "garbage"):
            status = HTTPStatus.BAD_GATEWAY if fault.kind == "down" else HTTPStatus.OK
            self._send(status, "text/html; charset=utf-8", (_AWAY if fault.kind == "down" else _GARBAGE).encode())
            return
        if fault:
            time.sleep(fault.seconds)
        answer = {"jsonrpc": "2.0", "id": request.id, "result": VERSION}
        cookie = f"session_id={secrets.token_hex(20)}; Max-Age=604800; HttpOnly; Path=/"
        self._send(HTTPStatus.OK, "application/json", json.dumps(answer).encode(), {"Set-Cookie": cookie})

    def _page(self, verb: str, path: str, query: str, body: bytes) -> None:
        form = {key: values[-1] for key, values in parse_qs(body.decode("utf-8", "replace")).items()}
        asked = {key: values[-1] for key, values in parse_qs(query).items()}
        page = pages.respond(self.server.sandbox, verb, path, asked, form)
        if page.location:
            self._send(HTTPStatus.SEE_OTHER, "text/plain", b"", {"Location": page.location})
        else:
            self._send(page.status, page.content_type, page.body.encode())

    def _from_here(self) -> bool:
        """Whether a browser's request comes from the sandbox's own page; others (tests, curl) send no origin."""
        port = self.server.sandbox.port
        own = {f"{name}:{port}" for name in (HOST, "localhost")}
        if self.headers.get("Host") not in own:
            return False
        origin = self.headers.get("Origin")
        return origin is None or origin.removeprefix("http://") in own

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self._begun = True
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in {**self.extra_headers, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: the call log says more than an access log would."""
