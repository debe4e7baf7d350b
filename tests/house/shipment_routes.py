"""The addresses of shipment notices: one of Acme's, announced, and a line of which more is open."""

from __future__ import annotations

from typing import Any

from tests.house.asking import NUL, OURS, PEOPLE, STAFF, STRANGE, Scene, api, each, listed, page
from tests.shipping import body, row

SHIP = ("anna", "aron", "sven")
"""Acme's people who may announce."""
READ_ONLY = ("asta", "quinn", *STAFF)
MAY_READ, MAY_NOT_READ = ("writer", "decider"), ("reader", "impostor")


def shipment_key(scene: Scene) -> dict[str, Any]:
    return {"shipment_id": scene.shipment}


def typed(scene: Scene, **more: str) -> dict[str, str]:
    """The form of its correction: 10 where 40 were announced."""
    said = {**notice(scene), "version": "1", "revision": "0", "do": "send"}
    (line,) = said.pop("lines")
    return {**said, **{f"lines-0-{name}": value for name, value in line.items()}, **more}


def print_key(scene: Scene) -> dict[str, Any]:
    return {"shipment_id": scene.shipment, "print_id": scene.shipment_print}


def notice(scene: Scene, **more: Any) -> dict[str, Any]:
    return body(row(scene.shipped_line, 10), **{"delivery_note": "LS-3", **more})


BAD: tuple[Any, ...] = (
    {},
    [],
    None,
    {"lines": "all"},
    {"lines": [[]], "units": [None]},
    {"lines": [{"line": "x", "quantity": "many"}], "departs_on": "soon"},
    {"lines": [{"quantity": 1e400}], "units": {"ref": 1}},
    {"delivery_note": "a\x00b", "lines": [{"order": "\ud800", "position": -1, "quantity": 1}]},
)
LISTS = {**each(200, (*PEOPLE, *MAY_READ)), **each(403, MAY_NOT_READ)}

BAD_FORMS: tuple[Any, ...] = (
    {"do": "send"},
    {"do": "send", "lines-0-quantity": "many", "lines-0-lot": NUL},
    {"do": "send", "lines-0-line": "x", "lines-0-quantity": "1", "lines-0-country": "Germany", "departs_on": "soon"},
    {"do": "send", "units-0-ref": "A", "units-0-kind": "heap", "units-0-within": "B", "version": "x"},
)
MAY_NOT = ("asta", "quinn", *STAFF)
SHIPMENTS = [
    *listed("shipments", each(200, PEOPLE), strange=(*STRANGE, "?view=x", "?q=S99999999999")),
    page("new_shipment", {**each(200, (*SHIP, "boris")), **each(403, (*MAY_NOT, "dora"))}),
    page(
        "new_shipment",
        {**each(302, SHIP), "boris": 422, **each(403, (*MAY_NOT, "dora"))},
        method="post",
        good=lambda scene: {"do": "begin", "place": f"{scene.order.supplier_id}-{scene.order.plant_id}"},
        bad=({"place": "1-x"}, {"order": "x"}, {"order": NUL}, {"place": "9-9", "do": "week"}),
        note="Boris has nothing at that place",
    ),
    page("shipment", {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))}, key=shipment_key),
    page(
        "edit_shipment",
        {**each(200, SHIP), **each(403, MAY_NOT), **each(404, ("boris", "dora"))},
        key=shipment_key,
    ),
    page(
        "edit_shipment",
        {**each(302, SHIP), **each(403, MAY_NOT), **each(404, ("boris", "dora"))},
        method="post",
        key=shipment_key,
        good=typed,
        bad=BAD_FORMS,
    ),
    page(
        "check_shipment",
        {**each(200, SHIP), **each(403, MAY_NOT), **each(404, ("boris", "dora"))},
        method="post",
        key=shipment_key,
        good=typed,
        bad=({"lines-0-lot": NUL},),
    ),
    page(
        "cancel_shipment",
        {**each(302, SHIP), **each(403, MAY_NOT), **each(404, ("boris", "dora"))},
        method="post",
        key=shipment_key,
        good=lambda scene: {"version": "1", "reason": "The truck broke down."},
        bad=({}, {"reason": " "}, {"version": "7", "reason": "x"}, {"reason": NUL}),
    ),
    page("numbering", {**each(200, ("aron", "sven")), **each(403, ("anna", "boris", *MAY_NOT, "dora"))}),
    page(
        "numbering",
        {**each(302, ("aron", "sven")), **each(403, ("anna", "boris", *MAY_NOT, "dora"))},
        method="post",
        good=lambda scene: {"gs1_prefix": "4012345", "extension": "3"},
        bad=({"gs1_prefix": "12"}, {"extension": "x"}, {"agency": "UN"}, {"company": NUL}, {"supplier": "99"}),
    ),
    api("shipments", LISTS, strange=(*STRANGE, "?order=x", "?q=S99999999999")),
    api("open_lines", LISTS, strange=STRANGE),
    api(
        "shipments",
        {
            **each(201, (*SHIP, "writer")),
            **each(403, (*READ_ONLY, "dora", "decider", *MAY_NOT_READ)),
            "boris": 422,
        },
        method="post",
        good=lambda scene: notice(scene, delivery_note="LS-9"),
        bad=BAD,
        note="Boris ships too, but not what is Acme's",
    ),
    api(
        "shipment",
        {
            **each(200, (*OURS, *STAFF, *MAY_READ)),
            **each(403, MAY_NOT_READ),
            **each(404, ("boris", "dora")),
        },
        key=shipment_key,
    ),
    api(
        "shipment",
        {
            **each(200, (*SHIP, "writer")),
            **each(403, (*READ_ONLY, "decider", *MAY_NOT_READ)),
            **each(404, ("boris", "dora")),
        },
        method="put",
        key=shipment_key,
        headers={"If-Match": "*"},
        good=notice,
        bad=BAD,
    ),
    api(
        "cancel_shipment",
        {
            **each(200, (*SHIP, "writer")),
            **each(403, (*READ_ONLY, "decider", *MAY_NOT_READ)),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=shipment_key,
        headers={"If-Match": "*"},
        good=lambda scene: {"reason": "The truck broke down."},
        bad=({}, [], None, {"reason": " "}, {"reason": 7, "why": ""}),
    ),
    api(
        "shipment_prints",
        {
            **each(202, (*OURS, *STAFF, *MAY_READ)),
            **each(403, MAY_NOT_READ),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=shipment_key,
        good=lambda scene: {"what": "packing_list", "stock": "letter", "language": "de"},
        bad=({}, [], {"what": "menu"}, {"what": "labels", "stock": "letter"}, {"what": "labels"}, {"what": NUL}),
    ),
    api(
        "shipment_print",
        {
            **each(200, (*OURS, *STAFF, *MAY_READ)),
            **each(403, MAY_NOT_READ),
            **each(404, ("boris", "dora")),
        },
        key=print_key,
    ),
    page("shipment_papers", {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))}, key=shipment_key),
    page(
        "shipment_papers",
        {**each(302, (*OURS, *STAFF)), **each(404, ("boris", "dora"))},
        method="post",
        key=shipment_key,
        good=lambda scene: {"what": "delivery_note", "stock": "letter", "language": "de"},
        bad=({}, {"what": "labels"}, {"what": "delivery_note", "stock": "a6"}, {"what": NUL, "language": "xx"}),
    ),
    page("shipment_print", {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))}, key=print_key),
]
