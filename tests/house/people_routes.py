"""Addresses of people: invitations, roles, one's own account."""

from __future__ import annotations

from typing import Any

from tests.house.asking import CLIENTS, EVERYBODY, NUL, PEOPLE, STRANGE, Route, Scene, api, each, listed, page

NO_ADMINISTRATOR = ("anna", "asta", "sven", "quinn", "boris", "bea", "dora", "quentin", "rita", "ines")
ADMINISTRATORS = ("aron", "ada")
NOT_ADA = (*NO_ADMINISTRATOR, "aron")
PROGRAMS = ("writer", "decider")
SUPPLIERS_CLIENTS = ("reader", "writer", "impostor")
NOT_THE_PROGRAM = each(403, (*NO_ADMINISTRATOR, "reader", "impostor"))
NO_PEOPLE = {**NOT_THE_PROGRAM, "decider": 404}
"""The buyer's own program says whose people it means: it is at no supplier, and does not see the staff."""


def person_key(scene: Scene) -> dict[str, Any]:
    return {"at": scene.acme, "key": scene.anna}


def invitation_key(scene: Scene) -> dict[str, Any]:
    return {"key": scene.invitation}


def wrong_link(scene: Scene) -> dict[str, Any]:
    return {"key": scene.invitation, "secret": "0" * 40}


def wrong_stop(scene: Scene) -> dict[str, Any]:
    return {"key": scene.anna, "subject": "answer_due", "secret": "0" * 40}


def program(name: str, status: int = 200, method: str = "post", **rest: Any) -> Route:
    """The same for programs."""
    return api(name, {**each(status, (*ADMINISTRATORS, *PROGRAMS)), **NOT_THE_PROGRAM}, method=method, **rest)


def administration(name: str, status: int = 302, **rest: Any) -> Route:
    """Something that administrators do with people, of Acme where it asks for a place."""
    return page(name, {**each(status, ADMINISTRATORS), **each(403, NO_ADMINISTRATOR)}, method="post", **rest)


