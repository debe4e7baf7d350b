"""The addresses of change requests: an open one of Acme that waits for the buyer, and an agreed line without one."""

from __future__ import annotations

from typing import Any

from tests.cast import working_day
from tests.house.asking import NUL, OURS, STAFF, STRANGE, Scene, api, each, listed, order_key, page

BEHALF = {"source": "phone"}
MAY_NOT = ("asta", "sven", "quinn", "quentin", "rita", "ines", "ada")
"""Acme's and the staff's people who read change requests and have no say in them."""


def later() -> dict[str, Any]:
    return {"deliveries": [{"quantity": "100", "date": working_day(90).isoformat()}], "reason": "other"}


def change_key(scene: Scene) -> dict[str, Any]:
    return {"change_id": scene.change}


def change_page(scene: Scene) -> dict[str, Any]:
    return {"change_id": scene.change, "order_id": scene.change_order}


def line_key(scene: Scene) -> dict[str, Any]:
    return {"line_id": scene.agreed_line.pk}


def typed(scene: Scene, **more: str) -> dict[str, Any]:
    """The form of a wish as the page sends it."""
    line = scene.agreed_line
    said = {"quantity": "100", "date": working_day(90).isoformat(), "revision": line.revision, "reason": "other"}
    fields = {f"line-{line.position}-{name}": value for name, value in said.items()}
    return {"do": "send", "ticked": line.position, **fields, **more}


def reaction(name: str, allowed: tuple[str, ...], **body: Any) -> Any:
    """Anna's request waits for the buyer: who is not on the side that may react is told so."""
    refused = {"anna", "aron", "bea", "writer", "decider"} - set(allowed)
    return api(
        name,
        {
            **each(200, allowed),
            **each(403, (*refused, *MAY_NOT, "reader", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=change_key,
        good=lambda scene: body,
        bad=() if name == "withdraw_change" else ({}, [], None, {"offer": "x"}, {"offer": 0}),
    )


CHANGES = [
    *listed("changes", each(200, (*OURS, "boris", *STAFF, "dora")), strange=(*STRANGE, "?view=x", "?view=%00")),
    page("change", {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))}, key=change_page),
    page(
        "change",
        {**each(302, ("bea",)), **each(403, ("anna", "aron", *MAY_NOT)), **each(404, ("boris", "dora"))},
        method="post",
        key=change_page,
        good=lambda scene: {"do": "accept", "offer": "1"},
        bad=(
            {"do": "accept", "offer": "9"},
            {"do": "decline", "offer": "1", "closing": NUL},
            {"do": "counter", "offer": "1"},
            {"do": "accept", "offer": "1", "behalf": "1"},
        ),
    ),
    page(
        "ask_change",
        {**each(200, ("anna", "aron", "bea")), **each(403, MAY_NOT), **each(404, ("boris", "dora"))},
        key=order_key,
    ),
    page(
        "ask_change",
        {**each(302, ("anna", "aron", "bea")), **each(403, MAY_NOT), **each(404, ("boris", "dora"))},
        method="post",
        key=order_key,
        good=typed,
        bad=({"do": "send"}, {"do": "send", "ticked": "99"}, {"do": "send", "comment": NUL}),
    ),
    api(
        "ask_changes",
        {
            **each(201, ("anna", "aron", "bea", "writer", "decider")),
            **each(403, (*MAY_NOT, "reader", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=order_key,
        good=lambda scene: {
            "changes": [{"line": str(scene.agreed_line.pk), "revision": scene.agreed_line.revision, **later()}]
        },
        bad=({}, {"changes": []}, {"changes": [{}]}, {"changes": {"line": "x"}}, [], None),
    ),
    api(
        "ask_change",
        {
            **each(201, ("anna", "aron", "bea", "writer", "decider")),
            **each(403, (*MAY_NOT, "reader", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=line_key,
        good=lambda scene: {"revision": scene.agreed_line.revision, **later()},
        bad=({}, {"revision": 1}, {"revision": 1, "reason": "x"}, [], None, {"revision": 1, "reason": "other"}),
    ),
    api(
        "changes",
        each(200, (*OURS, "boris", *STAFF, "dora", "reader", "writer", "decider", "impostor")),
        strange=STRANGE,
    ),
    api(
        "change",
        {
            **each(200, (*OURS, *STAFF, "reader", "writer", "decider", "impostor")),
            **each(404, ("boris", "dora")),
        },
        key=change_key,
    ),
    reaction("accept_change", ("bea", "decider"), offer=1),
    reaction("counter_change", ("bea", "decider"), offer=1, **later()),
    reaction("decline_change", ("bea", "decider"), offer=1, reason="No."),
    reaction("withdraw_change", ("anna", "aron", "writer")),
]
