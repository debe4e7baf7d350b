"""Addresses of what is printed: orders as PDFs, and the buyer's look."""

from __future__ import annotations

from tests.house.asking import CLIENTS, NUL, OURS, STAFF, api, each, order_key, page

NOT_ADA_ON_PAGES = (*OURS, "boris", "dora", "bea", "quentin", "rita", "ines")
NOT_ADA = (*NOT_ADA_ON_PAGES, *CLIENTS)

PAPERS = [
    api(
        "prints",
        {**each(202, (*OURS, *STAFF, *CLIENTS)), **each(404, ("boris", "dora"))},
        method="post",
        key=order_key,
        good=lambda scene: {"paper": "letter", "language": "de"},
        bad=({"paper": "a0"}, {"language": "xx"}, {"colour": "red"}, [], {"paper": None}),
    ),
    api(
        "print",
        {
            **each(200, ("anna", "aron", "asta", "bea", "ines", "ada", *CLIENTS)),
            **each(404, ("sven", "quinn", "quentin", "rita", "boris", "dora")),
        },
        key=lambda scene: {"order_id": scene.order.pk, "print_id": scene.order_print},
        note="it was asked for with prices: whoever sees none finds none",
    ),
    api("branding", {**each(200, ("ada",)), **each(403, NOT_ADA)}),
    api(
        "branding",
        {**each(200, ("ada",)), **each(403, NOT_ADA)},
        method="put",
        good=lambda scene: {"name": "Nordwerk", "ink": "#112233", "accent": "#ffcc00", "logo": None},
        bad=(
            {},
            [],
            {"name": NUL, "ink": "#112233", "accent": "#ffcc00"},
            {"name": "x", "ink": "red", "accent": "#ffcc00"},
            {"name": "x", "ink": "#eeeeee", "accent": "#ffcc00"},
            {"name": "x", "ink": "#000000", "accent": "#ffcc00", "logo": "0190b6a0-0000-7000-8000-000000000000"},
        ),
    ),
    page("print_order", {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))}, key=order_key),
    page(
        "print_order",
        {**each(302, (*OURS, *STAFF)), **each(404, ("boris", "dora"))},
        method="post",
        key=order_key,
        bad=({"paper": "a0"}, {"language": "xx"}, {"paper": NUL}),
    ),
    page(
        "order_print",
        {
            **each(200, ("anna", "aron", "asta", "bea", "ines", "ada")),
            **each(404, ("sven", "quinn", "quentin", "rita", "boris", "dora")),
        },
        key=lambda scene: {"order_id": scene.order.pk, "print_id": scene.order_print},
    ),
    page("branding", {**each(200, ("ada",)), **each(403, NOT_ADA_ON_PAGES)}),
    page(
        "branding",
        {**each(302, ("ada",)), **each(403, NOT_ADA_ON_PAGES)},
        method="post",
        good=lambda scene: {"name": "Nordwerk", "ink": "#112233", "accent": "#ffcc00", "logo": ""},
        bad=({}, {"ink": "red", "accent": NUL}, {"ink": "#eeeeee", "accent": "#000000"}, {"logo": "x"}),
    ),
    page(
        "branding_preview",
        {**each(200, ("ada",)), **each(403, NOT_ADA_ON_PAGES)},
        method="post",
        good=lambda scene: {"name": "<b>", "ink": "javascript:", "accent": "#ffcc00", "logo": "x"},
    ),
]
