"""A clerk at the dock: one transfer received whole, in part, with more than announced, and sent back."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from tests.contract.notices import Notices
from tests.contract.target import Client, Order, World, sandbox_target
from tests.integrations.sandbox.conftest import Control

DUE = "2036-05-05 12:00:00"


@pytest.fixture
def announced(control: Control, odoo: Client) -> Any:
    """An order of 30 housings by lot and 3 by serial number, with a notice of 20 and 2; and the notice's transfer."""
    made = control("POST", "orders", vendor="Acme Castings", warehouse="HAM",
                   lines=[{"product": "PH-1040", "quantity": 30, "date": DUE},
                          {"product": "PH-1080", "quantity": 3, "date": DUE}])  # fmt: skip
    lines = made["lines"]
    order = Order(made["id"], made["name"], made["partner_id"][0], [line["id"] for line in lines],
                  [line["product_id"][0] for line in lines])  # fmt: skip
    notices = Notices(odoo, World(Client(sandbox_target(control.sandbox.port), "admin", "admin")), order)
    mark = notices.run
    picking = notices.announce("A", {
        order.lines[0]: [(f"L1-{mark}", 12, "P1"), (f"L2-{mark}", 8, "P1")],
        order.lines[1]: [(f"S1-{mark}", 1, "P2"), (f"S2-{mark}", 1, "P2")],
    })  # fmt: skip
    return notices, control("GET", f"transfers/{picking}")


def received(control: Control, notices: Notices) -> list[float]:
    return [line["qty_received"] for line in control("GET", f"orders/{notices.order.id}")["lines"]]


def test_an_order_shows_whose_transfers_it_has(control: Control, announced: Any) -> None:
    notices, transfer = announced
    pickings = control("GET", f"orders/{notices.order.id}")["pickings"]
    assert [row["external_id"] for row in pickings] == ["", notices.key("asn", "A")]
    assert control("GET", f"transfers/{quote(transfer['name'])}") == transfer
    assert [(line["lot_id"][1][:2], line["quantity"], line["tracking"]) for line in transfer["lines"]] == [
        ("L1", 12.0, "lot"), ("L2", 8.0, "lot"), ("S1", 1.0, "serial"), ("S2", 1.0, "serial"),
    ]  # fmt: skip
    assert [line["purchase_line_id"] for line in transfer["lines"][1:3]] == notices.order.lines


def test_a_transfer_is_received_whole(control: Control, announced: Any) -> None:
    notices, transfer = announced
    done = control("POST", f"transfers/{quote(transfer['name'])}/receive")
    assert (done["state"], received(control, notices)) == ("done", [20.0, 2.0])
    assert [(line["lot_id"], line["quantity"]) for line in done["lines"]] == [
        (line["lot_id"], line["quantity"]) for line in transfer["lines"]
    ]
    own = next(row for row in control("GET", f"orders/{notices.order.id}")["pickings"] if not row["external_id"])
    assert own["state"] == "assigned"
    assert control("POST", f"transfers/{own['id']}/receive")["state"] == "done"
    assert received(control, notices) == [30.0, 3.0]


def test_a_transfer_is_received_in_part_and_over(control: Control, announced: Any) -> None:
    notices, transfer = announced
    one, other, *_ = (line["id"] for line in transfer["lines"])
    lines = [{"id": one, "quantity": 13}, {"id": other, "quantity": 5, "lot": f"NEW-{notices.run}"}]
    done = control("POST", f"transfers/{transfer['id']}/receive", lines=lines)
    assert [(line["lot_id"][1][:2], line["quantity"]) for line in done["lines"]] == [("L1", 13.0), ("NE", 5.0)]
    assert received(control, notices) == [18.0, 0.0]
    rest = next(row for row in control("GET", f"orders/{notices.order.id}")["pickings"]
                if row["backorder_id"] and row["backorder_id"][0] == transfer["id"])  # fmt: skip
    left = control("GET", f"transfers/{rest['id']}")["lines"]
    assert sorted(line["quantity"] for line in left) == [1.0, 1.0, 2.0]


def test_the_rest_can_be_called_off(control: Control, announced: Any) -> None:
    notices, transfer = announced
    lines = [{"id": transfer["lines"][0]["id"], "quantity": 12}]
    control("POST", f"transfers/{transfer['id']}/receive", lines=lines, backorder=False)
    assert received(control, notices) == [12.0, 0.0]
    assert len(control("GET", f"orders/{notices.order.id}")["pickings"]) == 2


def test_more_than_announced(control: Control, announced: Any) -> None:
    notices, transfer = announced
    lines = [{"id": line["id"], "quantity": line["quantity"] + 5 * (line["tracking"] == "lot")}
             for line in transfer["lines"]]  # fmt: skip
    done = control("POST", f"transfers/{transfer['id']}/receive", lines=lines)
    assert (done["state"], received(control, notices)) == ("done", [30.0, 2.0])
    assert not any(row["backorder_id"] for row in control("GET", f"orders/{notices.order.id}")["pickings"])


def test_goods_go_back_by_lot(control: Control, announced: Any) -> None:
    notices, transfer = announced
    done = control("POST", f"transfers/{transfer['id']}/receive")
    second = done["lines"][1]
    back = control("POST", f"transfers/{transfer['id']}/send_back", lines=[{"id": second["id"], "quantity": 3}])
    assert (back["state"], back["picking_type_code"], back["return_id"][0]) == ("done", "outgoing", transfer["id"])
    assert [(line["lot_id"], line["quantity"]) for line in back["lines"]] == [(second["lot_id"], 3.0)]
    assert received(control, notices) == [17.0, 2.0]
    serial = [{"id": done["lines"][2]["id"], "quantity": 1}]
    control("POST", f"transfers/{transfer['id']}/send_back", lines=serial, refund=False)
    assert received(control, notices) == [17.0, 2.0]


