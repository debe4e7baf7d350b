"""The sandbox Odoo in the test's own process, the road to it, and the people who work in it.

What travels is the bytes that a socket would carry, so the real gateway, push and pull are under test; calls go wrong,
workers die and people are quicker wherever a test says so. Whoever edits a line here is remembered until the portal
has shown the edit to somebody: writing over it before that is an overwriting.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import odoorpc

from integrations.office.actions.pulling import LINE
from integrations.office.models import Mapping
from integrations.office.odoo import translate
from integrations.office.odoo.gateway import Address, Gateway
from integrations.office.odoo.push import COLUMNS
from integrations.sandbox import control, dock, records, seed
from integrations.sandbox.env import Env
from integrations.sandbox.schema import MODELS
from integrations.sandbox.server import NoAnswerError, Sandbox
from integrations.sandbox.store import Store, _like

FAULTS = ("lose", "close", "down", "garbage", "serialization", "access")
MEANWHILE, DIE_BEFORE, DIE_AFTER = "meanwhile", "die before", "die after"
WINDOW = {"get_external_id", "load"}
"""Between a letter's look and its write nobody edits Odoo here: docs/delivery.md names that window."""
CARRYING = ("stock.picking", "stock.move", "stock.move.line")

Values = tuple[Decimal, Decimal, dt.date]


class _Kept(sqlite3.Connection):
    """Stays open, since opening it costs more than most of what is asked."""

    def close(self) -> None:
        pass


class InMemory(Store):
    """The sandbox's store, for one thread and as long as the process lives."""

    def __init__(self, directory: Path) -> None:
        self.kept = sqlite3.connect(":memory:", isolation_level=None, factory=_Kept)
        super().__init__(directory)

    def _connect(self) -> sqlite3.Connection:
        self.kept.row_factory = sqlite3.Row
        self.kept.create_function("odoo_like", 3, _like, deterministic=True)
        return self.kept


class Died(BaseException):
    """kill -9."""


@dataclass(frozen=True)
class Mishap:
    """What goes wrong, or what somebody does, at which call of a round."""

    kind: str
    at: int
    meanwhile: Callable[[], object] = lambda: None
    in_odoo: bool = False
    """Whether what is done meanwhile changes something in Odoo."""


