"""Answers by a sheet: downloaded, filled in, brought back, looked at, sent."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.tasks import inspect
from suppliers.models import Acknowledgement, User
from suppliers.states import SheetState
from suppliers.tasks import read_sheets, send_sheets
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines, working_day
from tests.sheets import Filled, bring, codes, download, previewed, send

pytestmark = pytest.mark.django_db


def test_one_order_goes_out_comes_back_and_is_answered(cast: Cast, release_order: ReleaseOrder) -> None:
    anna = cast.actor("anna")
    order = release_order(cast.line(100), cast.line(40), cast.line(7))
    sheet = Filled(download(anna, cast.acme))
    sheet.fill(3, answer="Accept")
    sheet.fill(4, answer="Change date or quantity", quantity=30, date=working_day(60), reason="Capacity")
    upload = bring(anna, cast.acme.pk, sheet.saved)
    assert upload.refusal is None, str(upload.refusal)
    assert upload.state == SheetState.READ
    preview = previewed(anna, upload)
    assert codes(preview) == {}
    assert [(line.numbers, line.within) for line in preview.good] == [("3", True), ("4", False)]
    assert preview.untouched == 1
    upload = send(anna, upload)
    assert upload.state == SheetState.SENT
    assert [line.state for line in fresh_lines(order)] == ["agreed", "pending_buyer", "open"]
    with everything():
        sent = Acknowledgement.objects.get(order=order)
    assert (sent.channel, sent.actor_name) == ("sheet", "Anna Abel")


def test_the_pages_from_download_to_sent(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    order = release_order(cast.line(100), cast.line(40))
    client.force_login(people["anna"])
    answer = client.get("/orders/sheet.xlsx")
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    sheet = Filled(answer.content).fill(3, answer="Accept").fill(4, quantity=30)
    file = SimpleUploadedFile("mine.xlsx", sheet.saved)
    place = client.post("/orders/sheets/", {"file": file})["Location"]
    assert b"being inspected" in client.get(place).content
    inspect()
    read_sheets()
    shown = client.get(place).content.decode()
    assert "Send the 1 good line" in shown
    assert "Say why: choose a reason." in shown
    assert "N4" in shown
    assert client.post(f"{place}send/", {"do": "whole"}).status_code == 422
    assert client.post(f"{place}send/", {"do": "good"}).status_code == 302
    assert b"being sent" in client.get(place).content
    send_sheets()
    shown = client.get(place).content.decode()
    assert "1 line was sent" in shown
    assert [line.state for line in fresh_lines(order)] == ["agreed", "open"]
    assert client.post(f"{place}send/", {"do": "good"}).status_code == 422, "nothing is left that could go"
    assert b"mine.xlsx" in client.get("/orders/sheets/").content
