"""The addresses of the receiving dock: what arrives, and that nothing more comes of Acme's shipment."""

from __future__ import annotations

from typing import Any

from tests.house.asking import NUL, OURS, STRANGE, Scene, api, each, page

DOCK = ("bea", "quentin", "rita")
CLOSES = ("bea", "rita")


def shipment_key(scene: Scene) -> dict[str, Any]:
    return {"shipment_id": scene.shipment}


def because(scene: Scene) -> dict[str, Any]:
    return {"reason": "Lost on the way."}


MAY_NOT = (*OURS, "quentin", "ines", "ada")
DOCKS = [
    page(
        "receiving",
        {**each(200, (*DOCK, "dora")), **each(403, (*OURS, "boris", "ines", "ada"))},
        strange=(*STRANGE, "?code=%5DC1%1D00", "?code=%ED%A0%80", "?view=missing&plant=9", "?view=late&cursor=%00"),
    ),
    page(
        "close_shipment",
        {**each(200, CLOSES), **each(403, MAY_NOT), **each(404, ("boris", "dora"))},
        key=shipment_key,
    ),
    page(
        "close_shipment",
        {**each(302, CLOSES), **each(403, MAY_NOT), **each(404, ("boris", "dora"))},
        method="post",
        key=shipment_key,
        good=because,
        bad=({}, {"reason": " "}, {"reason": NUL}),
    ),
    api(
        "close_shipment",
        {
            **each(200, (*CLOSES, "decider")),
            **each(403, (*MAY_NOT, "reader", "writer", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=shipment_key,
        good=because,
        bad=({}, [], None, {"reason": " "}, {"reason": 7, "why": ""}),
    ),
]
