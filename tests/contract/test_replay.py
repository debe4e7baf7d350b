"""Every request once recorded on a running 17, 18 and 19 is sent to the sandbox, and its answer must look the same.

A recording keeps the request and of the answer only its shape, or the name of the error. ``@model:id`` stands for a
record: it is bound to the sandbox's own id where an answer first shows it. The sandbox imitates 18; where 17 or 19
ask for something that 18 does not have, it must refuse as 18 would, and the difference is listed here with its
reason. Requests about things the sandbox does not have yet are listed too: they must be refused, never half done.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from odoorpc.error import RPCError

from integrations.sandbox import seed
from integrations.sandbox.server import Sandbox
from tests.contract.target import Client, World, sandbox_target

VERSIONS = ("17", "18", "19")
HERE = Path(__file__).parent
RECORDED = {version: json.loads((HERE / f"recorded_{version}.json").read_text()) for version in VERSIONS}


class Replay:
    """Sends one version's requests in their order and remembers what came of each."""

    def __init__(self, sandbox: Sandbox, version: str) -> None:
        self.sandbox = sandbox
        target = sandbox_target(sandbox.port)
        self.users = {
            "sync": Client(target, target.user, target.password),
            "admin": Client(target, target.admin_user, target.admin_password),
        }
        self.ids: dict[str, int] = {}
        self.words: dict[str, str] = {}
        self.outcomes: dict[str, str] = {}
        self._set_the_scene(RECORDED[version]["calls"])
        for call in RECORDED[version]["calls"]:
            self.outcomes[call["call"]] = self._send(call)

    def _set_the_scene(self, calls: list[dict[str, Any]]) -> None:
        """What was there before the recording began: a vendor, two items, places, an order with a receipt."""
        admin, world = self.users["admin"], World(self.users["admin"])
        names = _names_in(calls)
        vendor = world.vendor()
        tracked = world.product(tracking="lot", use_expiration_date=True, standard_price=5.0)
        plain = world.product()
        order = world.order(
            (100, 5.0, "2026-12-01 12:00:00"), (10, 7.0, "2026-12-05 12:00:00"),
            vendor=vendor, products=[tracked, plain], partner_ref="SO-1",
        )  # fmt: skip
        house = admin.all("stock.warehouse", [["code", "=", "HAM"]], "view_location_id", "lot_stock_id", "int_type_id",
                          "out_type_id")[0]  # fmt: skip
        hold = admin("stock.location", "create", {"name": "Hold", "location_id": house["view_location_id"][0]})
        moves = [world.moves(line)[0] for line in order.lines]
        first = next(call for call in calls if call["call"] == "a_pull_po/1")["result"][0]
        for model, records in (("res.partner", [vendor]), ("product.product", [tracked, plain])):
            known = sorted(name for name in names if name.startswith(f"@{model}:"))
            self.ids |= dict(zip(known, records, strict=False))
        self.ids[first["id"]] = order.id
        self.ids |= dict(zip(first["order_line"], order.lines, strict=True))
        self.ids |= dict(zip(first["picking_ids"], [moves[0]["picking_id"][0]], strict=True))
        lines = next(call for call in calls if call["call"] == "a_pull_po/2")["result"]
        self.ids |= {line["move_ids"][0]: move["id"] for line, move in zip(lines, moves, strict=True)}
        self.ids |= {
            "@stock.location:4": admin.reference("stock.stock_location_suppliers"),
            "@stock.location:8": house["lot_stock_id"][0],
            "@stock.location:41": hold,
            "@stock.picking.type:7": house["int_type_id"][0],
            "@stock.picking.type:5": house["int_type_id"][0],
        }
        self.words["$stamp"] = admin.one("purchase.order", order.id, "write_date")["write_date"]

    def _send(self, call: dict[str, Any]) -> str:
        """``ok`` when the answer looks as recorded, else what is different."""
        user = self.users[call["user"]]
        result = call.get("result")
        if call["call"].startswith("j_race") and isinstance(result, dict) and result["ids"] is False:
            # The recording let four clients race; here the race is lost on order.
            self.sandbox.faults.add(kind="serialization", method="load", times=1)
        try:
            arguments = self._own(call["args"])
            answer = user(call["model"], call["method"], *arguments, **self._own(call.get("kwargs", {})))
        except RPCError as error:
            name = error.info["data"]["name"]
            return "ok" if name == call.get("error") else f"{name}: {error.info['data']['message'][:200]}"
        if "error" in call:
            return f"no error, but {call['error']} was recorded"
        recorded = call["result"]
        if call["method"] == "load":
            return self._compare_load(recorded, answer)
        return self._compare(recorded, answer, call["method"])

    def _own(self, value: Any) -> Any:
        """A recorded request with the sandbox's ids in it."""
        if isinstance(value, str):
            if value.startswith("@"):
                return self._bound(value)
            if value.startswith("#"):
                return str(self._bound("@" + value[1:]))
            for word, stamp in self.words.items():
                value = value.replace(word, stamp)
            return value
        if isinstance(value, list):
            return [self._own(item) for item in value]
        if isinstance(value, dict):
            return {key: self._own(item) for key, item in value.items()}
        return value

    def _bound(self, name: str) -> int:
        """The sandbox's id of a record; one that no answer showed is taken to be the newest of its model."""
        if name not in self.ids:
            model = name[1:].partition(":")[0]
            newest = self.users["admin"](model, "search", [], order="id desc", limit=1)
            self.ids[name] = newest[0] if newest else 0
        return self.ids[name]

    def _compare_load(self, recorded: dict[str, Any], answer: dict[str, Any]) -> str:
        said = [sorted(key for key in m if key not in ("moreinfo", "field_name")) for m in answer["messages"]]
        if (answer["ids"] is False) != (recorded["ids"] is False) or said != recorded["messages"]:
            return f"load answered {answer}"
        self.ids |= dict(zip(recorded["bind"], answer["ids"] or [], strict=False))
        return "ok"

    def _compare(self, recorded: Any, answer: Any, where: str) -> str:
        if isinstance(recorded, str):
            if recorded.startswith("@"):
                if not isinstance(answer, int) or isinstance(answer, bool):
                    return f"{where}: {answer!r} is no id" if answer is not False else "ok"
                self.ids.setdefault(recorded, answer)
                return "ok"
            alike = answer is None if recorded == "none" else _kind(answer) == recorded
            # Nothing is ``false`` whatever its kind, and what was nothing may be something here.
            return "ok" if alike or answer is False or recorded == "bool" else f"{where}: {answer!r} is no {recorded}"
        if isinstance(recorded, list):
            if answer is False:
                return "ok"
            if not isinstance(answer, list) or (recorded and not answer):
                return f"{where}: {answer!r} where a list was recorded"
            return self._first_difference(self._paired(recorded, answer), where)
        if not isinstance(answer, dict) or set(answer) != set(recorded):
            return f"{where}: {answer!r} has other keys than {sorted(recorded)}"
        return self._first_difference(((recorded[key], answer[key]) for key in recorded), where)

    def _paired(self, recorded: list[Any], answer: list[Any]) -> Iterator[tuple[Any, Any]]:
        """Rows that speak of the same records belong together, whatever their order; else the order counts."""
        left = list(answer)
        for one in recorded:
            if not left:
                return
            best = max(left, key=lambda other: self._agreement(one, other)) if isinstance(one, dict) else left[0]
            left.remove(best)
            yield one, best

    def _agreement(self, recorded: dict[str, Any], answer: Any) -> int:
        if not isinstance(answer, dict):
            return 0
        pairs = ((value[0] if isinstance(value, list) and value else value, answer.get(key)) for key, value in
                 recorded.items())  # fmt: skip
        return sum(
            self.ids.get(name) == (shown[0] if isinstance(shown, list) and shown else shown)
            for name, shown in pairs
            if isinstance(name, str) and name in self.ids
        )

    def _first_difference(self, pairs: Iterator[tuple[Any, Any]], where: str) -> str:
        return next((said for said in (self._compare(one, two, where) for one, two in pairs) if said != "ok"), "ok")


