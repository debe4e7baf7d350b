"""Every address of the portal, a good request to it, and what each kind of actor is answered.

A route that is not listed here fails the test: whoever opens an address says who may come in.
"""

from __future__ import annotations

from typing import Any

from tests.house.asking import (
    ANSWER_FOR_HIM,
    CLIENTS,
    EVERYBODY,
    MAY_NOT_READ_IT,
    NUL,
    OURS,
    PEOPLE,
    READ_THE_LEDGER,
    REST_OF_STAFF,
    STAFF,
    STRANGE,
    Route,
    Scene,
    api,
    each,
    form_of,
    listed,
    order_key,
    page,
)
from tests.house.change_routes import CHANGES
from tests.house.comment_routes import COMMENTS
from tests.house.desk_routes import DESK_API, DESK_PAGES
from tests.house.dock_routes import DOCKS
from tests.house.file_routes import FILES
from tests.house.link_routes import LINKS
from tests.house.master_routes import MASTERS
from tests.house.paper_routes import PAPERS
from tests.house.people_routes import PEOPLE_PAGES
from tests.house.sheet_routes import SHEETS
from tests.house.shipment_routes import SHIPMENTS
from tests.house.vendor_routes import VENDORS

__all__ = ["CLIENTS", "EVERYBODY", "OURS", "PEOPLE", "Route", "Scene"]

