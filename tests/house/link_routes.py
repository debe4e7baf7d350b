"""Addresses of answering from the e-mail: the link itself, and the buyer's side of it."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.house.asking import (
    CLIENTS,
    EVERYBODY,
    NUL,
    OURS,
    REST_OF_STAFF,
    STAFF,
    Route,
    Scene,
    api,
    each,
    order_key,
    page,
)

NOT_THE_BUYER = {**each(403, (*OURS, *REST_OF_STAFF)), **each(404, ("boris", "dora"))}
SWITCHERS = ("ada",)
NO_SWITCHERS = (*OURS, "boris", "bea", "dora", "quentin", "rita", "ines")
NOT_ANSWERING = {**each(403, ("asta", "sven", "quinn", "rita", "ines", "ada")), **each(404, ("boris", "dora"))}


def its_link(scene: Scene) -> dict[str, Any]:
    return {"key": scene.link.pk, "secret": scene.link.secret}


def link_key(scene: Scene) -> dict[str, Any]:
    return {**order_key(scene), "link_id": scene.link.pk}


LINKS = [
    Route("open_link", each(200, EVERYBODY), key=its_link, telling=True, note="whoever holds it, whoever else he is"),
    Route("open_link", each(302, EVERYBODY), key=its_link, method="post"),
    page(
        "leave_order",
        {**each(302, (*OURS, *STAFF)), **each(404, ("boris", "dora"))},
        key=order_key,
        method="post",
        note="nobody of them came by a link",
    ),
    page(
        "order_file",
        {**each(302, (*OURS, *STAFF)), **each(404, ("boris", "dora"))},
        key=lambda scene: {**order_key(scene), "file_id": scene.file.pk},
    ),
    page(
        "order_files",
        {**each(201, ("anna", "aron", "bea", "quentin")), **NOT_ANSWERING},
        key=order_key,
        method="post",
        good=lambda scene: {"file": SimpleUploadedFile("letter.txt", b"Dear buyer,"), "field": "files"},
        bad=({}, {"file": "a word"}, {"file": SimpleUploadedFile("empty.txt", b"")}, {"field": NUL}),
    ),
    page(
        "order_file_state",
        {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))},
        key=lambda scene: {**order_key(scene), "file_id": scene.file.pk},
    ),
    page("send_order", {**NOT_THE_BUYER, "bea": 302}, key=order_key, method="post"),
    page("revoke_order_link", {**NOT_THE_BUYER, "bea": 302}, key=link_key, method="post"),
    page(
        "order_links",
        {**each(200, ("bea", "dora", *SWITCHERS)), **each(403, (*OURS, "boris", "quentin", "rita", "ines"))},
        strange=("?q=%00", "?cursor=AAAA"),
        note="every buyer sees the switch; whoever has a role at all plants moves it",
    ),
    page(
        "order_links",
        {**each(302, SWITCHERS), **each(403, NO_SWITCHERS)},
        method="post",
        good=lambda scene: {"supplier": scene.acme, "on": "no"},
        bad=({}, {"supplier": "x"}, {"supplier": NUL}),
    ),
    api("links", {**NOT_THE_BUYER, **each(403, CLIENTS), "bea": 200}, key=order_key),
    api("revoke_link", {**NOT_THE_BUYER, **each(403, CLIENTS), "bea": 200}, key=link_key, method="post"),
    api("send", {**NOT_THE_BUYER, **each(403, CLIENTS), "bea": 200}, key=order_key, method="post"),
    api(
        "order_links",
        {**each(200, SWITCHERS), **each(403, (*NO_SWITCHERS, *CLIENTS))},
        key=lambda scene: {"supplier_id": scene.acme},
        method="post",
        good=lambda scene: {"on": False},
        bad=({}, {"on": "perhaps"}, {"off": True}, [], None),
    ),
]
