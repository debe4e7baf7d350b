"""The sandbox's first data: a pump maker with three plants, three vendors, ten items and a dozen orders.

The same every time but for dates, which lie around the day of seeding. Users and passwords are for a sandbox on
one's own machine and nowhere else.
"""
# ruff: noqa: S608 - names of tables and columns come from the data table, every value is bound

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any

from integrations.sandbox import records, surroundings
from integrations.sandbox.behaviours import base, moves, purchase, stock
from integrations.sandbox.env import Env
from integrations.sandbox.schema import MODELS
from integrations.sandbox.schema.rights import GROUPS
from integrations.sandbox.store import Row, Store, clock

ADMIN = ("admin", "admin")
INTEGRATION_USER = ("portal_sync", "portal-sync-sandbox")
_USERS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (*ADMIN, "Mitchell Admin", "UTC", tuple(group for group in GROUPS if group != "base.group_portal")),
    (*INTEGRATION_USER, "Portal Sync", "UTC",
     ("base.group_user", "purchase.group_purchase_user", "stock.group_stock_user")),
    ("buyer", "buyer", "Bettina Buyer", "Europe/Berlin",
     ("purchase.group_purchase_manager", "stock.group_stock_manager", "base.group_partner_manager")),
    ("nobody", "nobody", "Norbert Nobody", "Europe/Berlin", ("base.group_user",)),
)  # fmt: skip
# Of each plant: street, postal code, city.
_ADDRESSES = {
    "HAM": ("Werftstraße 12", "20457", "Hamburg"),
    "DRS": ("Elbufer 3", "01097", "Dresden"),
    "WRO": ("ul. Portowa 7", "50-001", "Wrocław"),
}
_INCOTERMS = {
    "EXW": "EX WORKS", "FCA": "FREE CARRIER", "FAS": "FREE ALONGSIDE SHIP", "FOB": "FREE ON BOARD",
    "CFR": "COST AND FREIGHT", "CIF": "COST, INSURANCE AND FREIGHT", "CPT": "CARRIAGE PAID TO",
    "CIP": "CARRIAGE AND INSURANCE PAID TO", "DAP": "DELIVERED AT PLACE", "DPU": "DELIVERED AT PLACE UNLOADED",
    "DDP": "DELIVERED DUTY PAID", "DDU": "DELIVERED DUTY UNPAID",
}  # fmt: skip
# name, e-mail, currency, country, city, contact, contact's e-mail
_VENDORS = (
    ("Acme Castings", "sales@acme-castings.example", "USD", "US", "Milwaukee", "Anna Abel",
     "anna@acme-castings.example"),
    ("Borealis Polymers", "orders@borealis-polymers.example", "EUR", "FI", "Tampere", "Boris Berg",
     "boris@borealis-polymers.example"),
    ("Cinder Forge", "office@cinder-forge.example", "EUR", "PL", "Katowice", "Cecylia Czarna",
     "cecylia@cinder-forge.example"),
)  # fmt: skip
# number, name, unit in stock, unit when bought, cost, tracking, vendor, vendor's number, price, lead days, minimum
_ITEMS = (
    ("PH-1040", "Pump housing DN40, grey iron", "Units", "Units", 84.0, "lot", "Acme Castings", "AC-H40", 92.5, 21, 1),
    ("PH-1080", "Pump housing DN80, grey iron", "Units", "Units", 139.0, "serial", "Acme Castings", "AC-H80", 151.0,
     28, 1),
    ("IM-2040", "Impeller 160 mm, bronze", "Units", "Units", 47.0, "lot", "Acme Castings", "AC-I160", 51.2, 18, 5),
    ("BR-2210", "Bearing bracket, ductile iron", "Units", "Units", 31.0, "none", "Acme Castings", "", 33.4, 14, 1),
    ("SE-3015", "Shaft seal 28 mm, FKM", "Units", "Dozens", 3.6, "none", "Borealis Polymers", "BP-FKM28", 46.8, 10, 1),
    ("OR-3105", "O-ring 110 x 5, EPDM", "Units", "Dozens", 0.42, "lot", "Borealis Polymers", "BP-OR110", 5.4, 7, 2),
    ("PT-3300", "PTFE granulate, food grade", "kg", "kg", 18.5, "lot", "Borealis Polymers", "BP-PTFE-F", 19.9, 12, 25),
    ("HO-3400", "Suction hose 2 inch", "m", "m", 11.2, "none", "Borealis Polymers", "", 12.1, 9, 10),
    ("SH-4028", "Shaft 28 mm, stainless 1.4462", "m", "m", 64.0, "lot", "Cinder Forge", "CF-S28", 68.0, 24, 3),
    ("FL-4080", "Flange DN80 PN16, forged", "Units", "Units", 22.0, "none", "Cinder Forge", "CF-F80", 24.5, 16, 1),
)  # fmt: skip
# Of items whose lots expire, in days: from making to expiry; and before it best used, taken away, warned of.
_SHELF_LIFE = {"PT-3300": (540, 60, 30, 90), "OR-3105": (1825, 365, 180, 400)}
# vendor, warehouse, Incoterm, ordered days ago, lines of (item, quantity, due in days, price or None for the list's)
_ORDERS: tuple[tuple[str, str, str, int, tuple[tuple[str, float, int, float | None], ...]], ...] = (
    ("Acme Castings", "HAM", "FCA", 20, (("PH-1040", 120, 6, None), ("IM-2040", 240, 6, None))),
    ("Acme Castings", "HAM", "FCA", 12, (("PH-1080", 60, 23, None), ("BR-2210", 150, 23, 32.9))),
    ("Acme Castings", "DRS", "FCA", 8,
     (("PH-1040", 80, 16, None), ("PH-1080", 24, 30, None), ("IM-2040", 100, 16, None))),
    ("Acme Castings", "WRO", "CIP", 4, (("BR-2210", 400, 27, None),)),
    ("Borealis Polymers", "HAM", "DAP", 15, (("SE-3015", 40, 6, None), ("OR-3105", 100, 6, None))),
    ("Borealis Polymers", "HAM", "DAP", 6, (("PT-3300", 750, 14, None),)),
    ("Borealis Polymers", "DRS", "DAP", 5, (("OR-3105", 60, 8, None), ("HO-3400", 320, 12, 11.8))),
    ("Borealis Polymers", "WRO", "DAP", 2, (("SE-3015", 25, 13, None), ("PT-3300", 500, 20, None))),
    ("Cinder Forge", "HAM", "EXW", 18, (("SH-4028", 48, 11, None), ("FL-4080", 200, 18, None))),
    ("Cinder Forge", "DRS", "EXW", 9, (("FL-4080", 320, 15, None),)),
    ("Cinder Forge", "DRS", "EXW", 3, (("SH-4028", 36, 28, 66.5), ("FL-4080", 96, 28, None))),
    ("Cinder Forge", "WRO", "DAP", 1, (("SH-4028", 60, 34, None),)),
)  # fmt: skip
_ON_HAND = {"PH-1040": 35, "IM-2040": 60, "SE-3015": 180, "OR-3105": 640, "PT-3300": 220, "FL-4080": 75}
# The first order of Cinder Forge has been delivered in part, so that there is something to see.
_PARTLY_RECEIVED = (8, "FL-4080", 80.0)


