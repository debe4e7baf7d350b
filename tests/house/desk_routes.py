"""The addresses of the buyer's desk."""

from __future__ import annotations

from tests.house.asking import CLIENTS, NUL, OURS, PEOPLE, REST_OF_STAFF, STRANGE, Route, Scene, api, each, listed, page

NOT_THE_DESK = (*OURS, "boris", *REST_OF_STAFF)
ALL_BUT_ADA = tuple(name for name in PEOPLE if name != "ada")
POLICY: dict[str, object] = {
    "quantity_over": "5",
    "quantity_under": "0",
    "days_early": 3,
    "days_late": 2,
    "price_up": "0",
    "price_down": "100",
}
NOT_THE_DESKS_CLIENTS = tuple(name for name in CLIENTS if name != "decider")


def move_key(scene: Scene) -> dict[str, object]:
    return {"move_id": scene.move}


DESK_API: list[Route] = [
    api(
        "expediting",
        {**each(200, ("bea", "dora", "decider")), **each(403, (*NOT_THE_DESK, *NOT_THE_DESKS_CLIENTS))},
        strange=("?cursor=%00", "?kind=everything", "?days=4", "?plant=x", "?plant=HAM&supplier=x"),
    ),
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
    api(
        "decisions",
        {**each(200, ("bea", "dora", "decider")), **each(403, (*NOT_THE_DESK, *NOT_THE_DESKS_CLIENTS))},
        method="post",
        good=lambda scene: {
            "decision": "approved",
            "rows": [{"line": str(scene.pending_line.pk), "answer": str(scene.answer)}],
        },
        bad=({}, {"decision": "approved", "rows": []}, {"decision": "declined", "rows": [{"line": "x"}]}, [], None),
        note="whoever does not see the line is told so in its row",
    ),
    api(
        "conflict",
        {
            **each(409, ("bea", "decider")),
            **each(403, (*OURS, *REST_OF_STAFF, *NOT_THE_DESKS_CLIENTS)),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=lambda scene: {"line_id": scene.pending_line.pk},
        good=lambda scene: {"keep": True},
        bad=({}, {"keep": "perhaps"}, {"keep": True, "reason": NUL}, [], None),
        note="the line has no conflict: whoever may decide is told so",
    ),
    api("waves", {"ada": 200, **each(403, (*ALL_BUT_ADA, *CLIENTS))}),
    api(
        "waves",
        {"ada": 201, **each(403, (*ALL_BUT_ADA, *CLIENTS))},
        method="post",
        good=lambda scene: {"mode": "on", "plant": "HAM", "supplier": scene.acme, "cut_over": "2026-01-01T00:00:00Z"},
        bad=(
            {},
            [],
            None,
            {"mode": "x"},
            {"mode": "on", "cut_over": "soon"},
            {"mode": "on", "cut_over": "0001-01-01T00:00:00Z"},
            {"mode": "on", "plant": "NOWHERE"},
            {"mode": "on", "plant": NUL},
            {"mode": "on", "supplier": "0190b6a0-0000-7000-8000-000000000000", "plant": "HAM"},
        ),
    ),
    api("tolerances", {"ada": 200, **each(403, (*ALL_BUT_ADA, *CLIENTS))}),
    *(
        api(
            name,
            {"ada": status, **each(403, (*ALL_BUT_ADA, *CLIENTS))},
            method="post",
            good=lambda scene: POLICY,
            bad=(
                {},
                [],
                None,
                {**POLICY, "days_late": -1},
                {**POLICY, "price_up": "NaN"},
                {**POLICY, "plant": NUL},
                {**POLICY, "group": "nobody"},
                {**POLICY, "supplier": "0190b6a0-0000-7000-8000-000000000000", "plant": "HAM"},
            ),
        )
        for name, status in (("tolerances", 201), ("tolerances_trial", 200))
    ),
]

DESK_PAGES: list[Route] = [
    *(
        route
        for name in ("expediting", "decisions")
        for route in listed(name, {**each(200, ("bea", "dora")), **each(403, NOT_THE_DESK)}, strange=STRANGE)
    ),
    page("moves", {**each(200, ("bea", "dora")), **each(403, NOT_THE_DESK)}, strange=STRANGE),
    page(
        "state_cause",
        {**each(302, ("bea",)), **each(403, (*OURS, *REST_OF_STAFF)), **each(404, ("boris", "dora"))},
        method="post",
        key=move_key,
        good=lambda scene: {"cause": "buyer"},
        bad=({"cause": "supplier"}, {"reason": NUL}),
    ),
    page(
        "decide_chosen",
        {**each(302, ("bea", "dora")), **each(403, NOT_THE_DESK)},
        method="post",
        good=lambda scene: {"decision": "approved", "choose": [f"{scene.pending_line.pk}:{scene.answer}"]},
        bad=(
            *({}, {"choose": "x"}, {"choose": NUL}, {"decision": "declined", "choose": "x:y"}, {"reason": NUL}),
            *({"back": "//[?q=%00"}, {"back": "?cursor=x&plant=%00"}),
        ),
    ),
    page(
        "decided",
        {**each(200, ("bea",)), **each(403, NOT_THE_DESK), "dora": 404},
        key=lambda scene: {"batch_id": scene.batch},
    ),
]
