"""Manufacturing orders: a number, components wanted at the start, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping

from integrations.sandbox.behaviours import moves
from integrations.sandbox.env import Env
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.store import Row, next_number


def _prepare(env: Env, values: Row) -> None:
    values.setdefault("company_id", env.row("res.users", env.uid)["company_id"])
    values.setdefault("date_start", env.now[:19])
    warehouse = _warehouse(env, values["company_id"])
    if values.get("name", "New") == "New":
        values["name"] = f"{warehouse['code']}/MO/{next_number(env.connection, 'mrp.production'):05d}"
    if not values.get("product_uom_id") and values.get("product_id"):
        template = env.row("product.product", values["product_id"])["product_tmpl_id"]
        values["product_uom_id"] = env.row("product.template", template)["uom_id"]


def _warehouse(env: Env, company: int) -> Row:
    return env.rows("stock.warehouse", "company_id = ?", [company], "sequence, id")[0]


def _open_components(env: Env, production: int) -> list[Row]:
    condition = "raw_material_production_id = ? AND state NOT IN ('done', 'cancel')"
    return env.rows("stock.move", condition, [production])


def _written(env: Env, ids: list[int], values: Row, before: Mapping[int, Row]) -> None:
    """Components are wanted when the order starts."""
    for record in ids if "date_start" in values else ():
        start = env.row("mrp.production", record)["date_start"]
        for move in _open_components(env, record):
            env.put("stock.move", move["id"], {"date": start, "date_deadline": start})


def action_confirm(env: Env, ids: list[int]) -> bool:
    for production in ids:
        env.put("mrp.production", production, {"state": "confirmed"})
        for move in _open_components(env, production):
            env.put("stock.move", move["id"], {"state": "confirmed"})
            moves.assign(env, move["id"])
    return True


def action_cancel(env: Env, ids: list[int]) -> bool:
    for production in ids:
        moves.cancel(env, [move["id"] for move in _open_components(env, production)])
        env.put("mrp.production", production, {"state": "cancel"})
    return True


HOOKS = {"mrp.production": Hooks(prepare=_prepare, written=_written)}
METHODS: dict[tuple[str, str], Method] = {
    ("mrp.production", "action_confirm"): action_confirm,
    ("mrp.production", "action_cancel"): action_cancel,
}
VALUES: dict[str, Value] = {}
