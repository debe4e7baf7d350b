"""Manufacturing orders, as far as a bought part needs them: who consumes it, and when."""

from __future__ import annotations

from integrations.sandbox.schema.fields import Model, char, choice, many, model, moment, number, one

PRODUCTION_STATES = (
    ("draft", "Draft"),
    ("confirmed", "Confirmed"),
    ("progress", "In Progress"),
    ("to_close", "To Close"),
    ("done", "Done"),
    ("cancel", "Cancelled"),
)

MODELS: tuple[Model, ...] = (
    model(
        "mrp.production",
        "Manufacturing Order",
        {
            "name": char("Reference", readonly=True, default="New"),
            "product_id": one("Product", "product.product", required=True),
            "product_qty": number("Quantity To Produce", 2, required=True, default=1.0),
            "product_uom_id": one("Product Unit of Measure", "uom.uom", required=True),
            "state": choice("State", *PRODUCTION_STATES, readonly=True, default="draft"),
            "date_start": moment("Start", required=True),
            "origin": char("Source"),
            "company_id": one("Company", "res.company", required=True),
            "move_raw_ids": many("Components", "stock.move", "raw_material_production_id"),
        },
        order="id",
        methods=frozenset({"action_confirm", "action_cancel"}),
    ),
)
