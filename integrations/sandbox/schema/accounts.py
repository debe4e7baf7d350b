"""Payment terms and vendor bills, as far as an order shows how it stands: no journals, no lines, no amounts."""

from __future__ import annotations

from integrations.sandbox.schema.fields import Model, boolean, char, choice, date, model, one

BILL_STATES = (("draft", "Draft"), ("posted", "Posted"), ("cancel", "Cancelled"))
PAYMENT_STATES = (
    ("not_paid", "Not Paid"),
    ("in_payment", "In Payment"),
    ("paid", "Paid"),
    ("partial", "Partially Paid"),
    ("reversed", "Reversed"),
    ("blocked", "Blocked"),
    ("invoicing_legacy", "Invoicing App Legacy"),
)

MODELS: tuple[Model, ...] = (
    model(
        "account.payment.term",
        "Payment Terms",
        {"name": char("Payment Terms", required=True), "active": boolean("Active", default=True)},
    ),
    model(
        "account.move",
        "Journal Entry",
        {
            "name": char("Number", default="/"),
            "ref": char("Reference"),
            "move_type": choice(
                "Type", ("in_invoice", "Vendor Bill"), ("in_refund", "Vendor Credit Note"), required=True,
                default="in_invoice",
            ),
            "state": choice("Status", *BILL_STATES, required=True, readonly=True, default="draft"),
            "payment_state": choice("Payment Status", *PAYMENT_STATES, readonly=True, default="not_paid"),
            "partner_id": one("Partner", "res.partner"),
            "company_id": one("Company", "res.company"),
            "invoice_origin": char("Origin", readonly=True),
            "invoice_date": date("Invoice/Bill Date"),
        },
        order="id desc",
        methods=frozenset({"action_post"}),
    ),
)  # fmt: skip