def fill_if_empty(store: Store) -> bool:
    """Seed a new store. A second call, or a second process, finds it filled and does nothing."""
    with store.transaction(write=True) as connection:
        if connection.execute("SELECT 1 FROM res_users LIMIT 1").fetchone():
            return False
        fill(connection)
    return True


def start_over(store: Store) -> None:
    """Throw everything away and seed anew, in one transaction."""
    with store.transaction(write=True) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in tables:
            connection.execute(f'DELETE FROM "{name}"')
        fill(connection)


def fill(connection: sqlite3.Connection) -> None:
    env = Env(connection, 1, clock(), {}, frozenset(), superuser=True)
    _foundations(env)
    env = Env.of_user(connection, _login(env, "buyer"), env.now)
    vendors = _vendors(env.sudo())
    _items(env, vendors)
    _stock(env)
    orders = _orders(env, vendors)
    surroundings.add(env, orders)


def _named(env: Env, xmlid: str, model: str, values: Row) -> int:
    """A record with an external id, as Odoo's own data has."""
    record = env.add(model, values)
    module, _, name = xmlid.partition(".")
    env.add("ir.model.data", {"module": module, "name": name, "model": model, "res_id": record, "noupdate": 1})
    return record


def _foundations(env: Env) -> None:
    for model in MODELS.values():
        env.add("ir.model", {"name": model.label, "model": model.name})
    for xmlid, (label, _) in GROUPS.items():
        _named(env, xmlid, "res.groups", {"name": label.partition("/")[2], "full_name": label.replace("/", " / ")})
    for number, (xmlid, name) in enumerate(
        (("mail.mt_comment", "Discussions"), ("mail.mt_note", "Note"), ("mail.mt_activities", "Activities")), 1
    ):
        _named(env, xmlid, "mail.message.subtype", {"name": name, "internal": int(number > 1), "sequence": number})
    _named(env, "base.lang_en", "res.lang", {"name": "English (US)", "code": "en_US"})
    for code, name in (("DE", "Germany"), ("US", "United States"), ("FI", "Finland"), ("PL", "Poland")):
        _named(env, f"base.{code.lower()}", "res.country", {"name": name, "code": code})
    for code, symbol, name, rate in (
        ("EUR", "€", "Euro", 1.0), ("USD", "$", "United States dollar", 1.08), ("PLN", "zł", "Polish złoty", 4.3)
    ):  # fmt: skip
        _named(env, f"base.{code}", "res.currency", {"name": code, "symbol": symbol, "full_name": name, "rate": rate})
    for code, name in _INCOTERMS.items():
        _named(env, f"account.incoterm_{code}", "account.incoterms", {"code": code, "name": name})
    _units(env)
    german = _company(env, "base.main_company", "Nordwerk Pumps GmbH", "EUR", "DE", "Hamburg")
    polish = _company(env, "sandbox.company_pl", "Nordwerk Pumps Polska", "PLN", "PL", "Wrocław")
    _users(env, [german, polish])
    _places(env, ((german, "Hamburg", "HAM"), (german, "Dresden", "DRS"), (polish, "Wrocław", "WRO")))
    for company, name, rate in ((german, "19% VAT", 19.0), (polish, "23% VAT", 23.0)):
        env.add("account.tax", {"name": name, "amount": rate, "type_tax_use": "purchase", "company_id": company})