API = [
    api("orders", {**each(200, (*PEOPLE, *CLIENTS))}, strange=STRANGE),
    api(
        "order",
        {**each(200, (*OURS, *STAFF, *CLIENTS)), **each(404, ("boris", "dora"))},
        key=order_key,
    ),
    api(
        "last_time",
        {
            **each(200, ("anna", "aron", "bea", "quentin", "writer")),
            **each(403, ("asta", "sven", "quinn", "rita", "ines", "ada", "reader", "decider", "impostor")),
            **each(404, ("boris", "dora")),
        },
        key=order_key,
    ),
    api(
        "acknowledgements",
        {
            **each(201, ("anna", "aron", "writer")),
            **each(422, ANSWER_FOR_HIM),
            **each(403, ("asta", "sven", "quinn", "rita", "ines", "ada", "reader", "decider", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=order_key,
        good=lambda scene: {
            "lines": [{"line": str(scene.open_line.pk), "revision": scene.open_line.revision, "answer": "accepted"}]
        },
        bad=(
            {},
            {"lines": []},
            {"lines": "all"},
            {"lines": [{"line": "x", "revision": 0, "answer": "maybe"}]},
            [],
            None,
            {"lines": [{"line": "0190b6a0-0000-7000-8000-000000000000", "revision": 1, "answer": "accepted"}]},
        ),
    ),
    api(
        "decisions",
        {
            **each(200, ("bea", "dora", "decider")),
            **each(403, (*OURS, "boris", "quentin", "rita", "ines", "ada", "reader", "writer", "impostor")),
        },
        strange=STRANGE,
    ),
    api(
        "decision",
        {
            **each(200, ("bea", "decider")),
            **each(403, (*OURS, "quentin", "rita", "ines", "ada", "reader", "writer", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=lambda scene: {"line_id": scene.pending_line.pk},
        good=lambda scene: {"answer": str(scene.answer), "decision": "approved"},
        bad=({}, {"answer": "x", "decision": "approved"}, {"answer": None}, [], None),
    ),
    api(
        "correction",
        {
            **each(200, ("bea", "decider")),
            **each(403, (*OURS, "quentin", "rita", "ines", "ada", "reader", "writer", "impostor")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=lambda scene: {"line_id": scene.pending_line.pk, "correction_id": scene.correction},
        good=lambda scene: {"decision": "acknowledged"},
        bad=({}, {"decision": "waiting"}, {"decision": "refused"}, [], None),
    ),
    Route("schema", each(200, EVERYBODY), note="the contract itself is no secret"),
]

# allauth's pages: outside every unit of work, the same for everybody who is signed in.
SIGNED_IN_ONLY = (
    "account_logout",
    "account_change_password",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "account_set_password",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "mfa_reauthenticate_webauthn",
    "socialaccount_connections",
    "usersessions_list",
)
OPEN_ACCOUNT_PAGES = (
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_email",
    "account_email_verification_sent",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "openid_connect_login",
    "openid_connect_callback",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
)
ACCOUNT_KEYS: dict[str, dict[str, str]] = {
    "account_confirm_email": {"key": "none"},
    "account_reset_password_from_key": {"uidb36": "1", "key": "set-password"},
    "mfa_edit_webauthn": {"pk": "1"},
    "mfa_remove_webauthn": {"pk": "1"},
    "openid_connect_login": {"provider_id": "staff"},
    "openid_connect_callback": {"provider_id": "staff"},
}

LIST = {"strange": STRANGE}

PAGES = [
    page("home", each(200, PEOPLE)),
    *listed("orders", each(200, PEOPLE), **LIST),
    page(
        "revision",
        {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))},
        key=lambda scene: {"order_id": scene.order.pk, "number": 1},
    ),
    page("order_lines_csv", each(200, PEOPLE), **LIST),
    page("order_lines_xlsx", each(200, PEOPLE), **LIST),
    page("order", {**each(200, (*OURS, *STAFF)), **each(404, ("boris", "dora"))}, key=order_key),
    page(
        "order",
        {
            **each(302, ("anna", "aron")),
            **each(422, ANSWER_FOR_HIM),
            **each(403, ("asta", "sven", "quinn", "rita", "ines", "ada")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=order_key,
        good=lambda scene: form_of(scene, kind="accepted"),
        bad=(
            {},
            {"do": "send"},
            {"do": "add:x:y"},
            {"do": "remove:1:99"},
            {"line-3-revision": "1", "line-3-kind": "changed", "line-3-quantity": ["many"], "line-3-date": ["soon"]},
            {"line-3-revision": "99999999999", "line-3-kind": "accepted"},
            {"line-3-revision": "1", "line-3-kind": "rejected", "line-3-reason": "capacity", "line-3-comment": NUL},
            {"line-3-revision": "1", "line-3-kind": "accepted", "comment": NUL},
        ),
    ),
    page(
        "order_verdicts",
        {
            **each(200, ("anna", "aron", *ANSWER_FOR_HIM)),
            **each(403, ("asta", "sven", "quinn", "rita", "ines", "ada")),
            **each(404, ("boris", "dora")),
        },
        method="post",
        key=order_key,
        good=lambda scene: form_of(scene, kind="accepted"),
        bad=({"line-3-revision": "1", "line-3-kind": "substituted", "line-3-offer": NUL},),
    ),
    page(
        "decide",
        {**each(302, ("bea",)), **each(403, (*OURS, *REST_OF_STAFF)), **each(404, ("boris", "dora"))},
        method="post",
        key=lambda scene: {"line_id": scene.pending_line.pk},
        good=lambda scene: {"answer": str(scene.answer), "decision": "approved"},
        bad=(
            *({}, {"answer": "x"}, {"answer": NUL, "decision": NUL}, {"decision": "declined", "reason": NUL}),
            *({"back": "//[?q=%00"}, {"back": "?cursor=x&supplier=%00"}),
        ),
    ),
    page(
        "decide_correction",
        {**each(302, ("bea",)), **each(403, (*OURS, *REST_OF_STAFF)), **each(404, ("boris", "dora"))},
        method="post",
        key=lambda scene: {"line_id": scene.pending_line.pk, "correction_id": scene.correction},
        good=lambda scene: {"decision": "acknowledged"},
        bad=({}, {"decision": NUL}, {"decision": "refused", "reason": NUL}),
    ),
    page(
        "resolve_conflict",
        {**each(409, ("bea",)), **each(403, (*OURS, *REST_OF_STAFF)), **each(404, ("boris", "dora"))},
        method="post",
        key=lambda scene: {"line_id": scene.pending_line.pk},
        good=lambda scene: {"keep": "yes"},
        bad=({}, {"keep": NUL, "reason": NUL}),
        note="the line has no conflict: whoever may decide is told so",
    ),
    page(
        "tolerances", {**each(200, ("ada",)), **each(403, (*OURS, "boris", "dora", "bea", "quentin", "rita", "ines"))}
    ),
    page(
        "tolerances",
        {**each(302, ("ada",)), **each(403, (*OURS, "boris", "dora", "bea", "quentin", "rita", "ines"))},
        method="post",
        good=lambda scene: {"days_late": "3"},
        bad=({"days_late": "-1"}, {"days_late": "NaN"}, {"price_up": "1e9"}, {"supplier": "٣"}, {"plant": NUL}),
    ),
    page("waves", {**each(200, ("ada",)), **each(403, (*OURS, "boris", "dora", "bea", "quentin", "rita", "ines"))}),
    page(
        "waves",
        {**each(302, ("ada",)), **each(403, (*OURS, "boris", "dora", "bea", "quentin", "rita", "ines"))},
        method="post",
        good=lambda scene: {"do": "switch", "mode": "on", "cut_over": "2026-01-01T00:00"},
        bad=(
            {},
            {"mode": "on", "cut_over": "soon"},
            {"mode": "on", "cut_over": "0001-01-01T00:00"},
            {"mode": "on", "cut_over": "9999-12-31T23:59-14:00", "do": "switch"},
            {"mode": "on", "supplier": "٣"},
            {"mode": "on", "plant": NUL},
            {"mode": "x", "do": "switch"},
        ),
    ),
    Route("language", each(302, EVERYBODY), method="post", good=lambda scene: {"language": "de"}),
]


def _office_api(name: str, answers: dict[str, int], **rest: Any) -> Route:
    return Route(f"office_api:{name}", {"anonymous": 401, **answers}, json=True, **rest)


OFFICE = [
    *listed("office:ledger", {**each(200, READ_THE_LEDGER), **each(403, MAY_NOT_READ_IT)}, **LIST),
    page(
        "office:delivery",
        {**each(200, ("bea", "ines", "ada")), **each(403, MAY_NOT_READ_IT), "dora": 404},
        key=lambda scene: {"key": scene.delivery},
    ),
    page(
        "office:retry",
        {**each(403, (*MAY_NOT_READ_IT, "bea")), **each(409, ("ines", "ada")), "dora": 404},
        method="post",
        key=lambda scene: {"key": scene.delivery},
        note="the letter waits by itself: whoever may send it again is told so",
    ),
    page(
        "office:order_path",
        {**each(200, ("bea", "ines", "ada")), **each(403, MAY_NOT_READ_IT), "dora": 404},
        key=lambda scene: {"key": scene.order.pk},
    ),
    *listed("office:mails", {**each(200, ("ines", "ada")), **each(403, (*MAY_NOT_READ_IT, "bea", "dora"))}, **LIST),
    *listed("office:exceptions", {**each(200, READ_THE_LEDGER), **each(403, MAY_NOT_READ_IT)}, **LIST),
    page(
        "office:retry_many",
        {**each(404, READ_THE_LEDGER), **each(403, MAY_NOT_READ_IT)},
        method="post",
        good=lambda scene: {"letter": [str(scene.delivery)]},
        bad=({}, {"letter": NUL}, {"letter": "x"}),
        note="the letter waits by itself: it is on nobody's desk",
    ),
    page("office:mappings", {**each(200, READ_THE_LEDGER), **each(403, MAY_NOT_READ_IT)}, **LIST),
    page(
        "office:mapping",
        {**each(200, READ_THE_LEDGER), **each(403, MAY_NOT_READ_IT)},
        key=lambda scene: {"key": scene.mapping},
    ),
    page(
        "office:answer_mapping",
        {**each(302, READ_THE_LEDGER), **each(403, MAY_NOT_READ_IT)},
        method="post",
        key=lambda scene: {"key": scene.trouble},
        good=lambda scene: {"mapping": str(scene.mapping)},
        bad=({}, {"mapping": NUL}, {"mapping": "x"}, {"mapping": "99999999999999999999"}),
    ),
    page("office:connection", {**each(200, READ_THE_LEDGER), **each(403, MAY_NOT_READ_IT)}),
    *(
        page(
            f"office:{name}",
            {**each(302, ("ines", "ada")), **each(403, (*MAY_NOT_READ_IT, "bea", "dora"))},
            method="post",
        )
        for name in ("pause", "resume", "pull_now", "compare")
    ),
    _office_api("exceptions", {**each(200, READ_THE_LEDGER), **each(403, (*MAY_NOT_READ_IT, *CLIENTS))}, **LIST),
    _office_api("letters", {**each(200, READ_THE_LEDGER), **each(403, (*MAY_NOT_READ_IT, *CLIENTS))}, **LIST),
    _office_api(
        "letter",
        {**each(200, ("bea", "ines", "ada")), **each(403, (*MAY_NOT_READ_IT, *CLIENTS)), "dora": 404},
        key=lambda scene: {"key": scene.delivery},
    ),
    _office_api(
        "mails", {**each(200, ("ines", "ada")), **each(403, (*MAY_NOT_READ_IT, "bea", "dora", *CLIENTS))}, **LIST
    ),
    _office_api("connection", {**each(200, READ_THE_LEDGER), **each(403, (*MAY_NOT_READ_IT, *CLIENTS))}),
    *(
        _office_api(
            name,
            {**each(200, ("ines", "ada")), **each(403, (*MAY_NOT_READ_IT, "bea", "dora", *CLIENTS))},
            method="post",
        )
        for name in ("pause", "resume", "pull", "compare")
    ),
    _office_api(
        "retry",
        {**each(403, (*MAY_NOT_READ_IT, "bea", *CLIENTS)), **each(409, ("ines", "ada")), "dora": 404},
        method="post",
        key=lambda scene: {"key": scene.delivery},
    ),
    _office_api(
        "mappings",
        {**each(200, READ_THE_LEDGER), **each(403, (*MAY_NOT_READ_IT, *CLIENTS))},
        good=lambda scene: {"model": "res.partner"},
    ),
    _office_api(
        "answer",
        {**each(200, READ_THE_LEDGER), **each(403, (*MAY_NOT_READ_IT, *CLIENTS))},
        method="post",
        key=lambda scene: {"key": scene.trouble},
        good=lambda scene: {"mapping": None},
        bad=({}, {"mapping": "x"}, {"mapping": -1}, [], None),
    ),
]

HEALTH = [Route(name, each(200, EVERYBODY)) for name in ("live", "ready")]

ROUTES: list[Route] = [
    *API,
    *DESK_API,
    *CHANGES,
    *COMMENTS,
    *PAGES,
    *DESK_PAGES,
    *OFFICE,
    *PEOPLE_PAGES,
    *PAPERS,
    *SHEETS,
    *VENDORS,
    *MASTERS,
    *LINKS,
    *SHIPMENTS,
    *DOCKS,
    *FILES,
    *HEALTH,
]
