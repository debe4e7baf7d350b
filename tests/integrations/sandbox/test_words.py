"""Nonsense said to the control API, the page and the server: a sentence, never a dropped connection, nothing done."""

from __future__ import annotations

import http.client
import json
import logging
import socket
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.sandbox import control as controlling
from tests.contract.target import Client
from tests.integrations.sandbox.conftest import Control

GOOD_LINE = {"product": "PH-1040", "quantity": 5, "date": "2036-05-05 12:00:00", "price": 2}
GOOD = {"vendor": "Acme Castings", "warehouse": "HAM", "lines": [GOOD_LINE]}


def line(**change: Any) -> dict[str, Any]:
    return {**GOOD, "lines": [GOOD_LINE, {**GOOD_LINE, **change}]}


def without(name: str, words: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in words.items() if key != name}


def refused(control: Control, path: str, words: Any) -> Any:
    """The answer to what must be refused with 400, in a sentence that names the field."""
    body = words if isinstance(words, bytes) else json.dumps(words).encode()
    status, answer = control.request("POST", f"/sandbox/api/{path}", body)
    assert status == 400, answer
    said = json.loads(answer)
    assert said["error"].endswith(".")
    assert "Error" not in said["error"]
    return said


FAULTS = [
    ({}, "kind"), ({"kind": "flood"}, "kind"), ({"kind": 5}, "kind"), ({"kind": {"a": 1}}, "kind"),
    ({"kind": "slow", "seconds": "abc"}, "seconds"), ({"kind": "slow", "seconds": -1}, "seconds"),
    ({"kind": "slow", "seconds": 601}, "seconds"), ({"kind": "slow", "seconds": float("nan")}, "seconds"),
    (b'{"kind": "slow", "seconds": 1e400}', "seconds"), ({"kind": "slow", "seconds": True}, "seconds"),
    ({"kind": "lose", "times": 0}, "times"), ({"kind": "lose", "times": 1.5}, "times"),
    ({"kind": "lose", "times": "1"}, "times"), ({"kind": "lose", "model": "no.model"}, "model"),
    ({"kind": "lose", "model": []}, "model"), ({"kind": "lose", "method": 5}, "method"),
    ({"kind": "lose", "record": "7"}, "record"), ({"kind": "lose", "writes_only": "yes"}, "writes_only"),
    ({"kind": "garbage", "commit": 1}, "commit"), ({"kind": "refuse", "message": ["a"]}, "message"),
    ({"kind": "refuse", "message": "x" * 3000}, "message"), ({"kind": "refuse", "login": "\0"}, "login"),
    ({"kind": "down", "id": 3}, "id"), ({"kind": "down", "colour": "red"}, "colour"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "field"), FAULTS, ids=[f"{field}-{n}" for n, (_, field) in enumerate(FAULTS)])
def test_a_fault_that_cannot_be(control: Control, odoo: Client, words: Any, field: str) -> None:
    assert refused(control, "faults", words)["field"] == field
    assert control.sandbox.faults.listed() == []
    assert odoo("res.users", "context_get")


