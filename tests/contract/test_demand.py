"""What a bought part is waited for: the moves behind its receipt, and what becomes of them."""

from __future__ import annotations

from typing import Any

from tests.contract.target import Client, World

NEEDED = "2036-12-15 06:00:00"
FIELDS = ("state", "date", "move_dest_ids", "move_orig_ids", "raw_material_production_id", "picking_code",
          "reference", "location_dest_usage", "location_final_id")  # fmt: skip


def production(world: World, item: int, *, start: str = NEEDED) -> tuple[int, dict[str, Any]]:
    """A confirmed manufacturing order for 50 of an item, and the move that consumes them."""
    values = {
        "product_id": world.product(),
        "product_qty": 5,
        "product_uom_id": world.unit,
        "date_start": start,
        "move_raw_ids": [[0, 0, {"product_id": item, "product_uom_qty": 50, "product_uom": world.unit, "name": "x"}]],
    }
    made = world.admin("mrp.production", "create", values)
    world.admin("mrp.production", "action_confirm", [made])
    (raw,) = world.admin.all("stock.move", [["raw_material_production_id", "=", made]], *FIELDS)
    return made, raw


def test_a_component_is_wanted_when_its_order_starts(odoo: Client, world: World) -> None:
    order = world.order()
    receipt = world.moves(order.lines[0])[0]["id"]
    made, raw = production(world, order.products[0])
    world.admin("stock.move", "write", [receipt], {"move_dest_ids": [[4, raw["id"]]]})
    assert odoo.one("stock.move", receipt, "move_dest_ids")["move_dest_ids"] == [raw["id"]]
    seen = odoo.one("stock.move", raw["id"], *FIELDS)
    name = world.admin.one("mrp.production", made, "name")["name"]
    assert seen["raw_material_production_id"] == [made, name]
    assert (seen["date"], seen["picking_code"], seen["location_dest_usage"]) == (NEEDED, False, "production")
    assert (seen["move_dest_ids"], seen["move_orig_ids"]) == ([], [receipt])


def test_moving_the_order_moves_the_component(odoo: Client, world: World) -> None:
    order = world.order()
    made, raw = production(world, order.products[0])
    world.admin("mrp.production", "write", [made], {"date_start": "2036-12-20 06:00:00"})
    assert odoo.one("stock.move", raw["id"], "date")["date"] == "2036-12-20 06:00:00"


def test_calling_the_order_off_undoes_the_link_from_both_sides(odoo: Client, world: World) -> None:
    """So nothing of the receipt says that its demand is gone: whoever knew it must ask for it by its id."""
    order = world.order()
    receipt = world.moves(order.lines[0])[0]["id"]
    made, raw = production(world, order.products[0])
    world.admin("stock.move", "write", [receipt], {"move_dest_ids": [[4, raw["id"]]]})
    world.admin("mrp.production", "action_cancel", [made])
    seen = odoo.one("stock.move", raw["id"], *FIELDS)
    assert (seen["state"], seen["move_orig_ids"]) == ("cancel", [])
    assert odoo.one("stock.move", receipt, "move_dest_ids")["move_dest_ids"] == []


def test_a_delivery_waits_for_a_receipt(odoo: Client, world: World) -> None:
    order = world.order()
    receipt = world.moves(order.lines[0])[0]["id"]
    house = world.admin.all("stock.warehouse", [], "out_type_id", "lot_stock_id", limit=1)[0]
    customers = world.reference("stock.stock_location_customers")
    move = {"name": "x", "product_id": order.products[0], "product_uom_qty": 10, "product_uom": world.unit,
            "location_id": house["lot_stock_id"][0], "location_dest_id": customers, "date": NEEDED}  # fmt: skip
    values = {"picking_type_id": house["out_type_id"][0], "location_id": house["lot_stock_id"][0],
              "location_dest_id": customers, "scheduled_date": NEEDED, "move_ids": [[0, 0, move]]}  # fmt: skip
    picking = world.admin("stock.picking", "create", values)
    world.admin("stock.picking", "action_confirm", [picking])
    (waiting,) = world.admin.all("stock.move", [["picking_id", "=", picking]], "id")
    world.admin("stock.move", "write", [receipt], {"move_dest_ids": [[4, waiting["id"]]]})
    seen = odoo.one("stock.move", waiting["id"], *FIELDS)
    name = world.admin.one("stock.picking", picking, "name")["name"]
    assert (seen["picking_code"], seen["reference"], seen["date"]) == ("outgoing", name, NEEDED)
    assert (seen["move_orig_ids"], seen["raw_material_production_id"]) == ([receipt], False)


def test_which_fields_there_are_can_be_asked(odoo: Client) -> None:
    """What a module brings may be missing; a field nobody knows is left out of the answer."""
    found = odoo("stock.move", "fields_get", ["raw_material_production_id", "no_such_field"], ["type"])
    assert found == {"raw_material_production_id": {"type": "many2one"}}
