"""How the tests ask: who there is, what the requests are about, and how an address is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from documents.models import StoredFile
from suppliers.models import OrderLine, OrderLink, PurchaseOrder

OURS = ("anna", "aron", "asta", "sven", "quinn")
"""Acme's people: they know the order that the requests are about. Boris, of another supplier, must not."""
STAFF = ("bea", "quentin", "rita", "ines", "ada")
"""Staff who see the plant of the order. Dora buys for another plant."""
PEOPLE = (*OURS, "boris", *STAFF, "dora")
ANSWER_FOR_HIM = ("bea", "quentin")
"""They may enter what a supplier told them, and must say how: a form that does not is refused."""
REST_OF_STAFF = ("quentin", "rita", "ines", "ada")
READ_THE_LEDGER = ("bea", "dora", "ines", "ada")
MAY_NOT_READ_IT = (*OURS, "boris", "quentin", "rita")
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
    agreed_line: OrderLine
    change: UUID
    """Asked for by Acme about another order, waiting for the buyer."""
    change_order: UUID
    trouble: UUID
    """A vendor of Odoo that looks like Acme."""
    mapping: int
    """Which vendor of Odoo Acme is."""
    acme: str
    """The key of the supplier in addresses."""
    anna: UUID
    invitation: UUID
    link: OrderLink
    file: StoredFile
    order_print: UUID
    sheet: UUID
    """Brought by Anna and read, with a good line in it."""
    shipment_sheet: UUID
    """The same of Sven's, with a delivery note in it."""
    correction: UUID
    """Of the pending line's answer, and undecided."""
    master: UUID
    """A change of master data that Acme asks for: the lead time of ``term``."""
    term: UUID
    move: UUID
    batch: UUID
    """Of Bea's decisions."""
    invited: UUID
    """A batch of Ada's invitations."""
    shipment: UUID
    shipment_print: UUID
    """Its delivery note as a PDF, asked for by Anna."""
    """Announced by Acme: 40 of the 100 of ``shipped_line``."""
    shipped_line: OrderLine


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
    strange: tuple[str, ...] = ()
    """Query strings that must be answered, not fallen over."""
    json: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    telling: bool = False
    """Whether the address holds a secret that lets whoever has it know what it is about."""
    note: str = field(default="", compare=False)


def api(name: str, answers: Answers, **rest: Any) -> Route:
    """An address for programs; nobody without credentials gets in."""
    return Route(f"orders_api:{name}", {"anonymous": 401, **answers}, json=True, **rest)


def page(name: str, answers: Answers, **rest: Any) -> Route:
    """A page; whoever is not signed in is sent to the login, clients with tokens too: tokens open no pages."""
    return Route(name, {**each(302, ("anonymous", *CLIENTS)), **answers}, **rest)


def form_of(scene: Scene, kind: str) -> dict[str, Any]:
    """The answer form as a page sends it, for the open line."""
    line = scene.open_line
    return {f"line-{line.position}-revision": line.revision, f"line-{line.position}-kind": kind, "do": "send"}


def order_key(scene: Scene) -> dict[str, Any]:
    return {"order_id": scene.order.pk}


# What scanners and broken clients put into addresses.
STRANGE = (
    "?q=a%00b",
    "?cursor=%00",
    "?q=%ED%A0%80&state=%00",
    "?cursor=AAAA&limit=-1&sort=;drop",
    "?plant=99999999999999999999&supplier=%D9%A3",
    "?cursor=WyJhIl0&needs=everything&page=0",
)
NUL = "a\x00b"


def listed(name: str, answers: Answers, **rest: Any) -> list[Route]:
    """The page of a list, and its files."""
    return [page(one, answers, **rest) for one in (name, f"{name}_csv", f"{name}_xlsx")]