def _units(env: Env) -> None:
    # name, category, how many of it make one reference unit, step of rounding
    for xmlid, name, category, factor, kind in (
        ("uom.product_uom_unit", "Units", "Unit", 1.0, "reference"),
        ("uom.product_uom_dozen", "Dozens", "Unit", 1.0 / 12.0, "bigger"),
        ("uom.product_uom_kgm", "kg", "Weight", 1.0, "reference"),
        ("uom.product_uom_gram", "g", "Weight", 1000.0, "smaller"),
        ("uom.product_uom_ton", "t", "Weight", 0.001, "bigger"),
        ("uom.product_uom_meter", "m", "Length / Distance", 1.0, "reference"),
        ("uom.product_uom_cm", "cm", "Length / Distance", 100.0, "smaller"),
    ):
        known = env.rows("uom.category", "name = ?", [category])
        group = known[0]["id"] if known else env.add("uom.category", {"name": category})
        values = {"name": name, "category_id": group, "factor": factor, "rounding": 0.01, "uom_type": kind}
        _named(env, xmlid, "uom.uom", values)


def _company(env: Env, xmlid: str, name: str, currency: str, country: str, city: str) -> int:
    partner = env.add(
        "res.partner",
        {"name": name, "is_company": 1, "city": city, "country_id": env.reference(f"base.{country.lower()}")},
    )
    values = {"name": name, "partner_id": partner, "currency_id": env.reference(f"base.{currency}")}
    return _named(env, xmlid, "res.company", values)


