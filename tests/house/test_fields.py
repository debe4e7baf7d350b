"""A field in error says so to everybody: it is marked, and described by the words that say what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from lxml import html

from tests.house.routes import ROUTES, Scene
from tests.house.test_routes import doors, scene, send, text_of, worlds

__all__ = ["doors", "scene", "worlds"]  # fixtures
pytestmark = pytest.mark.django_db
FIELDS = ("input", "select", "textarea")
LATE = {"line-3-revision": "1", "line-3-kind": "changed", "line-3-quantity": ["1", "x"], "line-3-date": ["soon", ""]}
UNIT = {"line-3-revision": "1", "line-3-kind": "accepted", "line-3-unit": "box", "line-3-holds": "many"}
PART = {"line-3-revision": "1", "line-3-kind": "accepted", "line-3-part": "X\0"}
OTHER = {"line-3-revision": "1", "line-3-kind": "substituted", "line-3-quantity": ["1"], "line-3-date": ["2036-01-01"]}
NO_HOUR = {"hour": "99", "days": "9"}
MORE: dict[str, list[dict[str, Any]]] = {
    "order": [
        {"do": "send", **LATE, "line-3-price": "cheap"},
        {"do": "send", **UNIT},
        {"do": "send", **PART},
        {"do": "send", **OTHER},
    ],
    "change": [
        {"do": "decline", "offer": "1"},
        {"do": "counter", "offer": "1", "line-1-quantity": ["x"], "line-1-date": ["y"], "line-1-price": "z"},
    ],
    "ask_change": [{"do": "send", "ticked": "1", "line-1-quantity": ["x"], "line-1-date": ["y"], "line-1-price": "z"}],
    "account_mails": [NO_HOUR],
}
"""Beside the bad input that every route is tried with."""


def refused(scene: Scene, doors: dict[str, Client]) -> Iterator[tuple[str, Any]]:
    """Every page that comes back with a summary of what is wrong."""
    for route in ROUTES:
        if route.json or route.method != "post":
            continue
        who = [name for name in ("anna", "bea", "ada", "ines") if route.answers[name] in (200, 302)]
        for body in (*route.bad, *MORE.get(route.name, [])):
            if route.name == "change" and "behalf" in body:
                continue  # asked of one who is shown no such form: he cannot be led to its fields
            for name in who:
                answer = send(doors[name], route, scene, body)
                if "data-error-summary" in (text := text_of(answer)):
                    yield f"{route.name} with {body!r} by {name}", html.fromstring(text)


def wrongs(page: Any) -> Iterator[str]:
    for link in page.xpath("//*[@data-error-summary]//a"):
        name, words = link.get("href").removeprefix("#"), " ".join(link.text_content().split())
        found = page.xpath("//*[@id=$name]", name=name)
        if len(found) != 1:
            yield f"{len(found)} elements are {name!r}"
        elif (field := found[0]).tag in FIELDS:
            said = [" ".join(one.text_content().split()) for place in (field.get("aria-describedby") or "").split()
                    for one in page.xpath("//*[@id=$name]", name=place)]  # fmt: skip
            if field.get("aria-invalid") != "true":
                yield f"{name} is not marked"
            if not any(one and words.endswith(one) for one in said):
                yield f"{name} is not described by {words!r} but by {said}"


def test_every_field_in_error_is_marked_and_described(scene: Scene, doors: dict[str, Client]) -> None:
    seen, found = 0, set()
    for where, page in refused(scene, doors):
        seen += 1
        found |= {f"{where}: {wrong}" for wrong in wrongs(page)}
    assert sorted(found) == []
    assert seen > 40
