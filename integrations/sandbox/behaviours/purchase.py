"""Purchase orders: numbers and defaults, confirming, cancelling, locking."""

from __future__ import annotations

from typing import Any

from integrations.sandbox.behaviours import chatter, moves
from integrations.sandbox.behaviours.order_lines import refresh_totals
from integrations.sandbox.behaviours.supply import follow_quantity
from integrations.sandbox.behaviours.units import price_in
from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError
from integrations.sandbox.hooks import Hooks, Method, Value
from integrations.sandbox.store import Row, next_number
from integrations.sandbox.values import half_up


def _prepare_order(env: Env, values: Row) -> None:
    values.setdefault("company_id", env.row("res.users", env.uid)["company_id"])
    if values.get("name", "New") == "New":
        values["name"] = f"P{next_number(env.connection, 'purchase.order'):05d}"
    if not values.get("currency_id") and values["company_id"]:
        partner = env.row("res.partner", values["partner_id"]) if values.get("partner_id") else {}
        own = env.row("res.company", values["company_id"])["currency_id"]
        values["currency_id"] = partner.get("property_purchase_currency_id") or own
    if not values.get("picking_type_id") and values["company_id"]:
        receipts = env.rows(
            "stock.picking.type", "code = 'incoming' AND company_id = ?", [values["company_id"]], "sequence, id"
        )
        values["picking_type_id"] = receipts[0]["id"] if receipts else False
    if not values.get("date_order"):
        values["date_order"] = env.now[:19]
    values.setdefault("user_id", env.uid)


def _created_order(env: Env, record: int, values: Row) -> None:
    refresh_totals(env, record, dates=bool(values.get("order_line")))


def _deleting_orders(env: Env, ids: list[int]) -> None:
    for order in ids:
        if env.row("purchase.order", order)["state"] != "cancel":
            raise UserError("In order to delete a purchase order, you must cancel it first.")
        env.query("DELETE FROM purchase_order_line WHERE order_id = ?", [order])


def button_confirm(env: Env, ids: list[int]) -> bool:
    for order in ids:
        row = env.row("purchase.order", order)
        if row["state"] not in ("draft", "sent"):
            continue
        lines = env.rows("purchase.order.line", "order_id = ? AND display_type IS NULL", [order], "sequence, id")
        for line in lines:
            _remember_vendor(env, row, line)
        _set_state(env, order, {"state": "purchase", "date_approve": env.now_second})
        for line in lines:
            follow_quantity(env, line["id"])
        _number_moves(env, order)
        if env.row("res.company", row["company_id"])["po_lock"] == "lock":
            _set_state(env, order, {"state": "done"})
    return True


def button_approve(env: Env, ids: list[int]) -> dict[str, Any]:
    """The second signature, which no company of the sandbox asks for: nothing is left to do."""
    return {}


def _set_state(env: Env, order: int, values: Row) -> None:
    """Every line stores its order's state, and so is written with it."""
    env.put("purchase.order", order, values)
    env.put("purchase.order.line", [row["id"] for row in env.rows("purchase.order.line", "order_id = ?", [order])], {})


def _number_moves(env: Env, order: int) -> None:
    """On the transfer the earliest comes first."""
    rows = env.query(
        "SELECT m.id FROM stock_move m JOIN purchase_order_line l ON l.id = m.purchase_line_id "
        "WHERE l.order_id = ? ORDER BY m.date, m.id",
        [order],
    )
    for position, row in enumerate(rows, 1):
        env.put("stock.move", row["id"], {"sequence": 5 * position})


def _remember_vendor(env: Env, order: Row, line: Row) -> None:
    """Confirming an order puts its vendor and price on the product's price list, unless he is there already."""
    if line["product_id"] is None:
        return
    template = env.row("product.product", line["product_id"])["product_tmpl_id"]
    partner = env.row("res.partner", order["partner_id"])
    vendor = partner["parent_id"] or partner["id"]
    sellers = env.rows("product.supplierinfo", "product_tmpl_id = ?", [template])
    if len(sellers) > 10 or any(seller["partner_id"] in (vendor, partner["id"]) for seller in sellers):
        return
    unit = env.row("product.template", template)["uom_po_id"]
    env.add(
        "product.supplierinfo",
        {
            "partner_id": vendor,
            "product_tmpl_id": template,
            "sequence": max((seller["sequence"] for seller in sellers), default=0) + 1,
            "min_qty": 1.0,
            "price": half_up(price_in(env, line["price_unit"], line["product_uom"], unit), 2),
            "currency_id": order["currency_id"],
            "discount": line["discount"],
            "delay": 0,
        },
    )


def button_cancel(env: Env, ids: list[int]) -> None:
    received = [
        order
        for order in ids
        if env.query(
            "SELECT 1 FROM stock_move m JOIN purchase_order_line l ON l.id = m.purchase_line_id "
            "WHERE l.order_id = ? AND m.state = 'done'",
            [order],
        )
    ]
    if received:
        names = ", ".join(env.name_of("purchase.order", order) for order in received)
        raise UserError(f"Unable to cancel purchase order(s): {names} since they have receipts that are already done.")
    for order in ids:
        open_moves = env.query(
            "SELECT m.id FROM stock_move m JOIN purchase_order_line l ON l.id = m.purchase_line_id "
            "WHERE l.order_id = ? AND m.state <> 'cancel'",
            [order],
        )
        moves.cancel(env, [row["id"] for row in open_moves])
        _set_state(env, order, {"state": "cancel", "mail_reminder_confirmed": 0})


def button_draft(env: Env, ids: list[int]) -> dict[str, Any]:
    for order in ids:
        _set_state(env, order, {"state": "draft"})
    return {}


def button_done(env: Env, ids: list[int]) -> None:
    for order in ids:
        _set_state(env, order, {"state": "done", "priority": "0"})


def button_unlock(env: Env, ids: list[int]) -> None:
    for order in ids:
        _set_state(env, order, {"state": "purchase"})


def confirm_reminder_mail(env: Env, ids: list[int], confirmed_date: Any = False) -> None:
    for order in ids:
        row = env.row("purchase.order", order)
        if row["state"] in ("purchase", "done") and not row["mail_reminder_confirmed"]:
            env.put("purchase.order", order, {"mail_reminder_confirmed": 1})
            vendor = env.row("res.partner", row["partner_id"])["name"]
            day = str(confirmed_date or row["date_planned"] or "")[:10]
            chatter.post(env, "purchase.order", order, f"{vendor} confirmed the receipt will take place on {day}.")


HOOKS = {"purchase.order": Hooks(prepare=_prepare_order, created=_created_order, deleting=_deleting_orders)}
METHODS: dict[tuple[str, str], Method] = {
    ("purchase.order", "button_confirm"): button_confirm,
    ("purchase.order", "button_approve"): button_approve,
    ("purchase.order", "button_cancel"): button_cancel,
    ("purchase.order", "button_draft"): button_draft,
    ("purchase.order", "button_done"): button_done,
    ("purchase.order", "button_unlock"): button_unlock,
    ("purchase.order", "confirm_reminder_mail"): confirm_reminder_mail,
}
VALUES: dict[str, Value] = {}
