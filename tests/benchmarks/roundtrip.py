"""Real orders there and back: ``python -m tests.benchmarks.roundtrip orders.csv``.

The orders of a CSV file go into the sandbox, are pulled, answered through the API, decided, and written back. Then Odoo
is read by a client of its own and compared, line by line, with what was answered: nothing lost, nothing doubled.
"""

from __future__ import annotations

import argparse
import collections
import datetime as dt
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import tests.environment  # noqa: F401 (settings refuse to load without a secret key)
from tests.benchmarks.world import empty_world

EVERY_SPLIT, EVERY_MOVE = 3, 5
"""Every third line is split in two, every fifth moved by three weeks; the others are accepted."""


@contextmanager
def sandbox(csv: Path, limit: int) -> Iterator[str]:
    """A sandbox that holds the file's orders; its address."""
    with tempfile.TemporaryDirectory() as state, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        command = [sys.executable, "-m", "integrations.sandbox"]
        load = [*command, "load_orders", str(csv), "--state", state, "--shift-to-today"]
        load += ["--limit", str(limit)] if limit else []
        print(subprocess.run(load, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
        server = subprocess.Popen([*command, "serve", "--port", port, "--state", state], stdout=subprocess.DEVNULL)
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(address, timeout=1)
                    break
                except OSError:
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait()


def go_live() -> None:
    """Everybody's orders are live, whenever they were placed: what is not switched on is read, and no more."""
    from django.utils import timezone

    from portal.shared.actor import system_actor
    from suppliers.actions.activation import set_mode
    from suppliers.states import Mode

    always = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
    set_mode(actor=system_actor("set-up"), mode=Mode.ON, cut_over=always, at=timezone.now())


def promises(line: dict[str, Any], count: int, today: dt.date) -> dict[str, Any]:
    """What the supplier says to the ``count``-th line."""
    answer = {"line": line["id"], "revision": line["revision"], "answer": "accepted"}
    quantity = Decimal(line["quantity"])
    soon = max(dt.date.fromisoformat(line["requested_date"]), today)
    if count % EVERY_SPLIT == 0 and quantity >= 2:
        first = quantity // 2
        parts = [(first, soon), (quantity - first, soon + dt.timedelta(days=14))]
    elif count % EVERY_MOVE == 0:
        parts = [(quantity, soon + dt.timedelta(days=21))]
    else:
        return answer
    said = [{"quantity": str(part), "date": date.isoformat()} for part, date in parts]
    return answer | {"answer": "changed", "reason": "capacity", "promises": said}


def answer_all(today: dt.date) -> tuple[dict[str, list[tuple[str, str]]], int]:
    """Every supplier answers every order through the API; the buyer approves what is outside tolerance.

    Returns, by order number, the quantity and date of every delivery that Odoo must hold in the end.
    """
    from django.test import Client
    from django.utils import timezone

    from portal.shared.acting import acting
    from portal.shared.actor import system_actor
    from suppliers.actions.people import enrol, issue_token
    from suppliers.models import Supplier, User
    from suppliers.permissions import Scope
    from suppliers.states import StaffRole

    actor, now = system_actor("set-up"), timezone.now()
    with acting(actor):
        suppliers = list(Supplier.objects.all())
    expected: dict[str, list[tuple[str, str]]] = {}
    count = 0
    client = Client(SERVER_NAME="localhost")
    for supplier in suppliers:
        scopes = [Scope.READ_ORDERS, Scope.WRITE_ANSWERS]
        token = issue_token(actor=actor, supplier=supplier, name="Round trip", scopes=scopes, days=1, at=now)
        headers = {"Authorization": f"Bearer {token.secret}"}
        cursor = ""
        while True:
            page = client.get(
                "/api/v1/orders/", {"limit": 100, "cursor": cursor, "sort": "number"}, headers=headers
            ).json()
            for row in page["results"]:
                detail = client.get(f"/api/v1/orders/{row['id']}/", headers=headers).json()
                lines = []
                for line in detail["lines"]:
                    if line["state"] != "open":
                        continue
                    count += 1
                    lines.append(promises(line, count, today))
                    said = lines[-1].get("promises") or line["schedule"]
                    expected.setdefault(row["number"], []).extend((one["quantity"], one["date"]) for one in said)
                if not lines:
                    continue
                answered = client.post(
                    f"/api/v1/orders/{row['id']}/acknowledgements/",
                    json.dumps({"lines": lines}),
                    content_type="application/json",
                    headers=headers | {"Idempotency-Key": f"round-trip-{row['id']}"},
                )
                assert answered.status_code == 201, answered.content
            cursor = page["next"]
            if not cursor:
                break
    enrol(actor=actor, email="bea@nordwerk.example", name="Bea", staff_roles=[StaffRole.BUYER], at=now)
    buyer = Client(SERVER_NAME="localhost")
    buyer.force_login(User.objects.get(email="bea@nordwerk.example"))
    while rows := buyer.get("/api/v1/decisions/").json()["results"]:
        for row in rows:
            body = json.dumps({"answer": row["answer"]["id"], "decision": "approved"})
            decided = buyer.post(f"/api/v1/order-lines/{row['line']}/decision/", body, content_type="application/json")
            assert decided.status_code == 200, decided.content
    return expected, count


def held_by_odoo() -> tuple[dict[str, list[tuple[str, str]]], int]:
    """What Odoo holds, and how many notes of ours, read by a client of its own."""
    from urllib.parse import urlsplit

    import odoorpc

    address = urlsplit(os.environ["ODOO_URL"])
    odoo = odoorpc.ODOO(address.hostname, port=address.port)
    odoo.login("sandbox", "admin", "admin")
    orders = odoo.execute("purchase.order", "search_read", [["state", "in", ["purchase", "done"]]], ["name"])
    names = {order["id"]: order["name"] for order in orders}
    fields = ["order_id", "product_qty", "date_planned", "display_type"]
    held: dict[str, list[tuple[str, str]]] = {}
    for line in odoo.execute("purchase.order.line", "search_read", [["order_id", "in", list(names)]], fields):
        if line["product_qty"]:
            quantity = f"{Decimal(str(line['product_qty'])).normalize():f}"
            held.setdefault(names[line["order_id"][0]], []).append((quantity, line["date_planned"][:10]))
    notes = odoo.execute(
        "mail.message", "search_read", [["model", "=", "purchase.order"], ["body", "like", "confirmed"]], ["res_id"]
    )
    return held, len(notes)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("csv", type=Path)
    parser.add_argument("--limit", type=int, default=0, help="so many orders only")
    options = parser.parse_args()
    os.environ["LOG_LEVEL"] = "ERROR"
    clock = time.perf_counter
    with sandbox(options.csv, options.limit) as address:
        os.environ.update(ODOO_URL=address, API_RATE="1000000/min")
        with empty_world():
            from integrations.office import tasks
            from integrations.office.models import Delivery
            from integrations.slot.models import Exchange
            from portal.shared.acting import acting
            from portal.shared.actor import system_actor
            from suppliers.models import OrderLine, OrderRevision, PurchaseOrder

            go_live()
            start = clock()
            tasks.pull()
            pulled = clock()
            eye = system_actor("set-up")
            with acting(eye):
                orders, lines = PurchaseOrder.objects.count(), OrderLine.objects.count()
            print(f"pulled    {orders:,} orders, {lines:,} lines in {pulled - start:.1f} s")
            expected, answered_lines = answer_all(dt.datetime.now(dt.UTC).date())
            answered = clock()
            print(
                f"answered  {len(expected):,} orders, {answered_lines:,} lines in {answered - pulled:.1f} s, one by one"
            )
            while True:
                tasks.relay()
                with acting(eye):
                    left = Delivery.objects.filter(state__in=["waiting", "sending"]).count()
                if not left:
                    break
            sent = clock()
            with acting(eye):
                states = collections.Counter(Delivery.objects.values_list("state", flat=True))
                calls = Exchange.objects.exclude(delivery_id=None).count()
                marks = collections.Counter(OrderLine.objects.values_list("state", "sync"))
            each = calls / max(len(expected), 1)
            print(f"delivered {dict(states)} in {sent - answered:.1f} s, {each:.2f} calls an order")
            print(f"lines     {dict(marks)}")
            held, notes = held_by_odoo()
            wrong = [name for name, said in expected.items() if sorted(said) != sorted(held.get(name, []))]
            tasks.pull()
            tasks.pull()
            with acting(eye):
                extra = OrderRevision.objects.count() - orders
            print(f"compared  {len(expected):,} orders with Odoo: {len(wrong)} differ; {extra} revisions by our echo")
            print(f"notes     {notes:,} in Odoo for {states['done']:,} delivered letters")
            if wrong or extra or notes != states["done"]:
                for name in wrong[:5]:
                    print(name, "said", sorted(expected[name]), "held", sorted(held.get(name, [])))
                sys.exit(1)


if __name__ == "__main__":
    main()
