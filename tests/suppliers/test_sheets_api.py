"""Sheets for programs: the same file, the same judgement, and the codes of an acknowledgement for the same mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.models import StoredFile
from documents.tasks import inspect
from portal.shared.acting import acting
from suppliers.models import ApiToken, SheetUpload, Shipment
from suppliers.permissions import Scope
from suppliers.tasks import read_sheets, send_sheets
from tests.cast import SET_UP, Cast, everything, fresh_lines, release, working_day
from tests.documents.made import a_pdf, a_workbook
from tests.sheets import Filled
from tests.shipping import ARRIVES, LEAVES, confirmed

pytestmark = pytest.mark.django_db
ORDERED = {"quantity": "100", "date": "DATE"}
CHANGE = {"answer": "changed", "reason": "capacity"}


@pytest.fixture
def writer(cast: Cast) -> Client:
    return Client(headers={"Authorization": f"Bearer {cast.tokens['writer'].secret}"})


def taken(client: Client, **query: str) -> Filled:
    answer = client.get("/api/v1/sheets/answers/", query)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="answers-')
    return Filled(answer.content)


def brought(client: Client, content: bytes, query: str = "", name: str = "a.xlsx") -> Any:
    return client.post(f"/api/v1/sheets/{query}", {"file": SimpleUploadedFile(name, content)})


def test_a_dry_run_says_everything_at_once_and_keeps_nothing(cast: Cast, writer: Client) -> None:
    order = release(cast, cast.line(100), cast.line(40))
    sheet = taken(writer).fill(3, **CHANGE, quantity=90, date=working_day(30)).fill(4, quantity=0, **CHANGE)
    answer = brought(writer, sheet.saved, "?dry_run=true")
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["state"], told["good"], told["refused"], told["dry_run"], told["id"]) == ("read", 1, 1, True, None)
    first, second = told["lines"]
    assert (first["number"], first["rows"], first["answer"], first["verdict"]) == (
        order.number,
        [3],
        "changed",
        "outside",
    )
    assert {"pointer": "/rows/3/L", "column": "quantity", "before": "100", "after": "90"} in first["changes"]
    assert [(fault["code"], fault["pointer"]) for fault in second["errors"]] == [("out_of_range", "/rows/4/L")]
    assert told["errors"] == second["errors"]
    with everything():
        assert not SheetUpload.objects.exists()
        assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"quantity": 10.5}, {"promises": [{"quantity": "10.5", "date": "DATE"}]}),
        ({"quantity": 0}, {"promises": [{"quantity": "0", "date": "DATE"}]}),
        ({"date": None}, {"promises": [{"quantity": "100", "date": None}]}),
        ({"price": -2}, {"promises": [ORDERED], "price": "-2"}),
        (
            {"offered": "Newer"},
            {"promises": [ORDERED], "substitute": {"description": "Newer"}},
        ),
        ({"reason": None, "quantity": 90}, {"promises": [{"quantity": "90", "date": "DATE"}], "reason": ""}),
    ],
)
def test_the_same_mistake_has_the_same_code(
    cast: Cast, writer: Client, cells: dict[str, Any], line: dict[str, Any]
) -> None:
    order = release(cast, cast.line(100))
    (row,) = fresh_lines(order)
    sheet = taken(writer).fill(3, **{**CHANGE, **cells})
    by_sheet = brought(writer, sheet.saved, "?dry_run=true").json()["errors"]
    said = {"line": str(row.pk), "revision": row.revision, **CHANGE, **line}
    body = json.dumps({"lines": [said]}).replace("DATE", working_day(30).isoformat())
    answer = writer.post(f"/api/v1/orders/{order.pk}/acknowledgements/?dry_run=true", body, "application/json")
    assert {fault["code"] for fault in answer.json()["errors"]} == {fault["code"] for fault in by_sheet} != set()


def test_from_download_to_sent(cast: Cast, writer: Client) -> None:
    order, other = release(cast, cast.line(100)), release(cast, cast.line(40))
    sheet = taken(writer, q=order.number)
    assert sheet.sheet.max_row == 3, "only what was looked for"
    content = sheet.fill(3, answer="accepted").saved
    answer = brought(writer, content)
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    at = f"/api/v1/sheets/{answer.json()['id']}/"
    early = writer.post(f"{at}send/", "{}", "application/json")
    assert (early.status_code, early.json()["code"]) == (409, "wrong_state")
    inspect()
    read_sheets()
    assert writer.get(at).json()["good"] == 1
    tried = writer.post(f"{at}send/?dry_run=true", '{"whole": true}', "application/json")
    assert (tried.status_code, tried.json()["dry_run"], tried.json()["state"]) == (200, True, "read")
    sent = writer.post(f"{at}send/", '{"whole": true}', "application/json", headers={"Idempotency-Key": "a"})
    assert (sent.status_code, sent.json()["state"], sent.json()["total"]) == (202, "sending", 1)
    send_sheets()
    told = writer.get(at).json()
    assert (told["state"], told["sent"], told["good"], told["done"]) == ("sent", 1, 0, 1)
    assert [fresh_lines(one)[0].state for one in (order, other)] == ["agreed", "open"]
    assert brought(writer, content).json()["id"] == answer.json()["id"], "the same file is the same sheet"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (a_pdf(), "type"),
        (b"a,b,c", "type"),
        (a_workbook({"xl/vbaProject.bin": b"x"}), "macros"),
        (a_workbook({"xl/externalLinks/externalLink1.xml": "<x/>"}), "outside"),
        (a_workbook({"xl/embeddings/oleObject1.bin": b"x"}), "embedded"),
        (a_workbook(sheet="<row r=\"1\"><c><f>cmd|'/c calc'!A1</f></c></row>"), "dde"),
        (a_workbook(), "not_ours"),
    ],
)
def test_a_file_that_is_no_sheet_of_ours_is_refused_with_the_reason(
    cast: Cast, writer: Client, content: bytes, code: str
) -> None:
    answer = brought(writer, content, "?dry_run=true")
    assert answer.status_code == 422
    assert [(fault["code"], fault["pointer"]) for fault in answer.json()["errors"]] == [(code, "/file")]


def test_a_rejected_file_says_so_and_can_never_be_sent(cast: Cast, writer: Client) -> None:
    at = f"/api/v1/sheets/{brought(writer, a_workbook({'xl/vbaProject.bin': b'x'})).json()['id']}/"
    inspect()
    read_sheets()
    told = writer.get(at).json()
    assert (told["state"], told["good"]) == ("unreadable", 0)
    assert "macros" in told["reason"]
    assert writer.post(f"{at}send/", "{}", "application/json").status_code == 409


def test_whoever_may_not_answer_is_given_no_sheet(cast: Cast) -> None:
    for name in ("reader", "decider"):
        client = Client(headers={"Authorization": f"Bearer {cast.tokens[name].secret}"})
        assert client.get("/api/v1/sheets/answers/").status_code == 403
        assert brought(client, b"PK").status_code == 403
        assert brought(client, b"PK", "?dry_run=true").status_code == 403


def test_whoever_sees_no_prices_is_given_none_and_told_none(cast: Cast, writer: Client) -> None:
    release(cast, cast.line(100))
    priced = taken(writer).fill(3, **CHANGE, price=999)
    with acting(SET_UP, write=True):
        ApiToken.objects.filter(pk=cast.tokens["writer"].pk).update(scopes=[Scope.WRITE_ANSWERS])
    assert "price" not in taken(writer).letters
    answer = brought(writer, priced.saved, "?dry_run=true")
    assert b"999" not in answer.content
    assert b"12.5" not in answer.content
    assert "price" not in {change["column"] for change in answer.json()["lines"][0]["changes"]}


def test_a_reader_that_fails_leaves_nobody_waiting(cast: Cast, writer: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    release(cast, cast.line(100))
    at = f"/api/v1/sheets/{brought(writer, taken(writer).saved).json()['id']}/"
    inspect()

    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("suppliers.tasks.warden.read", fails)
    read_sheets()
    told = writer.get(at).json()
    assert (told["state"], bool(told["reason"])) == ("unreadable", True)


def test_shipments_go_the_same_way(cast: Cast, writer: Client) -> None:
    order = confirmed(cast, cast.line(100), cast.line(40))
    confirmed(cast, cast.line(7))
    taken = writer.get("/api/v1/sheets/shipments/", {"order": str(order.pk), "plant": "HAM"})
    sheet = Filled(taken.content)
    assert sheet.sheet.max_row == 4, "of this order alone"
    sheet.fill(3, delivery_note="LS-1", quantity=60, departs_on=LEAVES, arrives_on=ARRIVES)
    content = sheet.fill(4, delivery_note="LS-1", quantity=400).saved
    at, given = "/api/v1/sheets/", {"purpose": "shipments"}
    wrong = brought(writer, content, "?dry_run=true")
    assert (wrong.status_code, wrong.json()["errors"][0]["code"]) == (422, "not_ours"), "it is no sheet of answers"
    tried = writer.post(f"{at}?dry_run=true", {**given, "file": SimpleUploadedFile("a.xlsx", content)}).json()
    assert (tried["purpose"], tried["good"], tried["refused"], tried["dry_run"]) == ("shipments", 1, 1, True)
    assert [(one["part"], one["good"], one["rows"]) for one in tried["lines"]] == [
        ("LS-1", True, [3]),
        ("LS-1", False, [4]),
    ]
    assert [(one["code"], one["pointer"]) for one in tried["errors"]] == [("over_shipment", "/rows/4/O")]
    made = writer.post(at, {**given, "file": SimpleUploadedFile("a.xlsx", content)}).json()
    inspect()
    read_sheets()
    at = f"{at}{made['id']}/"
    refused = writer.post(f"{at}send/", '{"whole": true}', "application/json")
    assert (refused.status_code, refused.json()["code"]) == (422, "not_whole")
    assert writer.post(f"{at}send/", "{}", "application/json").json()["total"] == 1
    send_sheets()
    told = writer.get(at).json()
    with everything():
        shipment = Shipment.objects.get()
    assert (told["state"], told["sent"], told["done"]) == ("sent", 1, 1)
    assert told["made"] == [{"number": "S1 · LS-1", "made": [str(shipment.pk)]}]


def test_each_kind_of_sheet_takes_the_right_to_do_what_it_says(cast: Cast) -> None:
    with acting(SET_UP, write=True):
        ApiToken.objects.filter(pk=cast.tokens["writer"].pk).update(scopes=[Scope.WRITE_SHIPMENTS])
    ships = Client(headers={"Authorization": f"Bearer {cast.tokens['writer'].secret}"})
    assert ships.get("/api/v1/sheets/shipments/").status_code == 200
    assert ships.get("/api/v1/sheets/answers/").status_code == 403
    assert brought(ships, b"PK").status_code == 403
