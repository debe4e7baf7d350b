"""Lots, serials and packages under our keys; what an item says about its lots; when a lot expires."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.contract.target import CREATE_ONLY, Client, World

FIRST = "2036-12-01 12:00:00"
COLUMNS = ["id", "name", "product_id/.id"]
DATES = ("expiration_date", "use_date", "removal_date", "alert_date")


def load(odoo: Client, *rows: list[Any], columns: list[str] = COLUMNS, model: str = "stock.lot") -> Any:
    keyed = [[f"portal_sync.{odoo.unique('lot')}", *row] for row in rows]
    return odoo(model, "load", columns, keyed, context=CREATE_ONLY)


def dated_item(world: World, **more: Any) -> int:
    return world.product(tracking="lot", use_expiration_date=True, expiration_time=100, use_time=30, removal_time=20,
                         alert_time=10, **more)  # fmt: skip


def test_an_item_says_its_rules(odoo: Client, world: World) -> None:
    rules = ("tracking", "use_expiration_date", "expiration_time", "use_time", "removal_time", "alert_time")
    described = odoo("product.product", "fields_get", list(rules), ["type", "selection", "string"])
    assert described["tracking"]["type"] == "selection"
    assert {key for key, _ in described["tracking"]["selection"]} == {"serial", "lot", "none"}
    assert [described[name]["type"] for name in rules[1:]] == ["boolean", *["integer"] * 4]
    row = odoo.one("product.product", dated_item(world), *rules)
    assert [row[name] for name in rules] == ["lot", True, 100, 30, 20, 10]
    plain = odoo.one("product.product", world.product(), *rules)
    assert [plain[name] for name in rules] == ["none", False, 0, 0, 0, 0]


def test_an_item_dates_its_lots(odoo: Client, world: World) -> None:
    (lot,) = load(odoo, ["E1", dated_item(world)])["ids"]
    row = odoo.one("stock.lot", lot, "create_date", *DATES)
    times = {name: datetime.fromisoformat(row[name]).replace(tzinfo=UTC) for name in DATES}
    made = datetime.fromisoformat(row["create_date"]).replace(tzinfo=UTC)
    assert abs(times["expiration_date"] - made - timedelta(days=100)) < timedelta(minutes=1)
    assert [(times["expiration_date"] - times[name]).days for name in DATES[1:]] == [30, 20, 10]


def test_a_given_date_counts_and_an_empty_one_too(odoo: Client, world: World) -> None:
    columns = [*COLUMNS, "expiration_date"]
    item = dated_item(world)
    answer = load(odoo, ["E1", item, "2037-06-01 00:00:00"], ["E2", item, ""], columns=columns)
    one, other = odoo("stock.lot", "read", answer["ids"], list(DATES))
    assert [one[name] for name in DATES] == [
        "2037-06-01 00:00:00", "2037-05-02 00:00:00", "2037-05-12 00:00:00", "2037-05-22 00:00:00",
    ]  # fmt: skip
    assert [other[name] for name in DATES] == [False] * 4
    (lot,) = load(odoo, ["E1", world.product(tracking="lot"), "2037-06-01 00:00:00"], columns=columns)["ids"]
    assert [odoo.one("stock.lot", lot, *DATES)[name] for name in DATES] == ["2037-06-01 00:00:00", *[False] * 3]
    odoo("stock.lot", "write", [one["id"]], {"expiration_date": "2037-07-01 00:00:00"})
    later = odoo.one("stock.lot", one["id"], *DATES)
    assert [later[name] for name in DATES[:2]] == ["2037-07-01 00:00:00", "2037-05-02 00:00:00"]


def test_an_item_without_days_dates_its_lots_now(odoo: Client, world: World) -> None:
    (lot,) = load(odoo, ["E1", world.product(tracking="lot", use_expiration_date=True)])["ids"]
    row = odoo.one("stock.lot", lot, "create_date", "expiration_date")
    assert row["expiration_date"][:16] == row["create_date"][:16]


def test_a_lot_that_a_person_made_is_found_first(odoo: Client, world: World) -> None:
    item, other = world.product(tracking="lot"), world.product(tracking="lot")
    (known,) = load(odoo, ["HAND", item])["ids"]
    answer = load(odoo, ["NEW", item], ["HAND", item])
    assert answer["ids"] is False
    wrong = answer["messages"][-1]  # a real server blames the first row of the call too
    assert wrong["record"] == 1
    assert wrong["message"].startswith(
        "The combination of lot/serial number and product must be unique within a company including when no company "
        "is defined.\nThe following combinations contain duplicates:\n - Product: "
    )
    assert wrong["message"].endswith("Lot/Serial Number: HAND")
    wanted = [["product_id", "in", [item, other]], ["name", "in", ["HAND", "NEW"]]]
    assert [row["id"] for row in odoo.all("stock.lot", wanted, "name", "product_id")] == [known]
    assert load(odoo, ["NEW", item], ["HAND", other])["ids"]


def test_lots_are_loaded_once(odoo: Client, world: World) -> None:
    row = [f"portal_sync.{odoo.unique('lot')}", "ONCE", world.product(tracking="lot")]
    first = odoo("stock.lot", "load", COLUMNS, [row], context=CREATE_ONLY)
    assert odoo("stock.lot", "load", COLUMNS, [row], context=CREATE_ONLY) == first
    assert odoo.one("stock.lot", first["ids"][0], "company_id")["company_id"] is False


def test_lots_that_cannot_be(odoo: Client, world: World) -> None:
    item = world.product(tracking="lot")
    for row, sentence in (
        (["", item], "Missing required value for the field 'Lot/Serial Number' (name)"),
        (["X", 99999999], "No matching record found for database id '99999999' in field 'Product'"),
    ):
        answer = load(odoo, row)
        assert answer["ids"] is False
        assert sentence in [message["message"] for message in answer["messages"]]


def test_a_package_may_have_a_name_that_is_taken(odoo: Client) -> None:
    name = odoo.unique("SSCC")
    columns, model = ["id", "name"], "stock.quant.package"
    one = load(odoo, [name], columns=columns, model=model)["ids"]
    other = load(odoo, [name], columns=columns, model=model)["ids"]
    assert one != other
    found = odoo.all(model, [["name", "in", [name]]], "name", "location_id", order="id")
    assert [row["id"] for row in found] == [*one, *other]
    assert {row["location_id"] for row in found} == {False}
    answer = load(odoo, [""], columns=columns, model=model)
    assert answer["messages"][0]["message"] == "Missing required value for the field 'Package Reference' (name)"


# Expiry at the dock


def line_of(world: World, item: int) -> tuple[int, int]:
    order = world.order((10, 5.0, FIRST), products=[item])
    (move,) = world.moves(order.lines[0])
    (line,) = world.admin.one("stock.move", move["id"], "move_line_ids")["move_line_ids"]
    return line, move["picking_id"][0]


def test_an_expired_lot_is_asked_about(odoo: Client, world: World) -> None:
    item = dated_item(world)
    line, picking = line_of(world, item)
    (lot,) = load(odoo, ["OLD", item, "2026-01-01 00:00:00"], columns=[*COLUMNS, "expiration_date"])["ids"]
    odoo("stock.move.line", "write", [line], {"lot_id": lot})
    answer = world.admin("stock.picking", "button_validate", [picking])
    assert (answer["res_model"], answer["type"]) == ("expiry.picking.confirmation", "ir.actions.act_window")
    assert answer["context"]["default_lot_ids"] == [[6, 0, [lot]]]
    assert odoo.one("stock.picking", picking, "state")["state"] == "assigned"
    assert world.admin("stock.picking", "button_validate", [picking], context={"skip_expired": True}) is True


def test_a_lot_named_at_the_dock_gets_the_lines_date(odoo: Client, world: World) -> None:
    item = dated_item(world)
    line, picking = line_of(world, item)
    expires = "2037-03-11 12:00:00"  # a hundred days after the transfer's day
    assert odoo.one("stock.move.line", line, "expiration_date")["expiration_date"] == expires
    odoo("stock.move.line", "write", [line], {"lot_name": "NAMED"})
    assert world.admin("stock.picking", "button_validate", [picking]) is True
    (lot,) = odoo.all("stock.lot", [["product_id", "=", item]], "name", *DATES)
    assert (lot["name"], lot["expiration_date"], lot["use_date"]) == ("NAMED", expires, "2037-02-09 12:00:00")


def test_a_named_lot_that_is_known_is_that_lot(odoo: Client, world: World) -> None:
    item = world.product(tracking="lot")
    (known,) = load(odoo, ["KNOWN", item])["ids"]
    line, picking = line_of(world, item)
    odoo("stock.move.line", "write", [line], {"lot_name": "KNOWN"})
    assert world.admin("stock.picking", "button_validate", [picking]) is True
    assert odoo.one("stock.move.line", line, "lot_id")["lot_id"][0] == known
