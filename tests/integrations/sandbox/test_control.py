"""Playing Odoo over the control API, and on the page."""

from __future__ import annotations

import re
from typing import Any

import pytest

from integrations.sandbox.server import Sandbox
from tests.contract.target import Client
from tests.integrations.sandbox.conftest import Control

DUE = "2036-05-05 12:00:00"


@pytest.fixture
def order(control: Control) -> Any:
    return control("POST", "orders", vendor="Acme Castings", warehouse="HAM", incoterm="FCA", partner_ref="SO-9",
                   lines=[{"product": "PH-1040", "quantity": 30, "date": DUE, "price": 90},
                          {"product": "BR-2210", "quantity": 8, "date": DUE}])  # fmt: skip


def test_an_order_is_released(order: Any, odoo: Client) -> None:
    assert (order["state"], order["receipt_status"], order["partner_ref"]) == ("purchase", "pending", "SO-9")
    assert [(line["product_qty"], line["price_unit"]) for line in order["lines"]] == [(30.0, 90.0), (8.0, 33.4)]
    assert [move["state"] for move in order["moves"]] == ["assigned", "assigned"]
    assert odoo.one("purchase.order", order["id"], "incoterm_id")["incoterm_id"][1] == "[FCA] FREE CARRIER"


def test_a_draft_can_be_left_and_confirmed_later(control: Control) -> None:
    lines = [{"product": "PH-1040", "quantity": 1}]
    draft = control("POST", "orders", vendor="Acme Castings", lines=lines, confirm=False)
    assert (draft["state"], draft["pickings"]) == ("draft", [])
    assert control("POST", f"orders/{draft['id']}/confirm")["state"] == "purchase"


def test_a_buyer_revises(control: Control, order: Any) -> None:
    line = order["lines"][0]["id"]
    after = control("POST", f"orders/{order['name']}/revise",
                    lines=[{"id": line, "quantity": 25, "date": "2036-05-09 12:00:00"}])  # fmt: skip
    changed = after["lines"][0]
    assert (changed["product_qty"], changed["price_unit"], changed["date_planned"]) == (
        25.0,
        90.0,
        "2036-05-09 12:00:00",
    )
    assert after["moves"][0]["date"] == DUE
    moved = control("POST", f"orders/{order['id']}/revise",
                    lines=[{"id": line, "date": "2036-05-12 12:00:00", "move_dates": True}])  # fmt: skip
    assert "2036-05-12 12:00:00" in [move["date"] for move in moved["moves"]]


def test_goods_arrive_in_part_and_then_whole(control: Control, order: Any) -> None:
    line = order["lines"][0]["id"]
    part = control("POST", f"orders/{order['id']}/receive", lines=[{"id": line, "quantity": 12}])
    assert (part["receipt_status"], part["lines"][0]["qty_received"]) == ("partial", 12.0)
    assert len(part["pickings"]) == 2
    whole = control("POST", f"orders/{order['id']}/receive")
    assert (whole["receipt_status"], [row["qty_received"] for row in whole["lines"]]) == ("full", [30.0, 8.0])


def test_more_than_is_open_cannot_arrive(control: Control, order: Any) -> None:
    body = f'{{"lines": [{{"id": {order["lines"][0]["id"]}, "quantity": 31}}]}}'.encode()
    status, answer = control.request("POST", f"/sandbox/api/orders/{order['id']}/receive", body)
    assert status == 409
    assert "less than that open" in answer
    assert control("GET", f"orders/{order['id']}")["lines"][0]["qty_received"] == 0.0


def test_lines_are_added_and_orders_locked_and_cancelled(control: Control, order: Any) -> None:
    address = f"orders/{order['id']}"
    assert len(control("POST", f"{address}/add_line", product="IM-2040", quantity=5, date=DUE)["lines"]) == 3
    assert control("POST", f"{address}/lock")["state"] == "done"
    assert control("POST", f"{address}/unlock")["state"] == "purchase"
    assert control("POST", f"{address}/cancel")["state"] == "cancel"


def test_a_cancelled_order_is_set_to_draft_and_given_to_another_vendor(control: Control, order: Any) -> None:
    address = f"orders/{order['id']}"
    status, answer = control.request("POST", f"/sandbox/api/{address}/assign", b'{"vendor": "Borealis Polymers"}')
    assert (status, "set it to draft first" in answer) == (409, True)
    control("POST", f"{address}/cancel")
    assert control("POST", f"{address}/draft")["state"] == "draft"
    given = control("POST", f"{address}/assign", vendor="Borealis Polymers", warehouse="DRS")
    assert (given["partner_id"][1], "Dresden" in given["picking_type_id"][1]) == ("Borealis Polymers", True)
    again = control("POST", f"{address}/confirm")
    assert again["state"] == "purchase"
    assert sorted({move["state"] for move in again["moves"]}) == ["assigned", "cancel"]