@dataclass
class Odoo:
    """One order in a sandbox; ``number`` is its name."""

    sandbox: Sandbox
    clean: sqlite3.Connection = field(default_factory=lambda: sqlite3.connect(":memory:"))
    """The store as it was when the portal had read everything."""
    number: str = ""
    unseen: dict[int, tuple[Values, int]] = field(default_factory=dict)
    """What a person said of a line, and how many revisions of the order there were then."""
    overwritten: list[str] = field(default_factory=list)
    carried: list[str] = field(default_factory=list)
    """Calls about transfers after which Odoo expected more or less of a line than before."""
    shown: Callable[[Values, int], bool] = lambda values, revisions: False
    """Whether a revision after so many shows these values."""
    revisions: Callable[[], int] = lambda: 0

    @classmethod
    def started(cls, directory: Path) -> Odoo:
        sandbox = Sandbox(directory)
        store = InMemory(directory)
        seed.fill_if_empty(store)
        sandbox.store = sandbox.service.store = store
        return cls(sandbox)

    @property
    def kept(self) -> sqlite3.Connection:
        assert isinstance(self.sandbox.store, InMemory)
        return self.sandbox.store.kept

    def keep(self) -> None:
        """From now on every history begins here; written one after the other, long ago, or each pull would read all of
        it once more.
        """
        for model in MODELS.values():
            if "write_date" in model.fields:
                past = "datetime('2026-01-01', '+' || id || ' minutes') || '.000000'"
                self.kept.execute(f"UPDATE {model.table} SET write_date = {past}")
        self.kept.backup(self.clean)

    def start_over(self) -> None:
        self.clean.backup(self.kept)
        self.sandbox.faults.clear()
        self.unseen.clear()
        self.overwritten.clear()
        self.carried.clear()

    # --- What people do there ----------------------------------------------------------------------------------------

    @contextmanager
    def as_buyer(self) -> Iterator[Env]:
        with control.as_buyer(self.sandbox.store) as env:
            yield env

    def release(self, lines: Sequence[dict[str, Any]], incoterm: str) -> None:
        with self.as_buyer() as env:
            made = control.release(env, vendor="Acme Castings", warehouse="HAM", incoterm=incoterm, lines=list(lines))
            self.number = env.row("purchase.order", made)["name"]
        self.unseen.clear()

    def act(self, name: str, **words: Any) -> None:
        with self.as_buyer() as env:
            order = control.find_order(env, self.number)
            if name == "revise":
                control.revise(env, order, words["lines"])
            elif name == "receive":
                dock.receive_order(env, order, words["lines"])
            elif name == "add_line":
                control.add_line(env, order, words["line"])
            elif name == "assign":
                control.assign(env, order, vendor=words["vendor"])
            elif name == "write":
                records.write(env, MODELS["purchase.order"], [order], words["values"])
            elif name == "text":
                records.create(env, MODELS[LINE], {"order_id": order, "display_type": "line_note", **words["values"]})
            else:
                control.STEPS[name](env, [order])

    def revise(self, line: dict[str, Any], **change: Any) -> None:
        """A person changes a line, where it is not locked; what he said is not shown to anybody yet."""
        if self.dump()["state"] == "done":
            return
        self.act("revise", lines=[{"id": line["id"], **change}])
        said = self.said(line["id"])
        if said != values_of(line):
            self.unseen[line["id"]] = said, self.revisions()

    def dump(self) -> dict[str, Any]:
        with self.as_buyer() as env:
            return control.dump(env, control.find_order(env, self.number))

    def lines(self) -> list[dict[str, Any]]:
        """The order's lines that count something."""
        return [line for line in self.dump()["lines"] if line["product_id"]]

    def said(self, line: int) -> Values:
        with self.as_buyer() as env:
            return values_of(env.row(LINE, line))

    # --- What the portal does to it ----------------------------------------------------------------------------------

    def expected(self) -> dict[int, float]:
        """What is still to come of each order line, whatever transfers it lies in."""
        rows = self.kept.execute(
            "SELECT m.purchase_line_id, SUM(m.product_uom_qty) FROM stock_move m "
            "JOIN stock_location d ON d.id = m.location_dest_id WHERE m.purchase_line_id IS NOT NULL "
            "AND d.usage <> 'supplier' AND m.state NOT IN ('done', 'cancel') GROUP BY m.purchase_line_id"
        )
        return {line: round(quantity, 6) for line, quantity in rows if quantity}

    def about_to_load(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        for row in rows:
            cells = dict(zip(columns, row, strict=True))
            if not cells[".id"] or int(cells[".id"]) not in self.unseen:
                continue
            key = int(cells[".id"])
            said, revisions = self.unseen.pop(key)
            now = Decimal(cells["product_qty"]), Decimal(cells["price_unit"]), _day(cells["date_planned"])
            if self.said(key) == said and said != now and not self.shown(said, revisions):
                self.overwritten.append(f"{said} of line {key} by {now}, and nobody had seen it")


def values_of(line: dict[str, Any]) -> Values:
    return _number(line["product_qty"]), _number(line["price_unit"]), _day(line["date_planned"])


def _number(value: float) -> Decimal:
    return translate.number(round(value, 6))


def _day(moment: str) -> dt.date:
    return dt.date.fromisoformat(moment[:10])


class Road(Gateway):
    """The real gateway, without sockets; ``mishap`` happens to one of its calls."""

    def __init__(self, odoo: Odoo, mishap: Mishap | None = None) -> None:
        super().__init__("odoo:main", Address("http://sandbox", "sandbox", *seed.INTEGRATION_USER, 5.0))
        self.odoo = odoo
        self.mishap = mishap
        self.calls = 0
        with odoo.as_buyer() as env:
            self.uid = env.rows("res.users", "login = ?", [seed.INTEGRATION_USER[0]])[0]["id"]

    def _execute(self, model: str, method: str, args: list[Any], words: dict[str, Any]) -> Any:
        kind = self._what_happens(model, method)
        if kind == DIE_BEFORE:
            raise Died
        if kind in FAULTS:
            self.odoo.sandbox.faults.add(kind=kind, times=1, commit=kind == "garbage" and self.calls % 2 == 0)
        if (model, method) == (LINE, "load"):
            assert tuple(args[0]) == COLUMNS
            self.odoo.about_to_load(args[0], args[1])
        before = self.odoo.expected() if model in CARRYING else {}
        try:
            answer = self._ask_sandbox([model, method, args, words])
        finally:
            if model in CARRYING and self.odoo.expected() != before:
                self.odoo.carried.append(f"{model}.{method}: {before} became {self.odoo.expected()}")
        if kind == DIE_AFTER:
            raise Died
        return answer

    def _what_happens(self, model: str, method: str) -> str:
        place, self.calls = self.calls, self.calls + 1
        if self.mishap is None or self.mishap.at != place:
            return ""
        if self.mishap.kind == MEANWHILE:
            if not (self.mishap.in_odoo and (method in WINDOW or model == "res.partner")):
                self.mishap.meanwhile()
            return ""
        return self.mishap.kind

    def _ask_sandbox(self, asked: list[Any]) -> Any:
        words = {"service": "object", "method": "execute_kw", "args": ["sandbox", self.uid, self.address.password]}
        words["args"] += asked
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": words}).encode()
        try:
            status, kind, answer = self.odoo.sandbox.rpc(body)
        except NoAnswerError:
            raise ConnectionResetError from None
        finally:
            self.odoo.sandbox.faults.clear()
        if status != HTTPStatus.OK:
            raise HTTPError(self.address.url, status, kind, {}, BytesIO(answer))  # type: ignore[arg-type]
        data = json.loads(answer)
        if error := data.get("error"):
            raise odoorpc.error.RPCError(error["data"]["message"], error)
        return data.get("result")


def remote_of(schedule: object) -> int | None:
    """Odoo's line of a schedule line. Call it inside a unit of work."""
    return Mapping.objects.filter(model=LINE, object_id=str(schedule)).values_list("remote_id", flat=True).first()
