"""Vendor bills: made from an order, posted, and said on the order."""

from __future__ import annotations

from typing import Any

from integrations.sandbox.env import Env
from integrations.sandbox.errors import UserError
from integrations.sandbox.hooks import Method, Value
from integrations.sandbox.store import next_number


def action_create_invoice(env: Env, ids: list[int]) -> dict[str, Any]:
    for order in ids:
        row = env.row("purchase.order", order)
        if row["state"] not in ("purchase", "done"):
            raise UserError("There is no invoiceable line. If a product has a control policy based on received "
                            "quantity, please make sure that a quantity has been received.")  # fmt: skip
        env.add(
            "account.move",
            {"partner_id": row["partner_id"], "company_id": row["company_id"], "invoice_origin": row["name"],
             "ref": row["partner_ref"]},
        )  # fmt: skip
        env.put("purchase.order", order, {"invoice_status": "invoiced"})
    return {"type": "ir.actions.act_window", "res_model": "account.move"}


def action_post(env: Env, ids: list[int]) -> bool:
    for bill in ids:
        row = env.row("account.move", bill)
        if not row["invoice_date"]:
            raise UserError("The Bill/Refund date is required to validate this document.")
        name = f"BILL/{row['invoice_date'][:4]}/{next_number(env.connection, 'account.move'):04d}"
        env.put("account.move", bill, {"state": "posted", "name": name})
    return False


HOOKS: dict[str, Any] = {}
METHODS: dict[tuple[str, str], Method] = {
    ("purchase.order", "action_create_invoice"): action_create_invoice,
    ("account.move", "action_post"): action_post,
}
VALUES: dict[str, Value] = {}