def test_what_people_do_is_done_in_their_name(control: Control, order: Any, odoo: Client) -> None:
    row = odoo.one("purchase.order", order["id"], "create_uid", "user_id")
    assert row["create_uid"][1] == "Bettina Buyer"
    made = control("POST", "orders", vendor="Acme Castings", lines=[{"product": "PH-1040", "quantity": 1}],
                   as_user="admin")  # fmt: skip
    assert odoo.one("purchase.order", made["id"], "create_uid")["create_uid"][1] == "Mitchell Admin"


@pytest.mark.parametrize("path", ["orders/99999", "orders/99999/revise", "nowhere"])
def test_what_is_not_there(control: Control, path: str) -> None:
    assert control.request("POST" if path.endswith("revise") else "GET", f"/sandbox/api/{path}")[0] in (404, 409)


def test_starting_over(sandbox: Sandbox, control: Control, odoo: Client) -> None:
    control("POST", "orders", vendor="Acme Castings", lines=[{"product": "PH-1040", "quantity": 1}])
    control("POST", "faults", kind="slow", seconds=9)
    assert control("POST", "reset") == {"reset": True}
    assert control("GET", "faults")["faults"] == []
    assert odoo("purchase.order", "search_count", []) == 12


# The page


def test_the_first_page_lists_orders_and_forms(control: Control) -> None:
    status, page = control.request("GET", "/")
    assert status == 200
    assert "Odoo sandbox" in page
    assert "Cinder Forge" in page
    assert "<script" not in page
    assert "style=" not in page


def test_a_person_releases_revises_and_receives(control: Control, odoo: Client) -> None:
    vendor = odoo("res.partner", "search", [["name", "=", "Borealis Polymers"]])[0]
    page = control.submit("/orders", vendor=vendor, warehouse="DRS", item1="SE-3015", quantity1="24",
                          date1="2036-01-08", price1="")  # fmt: skip
    assert "Released." in page
    number = re.search(r"<h1>(\w+) ", page)
    assert number
    row = odoo.all("purchase.order", [["name", "=", number[1]]], "order_line", "partner_id")[0]
    line = row["order_line"][0]
    assert odoo.one("purchase.order.line", line, "date_planned")["date_planned"] == "2036-01-08 12:00:00"
    base = f"/orders/{row['id']}"
    page = control.submit(f"{base}/revise", **{f"quantity-{line}": "20", f"price-{line}": "46.80",
                                               f"date-{line}": "2036-01-08"})  # fmt: skip
    assert "1 lines revised." in page
    assert odoo.one("purchase.order.line", line, "product_qty", "price_unit")["product_qty"] == 20.0
    assert "Nothing was different." in control.submit(f"{base}/revise", **{f"quantity-{line}": "20"})
    assert "enter how much arrived" in control.submit(f"{base}/receive")
    assert "Received." in control.submit(f"{base}/receive", **{f"receive-{line}": "15"})
    assert "Received." in control.submit(f"{base}/receive_all")
    assert "since they have receipts" in control.submit(f"{base}/cancel")


def test_a_person_makes_and_mends_trouble(control: Control, sandbox: Sandbox) -> None:
    page = control.submit("/faults", kind="slow", seconds="3")
    assert "every model.every method, 3 s, until healed" in page
    assert [fault["kind"] for fault in sandbox.faults.listed()] == ["slow"]
    assert "Odoo is well." in control.submit("/faults/clear")
    assert sandbox.faults.listed() == []


def test_orders_are_found_by_vendor(control: Control) -> None:
    page = control.request("GET", "/?q=acme")[1]
    assert "Acme Castings" in page
    assert "No order found." in control.request("GET", "/?q=nothing-like-it")[1]


def test_messages_are_shown_as_text(control: Control, odoo: Client) -> None:
    order = odoo("purchase.order", "search", [], limit=1)[0]
    body = "<p>Agreed <b>today</b></p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    odoo("purchase.order", "message_post", [order], body=body, body_is_html=True)
    page = control.request("GET", f"/orders/{order}")[1]
    assert "Agreed today" in page
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_calls_are_shown(control: Control, odoo: Client) -> None:
    odoo("purchase.order", "search", [])
    assert "purchase.order.search" in control.request("GET", "/calls")[1]


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
@pytest.mark.parametrize("path", ["/faults/clear", "/sandbox/api/reset", "/"])
def test_other_sites_cannot_play(control: Control, headers: dict[str, str], path: str) -> None:
    assert control.request("POST", path, b"", **headers)[0] == 403


def test_unknown_pages(control: Control) -> None:
    assert control.request("GET", "/orders/99999")[0] == 404
    assert control.request("GET", "/orders/x")[0] == 404
    assert control.request("DELETE", "/")[0] == 404
