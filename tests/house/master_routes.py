"""Addresses of changes of master data: an open request of Acme, and a price list entry without one."""

from __future__ import annotations

from typing import Any

from tests.house.asking import NUL, OURS, PEOPLE, STAFF, STRANGE, Scene, api, each, listed, page

ASKS = ("anna", "aron")
FOR_HIM = ("bea", "dora", "quentin")
"""Those of the staff who may ask what a supplier told them."""
MAY_NOT = ("asta", "sven", "quinn", "rita", "ines", "ada")
READS = (*OURS, *STAFF, "dora", "writer", "decider")


def request_key(scene: Scene) -> dict[str, Any]:
    return {"request_id": scene.master}


def price_key(scene: Scene) -> dict[str, Any]:
    return {"key": scene.acme, "field": "price"}


def wish(scene: Scene) -> dict[str, Any]:
    """Another price, as a program asks for it."""
    return {"supplier": scene.acme, "field": "price", "term": str(scene.term), "values": {"price": "4.75"}}


def reaction(name: str, allowed: tuple[str, ...], body: Any, bad: tuple[Any, ...]) -> Any:
    refused = {*READS, "reader", "impostor"} - set(allowed)
    return api(
        name,
        {**each(200, allowed), **each(403, refused), "boris": 404},
        method="post",
        key=request_key,
        good=lambda scene: body,
        bad=bad,
    )


MASTERS = [
    *listed("master_requests", each(200, PEOPLE), strange=(*STRANGE, "?view=x", "?view=%00")),
    page("master_request", {**each(200, (*OURS, *STAFF, "dora")), "boris": 404}, key=request_key),
    page(
        "master_request",
        {
            **each(302, ("bea", "dora")),
            **each(403, (*OURS, "quentin", "rita", "ines", "ada")),
            "boris": 404,
        },
        method="post",
        key=request_key,
        good=lambda scene: {"do": "approve"},
        bad=({}, {"do": "decline"}, {"do": "decline", "reason": NUL}, {"do": "wave"}),
        note="Master data has no plant, so every buyer decides",
    ),
    page(
        "ask_master_change",
        {**each(200, (*ASKS, *FOR_HIM)), **each(403, MAY_NOT), "boris": 404},
        key=lambda scene: {"key": scene.acme, "field": "address"},
    ),
    page(
        "ask_master_change",
        {**each(302, ASKS), **each(422, ("bea", "dora")), **each(403, (*MAY_NOT, "quentin")), "boris": 404},
        method="post",
        key=price_key,
        note="The buyer's side says how it was told; a quality engineer sees no price",
        good=lambda scene: {"term": str(scene.term), "value-price": "4.75"},
        bad=(
            {},
            {"term": "x"},
            {"term": "0190b6a0-0000-7000-8000-000000000000", "value-price": "4.75"},
            {"contact": "71", "value-price": "4.75"},
            {"value-price": NUL},
        ),
    ),
    api("master_requests", {**each(200, (*PEOPLE, "writer", "decider")), **each(403, ("reader", "impostor"))},
        strange=STRANGE),
    api(
        "master_requests",
        {
            **each(201, (*ASKS, "writer")),
            **each(422, ("bea", "dora")),
            **each(403, (*MAY_NOT, "quentin", "reader", "decider", "impostor")),
            "boris": 404,
        },
        method="post",
        good=wish,
        bad=(
            {},
            [],
            None,
            {"supplier": "x", "field": "king", "values": {}},
            {"supplier": "x", "field": "price", "values": {"price": "4", "king": "5"}},
        ),
    ),
    api(
        "master_request",
        {**each(200, READS), **each(403, ("reader", "impostor")), "boris": 404},
        key=request_key,
    ),
    reaction("approve_master_change", ("bea", "dora", "decider"), {}, ([], {"reason": 7 * [1]}, {"why": "x"})),
    reaction("decline_master_change", ("bea", "dora", "decider"), {"reason": "No."}, ({}, [], None, {"reason": ""})),
    reaction("withdraw_master_change", (*ASKS, "writer"), {}, ([], {"reason": NUL}, {"why": "x"})),
]  # fmt: skip