ORDERS = [
    ({"vendor": {"a": 1}, "lines": 5}, "vendor"), ({"vendor": "Acme Castings", "lines": 5}, "lines"),
    ({}, "vendor"), (without("lines", GOOD), "lines"), ({**GOOD, "lines": []}, "lines"),
    ({**GOOD, "lines": ["x"]}, "lines[0]"), ({**GOOD, "vendor": ""}, "vendor"), ({**GOOD, "vendor": True}, "vendor"),
    ({**GOOD, "vendor": 10**30}, "vendor"), ({**GOOD, "vendor": "\ud800"}, "vendor"), ({**GOOD, "warehouse": 5},
    "warehouse"), ({**GOOD, "incoterm": ["FCA"]}, "incoterm"), ({**GOOD, "partner_ref": "a\0b"}, "partner_ref"),
    ({**GOOD, "confirm": "yes"}, "confirm"), ({**GOOD, "env": 1}, "env"), ({**GOOD, "as_user": {}}, "as_user"),
    ({**GOOD, "lines": [without("product", GOOD_LINE)]}, "lines[0].product"),
    ({**GOOD, "lines": [without("quantity", GOOD_LINE)]}, "lines[0].quantity"),
    (line(quantity=-5), "lines[1].quantity"), (line(quantity=0), "lines[1].quantity"),
    (line(quantity="5"), "lines[1].quantity"), (line(quantity=float("nan")), "lines[1].quantity"),
    (line(quantity=float("inf")), "lines[1].quantity"), (line(quantity=10**400), "lines[1].quantity"),
    (line(quantity=True), "lines[1].quantity"), (line(price=-1), "lines[1].price"), (line(price={}), "lines[1].price"),
    (line(date="soon"), "lines[1].date"), (line(date=20360505), "lines[1].date"),
    (line(date="0001-01-01"), "lines[1].date"), (line(date="2036-05-05T12:00:00Z"), "lines[1].date"),
    (line(product=[1]), "lines[1].product"), (line(product=None), "lines[1].product"),
    (line(colour="red"), "lines[1].colour"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "field"), ORDERS, ids=[f"{field}-{n}" for n, (_, field) in enumerate(ORDERS)])
def test_an_order_that_cannot_be(control: Control, odoo: Client, words: Any, field: str) -> None:
    before = odoo("purchase.order", "search_count", [])
    assert refused(control, "orders", words)["field"] == field
    assert odoo("purchase.order", "search_count", []) == before


def test_below_zero_is_said_as_what_it_is(control: Control) -> None:
    assert refused(control, "orders", line(quantity=-5))["error"] == "lines[1].quantity must be above zero."


BODIES = [b"nonsense", b"[]", b"5", b"null", b"\xff\xfe", b"[" * 100_000, b'{"lines": ' + b"[" * 100_000, b'{"a": 1,}']


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("path", ["orders", "faults", "orders/1/revise", "reset"])
def test_a_body_that_is_none(control: Control, path: str, body: bytes) -> None:
    assert "body" in refused(control, path, body)["error"]


@pytest.mark.parametrize(
    ("act", "words", "field"),
    [
        ("revise", {}, "lines"), ("revise", {"lines": [{}]}, "lines[0].id"), ("revise", {"lines": {"id": 1}}, "lines"),
        ("revise", {"lines": [{"id": "1"}]}, "lines[0].id"), ("revise", {"lines": [{"id": 1, "quantity": -1}]},
        "lines[0].quantity"), ("revise", {"lines": [{"id": 1, "date": "x"}]}, "lines[0].date"),
        ("revise", {"lines": [{"id": 1, "move_dates": "x"}]}, "lines[0].move_dates"),
        ("revise", {"lines": [{"id": 1}, {"id": 1}]}, "lines[1].id"), ("add_line", {}, "product"),
        ("add_line", {"product": "PH-1040", "quantity": -1}, "quantity"),
        ("add_line", {"product": "PH-1040", "quantity": 1, "order_id": 1}, "order_id"),
        ("receive", {"lines": []}, "lines"), ("receive", {"lines": [{"id": 1}]}, "lines[0].quantity"),
        ("receive", {"lines": [{"id": 1, "quantity": float("nan")}]}, "lines[0].quantity"),
        ("receive", {"lines": [{"id": 1, "quantity": -3}]}, "lines[0].quantity"), ("cancel", {"why": "x"}, "why"),
        ("explode", {}, ""),
    ],
)  # fmt: skip
def test_an_act_that_cannot_be(control: Control, act: str, words: Any, field: str) -> None:
    order = control("GET", "orders")["orders"][0]["id"]
    before = control("GET", f"orders/{order}")
    assert refused(control, f"orders/{order}/{act}", words)["field"] == field
    assert control("GET", f"orders/{order}") == before


