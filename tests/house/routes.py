"""Every address of the portal, a good request to it, and what each kind of actor is answered.

A route that is not listed here fails the test: whoever opens an address says who may come in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from suppliers.models import OrderLine, PurchaseOrder

OURS = ("anna", "aron", "asta", "sven", "quinn")
"""Acme's people: they know the order that the requests are about. Boris, of another supplier, must not."""
STAFF = ("bea", "quentin", "rita", "ines", "ada")
"""Staff who see the plant of the order. Dora buys for another plant."""
PEOPLE = (*OURS, "boris", *STAFF, "dora")
CLIENTS = ("reader", "writer", "decider", "impostor")
EVERYBODY = ("anonymous", *PEOPLE, *CLIENTS)

Answers = dict[str, int]


def each(status: int, names: Iterable[str]) -> Answers:
    return dict.fromkeys(names, status)


@dataclass(frozen=True)
class Scene:
    """What the requests are about: an order of Acme for HAM with an open line, a pending one and an agreed one."""

    order: PurchaseOrder
    open_line: OrderLine
    pending_line: OrderLine
    answer: UUID
    delivery: UUID


@dataclass(frozen=True)
class Route:
    """One address with one method. ``answers`` names every actor's status; who is not named is refused by the door."""

    name: str
    answers: Answers
    method: str = "get"
    key: Callable[[Scene], dict[str, Any]] = lambda scene: {}
    good: Callable[[Scene], Any] = lambda scene: None
    bad: tuple[Any, ...] = ()
    """Bodies that are refused with 4xx, whoever sends them."""
    json: bool = False
    note: str = field(default="", compare=False)


def api(name: str, answers: Answers, **rest: Any) -> Route:
    """An address for programs; nobody without credentials gets in."""
    return Route(f"orders_api:{name}", {"anonymous": 401, **answers}, json=True, **rest)


def page(name: str, answers: Answers, **rest: Any) -> Route:
    """A page; whoever is not signed in is sent to the login, clients with tokens too: tokens open no pages."""
    return Route(name, {**each(302, ("anonymous", *CLIENTS)), **answers}, **rest)


def order_key(scene: Scene) -> dict[str, Any]:
    return {"order_id": scene.order.pk}


API = [
    api("orders", {**each(200, (*PEOPLE, "reader", "writer", "decider", "impostor"))}),
    api(
        "order",
        {**each(200, (*OURS, *STAFF, *CLIENTS)), **each(404, ("boris", "dora"))},
        key=order_key,
    ),
    api(
        "acknowledgements",
        {
            **each(201, ("anna", "aron", "writer")),
            **each(403, ("asta", "sven", "quinn", *STAFF, "reader", "decider", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=order_key,
        good=lambda scene: {
            "lines": [{"line": str(scene.open_line.pk), "revision": scene.open_line.revision, "answer": "accepted"}]
        },
        bad=(
            {},
            {"lines": []},
            {"lines": "all"},
            {"lines": [{"line": "x", "revision": 0, "answer": "maybe"}]},
            [],
            None,
            {"lines": [{"line": "0190b6a0-0000-7000-8000-000000000000", "revision": 1, "answer": "accepted"}]},
        ),
    ),
    api(
        "decisions",
        {
            **each(200, ("bea", "dora", "decider")),
            **each(403, (*OURS, "boris", "quentin", "rita", "ines", "ada", "reader", "writer", "impostor")),
        },
    ),
    api(
        "decision",
        {
            **each(200, ("bea", "decider")),
            **each(403, (*OURS, "quentin", "rita", "ines", "ada", "reader", "writer", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=lambda scene: {"line_id": scene.pending_line.pk},
        good=lambda scene: {"answer": str(scene.answer), "decision": "approved"},
        bad=({}, {"answer": "x", "decision": "approved"}, {"answer": None}, [], None),
    ),
    Route("schema", each(200, EVERYBODY), note="the contract itself is no secret"),
]

# allauth's pages: outside every unit of work, the same for everybody who is signed in.
SIGNED_IN_ONLY = (
    "account_logout",
    "account_email",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "account_set_password",
)
OPEN_ACCOUNT_PAGES = (
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "mfa_authenticate",
)
ACCOUNT_KEYS: dict[str, dict[str, str]] = {
    "account_confirm_email": {"key": "none"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
}

ROUTES: list[Route] = [*API]
