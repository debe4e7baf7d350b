"""JSON-RPC as Odoo speaks it: services, sign-in, and the shape of answers and errors."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.sandbox import methods
from integrations.sandbox.behaviours.base import matches
from integrations.sandbox.env import Env
from integrations.sandbox.errors import (
    AccessDenied,
    MissingError,
    OdooError,
    OdooKeyError,
    OdooTypeError,
    OperationalError,
)
from integrations.sandbox.faults import Call
from integrations.sandbox.store import Store

DATABASE = "sandbox"
VERSION = {
    "server_version": "18.0",
    "server_version_info": [18, 0, 0, "final", 0, ""],
    "server_serie": "18.0",
    "protocol_version": 1,
}


class BadRequestError(Exception):
    """A body that is no JSON-RPC at all; Odoo answers it with HTTP 400 and a line of text."""


@dataclass(frozen=True)
class Request:
    """One JSON-RPC request, taken apart."""

    id: Any
    service: str
    method: str
    args: Sequence[Any]

    @classmethod
    def parse(cls, body: bytes) -> Request:
        try:
            data = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise BadRequestError("Invalid JSON data") from error
        if not isinstance(data, dict) or not isinstance(data.get("params", {}), dict):
            raise BadRequestError("Invalid JSON-RPC data")
        words = data.get("params", {})
        args = words.get("args") or []
        if not isinstance(args, list):
            raise BadRequestError("Invalid JSON-RPC data")
        return cls(data.get("id"), str(words.get("service", "")), str(words.get("method", "")), args)

    def call(self, login: str) -> Call | None:
        """The model's method asked for, or nothing for a sign-in or version request."""
        if self.service != "object" or len(self.args) < 5:
            return None
        arguments = self.args[5:] if self.method == "execute" else (self.args[5] if len(self.args) > 5 else [])
        return Call(str(self.args[3]), str(self.args[4]), login, arguments if isinstance(arguments, list) else [])


class Service:
    """Answers requests out of a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._known: set[str] = set()
        self._lock = threading.Lock()

    def login_of(self, uid: Any) -> str:
        if not isinstance(uid, int) or abs(uid) >= 2**63:
            return ""
        with self.store.transaction(write=False) as connection:
            row = connection.execute("SELECT login FROM res_users WHERE id = ?", (uid,)).fetchone()
        return str(row[0]) if row else ""

    def answer(self, request: Request, now: str) -> dict[str, Any]:
        """The whole answer to a request; Odoo's errors are answers too."""
        try:
            result = self._dispatch(request, now)
        except OdooError as error:
            return failure(request.id, error)
        except Exception as error:
            # Odoo names any exception of its Python code the same way; a gap in the sandbox shows as one.
            unforeseen = OdooError(str(error))
            unforeseen.name = f"builtins.{type(error).__name__}"
            return failure(request.id, unforeseen)
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": request.id}
        if result is not None:
            answer["result"] = result
        return answer

    def _dispatch(self, request: Request, now: str) -> Any:
        if request.service == "common":
            return self._common(request.method, request.args)
        if request.service == "object":
            return self._object(request, now)
        raise OdooKeyError(repr(request.service))

    def _common(self, method: str, args: Sequence[Any]) -> Any:
        if method == "version":
            return VERSION
        if method in ("login", "authenticate"):
            self._check_database(args[0])
            return self._uid(str(args[1]), str(args[2])) or False
        raise OdooTypeError(f"Method not available {method}")

    def _object(self, request: Request, now: str) -> Any:
        if request.method not in ("execute", "execute_kw"):
            raise OdooTypeError(f"Method not available {request.method}")
        if len(request.args) < 5:
            raise OdooTypeError(f"{request.method}() missing required positional arguments")
        database, uid, password, model, method, *rest = request.args
        self._check_database(database)
        self._check_password(uid, str(password))
        arguments: Sequence[Any] = rest
        keywords: Mapping[str, Any] = {}
        if request.method == "execute_kw":
            arguments = rest[0] if rest else []
            keywords = (rest[1] if len(rest) > 1 else {}) or {}
        write = method not in methods.READ_ONLY
        with self.store.transaction(write=write) as connection:
            env = Env.of_user(connection, int(uid), now, {})
            return methods.call(env, model, method, arguments, keywords)

    def _check_database(self, name: Any) -> None:
        if name != DATABASE:
            raise OperationalError(f'connection to server failed: FATAL:  database "{name}" does not exist\n')

    def _uid(self, login: str, password: str) -> int | None:
        with self.store.transaction(write=False) as connection:
            row = connection.execute(
                "SELECT id, password FROM res_users WHERE login = ? AND active = 1", (login,)
            ).fetchone()
        return int(row[0]) if row and row[1] and matches(password, row[1]) else None

    def _check_password(self, uid: Any, password: str) -> None:
        """As in Odoo a password is hashed once per process and remembered by its digest after that."""
        with self.store.transaction(write=False) as connection:
            row = connection.execute("SELECT password FROM res_users WHERE id = ? AND active = 1", (uid,)).fetchone()
        if row is None:
            raise MissingError(f"Record does not exist or has been deleted.\n(Record: res.users({uid},), User: {uid})")
        if not row[0]:
            raise AccessDenied
        mark = hashlib.sha256(f"{uid}:{row[0]}:{password}".encode()).hexdigest()
        if mark not in self._known:
            if not matches(password, row[0]):
                raise AccessDenied
            with self._lock:
                self._known.add(mark)


def failure(request_id: Any, error: OdooError) -> dict[str, Any]:
    """An error as 17 and 18 give it: HTTP 200, code 200, the name in ``data``, a traceback nobody should show."""
    return {
        "jsonrpc": "2.0",
        "id": request_id,
        "error": {
            "code": 200,
            "message": "Odoo Server Error",
            "data": {
                "name": error.name,
                "debug": f"Traceback (most recent call last):\n  (sandbox)\n{error.name}: {error.message}\n",
                "message": error.message,
                "arguments": [error.message],
                "context": {},
            },
        },
    }
