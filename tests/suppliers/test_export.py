"""Lists as files: what is seen, every page of it, safe to open."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from portal.shared.models import AuditEntry
from portal.web import sheets
from portal.web.pagination import Page
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.models import Membership, User
from suppliers.pages import exporting
from suppliers.states import AnswerKind, Role
from tests.cast import Cast, ReleaseOrder, doing, everything, fresh_lines, working_day


def read_csv(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_xlsx(content: bytes) -> list[tuple[object, ...]]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_the_file_holds_what_the_list_shows_every_page_of_it(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    numbers = [release_order().number for _ in range(35)]
    release_order(supplier=cast.borealis)
    client.force_login(people["anna"])
    header, *rows = read_csv(client.get("/orders/export.csv?sort=number").content)
    assert header == [
        "Order", "Plant", "State", "Lines in conflict", "Lines to answer", "Lines with the buyer",
        "New comments", "Next date", "Released",
    ]  # fmt: skip
    assert [row[0] for row in rows] == sorted(numbers)
    assert rows[0][1:6] == ["Hamburg works", "Sent", "0", "1", "0"]
    sheet = read_xlsx(client.get(f"/orders/export.xlsx?q={numbers[3]}").content)
    assert [row[0] for row in sheet] == ["Order", numbers[3]]
    assert isinstance(sheet[1][7], dt.datetime)
    client.force_login(people["bea"])
    assert read_csv(client.get("/orders/export.csv").content)[0][:2] == ["Order", "Supplier"]
    with everything():
        taken = [
            {fact["field"]: fact["after"] for fact in entry.changes}
            for entry in AuditEntry.objects.filter(act="export_list").order_by("at", "pk")
        ]
    assert taken == [
        {"list": "orders", "narrowed": "sort=number"},
        {"list": "orders", "narrowed": f"q={numbers[3]}"},
        {"list": "orders", "narrowed": ""},
    ]


def test_the_lines_say_what_their_pages_show_with_the_suppliers_own_number(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    order = release_order(cast.line("100.5", supplier_item_code="AC-7"), cast.line(40), incoterm="FCA")
    release_order(supplier=cast.borealis)
    first, second = fresh_lines(order)
    answers = [LineAnswer(first.pk, first.revision, AnswerKind.ACCEPTED)]
    acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    first = fresh_lines(order)[0]
    client.force_login(people["anna"])
    page = client.get(f"/orders/{order.pk}/").content.decode()
    header, *rows = read_csv(client.get("/orders/lines.csv").content)
    assert header == [
        "Order", "Plant", "Line", "Item", "Name", "Revision", "Your number", "State", "Ordered", "Unit",
        "Hand over by", "Wanted on arrival", "Agreed", "Agreed for", "Received", "Unit price", "Currency",
    ]  # fmt: skip
    wanted, handed = working_day(30), working_day(30) - dt.timedelta(days=3)
    common = [order.number, "Hamburg works"]
    assert rows == [
        [*common, "1", "BR-100", "Bearing bracket", "", "AC-7", "Agreed", "100.5", first.unit_name, "",
         wanted.isoformat(), "100.5", wanted.isoformat(), "0", "12.5", "EUR"],
        [*common, "2", "BR-100", "Bearing bracket", "", "", "Open", "40", second.unit_name, handed.isoformat(),
         wanted.isoformat(), "", "", "0", "12.5", "EUR"],
    ]  # fmt: skip
    for shown in ("AC-7", "BR-100", "100.5", "Hand over by", "Wanted on arrival"):
        assert shown in page
    sheet = read_xlsx(client.get(f"/orders/lines.xlsx?q={order.number}").content)
    assert [row[8] for row in sheet] == ["Ordered", 100.5, 40]
    assert client.get("/orders/lines.csv?q=AC-7").content.count(b"Hamburg works") == 2, "every line of the order found"


def test_who_sees_no_prices_takes_none_along(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    release_order(cast.line(40))
    for name, prices in (("sven", False), ("quinn", False), ("asta", True), ("quentin", False), ("bea", True)):
        client.force_login(people[name])
        header, row = read_csv(client.get("/orders/lines.csv").content)
        assert ("Unit price" in header) == prices, name
        assert ("12.5" in row) == prices, name
        assert ("Needed" in header, "Supplier" in header) == ((name in ("quentin", "bea")),) * 2
        assert len(header) == len(row)


def test_german_spreadsheets_get_their_separator_and_too_long_a_list_is_refused_in_words(
    client: Client, people: dict[str, User], release_order: ReleaseOrder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        release_order()
    client.force_login(people["anna"])
    client.post("/language/", {"language": "de"})
    answer = client.get("/orders/export.csv")
    assert answer["Content-Disposition"].startswith('attachment; filename="orders-')
    assert read_csv(answer.content, ";")[0][0] == "Bestellung"
    monkeypatch.setattr(sheets, "MOST", 2)
    assert client.get("/orders/export.csv").status_code == 422
    monkeypatch.setattr(sheets, "MOST", 10_000)
    monkeypatch.setattr(exporting, "order_list", lambda *_, **__: Page([], "more"))
    assert "10.000" in client.get("/orders/export.csv").content.decode()
    monkeypatch.undo()
    monkeypatch.setattr(sheets, "MOST", 2)
    client.post("/language/", {"language": "en"})
    assert "at most 2 rows: narrow the list" in client.get("/orders/export.csv").content.decode()
    assert client.get("/orders/lines.csv").status_code == 422


DANGEROUS = st.sampled_from(["=1+1", "@SUM(A1)", "+1", "-1", "\tx", '=HYPERLINK("http://x")', "a\x01b", "x\ry"])


@settings(deadline=None)
@given(text=st.one_of(DANGEROUS, st.text(st.characters(exclude_categories=("Cs",)), max_size=40)))
def test_no_text_becomes_a_formula(text: str) -> None:
    with translation.override("en"):
        (_, (cell, *_rest)) = read_csv(sheets.response("csv", sheets.Sheet("x", ["a", "b"], [[text, 1]])).content)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    book = load_workbook(io.BytesIO(sheets.response("xlsx", sheets.Sheet("x", ["a", "b"], [[text, 1]])).content))
    kept = book.active["A2"]  # type: ignore[index]
    assert kept.data_type in ("s", "n", "inlineStr")  # "n" is how an empty cell is read
    assert not isinstance(kept.value, int | float)


def test_moments_are_the_readers_own() -> None:
    at = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    made = sheets.Sheet("x", ["a"], [[at]])
    with timezone.override("Europe/Berlin"), translation.override("en"):
        assert read_csv(sheets.response("csv", made).content)[1] == ["2026-11-22 00:30"]
        assert read_xlsx(sheets.response("xlsx", made).content)[1] == (dt.datetime(2026, 11, 22, 0, 30),)


def test_whoever_works_for_several_suppliers_reads_of_which_each_row_is(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    release_order()
    release_order(supplier=cast.borealis)
    with doing():
        Membership.objects.create(user=people["anna"], supplier=cast.borealis, role=Role.ORDER_DESK)
    client.force_login(people["anna"])
    assert "Borealis Polymers</td>" in client.get("/orders/").content.decode()
    for name in ("export", "lines"):
        header, *rows = read_csv(client.get(f"/orders/{name}.csv").content)
        assert header[1] == "Supplier"
        assert {row[1] for row in rows} == {"Acme Castings", "Borealis Polymers"}
    home = client.get("/").content.decode()
    assert "Acme Castings" in home
    assert "Borealis Polymers" in home