def _users(env: Env, companies: list[int]) -> None:
    root = env.add("res.partner", {"name": "OdooBot", "active": 0})
    system = {"login": "__system__", "partner_id": root, "company_id": companies[0], "active": 0, "password": None}
    _named(env, "base.user_root", "res.users", system)
    for login, password, name, zone, groups in _USERS:
        values = {
            "login": login,
            "password": password,
            "name": name,
            "email": f"{login}@nordwerk-pumps.example",
            "tz": zone,
            "company_id": companies[0],
            "company_ids": [(6, 0, companies)],
            "groups_id": [(6, 0, [env.reference(group) for group in groups])],
        }
        user = records.create(env, MODELS["res.users"], values)
        env.add("ir.model.data", {"module": "sandbox", "name": f"user_{login}", "model": "res.users", "res_id": user})


def _login(env: Env, login: str) -> int:
    return int(env.rows("res.users", "login = ?", [login])[0]["id"])


def _places(env: Env, plants: tuple[tuple[int, str, str], ...]) -> None:
    partners = env.add("stock.location", {"name": "Partners", "complete_name": "Partners", "usage": "view"})
    for xmlid, name, usage in (
        ("stock.stock_location_suppliers", "Vendors", "supplier"),
        ("stock.stock_location_customers", "Customers", "customer"),
        ("stock.location_production", "Production", "production"),
    ):
        values = {"name": name, "complete_name": f"Partners/{name}", "usage": usage, "location_id": partners}
        _named(env, xmlid, "stock.location", values)
    for sequence, (company, name, code) in enumerate(plants):
        _warehouse(env, company, name, code, sequence)


def _warehouse(env: Env, company: int, name: str, code: str, sequence: int) -> None:
    home = env.row("res.company", company)["partner_id"]
    street, postcode, city = _ADDRESSES[code]
    view = env.add("stock.location", {"name": code, "complete_name": code, "usage": "view", "company_id": company})
    shelf = env.add(
        "stock.location",
        {"name": "Stock", "complete_name": f"{code}/Stock", "usage": "internal", "location_id": view,
         "company_id": company},
    )  # fmt: skip
    address = env.add("res.partner", {"name": f"Nordwerk Pumps, {name}", "parent_id": home, "type": "delivery",
                                      "street": street, "zip": postcode, "city": city,
                                      "country_id": env.row("res.partner", home)["country_id"]})  # fmt: skip
    warehouse = env.add(
        "stock.warehouse",
        {"name": name, "code": code, "partner_id": address, "company_id": company, "view_location_id": view,
         "lot_stock_id": shelf, "sequence": sequence},
    )  # fmt: skip
    env.put("stock.location", [view, shelf], {"warehouse_id": warehouse})
    suppliers = env.reference("stock.stock_location_suppliers")
    customers = env.reference("stock.stock_location_customers")
    made = {}
    for key, label, kind, prefix, source, target in (
        ("in", "Receipts", "incoming", "IN", suppliers, shelf),
        ("out", "Delivery Orders", "outgoing", "OUT", shelf, customers),
        ("int", "Internal Transfers", "internal", "INT", shelf, shelf),
    ):
        made[key] = env.add(
            "stock.picking.type",
            {"name": label, "code": kind, "sequence_code": prefix, "warehouse_id": warehouse, "company_id": company,
             "default_location_src_id": source, "default_location_dest_id": target, "sequence": sequence},
        )  # fmt: skip
    env.put("stock.picking.type", made["in"], {"return_picking_type_id": made["out"]})
    env.put("stock.warehouse", warehouse, {f"{key}_type_id": kind for key, kind in made.items()})


def _vendors(env: Env) -> dict[str, int]:
    vendors = {}
    for name, email, currency, country, city, contact, contact_email in _VENDORS:
        vendor = records.create(
            env,
            MODELS["res.partner"],
            {
                "name": name, "email": email, "is_company": True, "supplier_rank": 1, "city": city,
                "country_id": env.reference(f"base.{country.lower()}"), "ref": name[:2].upper() + "-001",
                "property_purchase_currency_id": env.reference(f"base.{currency}"),
                "child_ids": [(0, 0, {"name": contact, "email": contact_email, "function": "Order desk"})],
            },
        )  # fmt: skip
        vendors[name] = vendor
    return vendors


