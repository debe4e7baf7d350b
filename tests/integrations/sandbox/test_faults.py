"""Trouble on order: what the client sees, and what was nevertheless done."""

from __future__ import annotations

import http.client
import json
import threading
import time
import urllib.error
from collections.abc import Iterator
from typing import Any

import odoorpc
import pytest
from odoorpc.error import RPCError

from integrations.sandbox import server
from tests.contract.target import Client
from tests.integrations.sandbox.conftest import Control
from tests.running.conftest import until


def a_line(odoo: Client) -> dict[str, Any]:
    return odoo.all("purchase.order.line", [["state", "=", "purchase"]], "product_qty", "price_unit", "date_planned",
                    "write_date", limit=1, order="id")[0]  # fmt: skip


def rename(odoo: Client, line: int, name: str) -> Any:
    return odoo("purchase.order.line", "write", [line], {"name": name})


def name_of(odoo: Client, line: int) -> str:
    return str(odoo.one("purchase.order.line", line, "name")["name"])


def test_down_is_a_proxys_502_for_everything(control: Control, odoo: Client) -> None:
    control("POST", "faults", kind="down")
    with pytest.raises(urllib.error.HTTPError) as info:
        odoo("res.users", "context_get")
    assert info.value.code == 502
    with pytest.raises(urllib.error.HTTPError):
        odoorpc.ODOO("127.0.0.1", port=control.sandbox.port)
    control("DELETE", "faults")
    assert odoo("res.users", "context_get")


def test_a_closed_connection_did_nothing(control: Control, odoo: Client) -> None:
    line = a_line(odoo)["id"]
    control("POST", "faults", kind="close", method="write", times=1)
    with pytest.raises(http.client.RemoteDisconnected):
        rename(odoo, line, "never written")
    assert name_of(odoo, line) != "never written"


def test_a_lost_answer_was_committed(control: Control, odoo: Client) -> None:
    line = a_line(odoo)["id"]
    control("POST", "faults", kind="lose", model="purchase.order.line", method="write", times=1)
    with pytest.raises(http.client.RemoteDisconnected):
        rename(odoo, line, "written, not told")
    assert name_of(odoo, line) == "written, not told"
    assert rename(odoo, line, "told again") is True


def test_losing_writes_lets_reads_pass(control: Control, odoo: Client) -> None:
    control("POST", "faults", kind="lose", writes_only=True, times=1)
    line = a_line(odoo)["id"]
    with pytest.raises(http.client.RemoteDisconnected):
        rename(odoo, line, "x")


class Held:
    """Stands in for ``time`` in the sandbox: whoever waits there waits until :meth:`release`, however long that is."""

    def __init__(self) -> None:
        self.waiting, self._released = threading.Event(), threading.Event()

    def sleep(self, seconds: float) -> None:
        self.waiting.set()
        assert self._released.wait(60)

    def release(self) -> None:
        self._released.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    held = Held()
    monkeypatch.setattr(server, "time", held)
    yield held
    held.release()