def test_what_odoo_would_not_know(control: Control) -> None:
    order = control("POST", "orders", **GOOD)
    strange = {"lines": [{"id": order["lines"][0]["id"], "quantity": 1}, {"id": 999_999, "quantity": 1}]}
    for path, words in (
        (f"orders/{order['id']}/receive", strange), (f"orders/{order['id']}/revise", {"lines": [{"id": 999_999}]}),
        ("orders", {**GOOD, "incoterm": "XXX"}), ("orders", {**GOOD, "warehouse": "NIX"}),
        ("orders", {**GOOD, "vendor": "Nobody"}), ("orders", {**GOOD, "as_user": "nobody at all"}),
        ("orders", line(product="NIX")),
    ):  # fmt: skip
        status, answer = control.request("POST", f"/sandbox/api/{path}", json.dumps(words).encode())
        assert status == 409, answer
    assert control("GET", f"orders/{order['id']}")["lines"][0]["qty_received"] == 0.0


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", "orders?limit=abc"), ("GET", "orders?limit=-1"), ("GET", "orders?limit=" + "9" * 30),
        ("GET", "calls?last=x"), ("GET", "calls?last=-3"), ("DELETE", "faults/x"), ("DELETE", "faults?kind=flood"),
    ],
)  # fmt: skip
def test_addresses_that_cannot_be(control: Control, verb: str, path: str) -> None:
    control("POST", "faults", kind="slow", seconds=0, method="nothing")
    status, answer = control.request(verb, f"/sandbox/api/{path}")
    assert (status, len(control.sandbox.faults.listed())) == (400, 1)
    assert json.loads(answer)["field"] in ("limit", "last", "id", "kind")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("Acme Castings"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "product", "quantity", "lines", "vendor", "date", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
WORDS = st.dictionaries(
    st.sampled_from(["vendor", "lines", "kind", "seconds", "times", "model", "product", "quantity", "as_user"]),
    JSON | st.sampled_from(["slow", "lose"]),
    max_size=5,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, st.sampled_from(["orders", "faults", "orders/1/revise", "orders/1/receive", "orders/1/add_line"]))
def test_any_words(control: Control, words: dict[str, Any], path: str) -> None:
    """Whatever is said: done, refused by Odoo or not understood, but never a failure of the sandbox's own."""
    body = json.dumps(words).encode()
    status, _, answer = controlling.respond(control.sandbox, "POST", path, {}, body)
    assert status in (200, 400, 409), answer
    assert "Error:" not in json.loads(answer).get("error", "")


# The server


def test_a_failure_of_its_own_is_told_and_logged(
    control: Control, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(controlling, "list_orders", fail)
    monkeypatch.setattr(control.sandbox, "rpc", fail)
    with caplog.at_level(logging.ERROR):
        status, answer = control.request("GET", "/sandbox/api/orders")
        assert (status, "wrong in the sandbox itself" in json.loads(answer)["error"]) == (500, True)
        status, answer = control.request("POST", "/jsonrpc", b"{}", **{"Content-Type": "application/json"})
        assert (status, "wrong in the sandbox itself" in json.loads(answer)["error"]) == (500, True)
    assert [record.exc_info is not None for record in caplog.records] == [True, True]


@pytest.mark.parametrize("path", ["/sandbox/api/orders", "/orders", "/faults"])
def test_a_body_that_is_too_large(control: Control, path: str) -> None:
    status, answer = control.request("POST", path, b" " * (3 * 1024 * 1024))
    assert status == 413
    assert json.loads(answer)["error"] == "The body must not be larger than 1 MB."


def test_a_call_may_be_larger(control: Control) -> None:
    """Odoo takes attachments."""
    kind = {"Content-Type": "application/json"}
    assert control.request("POST", "/jsonrpc", b" " * (3 * 1024 * 1024) + b"{}", **kind)[0] == 200
    assert control.request("POST", "/jsonrpc", b"[" * 100_000, **kind)[0] == 400


@pytest.mark.parametrize(
    ("head", "status"),
    [("Content-Length: abc", 400), ("Content-Length: -1", 400), ("Content-Length: " + "9" * 30, 400),
     ("Content-Length: 99999999999", 413), ("Transfer-Encoding: chunked", 411)],
)  # fmt: skip
def test_a_length_that_is_none(control: Control, head: str, status: int) -> None:
    port = control.sandbox.port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"POST /sandbox/api/reset HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}\r\n\r\n".encode())
        line.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert (answer.status, "error" in json.loads(answer.read())) == (status, True)


def test_half_a_request_is_none(control: Control, odoo: Client) -> None:
    port, body = control.sandbox.port, json.dumps(GOOD).encode()
    before = odoo("purchase.order", "search_count", [])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        head = f"POST /sandbox/api/orders HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body) + 9}\r\n\r\n"
        line.sendall(head.encode() + body)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(100) == b""
    assert odoo("purchase.order", "search_count", []) == before


@pytest.mark.parametrize(
    "args", [5, "x", {"a": 1}, [[]], [None] * 5, ["sandbox", {}, "x", "y", "z"], ["sandbox", 10**30, [], {}, 5, 6, 7],
             ["sandbox", 2, "x", "purchase.order", "load", [["\u00b2", ".id"], [["\u00b2"], 5]]]],
)  # fmt: skip
@pytest.mark.parametrize("service", ["object", "common", 5])
def test_nonsense_from_a_client_of_odoo(control: Control, service: object, args: object) -> None:
    control("POST", "faults", kind="slow", seconds=0, record=1)
    words = {"jsonrpc": "2.0", "id": 1, "params": {"service": service, "method": "execute_kw", "args": args}}
    status, _ = control.request("POST", "/jsonrpc", json.dumps(words).encode(), **{"Content-Type": "application/json"})
    assert status in (200, 400)


# The page


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/faults", {"kind": "slow", "seconds": "abc"}, "Seconds must be a number, not &#x27;abc&#x27;."),
        ("/faults", {"kind": "slow", "seconds": "1e400"}, "Seconds must be a number"),
        ("/faults", {"kind": "slow", "seconds": "999"}, "seconds must be a number from 0 to 600"),
        ("/faults", {}, "unknown fault"),
        ("/faults", {"kind": "slow", "times": "-1"}, "times must be a whole number"),
        ("/orders", {}, "An order needs a line"),
        ("/orders", {"item1": "PH-1040", "quantity1": "5"}, "vendor must not be empty"),
        ("/orders", {"item1": "PH-1040", "quantity1": "-5", "vendor": "8"}, "must be above zero"),
        ("/orders", {"item1": "PH-1040", "quantity1": "1e400", "vendor": "8"}, "Quantity must be a number"),
        ("/orders/1/add_line", {}, "product is missing."),
        ("/orders/1/add_line", {"item": "PH-1040", "quantity": "x"}, "Quantity must be a number"),
        ("/orders/1/receive", {"receive-1": "nan"}, "Quantity must be a number"),
        ("/orders/1/receive", {"receive-x": "1"}, "Please enter how much arrived."),
    ],
)
def test_forms_that_cannot_be(control: Control, path: str, form: dict[str, str], said: str) -> None:
    page = control.submit(path, **form)
    assert said in page
    assert 'role="alert"' in page
    assert control.sandbox.faults.listed() == []


@pytest.mark.parametrize("path", ["/?page=abc", "/?page=-1", "/?page=99999999999999999999", "/?q=%00", "/?q=%ff"])
def test_the_first_page_whatever_is_asked(control: Control, path: str) -> None:
    assert control.request("GET", path)[0] == 200


@pytest.mark.parametrize("path", ["/orders/99999999999999999999", "/orders/%00", "/orders/1/explode"])
def test_orders_that_are_none(control: Control, path: str) -> None:
    assert control.request("GET", path)[0] == 404
    assert control.request("POST", f"{path}/revise", b"")[0] == 404
