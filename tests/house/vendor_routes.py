"""Addresses of suppliers' master data and of the approved vendor list."""

from __future__ import annotations

from typing import Any

from tests.house.asking import CLIENTS, NUL, OURS, PEOPLE, STAFF, STRANGE, Scene, api, each, listed, page

SUPPLIERS = (*OURS, "boris")
MAY_NOT_LIST = ("rita", "ines", "ada")
MAY_READ, MAY_NOT_READ = ("writer", "decider"), ("reader", "impostor")

NOT_QUALITY = tuple(name for name in PEOPLE if name != "quentin")
RULE = {"item": "BR-100", "plant": "HAM", "days": 60}


def supplier_key(scene: Scene) -> dict[str, Any]:
    return {"key": scene.acme}


def entry(scene: Scene) -> dict[str, Any]:
    """A statement for HAM, as the form sends it."""
    order = scene.order
    return {
        "supplier": order.supplier_id,
        "item": scene.open_line.item_code,
        "plant": order.plant_id,
        "standing": "blocked",
        "effective": "2027-01-04",
        "reason": "Cracks in three lots.",
    }


BAD_ENTRIES: tuple[Any, ...] = (
    {},
    {"item": NUL},
    {"supplier": "x", "plant": "99999999999999999999", "standing": "king", "effective": "soon"},
)

VENDORS = [
    *listed("suppliers", each(200, PEOPLE), strange=STRANGE),
    page("supplier", {**each(200, (*OURS, *STAFF, "dora")), "boris": 404}, key=supplier_key),
    *listed("approvals", {**each(200, (*STAFF, "dora")), **each(403, SUPPLIERS)}, strange=STRANGE),
    page(
        "approvals",
        {**each(302, ("bea", "quentin")), **each(403, (*SUPPLIERS, *MAY_NOT_LIST, "dora"))},
        method="post",
        good=entry,
        bad=BAD_ENTRIES,
        note="Dora buys for another plant",
    ),
    api("suppliers", {**each(200, (*PEOPLE, *MAY_READ)), **each(403, MAY_NOT_READ)}, strange=STRANGE),
    api(
        "supplier",
        {**each(200, (*OURS, *STAFF, "dora", *MAY_READ)), "boris": 404, **each(403, MAY_NOT_READ)},
        key=supplier_key,
    ),
    api(
        "approvals",
        {**each(200, (*STAFF, "dora", "decider")), **each(403, (*SUPPLIERS, "writer", *MAY_NOT_READ))},
        strange=STRANGE,
    ),
    api(
        "approvals",
        {
            **each(201, ("bea", "quentin")),
            **each(403, (*SUPPLIERS, *MAY_NOT_LIST, "dora", *MAY_READ, *MAY_NOT_READ)),
        },
        method="post",
        good=lambda scene: {**entry(scene), "supplier": scene.acme, "plant": "HAM"},
        bad=(*BAD_ENTRIES, [], None, {"effective": "2027-13-01"}),
    ),
    *listed("shelf_rules", {"quentin": 200, **each(403, NOT_QUALITY)}, strange=(*STRANGE, "?item=%00&at=x&days=soon")),
    page(
        "shelf_rules",
        {"quentin": 302, **each(403, NOT_QUALITY)},
        method="post",
        good=lambda scene: {"item": scene.open_line.item_code, "plant": scene.order.plant_id, "days": "60"},
        bad=({}, {"item": NUL, "days": NUL}, {"item": "BR-100", "plant": "9" * 20, "days": "-1"}, {"do": "end"}),
    ),
    api("shelf_rules", {"quentin": 200, **each(403, (*NOT_QUALITY, *CLIENTS))}, strange=STRANGE),
    api(
        "shelf_rules",
        {"quentin": 201, **each(403, (*NOT_QUALITY, *CLIENTS))},
        method="post",
        good=lambda scene: RULE,
        bad=(
            {},
            [],
            None,
            {**RULE, "days": -1},
            {**RULE, "days": 9999},
            {**RULE, "item": NUL},
            {**RULE, "plant": "NOWHERE"},
            {**RULE, "plant": None, "days": None},
            {"item": "BR-100", "plant": "HAM"},
        ),
    ),
]
