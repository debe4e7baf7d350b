"""The sandbox as a process: started, seeded, stopped; its store; and that it keeps to itself."""

from __future__ import annotations

import ast
import datetime as dt
import json
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest

from integrations.sandbox import seed
from integrations.sandbox.__main__ import main
from integrations.sandbox.env import Env
from integrations.sandbox.schema import MODELS
from integrations.sandbox.schema.rights import GROUPS, RIGHTS
from integrations.sandbox.server import Sandbox
from integrations.sandbox.store import Store, clock
from tests.contract.target import Client, sandbox_target

ROOM = Path(seed.__file__).parent


def test_it_serves_until_it_is_told_to_stop(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "integrations.sandbox", "serve", "--port", "0", "--state", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOM.parent.parent)
    try:
        assert process.stdout
        said = process.stdout.readline()
        address = said.split()[3]
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": {}}).encode()
        request = urllib.request.Request(f"{address}web/webclient/version_info", data=body)
        with urllib.request.urlopen(request, timeout=10) as response:
            assert json.load(response)["result"]["server_version"] == "18.0"
            assert response.headers["Set-Cookie"].startswith("session_id=")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()


def test_a_busy_port_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", "--port", str(port), "--state", str(tmp_path)]) == 1
    assert f"cannot listen on port {port}" in capsys.readouterr().err


def test_what_was_done_outlives_a_restart(tmp_path: Path) -> None:
    first = Sandbox(tmp_path)
    first.start()
    client = Client(sandbox_target(first.port), *seed.INTEGRATION_USER)
    order = client("purchase.order", "search", [], limit=1)[0]
    client("purchase.order", "write", [order], {"partner_ref": "kept"})
    first.stop()
    second = Sandbox(tmp_path)
    second.start()
    client = Client(sandbox_target(second.port), *seed.INTEGRATION_USER)
    assert client.one("purchase.order", order, "partner_ref")["partner_ref"] == "kept"
    assert client("purchase.order", "search_count", []) == 12
    second.stop()


def test_the_seed_is_the_same_every_time(tmp_path: Path) -> None:
    def picture(store: Store) -> list[tuple[object, ...]]:
        with store.transaction(write=False) as connection:
            sql = (
                "SELECT o.name, p.name, l.product_qty, l.price_unit, l.date_planned, l.qty_received "
                "FROM purchase_order_line l JOIN purchase_order o ON o.id = l.order_id "
                "JOIN res_partner p ON p.id = o.partner_id ORDER BY l.id"
            )
            return [tuple(row) for row in connection.execute(sql)]

    one, two = Store(tmp_path / "one"), Store(tmp_path / "two")
    assert seed.fill_if_empty(one)
    assert not seed.fill_if_empty(one)
    seed.fill_if_empty(two)
    assert picture(one) == picture(two)
    assert len(picture(one)) == 23
    assert main(["reset", "--state", str(tmp_path / "one")]) == 0
    assert picture(one) == picture(two)


def test_the_seed_has_what_the_story_needs(tmp_path: Path) -> None:
    store = Store(tmp_path)
    seed.fill_if_empty(store)
    with store.transaction(write=False) as connection:
        env = Env(connection, 1, clock(), superuser=True)
        assert [row["name"] for row in env.rows("res.company", "1")] == ["Nordwerk Pumps GmbH", "Nordwerk Pumps Polska"]
        assert [row["code"] for row in env.rows("stock.warehouse", "1")] == ["HAM", "DRS", "WRO"]
        emails = {row["email"] for row in env.rows("res.partner", "parent_id IS NOT NULL")}
        assert emails >= {"anna@acme-castings.example", "boris@borealis-polymers.example"}
        days = [row["date_planned"] for row in env.rows("purchase.order.line", "display_type IS NULL")]
        assert days
        assert all(day > env.now for day in days)


@pytest.mark.parametrize("weekday", range(7))
def test_acme_has_something_to_ship_this_week_on_any_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, weekday: int
) -> None:
    today = dt.date(2026, 11, 23) + dt.timedelta(days=weekday)
    monkeypatch.setattr(seed, "clock", lambda: f"{today} 06:00:00.000000")
    store = Store(tmp_path)
    seed.fill_if_empty(store)
    with store.transaction(write=False) as connection:
        (first,) = connection.execute("SELECT MIN(date_planned) FROM purchase_order_line").fetchone()
    due = dt.date.fromisoformat(first[:10])
    assert due.weekday() < 5
    assert today < due < today + dt.timedelta(days=7)


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path)
    seed.fill_if_empty(store)

    def fail() -> None:
        with store.transaction(write=True) as connection:
            connection.execute("DELETE FROM purchase_order")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with store.transaction(write=False) as connection:
        assert connection.execute("SELECT COUNT(*) FROM purchase_order").fetchone()[0] == 12


def test_many_clients_at_once(tmp_path: Path) -> None:
    """Writers queue: no call is lost, none fails, keys stay unique."""
    sandbox = Sandbox(tmp_path)
    sandbox.start()
    answers: list[object] = []

    def work(number: int) -> None:
        client = Client(sandbox_target(sandbox.port), *seed.INTEGRATION_USER)
        for turn in range(5):
            answers.append(
                client("stock.quant.package", "load", ["id", "name"], [[f"portal_sync.race_{turn}", "P"]])["ids"]
            )
            client("purchase.order", "message_post", [1], body=f"{number}.{turn}")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client = Client(sandbox_target(sandbox.port), *seed.INTEGRATION_USER)
    assert client("stock.quant.package", "search_count", []) == 5
    assert len(answers) == 40
    assert client("mail.message", "search_count", [["res_id", "=", 1], ["model", "=", "purchase.order"]]) == 40
    sandbox.stop()


def test_it_imports_nothing_but_the_standard_library_and_itself() -> None:
    own = "integrations.sandbox"
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name.startswith(own) or name.partition(".")[0] in sys.stdlib_module_names, f"{path}: {name}"


def test_the_data_table_is_sound() -> None:
    for name, model in MODELS.items():
        assert name in RIGHTS, f"{name} has no rights"
        for field_name, field in model.fields.items():
            if field.relation and field.relation not in MODELS:
                assert field.ids == "SELECT NULL WHERE 0", f"{name}.{field_name} points nowhere"
            if field.type == "selection":
                assert field.selection, f"{name}.{field_name} has no options"
            if field.inverse:
                assert field.inverse in MODELS[field.relation].fields
    for rights in RIGHTS.values():
        assert set(rights) <= set(GROUPS)


def test_nobody_else_can_reach_it(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path)
    assert sandbox.server.server_address[0] == "127.0.0.1"
    sandbox.server.server_close()