def _kind(value: Any) -> str:
    names = {bool: "bool", int: "int", float: "float", str: "str"}
    return names.get(type(value), type(value).__name__)


def _names_in(value: Any) -> set[str]:
    """Every record that the requests speak of."""
    if isinstance(value, str):
        return {"@" + value[1:]} if value[:1] in ("@", "#") else set()
    if isinstance(value, list):
        return set().union(*map(_names_in, value))
    if isinstance(value, dict):
        return set().union(*map(_names_in, value.values()))
    return set()  # numbers and truths name nothing


@pytest.fixture(scope="module")
def replays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Replay]:
    """Each version against a sandbox of its own."""
    done = {}
    for version in VERSIONS:
        sandbox = Sandbox(Path(tmp_path_factory.mktemp(f"replay{version}")))
        sandbox.start()
        done[version] = Replay(sandbox, version)
        sandbox.stop()
    return done


# What the sandbox does not have yet. The day it does, the entry must go: see the test.
NOT_YET = {
    "h_bills/1": "no bills: the sandbox keeps no accounts",
    "h_bills/2": "no bills",
    "h_bills/3": "no bills",
    "i_genealogy/2": "no manufacturing",
    "i_genealogy/3": "no manufacturing",
    "i_genealogy/4": "no manufacturing",
    "i_genealogy/5": "no manufacturing, so nothing made was delivered",
    "i_genealogy/6": "no manufacturing",
}
# What 17 or 19 do otherwise than 18; the sandbox answers as 18.
LOTS = "stock.lot.create works there and fails on this build of 18"
PACKAGES = "packages are called stock.package there"
POSTS = "message_post answers a list there and a number here"
ACKNOWLEDGED = "orders are acknowledged in another way there"
OTHERWISE = {
    ("17", "c_asn/5"): LOTS,
    ("17", "c_asn/6"): LOTS,
    ("17", "c_asn/7"): LOTS,
    ("17", "g_return/5"): "the wizard's button is called create_returns there",
    ("17", "g_return/9"): "the return was not made",
    ("19", "a_pull_po/1"): "notes are called note there",
    ("19", "a_pull_po/2"): "a line's unit is called product_uom_id there",
    ("19", "a_pull_po/14"): POSTS,
    ("19", "b_ack/5"): ACKNOWLEDGED,
    ("19", "b_ack/6"): ACKNOWLEDGED,
    ("19", "b_ack/7"): ACKNOWLEDGED,
    ("19", "b_ack/8"): ACKNOWLEDGED,
    ("19", "b_ack/9"): POSTS,
    ("19", "b_ack/11"): POSTS,
    ("19", "b2_qty/14"): "orders are locked by button_lock there",
    ("19", "b2_qty_admin/64"): "a locked order has a field of its own there",
    ("19", "c_asn/5"): LOTS,
    ("19", "c_asn/6"): LOTS,
    ("19", "c_asn/7"): LOTS,
    ("19", "c_asn/12"): PACKAGES,
    ("19", "c_asn/13"): PACKAGES,
    ("19", "d_coa/10"): POSTS,
    ("19", "d_coa/12"): POSTS,
    ("19", "f0_validate/2"): "without its package the notice was not written, so lots are missing",
    ("19", "f0_validate/3"): "nothing was validated, so there is no backorder",
    ("19", "g_return/1"): "nothing was received, so nothing goes back",
    ("19", "g_return/2"): "the return was not begun",
    ("19", "g_return/3"): "the return was not begun",
    ("19", "g_return/4"): "the return was not begun",
    ("19", "g_return/5"): "the return was not begun",
    ("19", "g_return/6"): "the return was not made",
    ("19", "g_return/9"): "the return was not made",
    ("19", "e_hold/1"): "nothing was received",
    ("19", "e_hold/2"): PACKAGES,
    ("19", "e_hold/3"): "the hold was not made",
    ("19", "e_hold/5"): "the hold was not made",
    ("19", "e_hold/6"): PACKAGES,
    ("19", "e_hold/7"): "the release was not made",
    ("19", "i_genealogy/1"): "nothing was received",
}

