"""What is served, to whom, and with which headers."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from documents import links, tasks
from documents.models import StoredFile
from portal.shared.actor import Actor
from portal.shared.models import AuditEntry
from tests.cast import Cast, everything
from tests.documents.made import a_pdf, a_png
from tests.documents.world import bring, fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna_at_the_door(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["anna"])
    return client


def accepted(actor: Actor, content: bytes = b"A letter.", name: str = "letter.txt") -> StoredFile:
    file = bring(actor, content, name)
    tasks.inspect()
    file = fresh(file)
    assert file.is_served, file.findings
    return file


def served(file: StoredFile) -> Any:
    return Client().get(links.address(file))


@pytest.mark.parametrize(
    ("name", "content", "disposition"),
    [
        ("certificate.pdf", a_pdf(), "inline"),
        ("photo.png", a_png(), "inline"),
        ("lots.csv", b"Lot;Size\nA1;5\n", "attachment"),
        ("note.txt", b"words", "attachment"),
    ],
)
def test_a_file_is_served_so_that_nothing_in_it_runs(anna: Actor, name: str, content: bytes, disposition: str) -> None:
    answer = served(accepted(anna, content, name))
    assert b"".join(answer.streaming_content) == content
    headers = answer.headers
    assert headers["Content-Disposition"] == f'{disposition}; filename="{name}"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Length"] == str(len(content))
    assert "Set-Cookie" not in headers


def test_a_name_cannot_write_a_header(anna: Actor) -> None:
    answer = served(accepted(anna, name='a"\r\nSet-Cookie: b=c;ü.txt'))
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "\n" not in answer.headers["Content-Disposition"]


def test_only_accepted_files_are_served(anna: Actor, anna_at_the_door: Client) -> None:
    waiting = bring(anna)
    assert served(waiting).status_code == 404
    assert anna_at_the_door.get(f"/files/{waiting.pk}/").status_code == 409
    rejected = bring(anna, b"MZ", "a.txt")
    tasks.inspect()
    assert served(rejected).status_code == 404
    assert anna_at_the_door.get(f"/files/{rejected.pk}/").status_code == 409


def test_asking_for_a_file_is_noted_and_leads_to_its_link(anna: Actor, anna_at_the_door: Client) -> None:
    file = accepted(anna)
    answer: Any = anna_at_the_door.get(f"/files/{file.pk}/")
    assert answer.status_code == 302
    assert Client().get(answer.url).status_code == 200
    with everything():
        entry = AuditEntry.objects.get(object_id=str(file.pk), act="download_file")
    assert (entry.actor_id, entry.supplier_id) == (anna.id, file.supplier_id)


def test_another_supplier_is_told_of_no_file(anna: Actor, cast: Cast) -> None:
    file = accepted(anna)
    boris = Client()
    boris.force_login(cast.people["boris"])
    assert boris.get(f"/files/{file.pk}/").status_code == 404
    assert boris.get(f"/files/{file.pk}/state/").status_code == 404
    with everything():
        assert not AuditEntry.objects.filter(object_id=str(file.pk), act="download_file").exists()


def test_a_file_of_the_buyers_own_is_no_suppliers_business(bea: Actor, anna_at_the_door: Client) -> None:
    assert anna_at_the_door.get(f"/files/{accepted(bea).pk}/").status_code == 404


def test_a_link_expires_and_says_so(anna: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    file = accepted(anna)
    address, real = links.address(file), time.time
    monkeypatch.setattr(signing.time, "time", lambda: real() + 299)
    assert Client().get(address).status_code == 200
    monkeypatch.setattr(signing.time, "time", lambda: real() + 301)
    answer = Client().get(address)
    assert answer.status_code == 410
    assert b"expired" in answer.content
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_link_is_good_for_one_file_only(anna: Actor) -> None:
    one, other = accepted(anna, b"one"), accepted(anna, b"two")
    swapped = links.address(one).replace(str(one.pk), str(other.pk))
    assert Client().get(swapped).status_code == 404
    assert Client().get(links.address(one)[:-3] + "xx/").status_code == 404


def test_files_may_have_a_host_of_their_own(anna: Actor, anna_at_the_door: Client, settings: Any) -> None:
    settings.FILES_URL = "https://files.example.com"
    settings.ALLOWED_HOSTS = ["testserver", "files.example.com"]
    file = accepted(anna)
    answer: Any = anna_at_the_door.get(f"/files/{file.pk}/")
    assert answer.url.startswith(f"https://files.example.com/files/{file.pk}/")
    path = answer.url.removeprefix("https://files.example.com")
    away = Client(headers={"Host": "files.example.com"})
    assert away.get(path).status_code == 200
    assert anna_at_the_door.get(path).status_code == 404, "the portal's own host serves no bytes then"
    assert away.get("/").status_code == 404, "the host of files serves nothing else"
    assert away.get("/accounts/login/").status_code == 404


def test_bytes_that_are_gone_are_a_page_not_a_failure(anna: Actor, settings: Any) -> None:
    file = accepted(anna)
    (Path(settings.FILES_FOLDER) / file.storage_key).unlink()
    assert served(file).status_code == 404


# --- Parts of pages --------------------------------------------------------------------------------------------------


def test_the_line_of_a_file_says_how_it_stands_and_asks_again_until_it_is_settled(
    anna: Actor, anna_at_the_door: Client
) -> None:
    waiting = bring(anna, b"MZ", "a.txt")
    line: Any = anna_at_the_door.get(f"/files/{waiting.pk}/state/?field=attachment")
    assert b"Waiting for inspection" in line.content
    assert b"hx-get" in line.content
    assert f'name="attachment" value="{waiting.pk}"'.encode() in line.content
    tasks.inspect()
    line = anna_at_the_door.get(f"/files/{waiting.pk}/state/")
    assert b"hx-get" not in line.content
    assert b"By its contents this is a program, which is not taken here." in line.content
    assert f"/files/{waiting.pk}/".encode() not in line.content, "there is nothing to download"


def test_an_accepted_file_that_was_not_scanned_says_so(anna: Actor, anna_at_the_door: Client) -> None:
    file = accepted(anna)
    line: Any = anna_at_the_door.get(f"/files/{file.pk}/state/")
    assert f'href="/files/{file.pk}/"'.encode() in line.content
    assert b"Not scanned: no virus scanner is connected." in line.content


def test_reasons_are_told_in_the_readers_language(anna: Actor) -> None:
    file = bring(anna, b"MZ", "a.txt")
    tasks.inspect()
    with translation.override("de"):
        line = render_to_string("documents/file.html", {"file": fresh(file)})
    assert "Dem Inhalt nach ist das ein Programm" in line


def test_a_file_is_uploaded_with_and_without_script(anna_at_the_door: Client) -> None:
    def body() -> dict[str, Any]:
        content = io.BytesIO(b"A letter.")
        content.name = "letter.txt"
        return {"kind": "attachment", "file": content, "back": "/orders/", "field": "attachment"}

    plain: Any = anna_at_the_door.post("/files/", body())
    assert (plain.status_code, plain.url) == (302, "/orders/")
    live: Any = anna_at_the_door.post("/files/", body(), headers={"HX-Request": "true"})
    assert live.status_code == 201
    assert b'name="attachment"' in live.content
    refused: Any = anna_at_the_door.post("/files/", {"kind": "attachment"}, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert b"Choose a file." in refused.content
    away: Any = anna_at_the_door.post("/files/", body() | {"back": "https://evil.example/"})
    assert away.url == "/"


def test_the_field_for_a_file_is_a_plain_form(anna_at_the_door: Client, rf: Any) -> None:
    form = render_to_string("documents/upload.html", {"kind": "attachment", "field": "a"}, rf.get("/orders/?q=1"))
    for part in ('action="/files/"', 'enctype="multipart/form-data"', "csrfmiddlewaretoken", 'value="/orders/?q=1"'):
        assert part in form