PEOPLE_PAGES = [
    api("my_mails", {**each(200, PEOPLE), **each(403, CLIENTS)}),
    api(
        "my_mails",
        {**each(200, PEOPLE), **each(403, CLIENTS)},
        method="patch",
        good=lambda scene: {"subjects": {"answer_due": "off"}, "hour": 8},
        bad=(
            {"subjects": {"account": "off"}},
            {"subjects": {"answer_due": "at_once"}},
            {"subjects": []},
            {"subjects": {"answer_due": None}},
            {"hour": 99},
            {"days": []},
            {"days": [8]},
            {"hours": 8},
            [],
        ),
    ),
    page(
        "invite_contacts",
        {**each(200, ("ada",)), **each(403, NOT_ADA)},
        strange=("?q=%00", "?cursor=AAAA", "?supplier=x", "?plant=99999999999999999999"),
    ),
    page(
        "invite_contacts",
        {**each(302, ("ada",)), **each(403, NOT_ADA)},
        method="post",
        good=lambda scene: {"tick": f"{scene.acme}:k@acme.example", f"role:{scene.acme}:k@acme.example": "shipping"},
        bad=({}, {"tick": "x"}, {"tick": NUL}, {"tick": ["x:y", ":"]}),
    ),
    page(
        "invited_contacts",
        {**each(200, ("ada",)), **each(403, NOT_ADA)},
        key=lambda scene: {"batch_id": scene.invited},
    ),
    api("contacts", {**each(200, ("ada", "decider")), **each(403, (*NOT_ADA, *SUPPLIERS_CLIENTS))}, strange=STRANGE),
    api(
        "contacts",
        {**each(200, ("ada", "decider")), **each(403, (*NOT_ADA, *SUPPLIERS_CLIENTS))},
        method="post",
        good=lambda scene: {"rows": [{"supplier": scene.acme, "email": "k@acme.example", "roles": ["shipping"]}]},
        bad=({}, {"rows": []}, {"rows": [{"supplier": "x", "email": "", "roles": []}]}, {"rows": "all"}, [], None),
    ),
    api("people", {**each(200, (*ADMINISTRATORS, "writer")), **NO_PEOPLE}, strange=("?at=%00", "?at=x", "?who=x")),
    api("invitations", {**each(200, (*ADMINISTRATORS, "writer")), **NO_PEOPLE}, strange=("?at=%00", "?at=x")),
    api(
        "invitations",
        {**each(201, (*ADMINISTRATORS, *PROGRAMS)), **each(403, (*NO_ADMINISTRATOR, "reader", "impostor"))},
        method="post",
        good=lambda scene: {"at": scene.acme, "email": "x@y.example", "name": "X", "roles": ["shipping"]},
        bad=(
            {},
            {"at": "x", "email": "x@y.example", "name": "X", "roles": ["shipping"]},
            {"email": "no", "name": "", "roles": ["king"], "language": "xx"},
            {"email": "x@y.example", "name": "X", "roles": [], "plants": ["MARS"]},
            {"email": "x@y.example", "name": "X", "roles": "all"},
            [],
            None,
        ),
    ),
    program("resend_invitation", key=invitation_key),
    program("revoke_invitation", key=invitation_key),
    api("person", {**each(200, (*ADMINISTRATORS, *PROGRAMS)), **NOT_THE_PROGRAM}, key=person_key),
    program(
        "set_roles",
        key=person_key,
        method="put",
        good=lambda scene: {"roles": ["shipping", "quality"]},
        bad=(
            {},
            {"roles": []},
            {"roles": ["king"]},
            {"roles": ["shipping"], "plant": "MARS"},
            {"roles": None},
            [],
            None,
        ),
    ),
    program("deactivate", key=person_key),
    program("reactivate", 409, key=person_key, note="her access has not ended: whoever may is told so"),
    *listed("people", {**each(200, ADMINISTRATORS), **each(403, NO_ADMINISTRATOR)}),
    page("invite", {**each(200, ADMINISTRATORS), **each(403, NO_ADMINISTRATOR)}),
    administration(
        "invite",
        good=lambda scene: {
            "at": scene.acme,
            "email": "x@y.example",
            "name": "X",
            "roles": ["shipping"],
            "language": "de",
        },
        bad=({}, {"email": NUL}, {"at": "x"}, {"email": "no", "name": "", "roles": ["king"], "language": "xx"}),
    ),
    administration("resend_invitation", key=invitation_key),
    administration("revoke_invitation", key=invitation_key),
    page("person", {**each(200, ADMINISTRATORS), **each(403, NO_ADMINISTRATOR)}, key=person_key),
    administration(
        "set_roles",
        key=person_key,
        good=lambda scene: {"roles": ["shipping", "quality"]},
        bad=({}, {"roles": ["staff_administrator"]}, {"roles": NUL}),
    ),
    administration("deactivate", key=person_key),
    administration("reactivate", 409, key=person_key, note="her access has not ended: whoever may is told so"),
    administration(
        "require_factor",
        good=lambda scene: {"at": scene.acme, "required": "yes", "grace": "7"},
        bad=({"grace": "x"}, {"grace": "-1"}, {"at": NUL}, {"required": "yes", "grace": "99999"}),
    ),
    page("account", each(200, PEOPLE)),
    page(
        "account",
        each(302, PEOPLE),
        method="post",
        good=lambda scene: {"name": "Me", "language": "de", "time_zone": "Europe/Berlin"},
        bad=({"language": "xx"}, {"time_zone": "Moon/Tranquility"}, {"name": "x" * 300}, {"name": NUL}),
    ),
    page(
        "account_address",
        each(302, PEOPLE),
        method="post",
        good=lambda scene: {"email": "new@elsewhere.example"},
        bad=({}, {"email": "no"}, {"email": NUL}),
    ),
    page("account_mails", each(200, PEOPLE)),
    page(
        "account_mails",
        each(302, PEOPLE),
        method="post",
        good=lambda scene: {"subject-answer_due": "off", "hour": "8", "days": ["1", "7"]},
        bad=(
            {},
            {"hour": "8"},
            {"hour": "99", "days": ["1"]},
            {"hour": "٣", "days": ["8"]},
            {"subject-account": "off", "hour": "8", "days": ["1"]},
            {"subject-answer_due": "at_once", "hour": "8", "days": ["1"]},
            {"subject-answer_due": NUL, "hour": "8", "days": ["1"]},
        ),
    ),
    page("my_sent_mails", each(200, PEOPLE)),
    Route("stop_mails", each(404, EVERYBODY), key=wrong_stop, note="a wrong link stops nothing for anybody"),
    Route("stop_mails", each(404, EVERYBODY), key=wrong_stop, method="post"),
    page("end_session", each(404, PEOPLE), method="post", key=lambda scene: {"key": "1"}, note="there is none"),
    page("end_other_sessions", each(302, PEOPLE), method="post"),
    page("acting_for", each(302, PEOPLE), method="post", bad=({"supplier": "x"}, {"supplier": "99999999999999999999"})),
    page("account_email", each(302, PEOPLE)),
    Route("invitation", each(404, EVERYBODY), key=wrong_link, note="a wrong link opens nothing for anybody"),
    Route("invitation", each(404, EVERYBODY), key=wrong_link, method="post"),
    Route("correct_address", each(404, EVERYBODY), key=wrong_link, method="post"),
    Route("prove_address", each(404, EVERYBODY), key=wrong_link),
    Route("prove_address", each(404, EVERYBODY), key=wrong_link, method="post"),
]