def _items(env: Env, vendors: dict[str, int]) -> None:
    units = {row["name"]: row["id"] for row in env.rows("uom.uom", "1")}
    category = env.add("product.category", {"name": "Purchased parts"})
    vat = env.rows("account.tax", "amount = 19")[0]["id"]
    days = ("expiration_time", "use_time", "removal_time", "alert_time")
    for number, name, unit, bought_in, cost, tracking, vendor, vendor_number, price, lead, minimum in _ITEMS:
        product = records.create(
            env.sudo(),
            MODELS["product.product"],
            {
                "name": name, "default_code": number, "type": "consu", "is_storable": True, "tracking": tracking,
                "uom_id": units[unit], "uom_po_id": units[bought_in], "standard_price": cost, "categ_id": category,
                "sale_ok": False, "use_expiration_date": number in _SHELF_LIFE,
                **dict(zip(days, _SHELF_LIFE.get(number, ()), strict=False)),
            },
        )  # fmt: skip
        template = env.row("product.product", product)["product_tmpl_id"]
        env.query("INSERT INTO product_template__supplier_taxes_id VALUES (?, ?)", [template, vat])
        currency = env.row("res.partner", vendors[vendor])["property_purchase_currency_id"]
        env.add(
            "product.supplierinfo",
            {
                "partner_id": vendors[vendor], "product_tmpl_id": template, "product_code": vendor_number or None,
                "product_name": name if vendor_number else None, "min_qty": float(minimum), "price": price,
                "currency_id": currency, "delay": lead,
            },
        )  # fmt: skip


def _stock(env: Env) -> None:
    shelf = env.rows("stock.warehouse", "code = 'HAM'")[0]["lot_stock_id"]
    for number, quantity in _ON_HAND.items():
        product = env.rows("product.product", "default_code = ?", [number])[0]["id"]
        env.add(
            "stock.quant",
            {"product_id": product, "location_id": shelf, "quantity": float(quantity), "in_date": env.now_second},
        )


def _orders(env: Env, vendors: dict[str, int]) -> list[int]:
    today = datetime.fromisoformat(env.now[:10])
    made = []
    for vendor, warehouse, incoterm, days_ago, lines in _ORDERS:
        house = env.rows("stock.warehouse", "code = ?", [warehouse])[0]
        ordered = today - timedelta(days=days_ago) + timedelta(hours=8)
        values: Row = {
            "partner_id": vendors[vendor],
            "company_id": house["company_id"],
            "picking_type_id": house["in_type_id"],
            "incoterm_id": env.reference(f"account.incoterm_{incoterm}"),
            "date_order": f"{ordered:%Y-%m-%d %H:%M:%S}",
            "order_line": [(0, 0, _order_line(env, today, *line)) for line in lines],
        }
        order = records.create(env, MODELS["purchase.order"], values)
        purchase.button_confirm(env, [order])
        made.append(order)
    index, number, quantity = _PARTLY_RECEIVED
    _receive(env, made[index], number, quantity)
    return made


def _working_day(day: datetime) -> datetime:
    """The day, or the Friday before: what is due this week must not slip out of it when the demo starts on a Sunday."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def _order_line(env: Env, today: datetime, number: str, quantity: float, due: int, price: float | None) -> Row:
    product = env.rows("product.product", "default_code = ?", [number])[0]["id"]
    day = _working_day(today + timedelta(days=due))
    values: dict[str, Any] = {
        "product_id": product,
        "product_qty": quantity,
        "date_planned": f"{day:%Y-%m-%d} 12:00:00",
    }
    return values | ({} if price is None else {"price_unit": price})


def _receive(env: Env, order: int, number: str, quantity: float) -> None:
    move = surroundings.receipt(env, order, number)
    records.write(env, MODELS["stock.move"], [move["id"]], {"quantity": quantity})
    records.write(env, MODELS["stock.move"], [move["id"]], {"picked": True})
    moves.count_lines(env, move["id"])
    stock.button_validate(env.with_context(skip_backorder=True), [move["picking_id"]])


__all__ = ["ADMIN", "INTEGRATION_USER", "base", "fill", "fill_if_empty", "start_over"]
