"""What cannot be said in the portal's terms names who must act, and nothing else goes wrong."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from integrations.office.obstacles import Unmappable
from integrations.office.odoo import records
from integrations.office.odoo.records import Known, KnownPlant, KnownUnit, RemoteOrder
from suppliers.models import Supplier

SCHEDULE = uuid4()
KNOWN = Known(
    suppliers={10: 1},
    items={20: 2},
    units={30: KnownUnit(3, Decimal("0.01"))},
    plants={40: KnownPlant(4, ZoneInfo("Europe/Berlin"))},
    schedules={100: SCHEDULE},
    incoterms={50: "FCA"},
)


def order(**changes: Any) -> dict[str, Any]:
    return {
        "id": 7, "name": "P00007", "state": "purchase", "partner_id": [10, "Acme"], "partner_ref": False,
        "currency_id": [1, "EUR"], "picking_type_id": [40, "Hamburg: Receipts"], "incoterm_id": [50, "[FCA] x"],
        "incoterm_location": "Hamburg", "user_id": [2, "Bettina"], "date_order": "2026-11-01 08:00:00",
        "date_approve": "2026-11-02 09:00:00", "payment_term_id": [9, "30 Days"], "dest_address_id": False,
        "notes": "<p>Pack <b>dry</b></p>", "invoice_status": "no", "invoice_ids": [], **changes,
    }  # fmt: skip


def line(**changes: Any) -> dict[str, Any]:
    return {
        "id": 100, "order_id": [7, "P00007"], "product_id": [20, "Housing"], "name": "Housing", "product_qty": 100.0,
        "product_uom": [30, "Units"], "price_unit": 92.5, "date_planned": "2026-12-01 23:30:00", "qty_received": 0.0,
        "display_type": False, "product_type": "consu", **changes,
    }  # fmt: skip


def test_an_order_in_the_portals_terms() -> None:
    section = line(id=101, display_type="line_section", product_id=False, product_uom=False, date_planned=False)
    statement = records.order_statement(RemoteOrder(order(), [section, line()]), KNOWN)
    assert (statement.supplier_id, statement.plant_id, statement.currency, statement.incoterm) == (1, 4, "EUR", "FCA")
    assert (statement.supplier_reference, statement.buyer_name) == ("", "Bettina")
    (stated,) = statement.lines
    assert (stated.ref, stated.schedule_id, stated.item_id, stated.unit_id) == ("100", SCHEDULE, 2, 3)
    assert (stated.quantity, stated.price, stated.date.isoformat()) == (100, Decimal("92.5"), "2026-12-02")
    assert not statement.cancelled


@pytest.mark.parametrize(
    ("state", "cancelled"), [("purchase", False), ("done", False), ("cancel", True), ("draft", True)]
)
def test_locked_is_confirmed_and_anything_unconfirmed_is_cancelled(state: str, cancelled: bool) -> None:
    assert records.order_statement(RemoteOrder(order(state=state), [line()]), KNOWN).cancelled is cancelled


@pytest.mark.parametrize(
    ("head", "body", "code", "owner"),
    [
        ({"currency_id": False}, {}, "currency_missing", "buyer"),
        ({"partner_id": [11, "Unknown"]}, {}, "supplier_unknown", "integration_owner"),
        ({"picking_type_id": [41, "Elsewhere"]}, {}, "plant_unknown", "integration_owner"),
        ({"picking_type_id": False}, {}, "operation_missing", "integration_owner"),
        ({}, {"product_id": False}, "item_missing", "buyer"),
        ({}, {"product_id": [21, "Unknown"]}, "item_unknown", "integration_owner"),
        ({}, {"product_uom": [31, "Boxes"]}, "unit_unknown", "integration_owner"),
        ({}, {"product_uom": False}, "unit_missing", "integration_owner"),
        ({}, {"date_planned": False}, "date_missing", "buyer"),
        ({}, {"product_qty": -1.0}, "quantity_negative", "buyer"),
    ],
)
def test_obstacles(head: dict[str, Any], body: dict[str, Any], code: str, owner: str) -> None:
    with pytest.raises(Unmappable) as caught:
        records.order_statement(RemoteOrder(order(**head), [line(**body)]), KNOWN)
    obstacle = caught.value.obstacle
    assert (obstacle.code, obstacle.owner) == (code, owner)
    assert obstacle.message
    assert obstacle.remedy


def test_equal_content_has_an_equal_digest() -> None:
    assert RemoteOrder(order(write_date="a"), [line()]).digest == RemoteOrder(order(write_date="b"), [line()]).digest
    assert RemoteOrder(order(), [line()]).digest != RemoteOrder(order(), [line(product_qty=99.0)]).digest


def test_master_data() -> None:
    units = {30: KnownUnit(3, Decimal("0.01"))}
    empty = dict.fromkeys(("ref", "vat", "email", "phone", "street", "street2", "zip", "city", "lang"), False)
    empty |= {"property_purchase_currency_id": False, "property_supplier_payment_term_id": [4, "30 days net"]}
    partner = {"id": 1, "name": "Acme", "country_id": [5, "Germany"], "active": True, **empty}
    partner |= {"email": "Order desk <Orders@Acme.example>; x", "lang": "de_AT"}
    taken = records.supplier_values(partner, {5: "DE"}, {})
    assert (Supplier(**taken).order_address, taken["language"]) == ("orders@acme.example", "de")
    none = records.supplier_values(partner | empty, {}, {})
    assert (Supplier(**none).order_address, none["language"]) == ("", "en")
    assert records.supplier_values(partner, {5: "DE"}, {})["country"] == "DE"
    unit = {"id": 1, "name": "Units", "category_id": [1, "Unit"], "rounding": 0.01, "factor_inv": 12.0}
    assert records.unit_values(unit) == {"name": "Units", "category": "Unit", "step": Decimal("0.01"), "size": 12}
    product = {"id": 1, "name": "Housing", "default_code": "H", "uom_id": [30, "Units"], "active": False}
    assert records.item_values(product, units) == {"code": "H", "name": "Housing", "unit_id": 3, "active": False}
    warehouse = {"id": 1, "name": "Hamburg", "code": "HAM", "company_id": [1, "Nordwerk"], "partner_id": [9, "x"]}
    assert records.plant_values(warehouse, {9: "Europe/Berlin"})["first"] == {
        "code": "HAM",
        "time_zone": "Europe/Berlin",
    }
    for broken in ({**unit, "category_id": False}, {**unit, "rounding": 0.0}, {**unit, "name": False}):
        with pytest.raises(Unmappable):
            records.unit_values(broken)
    for broken in ({**product, "uom_id": False}, {**product, "default_code": "x" * 101}):
        with pytest.raises(Unmappable):
            records.item_values(broken, units)
