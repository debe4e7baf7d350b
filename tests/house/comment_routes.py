"""The addresses of an order's comments."""

from __future__ import annotations

from tests.house.asking import CLIENTS, NUL, OURS, STAFF, api, each, order_key, page

MAY_COMMENT = ("anna", "aron", "sven", "quinn", "bea", "quentin", "rita")
MAY_NOT_COMMENT = ("asta", "ines", "ada")

COMMENTS = [
    api("comments", {**each(200, (*OURS, *STAFF, *CLIENTS)), **each(404, ("boris", "dora"))}, key=order_key),
    api(
        "comments",
        {
            **each(201, (*MAY_COMMENT, "writer", "decider")),
            **each(403, (*MAY_NOT_COMMENT, "reader", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=order_key,
        good=lambda scene: {"text": "Which drawing?"},
        bad=({}, {"text": ""}, {"text": NUL}, {"text": "x", "line": "7"}, {"text": "x", "files": ["7"]}, [], None),
    ),
    page("order_comments", {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))}, key=order_key),
    page(
        "order_comments",
        {**each(302, MAY_COMMENT), **each(403, MAY_NOT_COMMENT), **each(404, ("boris", "dora"))},
        method="post",
        key=order_key,
        good=lambda scene: {"text": "Which drawing?", "do": "write"},
        bad=({}, {"text": NUL}, {"text": "x", "line": "7"}, {"text": "x", "comment-files": "7"}, {"text": "x" * 5000}),
    ),
]