def test_a_late_call_commits_after_the_client_gave_up(
    control: Control, odoo: Client, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its row carries the stamp of the call's beginning, so it comes to light older than what was read meanwhile."""
    line = a_line(odoo)["id"]
    before = name_of(odoo, line)
    control("POST", "faults", kind="late", method="write", seconds=1, times=1)
    hasty = Client(odoo.target, odoo.target.user, odoo.target.password)
    hasty.odoo.config["timeout"] = 0.2
    monkeypatch.setattr(server, "clock", lambda: "2026-01-05 08:00:00.000000")
    with pytest.raises(TimeoutError):
        rename(hasty, line, "late")
    assert held.waiting.wait(60)
    monkeypatch.setattr(server, "clock", lambda: "2026-01-05 09:00:00.000000")
    assert name_of(odoo, line) == before
    held.release()
    until(lambda: name_of(odoo, line) == "late")
    assert odoo.one("purchase.order.line", line, "write_date")["write_date"] == "2026-01-05 08:00:00"


def test_a_slow_answer_blocks_nobody_else(control: Control, odoo: Client, held: Held) -> None:
    line = a_line(odoo)["id"]
    control("POST", "faults", kind="slow", method="write", seconds=1, times=1)
    slow = threading.Thread(target=rename, args=(odoo, line, "slow"))
    slow.start()
    assert held.waiting.wait(60)
    other = Client(odoo.target, odoo.target.user, odoo.target.password)
    assert name_of(other, line) == "slow"
    assert rename(other, line, "meanwhile") is True
    assert slow.is_alive(), "the first has not been answered yet"
    held.release()
    slow.join(60)
    assert not slow.is_alive()


def test_garbage_is_200_and_no_json(control: Control, odoo: Client) -> None:
    line = a_line(odoo)["id"]
    control("POST", "faults", kind="garbage", method="write", times=1)
    with pytest.raises(json.JSONDecodeError):
        rename(odoo, line, "garbled")
    assert name_of(odoo, line) != "garbled"
    control("POST", "faults", kind="garbage", method="write", times=1, commit=True)
    with pytest.raises(json.JSONDecodeError):
        rename(odoo, line, "garbled")
    assert name_of(odoo, line) == "garbled"


def test_a_lost_race(control: Control, odoo: Client) -> None:
    control("POST", "faults", kind="serialization", times=2, writes_only=True)
    with pytest.raises(RPCError) as info:
        rename(odoo, a_line(odoo)["id"], "x")
    assert info.value.info["data"]["name"] == "psycopg2.errors.SerializationFailure"
    answer = odoo("stock.quant.package", "load", ["id", "name"], [["portal_sync.x", "X"]])
    assert answer["ids"] is False
    assert answer["messages"][0]["message"] == "could not serialize access due to concurrent update\n"
    assert odoo("stock.quant.package", "search_count", [["name", "=", "X"]]) == 0


@pytest.mark.parametrize(
    ("kind", "name"), [("access", "odoo.exceptions.AccessError"), ("refuse", "odoo.exceptions.UserError")]
)
def test_one_record_fails(control: Control, odoo: Client, kind: str, name: str) -> None:
    one, two = odoo("purchase.order.line", "search", [["state", "=", "purchase"]], limit=2)
    control("POST", "faults", kind=kind, model="purchase.order.line", record=one)
    with pytest.raises(RPCError) as info:
        rename(odoo, one, "x")
    assert info.value.info["data"]["name"] == name
    assert rename(odoo, two, "fine") is True


def test_one_record_fails_in_a_load_too(control: Control, odoo: Client) -> None:
    line = a_line(odoo)["id"]
    control("POST", "faults", kind="refuse", record=line, message="Not this one.")
    with pytest.raises(RPCError, match="Not this one"):
        odoo("purchase.order.line", "load", [".id", "name"], [[str(line), "x"]])


def test_one_user_only(control: Control, odoo: Client) -> None:
    control("POST", "faults", kind="refuse", login="portal_sync")
    with pytest.raises(RPCError):
        odoo("res.users", "context_get")
    control("POST", "orders", vendor="Acme Castings", lines=[{"product": "PH-1040", "quantity": 1}])


def test_faults_are_listed_and_cleared_one_by_one(control: Control) -> None:
    first = control("POST", "faults", kind="slow", seconds=5)["id"]
    control("POST", "faults", kind="lose", model="mail.message")
    assert [fault["kind"] for fault in control("GET", "faults")["faults"]] == ["slow", "lose"]
    control("DELETE", f"faults/{first}")
    assert [fault["kind"] for fault in control("GET", "faults")["faults"]] == ["lose"]
    control("DELETE", "faults?kind=lose")
    assert control("GET", "faults")["faults"] == []


def test_an_unknown_fault_is_refused(control: Control) -> None:
    status, body = control.request("POST", "/sandbox/api/faults", b'{"kind": "flood"}')
    assert status == 400
    assert "unknown fault" in body


def test_every_call_is_in_the_log(control: Control, odoo: Client) -> None:
    control("DELETE", "calls")
    line = a_line(odoo)["id"]
    for _ in range(2):
        rename(odoo, line, "the same")
    control("POST", "faults", kind="lose", method="write", times=1)
    with pytest.raises(http.client.RemoteDisconnected):
        rename(odoo, line, "another")
    answer = control("GET", "calls")
    assert answer["counts"] == {"purchase.order.line.search_read": 1, "purchase.order.line.write": 3}
    one, two, three = answer["calls"][1:]
    assert one["digest"] == two["digest"] != three["digest"]
    assert (one["login"], one["ids"], one["outcome"]) == ("portal_sync", [line], "ok")
    assert (three["outcome"], three["fault"]) == ("no answer", "lose")
    assert control("GET", "calls?last=1")["calls"] == [three]
