"""Every route, every kind of actor: the answer that is written down, never a failure, never another supplier's row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from integrations.office import delivery as office
from integrations.office.actions.pulling import the_connection
from integrations.office.models import Connection, Delivery, Mapping, Trouble
from portal.shared.acting import acting
from suppliers.actions import contacts
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import request_change
from suppliers.actions.decisions import Choice, decide_many
from suppliers.actions.negotiating import Wish
from suppliers.actions.shipment_prints import print_shipment
from suppliers.models import (
    AnswerLine,
    ChangeRequest,
    Correction,
    DateMove,
    Invitation,
    MasterRequest,
    OrderLine,
    OrderLink,
)
from suppliers.states import AnswerKind, Decision, LineState, Reason
from suppliers.tasks import read_sheets
from tests.cast import PULL, Cast, everything, fresh_lines, release, working_day
from tests.house.routes import (
    ACCOUNT_KEYS,
    CLIENTS,
    EVERYBODY,
    OPEN_ACCOUNT_PAGES,
    OURS,
    PEOPLE,
    ROUTES,
    SIGNED_IN_ONLY,
    Route,
    Scene,
)
from tests.house.stage import Stage, set_stage
from tests.sheets import Filled, bring_unread, download_goods
from tests.shipping import ARRIVES, LEAVES, confirmed, row
from tests.shipping import sent as announced

pytestmark = pytest.mark.django_db
TAKEN_ALL_THE_SAME = {("order", "post"): 200, ("acting_for", "post"): 302}
"""Pages that are not refused what they cannot read: the form that adds no delivery is shown again, and nobody acts for
a supplier that is none of his."""
NOWHERE = "0190b6a0-0000-7000-8000-000000000000"


def addresses(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """The full names of all routes; a route without a name cannot be listed, and fails."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield prefix + (entry.name or f"(no name: {entry.pattern})")
        elif isinstance(entry, URLResolver):
            yield from addresses(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside leaves no trace, so that each request meets the same world."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


@pytest.fixture
def worlds(cast: Cast) -> tuple[Stage, Stage]:
    stages = set_stage(cast)
    the_connection(PULL, timezone.now())
    office.fan_out(timezone.now())
    _doubtful(cast)
    return stages


def negotiated(cast: Cast) -> UUID:
    """A change request of Anna's that is outside tolerance."""
    actor, now = cast.actor("anna"), timezone.now()
    order = release(cast, cast.line(100))
    (line,) = fresh_lines(order)
    answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
    acknowledge(actor=actor, order=order, answers=[answer], channel="page", at=now)
    (line,) = fresh_lines(order)
    wish = Wish((PromisedDelivery(Decimal(100), working_day(60)),), reason=Reason.CAPACITY)
    return request_change(actor=actor, line=line, wish=wish, at=now).pk


def _doubtful(cast: Cast) -> None:
    """A vendor that looks like Acme, whose own record is gone."""
    now = timezone.now()
    with acting(PULL, write=True):
        connection = Connection.objects.get()
        known = Mapping.objects.create(
            connection=connection,
            model="res.partner",
            remote_id=12,
            object_type="suppliers.supplier",
            object_id=str(cast.acme.pk),
            made_at=now,
        )
        twin = {"mapping": known.pk, "object": str(cast.acme.pk), "name": "Acme", "remote_id": 12}
        Trouble.objects.create(
            connection=connection, model="res.partner", remote_id=57, label="Acme", code="twin", message="Alike.",
            owner="buyer", remedy="Say which.", first_at=now, last_at=now,
            suggestions=[{**twin, "standing": "gone", "why": ["vat"]}],
        )  # fmt: skip


@pytest.fixture
def scene(cast: Cast, worlds: tuple[Stage, Stage]) -> Scene:
    order = worlds[0].order
    change = negotiated(cast)
    nothing = [Choice(order.pk, order.pk)]  # no such line: a batch that decides nothing
    batch = decide_many(actor=cast.actor("bea"), choices=nothing, decision=Decision.APPROVED, at=timezone.now())
    nobody = [contacts.Choice(order.pk, "", [])]  # no such supplier: a batch that invites nobody
    (shipped,) = fresh_lines(confirmed(cast))
    shipment = announced(cast, row(shipped), delivery_note="LS-3")
    note = print_shipment(
        actor=cast.actor("anna"), shipment=shipment, what="delivery_note", stock="", language="en", at=timezone.now()
    )
    invited = contacts.invite_contacts(actor=cast.actor("ada"), choices=nobody, at=timezone.now())
    sven = cast.actor("sven")
    taken = Filled(download_goods(sven, cast.acme)).fill(3, delivery_note="LS-4", quantity=1, departs_on=LEAVES)
    goods = bring_unread(sven, cast.acme.pk, taken.fill(3, arrives_on=ARRIVES).saved, kind="shipment_sheet")
    read_sheets()
    with everything():
        lines = {line.state: line for line in OrderLine.objects.filter(order=order).select_related("order")}
        pending = lines[LineState.PENDING_BUYER]
        return Scene(
            order=order,
            open_line=lines[LineState.OPEN],
            pending_line=pending,
            agreed_line=lines[LineState.AGREED],
            change=change,
            change_order=ChangeRequest.objects.values_list("order_id", flat=True).get(pk=change),
            file=worlds[0].file,
            order_print=worlds[0].order_print.pk,
            sheet=worlds[0].sheet.pk,
            shipment_sheet=goods.pk,
            move=DateMove.objects.filter(supplier=order.supplier_id).values_list("pk", flat=True).get(),
            batch=batch.pk,
            invited=invited.pk,
            shipment=shipment.pk,
            shipment_print=note.pk,
            shipped_line=shipped,
            answer=AnswerLine.objects.filter(line=pending).values_list("pk", flat=True).get(),
            delivery=Delivery.objects.filter(about_id=order.pk).latest("pk").pk,
            correction=Correction.objects.filter(line=pending).values_list("pk", flat=True).get(),
            trouble=Trouble.objects.values_list("pk", flat=True).get(),
            mapping=Mapping.objects.values_list("pk", flat=True).get(),
            acme=str(order.supplier.public_id),
            master=(master := MasterRequest.objects.get(supplier=order.supplier_id)).pk,
            term=master.term_id,
            anna=cast.people["anna"].pk,
            link=OrderLink.objects.get(order=order, email="anna@acme.example"),
            invitation=Invitation.objects.filter(supplier=order.supplier_id).values_list("pk", flat=True).get(),
        )


@pytest.fixture
def doors(cast: Cast) -> dict[str, Client]:
    """One signed-in client for each kind of actor. Failures are raised, so that nothing hides behind an error page."""
    clients = {"anonymous": Client()}
    for name in PEOPLE:
        clients[name] = Client()
        clients[name].force_login(cast.people[name])
    for name in CLIENTS:
        clients[name] = Client(headers={"Authorization": f"Bearer {cast.tokens[name].secret}"})
    return clients


def send(client: Client, route: Route, scene: Scene, body: Any, **key: Any) -> Any:
    """The answer; a failure as the text of it."""
    address = reverse(route.name, kwargs={**route.key(scene), **key})
    options: dict[str, Any] = {}
    if route.json and route.method != "get":
        options = {"data": "" if body is None else json.dumps(body), "content_type": "application/json"}
    elif body is not None:
        options = {"data": body}
    # A test's client sends every cookie everywhere; browsers send a link's to its order alone.
    client.cookies.pop("order_link", None)
    try:
        with undone():
            return getattr(client, route.method)(address, headers=dict(route.headers), **options)
    except Exception as failure:
        return f"{type(failure).__name__}: {failure}"


def text_of(answer: Any) -> str:
    if isinstance(answer, str):
        return answer
    return b"".join(answer.streaming_content if answer.streaming else [answer.content]).decode(errors="replace")


def test_every_route_is_listed() -> None:
    listed = {route.name for route in ROUTES} | set(SIGNED_IN_ONLY) | set(OPEN_ACCOUNT_PAGES)
    found = set(addresses())
    assert found - listed == set(), "say in tests/house/routes.py who may come in here"
    assert listed - found == set(), "these routes are gone: take them off tests/house/routes.py"


def test_every_route_says_what_each_actor_is_answered() -> None:
    for route in ROUTES:
        assert set(route.answers) == set(EVERYBODY), f"{route.name}: {set(EVERYBODY) ^ set(route.answers)}"


@pytest.mark.long
def test_each_actor_is_answered_as_written_and_never_with_anothers_words(
    scene: Scene, worlds: tuple[Stage, Stage], doors: dict[str, Client]
) -> None:
    wrong = []
    for route in ROUTES:
        for name, client in doors.items():
            answer = send(client, route, scene, route.good(scene))
            status: Any = answer if isinstance(answer, str) else answer.status_code
            words = text_of(answer)
            if status != route.answers[name]:
                wrong.append(f"{route.method.upper()} {route.name} for {name}: {status}, not {route.answers[name]}")
            if "permission denied for" in words:
                wrong.append(f"{route.name} asks the database for what {name} may not have")
            secrets = [] if route.telling else secrets_from(name, worlds)
            wrong += [f"{route.name} tells {name} {secret}" for secret in secrets if secret in words]
    assert wrong == []


def secrets_from(name: str, worlds: tuple[Stage, Stage]) -> list[str]:
    """What an answer to this actor must not contain: the other supplier's name, order and keys."""
    if name not in (*OURS, "boris", "anonymous", "reader", "writer", "impostor"):
        return []
    others = worlds if name == "anonymous" else (worlds[0 if name == "boris" else 1],)
    return [
        secret
        for other in others
        for secret in (other.supplier.name, other.order.number, str(other.supplier.public_id))
    ] + ([] if name in ("boris", "anonymous") else [str(worlds[1].order.pk)])


def test_bad_input_is_refused_in_words(scene: Scene, doors: dict[str, Client]) -> None:
    wrong = []
    for route in ROUTES:
        allowed = next(
            (name for name in ("anna", "bea", "ada", "ines") if route.answers[name] in (200, 201, 302)), "bea"
        )
        for body in route.bad:
            answer = send(doors[allowed], route, scene, body)
            status = answer if isinstance(answer, str) else answer.status_code
            refused = isinstance(status, int) and 400 <= status < 500
            if not refused and status != TAKEN_ALL_THE_SAME.get((route.name, route.method)):
                wrong.append(f"{route.method} {route.name} with {body!r}: {status}")
    assert wrong == []


def test_strange_addresses_are_answered(scene: Scene, doors: dict[str, Client]) -> None:
    wrong = []
    for route in ROUTES:
        for query in route.strange:
            for name in ("anna", "bea"):
                try:
                    status: Any = doors[name].get(reverse(route.name) + query).status_code
                except Exception as failure:
                    status = f"{type(failure).__name__}: {failure}"
                if status not in {200, 400, 403, 422}:
                    wrong.append(f"{route.name}{query} for {name}: {status}")
    assert wrong == []


def test_what_is_not_there_is_404_for_everybody(scene: Scene, doors: dict[str, Client]) -> None:
    wrong = []
    for route in ROUTES:
        for key, value in route.key(scene).items():
            for name, status in route.answers.items():
                if name not in ("anonymous", "anna", "aron", "boris", "bea", "ines", "writer"):
                    continue
                answer = send(
                    doors[name], route, scene, route.good(scene), **{key: 999 if isinstance(value, int) else NOWHERE}
                )
                found = answer if isinstance(answer, str) else answer.status_code
                # Who may not do it at all may be told so before anything is looked up.
                expected = {404} if status < 400 and name in PEOPLE else {status, 404}
                if found not in expected:
                    wrong.append(f"{route.name} for {name}: {found}, not {expected}")
    assert wrong == []


def test_a_wrong_method_is_405(scene: Scene, doors: dict[str, Client]) -> None:
    both = {}
    for route in ROUTES:
        both.setdefault(route.name, set()).add(route.method)
    for route in ROUTES:
        for method in {"delete", "put"} - both[route.name]:
            name = next((name for name, status in route.answers.items() if status < 400), "anna")
            answer = getattr(doors[name], method)(reverse(route.name, kwargs=route.key(scene)))
            assert answer.status_code == 405, f"{method} {route.name}: {answer.status_code}"


def test_account_pages_answer_everybody(doors: dict[str, Client]) -> None:
    wrong = []
    for name in (*SIGNED_IN_ONLY, *OPEN_ACCOUNT_PAGES):
        address = reverse(name, kwargs=ACCOUNT_KEYS.get(name))
        for who in ("anonymous", "anna", "bea"):
            for method in ("get", "post"):
                try:
                    with undone():
                        status: Any = getattr(doors[who], method)(address).status_code
                except Exception as failure:
                    status = f"{type(failure).__name__}: {failure}"
                if status not in {200, 302, 401, 404, 405}:
                    wrong.append(f"{method} {name} for {who}: {status}")
                if name in SIGNED_IN_ONLY and who == "anonymous" and status == 200:
                    wrong.append(f"{name} is open to strangers")
    assert wrong == []
