"""Whatever is sent, the API answers as its schema says: no 500, no undeclared status, no undeclared shape.

Who asks, about which rows, and what a good request looks like, is taken from the table of routes: so every operation is
fuzzed by somebody who may do it, at things that are there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from portal.web.throttling import ClientThrottle
from tests.documents.test_api_fuzz import OPERATIONS as OF_FILES
from tests.house.asking import CLIENTS, PEOPLE, Route, Scene
from tests.house.routes import ROUTES
from tests.house.test_routes import NOWHERE, doors, scene, undone, worlds

__all__ = ["doors", "scene", "worlds"]  # fixtures
pytestmark = pytest.mark.django_db
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
THOROUGH, USUAL = 60, 25
"""Requests an operation: the one that everything hangs on gets more of them."""
SHUT = {401, 403, 404, 429}
"""Answers from before the act or query: whoever gets nothing else has not been through the door."""
OPERATIONS = [route for route in ROUTES if route.json and not route.name.startswith("files_api:")]


def asker(route: Route) -> str:
    """Somebody who may do it: a program where one may."""
    return next(name for name in (*CLIENTS, *PEOPLE) if route.answers[name] not in SHUT)


@cache
def contract() -> Any:
    from portal.wsgi import application

    return schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)


def operations() -> Iterator[tuple[str, str, str]]:
    """Name of the route, method and name of each operation in the schema."""
    for path, methods in contract().raw_schema["paths"].items():
        route = resolve(re.sub(r"{\w+}", NOWHERE, path)).view_name
        for method, found in methods.items():
            yield route, method, found["operationId"]


def credentials(client: Client) -> dict[str, Any]:
    """What a client of the tests sends along to be known; a session's with the token against forgery."""
    if token := client.defaults.get("HTTP_AUTHORIZATION"):
        return {"headers": {"Authorization": token}}
    forgery = "a" * 32
    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
    return {"cookies": {**cookies, "csrftoken": forgery}, "headers": {"X-CSRFToken": forgery}}


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A request through WSGI ends without closing the test's connection, as one of the test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.long
@pytest.mark.parametrize("who", sorted({asker(route) for route in OPERATIONS}))
def test_anything_at_all(
    who: str, scene: Scene, doors: dict[str, Client], one_connection: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # All of an asker's operations within a minute are more than a client may ask; the limit has its own test.
    monkeypatch.setattr(ClientThrottle, "rate", "1000000/min", raising=False)
    known_by = credentials(doors[who])
    names = {(route, method): name for route, method, name in operations()}
    shut = []
    for route in (one for one in OPERATIONS if asker(one) == who):
        statuses = fuzz(names[route.name, route.method], route, scene, known_by)
        if not set(statuses) - SHUT:
            shut.append(f"{route.method} {route.name}: {dict(statuses)}")
    assert shut == [], f"{who} never came through the door"


def fuzz(operation: str, route: Route, scene: Scene, known_by: dict[str, Any]) -> Counter[int]:
    """Mostly about what is there, and half the time a good request but for one field. How often it was answered what.

    Raises for an answer that is not as the schema says.
    """
    keys = {name: str(value) for name, value in route.key(scene).items()}
    good = route.good(scene)
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=THOROUGH if operation == "acknowledgements_create" else USUAL,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    @given(contract().find_operation_by_id(operation).as_strategy(), st.integers(0, 3), st.booleans(), st.data())
    def send(case: Any, nowhere: int, nearly: bool, data: Any) -> None:
        if nowhere:
            case.path_parameters.update(keys)
        if nearly and isinstance(good, dict):
            place = case.query if route.method == "get" else case.body
            odd = data.draw(st.sampled_from([None, *good, *place])) if isinstance(place, dict) else None
            meant = {**good, odd: place[odd]} if odd is not None and odd in place else dict(good)
            if route.method == "get":
                case.query = meant
            else:
                case.body = meant
        # The schema says how one is known, so schemathesis makes credentials up.
        case.cookies, case.headers = (
            {},
            {name: value for name, value in case.headers.items() if name != "Authorization"},
        )
        with undone():
            response = case.call(**known_by)
        statuses[response.status_code] += 1
        case.validate_response(response, checks=CHECKS)

    send()
    return statuses


def test_every_operation_is_fuzzed(db: None) -> None:
    listed = {(route.name, route.method) for route in OPERATIONS}
    found = {name for route, method, name in operations() if (route, method) not in listed}
    assert found - {"schema_retrieve"} == set(OF_FILES)
