"""Addresses of sheets: those who answer or ship for a supplier, and nobody on the buyer's side."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.house.asking import NUL, STAFF, Route, Scene, api, each, page
from tests.house.file_routes import BAD_FILES

BRING = ("anna", "aron", "boris")
OWN = ("anna", "aron")
NOT_THEIRS = ("asta", "sven", "quinn", *STAFF, "dora")
NOT_THEIRS_BY_API = (*NOT_THEIRS, "reader", "decider", "impostor")


SHIP = (*BRING, "sven")
OWN_SHIPPING = (*OWN, "sven")
NOT_SHIPPING = tuple(name for name in NOT_THEIRS if name != "sven")
NOT_SHIPPING_BY_API = tuple(name for name in NOT_THEIRS_BY_API if name != "sven")
NO_SHEETS: tuple[Any, ...] = ({}, {"file": "a word"}, {"file": SimpleUploadedFile("empty.xlsx", b"")})


def shipments_key(scene: Scene) -> dict[str, Any]:
    return {"upload_id": scene.shipment_sheet}


def sheet_key(scene: Scene) -> dict[str, Any]:
    return {"upload_id": scene.sheet}


def workbook(scene: Scene) -> dict[str, Any]:
    """A file as a form sends it; what is in it, its inspection finds out later."""
    return {"file": SimpleUploadedFile("answers.xlsx", b"PK")}


SHEETS = [
    page("answer_sheet", {**each(200, BRING), **each(403, NOT_THEIRS)}),
    page("sheets", {**each(200, BRING), **each(403, NOT_THEIRS)}),
    page("sheets", {**each(302, BRING), **each(403, NOT_THEIRS)}, method="post", good=workbook, bad=BAD_FILES),
    page("sheet", {**each(200, OWN), **each(403, NOT_THEIRS), "boris": 404}, key=sheet_key),
    page(
        "send_sheet",
        {**each(302, OWN), **each(403, NOT_THEIRS), "boris": 404},
        method="post",
        key=sheet_key,
        good=lambda scene: {"do": "good"},
        bad=({"do": NUL},),
    ),
    api("answer_sheet", {**each(200, (*BRING, "writer")), **each(403, NOT_THEIRS_BY_API)}),
    Route(
        "orders_api:sheets",
        {"anonymous": 401, **each(202, (*BRING, "writer")), **each(403, NOT_THEIRS_BY_API)},
        method="post",
        good=workbook,
        bad=(*NO_SHEETS, {"purpose": "other"}),
    ),
    api("sheet", {**each(200, (*OWN, "writer")), **each(403, NOT_THEIRS_BY_API), "boris": 404}, key=sheet_key),
    api(
        "send_sheet",
        {**each(202, (*OWN, "writer")), **each(403, NOT_THEIRS_BY_API), "boris": 404},
        method="post",
        key=sheet_key,
        good=lambda scene: {"whole": True},
        bad=({"whole": "perhaps"}, {"half": True}, []),
    ),
    page("goods_sheet", {**each(200, SHIP), **each(403, NOT_SHIPPING)}, strange=("?plant=x", "?plant=9")),
    page("shipment_sheets", {**each(200, SHIP), **each(403, NOT_SHIPPING)}),
    page(
        "shipment_sheets", {**each(302, SHIP), **each(403, NOT_SHIPPING)}, method="post", good=workbook, bad=BAD_FILES
    ),
    page("shipment_sheet", {**each(200, OWN_SHIPPING), **each(403, NOT_SHIPPING), "boris": 404}, key=shipments_key),
    page(
        "send_shipment_sheet",
        {**each(302, OWN_SHIPPING), **each(403, NOT_SHIPPING), "boris": 404},
        method="post",
        key=shipments_key,
        good=lambda scene: {"do": "good"},
        bad=({"do": NUL},),
    ),
    api("goods_sheet", {**each(200, (*SHIP, "writer")), **each(403, NOT_SHIPPING_BY_API)}, strange=("?order=x",)),
]