def test_everything_goes_back(control: Control, announced: Any) -> None:
    notices, transfer = announced
    control("POST", f"transfers/{transfer['id']}/receive")
    control("POST", f"transfers/{transfer['id']}/send_back")
    assert received(control, notices) == [0.0, 0.0]


def test_receiving_the_order_keeps_announced_lots(control: Control, announced: Any) -> None:
    notices, transfer = announced
    control("POST", f"orders/{notices.order.id}/receive")
    lots = [line["lot_id"][1] for line in control("GET", f"transfers/{transfer['id']}")["lines"]]
    assert lots == [line["lot_id"][1] for line in transfer["lines"]]


@pytest.mark.parametrize(
    ("act", "words", "status", "said"),
    [
        ("receive", {"lines": [{"id": 1, "quantity": 1}]}, 409, "is not open in this transfer"),
        ("receive", {"lines": [{"id": 1}]}, 400, "quantity is missing"),
        ("receive", {"lines": []}, 400, "must not be empty"),
        ("receive", {"backorder": "no"}, 400, "true or false"),
        ("send_back", {}, 409, "Nothing of this transfer has been received."),
        ("send_back", {"lot": "x"}, 400, "There is no argument"),
        ("explode", {}, 400, "Nobody knows how to"),
    ],
)
def test_what_cannot_be_done(control: Control, announced: Any, act: str, words: Any, status: int, said: str) -> None:
    _, transfer = announced
    found, answer = control.request("POST", f"/sandbox/api/transfers/{transfer['id']}/{act}",
                                    json.dumps(words).encode())  # fmt: skip
    assert (found, said in answer) == (status, True), answer
    assert control("GET", f"transfers/{transfer['id']}") == transfer


def test_what_did_not_come_does_not_go_back(control: Control, announced: Any) -> None:
    _, transfer = announced
    line = transfer["lines"][0]["id"]
    control("POST", f"transfers/{transfer['id']}/receive", lines=[{"id": line, "quantity": 12}])
    for lines, said in (([{"id": line, "quantity": 13}], "brought less"), ([{"id": 1, "quantity": 1}], "not received")):
        status, answer = control.request("POST", f"/sandbox/api/transfers/{transfer['id']}/send_back",
                                         json.dumps({"lines": lines}).encode())  # fmt: skip
        assert (status, said in answer) == (409, True)
    status, answer = control.request("POST", f"/sandbox/api/transfers/{transfer['id']}/receive")
    assert (status, "Nothing is open" in answer) == (409, True)
    for path in ("transfers/999999", "transfers/HAM/IN/99999"):
        assert control.request("GET", f"/sandbox/api/{path}")[0] == 409


# The page


def test_a_person_at_the_dock(control: Control, announced: Any) -> None:
    notices, transfer = announced
    base = f"/transfers/{transfer['id']}"
    assert f'href="{base}"' in control.request("GET", f"/orders/{notices.order.id}")[1]
    page = control.request("GET", base)[1]
    one, other, *serials = (line["id"] for line in transfer["lines"])
    assert notices.key("asn", "A") in page.replace("<wbr>", "")
    assert f'name="receive-{one}" value="12"' in page
    assert "Please enter how much it is." in control.submit(f"{base}/receive", **{f"receive-{one}": "0"})
    assert "Quantity must be a number" in control.submit(f"{base}/receive", **{f"receive-{one}": "many"})
    page = control.submit(f"{base}/receive", **{f"receive-{one}": "12", f"receive-{other}": "9",
                                                **{f"receive-{key}": "" for key in serials}})  # fmt: skip
    assert "Received." in page
    assert received(control, notices) == [21.0, 0.0]
    assert "Send back what is entered" in page
    page = control.submit(f"{base}/send_back", **{f"receive-{one}": "2", "refund": "1"})
    assert "Sent back." in page
    assert "Return of" in page
    assert received(control, notices) == [19.0, 0.0]
    rest = next(row["id"] for row in control("GET", f"orders/{notices.order.id}")["pickings"] if row["backorder_id"])
    assert "Received." in control.submit(f"/transfers/{rest}/receive_all")
    assert received(control, notices) == [19.0, 2.0]


def test_transfers_without_a_lot_ask_for_one(control: Control, announced: Any) -> None:
    notices, _ = announced
    own = next(row["id"] for row in control("GET", f"orders/{notices.order.id}")["pickings"] if not row["external_id"])
    line = control("GET", f"transfers/{own}")["lines"][0]["id"]
    assert f'name="lot-{line}"' in control.request("GET", f"/transfers/{own}")[1]
    control.submit(f"/transfers/{own}/receive", **{f"receive-{line}": "10", f"lot-{line}": f"DOCK-{notices.run}"})
    done = control("GET", f"transfers/{own}")["lines"]
    assert [(row["lot_id"][1], row["quantity"]) for row in done] == [(f"DOCK-{notices.run}", 10.0)]


@pytest.mark.parametrize("path", ["/transfers/999999", "/transfers/%00", "/transfers/1/explode"])
def test_transfers_that_are_none(control: Control, path: str) -> None:
    assert control.request("GET", path)[0] == 404
    assert control.request("POST", f"{path}/receive", b"")[0] == 404
