"""The addresses of the buyer's desk."""

from __future__ import annotations

from tests.house.asking import CLIENTS, NUL, OURS, REST_OF_STAFF, STRANGE, Route, Scene, api, each

NOT_THE_DESK = (*OURS, "boris", *REST_OF_STAFF)
NOT_THE_DESKS_CLIENTS = tuple(name for name in CLIENTS if name != "decider")


def move_key(scene: Scene) -> dict[str, object]:
    return {"move_id": scene.move}


DESK_API: list[Route] = [
    api(
        "moves",
        {**each(200, ("bea", "dora", "decider")), **each(403, (*NOT_THE_DESK, *NOT_THE_DESKS_CLIENTS))},
        strange=STRANGE,
    ),
    api(
        "move",
        {
            **each(200, ("bea", "decider")),
            **each(403, (*OURS, *REST_OF_STAFF, *NOT_THE_DESKS_CLIENTS)),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=move_key,
        good=lambda scene: {"cause": "buyer"},
        bad=({}, {"cause": "weather"}, {"cause": "supplier"}, {"cause": "supplier", "reason": NUL}, [], None),
    ),
]
