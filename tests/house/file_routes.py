"""The addresses of files."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from documents import links
from tests.house.asking import CLIENTS, EVERYBODY, NUL, OURS, STAFF, Route, Scene, each, page
from tests.house.comment_routes import MAY_COMMENT, MAY_NOT_COMMENT

FILE_KEY: dict[str, Any] = {"key": lambda scene: {"file_id": scene.file.pk}}
MAY_BRING_FILES = (*MAY_COMMENT, "boris", "dora")
MAY_NOT_BRING_THEM = MAY_NOT_COMMENT


def letter(scene: Scene) -> dict[str, Any]:
    """A file as a form sends it."""
    return {"kind": "attachment", "file": SimpleUploadedFile("letter.txt", b"Dear buyer,")}


BAD_FILES: tuple[Any, ...] = (
    {},
    {"kind": "attachment"},
    {"kind": "attachment", "file": "a word"},
    {"kind": "attachment", "file": SimpleUploadedFile("empty.txt", b"")},
)

FILES = [
    page(
        "files:upload",
        {**each(302, MAY_BRING_FILES), **each(403, MAY_NOT_BRING_THEM)},
        method="post",
        good=letter,
        bad=(*BAD_FILES, {"kind": NUL}, {"kind": "attachment", "supplier": "x"}),
    ),
    page("files:state", {**each(200, (*OURS, *STAFF)), "dora": 403, "boris": 404}, **FILE_KEY),
    page("files:download", {**each(302, (*OURS, *STAFF)), "dora": 403, "boris": 404}, **FILE_KEY),
    Route(
        "files:serve",
        each(200, EVERYBODY),
        key=lambda scene: {"file_id": scene.file.pk, "token": links.token(scene.file.pk)},
        note="a link is the permission; it was given to somebody who may have the file, and lives for minutes",
    ),
    Route(
        "files_api:files",
        {
            "anonymous": 401,
            **each(201, (*MAY_BRING_FILES, "writer", "decider")),
            **each(403, (*MAY_NOT_BRING_THEM, "reader", "impostor")),
        },
        method="post",
        good=letter,
        bad=(*BAD_FILES, {"kind": "no such"}, {"kind": "attachment", "supplier": "x"}),
    ),
    Route(
        "files_api:file",
        {"anonymous": 401, **each(200, (*OURS, *STAFF, *CLIENTS)), "dora": 403, "boris": 404},
        json=True,
        **FILE_KEY,
    ),
    Route(
        "files_api:link",
        {"anonymous": 401, **each(200, (*OURS, *STAFF, *CLIENTS)), "dora": 403, "boris": 404},
        method="post",
        json=True,
        **FILE_KEY,
    ),
]