CALLS = [(version, call["call"]) for version in VERSIONS for call in RECORDED[version]["calls"]]


@pytest.mark.parametrize(("version", "call"), CALLS, ids=[f"{version}-{call}" for version, call in CALLS])
def test_recorded_request(replays: dict[str, Replay], version: str, call: str) -> None:
    outcome = replays[version].outcomes[call]
    if call in NOT_YET or (version, call) in OTHERWISE:
        assert outcome != "ok", "this request is answered as recorded now: take it off the list"
    else:
        assert outcome == "ok"


# Errors, recorded by name only

ERRORS: dict[str, tuple[str, str, str, list[Any], dict[str, Any]]] = {
    "access_model": ("nobody", "purchase.order", "search_read", [[]], {"fields": ["name"]}),
    "access_write": ("nobody", "stock.lot", "create", [{"name": "x", "product_id": 1}], {}),
    "missing_read": ("sync", "purchase.order", "read", [[99999999], ["name"]], {}),
    "missing_write": ("sync", "purchase.order", "write", [[99999999], {"partner_ref": "x"}], {}),
    "unknown_field_read": ("sync", "purchase.order", "read", [[1], ["nope"]], {}),
    "unknown_field_search_read": ("sync", "purchase.order", "search_read", [[]], {"fields": ["nope"]}),
    "unknown_field_domain": ("sync", "purchase.order", "search", [[["nope", "=", 1]]], {}),
    "unknown_field_write": ("sync", "purchase.order", "write", [[1], {"nope": 1}], {}),
    "unknown_model": ("sync", "nope.model", "search", [[]], {}),
    "private_method": ("sync", "purchase.order", "_confirm_reception_mail", [[1]], {}),
    "unknown_method": ("sync", "purchase.order", "nope", [[1]], {}),
    "required_missing": ("sync", "stock.lot", "create", [{"name": "x"}], {}),
    "bad_selection": ("admin", "product.template", "write", [[1], {"tracking": "bogus"}], {}),
    "bad_m2o_fk": ("sync", "purchase.order", "create", [{"partner_id": 99999999}], {}),
    "validation_dup_lot": ("sync", "stock.lot", "create", [{"name": "x", "product_id": 1}], {}),
    "unique_sql": ("admin", "res.users", "create", [{"name": "x", "login": "portal_sync"}], {}),
    "missing_args": ("sync", "purchase.order", "write", [], {}),
    "bad_date": ("sync", "purchase.order", "write", [[1], {"date_order": "2025-01-01T10:00:00Z"}], {}),
}
# Kept elsewhere: wrong passwords, databases, bodies and addresses are in test_connection.
KEPT_ELSEWHERE = {"bad_password_execute", "bad_db", "bad_json", "http404"}
# Recorded without its request; what was deleted is not known.
NOT_KNOWN = {"write_done_picking_delete"}
OTHER_ERRORS = {
    ("17", "access_write"), ("17", "required_missing"), ("17", "validation_dup_lot"), ("17", "bad_m2o_fk"),
    ("19", "access_write"), ("19", "required_missing"), ("19", "validation_dup_lot"),
}  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("case", ERRORS)
def test_recorded_error(running_sandbox: Sandbox, version: str, case: str) -> None:
    user, model, method, arguments, words = ERRORS[case]
    login, password = {"nobody": ("nobody", "nobody"), "admin": seed.ADMIN, "sync": seed.INTEGRATION_USER}[user]
    client = Client(sandbox_target(running_sandbox.port), login, password)
    try:
        answer: Any = {"result": client(model, method, *arguments, **words)}
    except RPCError as error:
        answer = error.info["data"]["name"]
    recorded = RECORDED[version]["errors"][case]
    assert (answer == recorded) is ((version, case) not in OTHER_ERRORS)


def test_every_recorded_error_is_accounted_for() -> None:
    for version in VERSIONS:
        assert set(RECORDED[version]["errors"]) == {*ERRORS, *KEPT_ELSEWHERE, *NOT_KNOWN}
