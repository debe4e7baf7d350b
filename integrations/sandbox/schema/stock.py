"""Warehouses, locations, transfers, moves, lots, packages and quants."""

from __future__ import annotations

from integrations.sandbox.schema.fields import (
    Model,
    boolean,
    char,
    choice,
    date,
    html,
    integer,
    links,
    many,
    model,
    moment,
    number,
    one,
    text,
)

USAGES = (
    ("supplier", "Vendor Location"),
    ("view", "View"),
    ("internal", "Internal Location"),
    ("customer", "Customer Location"),
    ("inventory", "Inventory Loss"),
    ("production", "Production"),
    ("transit", "Transit Location"),
)
CODES = (
    ("incoming", "Receipt"),
    ("outgoing", "Delivery"),
    ("internal", "Internal Transfer"),
    ("mrp_operation", "Manufacturing"),
)
MOVE_STATES = (
    ("draft", "New"),
    ("waiting", "Waiting Another Move"),
    ("confirmed", "Waiting Availability"),
    ("partially_available", "Partially Available"),
    ("assigned", "Available"),
    ("done", "Done"),
    ("cancel", "Cancelled"),
)
PICKING_STATES = tuple(state for state in MOVE_STATES if state[0] != "partially_available")
MOVE_DISPLAY = (
    "(CASE WHEN COALESCE({t}.origin, '') <> '' THEN {t}.origin || '/' ELSE '' END || "
    "COALESCE((SELECT p.default_code || ': ' FROM product_product p WHERE p.id = {t}.product_id), '') || "
    "(SELECT l.name FROM stock_location l WHERE l.id = {t}.location_id) || '>' || "
    "(SELECT l.name FROM stock_location l WHERE l.id = {t}.location_dest_id))"
)
_PURCHASE_OF_PICKING = (
    "(SELECT l.order_id FROM stock_move m JOIN purchase_order_line l ON l.id = m.purchase_line_id "
    "WHERE m.picking_id = {t}.id ORDER BY m.id LIMIT 1)"
)

# Where all that is on hand of a lot or package lies, if that is one place.
_PLACE = (
    "(SELECT CASE WHEN COUNT(DISTINCT q.location_id) = 1 THEN MIN(q.location_id) END FROM stock_quant q "
    "JOIN stock_location o ON o.id = q.location_id "
    "WHERE q.{key} = {{t}}.id AND q.quantity > 0 AND o.usage IN ('internal', 'transit'))"
)
_ON_HAND_OF_LOT = (
    "(SELECT COALESCE(SUM(q.quantity), 0) FROM stock_quant q JOIN stock_location o ON o.id = q.location_id "
    "WHERE q.lot_id = {t}.id AND o.usage IN ('internal', 'transit'))"
)

MODELS: tuple[Model, ...] = (
    model(
        "stock.location",
        "Inventory Locations",
        {
            "name": char("Location Name", required=True),
            "complete_name": char("Full Location Name", readonly=True),
            "active": boolean("Active", default=True),
            "usage": choice("Location Type", *USAGES, required=True, default="internal"),
            "location_id": one("Parent Location", "stock.location"),
            "company_id": one("Company", "res.company"),
            "warehouse_id": one("Warehouse", "stock.warehouse", readonly=True),
        },
        order="complete_name, id",
        display="{t}.complete_name",
        search_display=("complete_name",),
    ),
    model(
        "stock.warehouse",
        "Warehouse",
        {
            "name": char("Warehouse", required=True),
            "code": char("Short Name", required=True),
            "active": boolean("Active", default=True),
            "sequence": integer("Sequence", default=10),
            "company_id": one("Company", "res.company", readonly=True, required=True),
            "partner_id": one("Address", "res.partner"),
            "view_location_id": one("View Location", "stock.location", required=True),
            "lot_stock_id": one("Location Stock", "stock.location", required=True),
            "in_type_id": one("In Type", "stock.picking.type"),
            "out_type_id": one("Out Type", "stock.picking.type"),
            "int_type_id": one("Internal Type", "stock.picking.type"),
        },
        order="sequence, id",
    ),
    model(
        "stock.picking.type",
        "Picking Type",
        {
            "name": char("Operation Type", required=True),
            "code": choice("Type of Operation", *CODES, required=True, default="incoming"),
            "sequence": integer("Sequence", default=10),
            "sequence_code": char("Sequence Prefix", required=True),
            "active": boolean("Active", default=True),
            "warehouse_id": one("Warehouse", "stock.warehouse"),
            "company_id": one("Company", "res.company", required=True),
            "default_location_src_id": one("Source Location", "stock.location", required=True),
            "default_location_dest_id": one("Destination Location", "stock.location", required=True),
            "return_picking_type_id": one("Operation Type for Returns", "stock.picking.type"),
            "create_backorder": choice(
                "Create Backorder",
                ("ask", "Ask"),
                ("always", "Always"),
                ("never", "Never"),
                required=True,
                default="ask",
            ),
        },
        order="sequence, id",
        display=(
            "(COALESCE((SELECT w.name || ': ' FROM stock_warehouse w WHERE w.id = {t}.warehouse_id), '') || {t}.name)"
        ),
        search_display=("name",),
    ),
    model(
        "stock.picking",
        "Transfer",
        {
            "name": char("Reference", readonly=True, default="/"),
            "origin": char("Source Document"),
            "note": html("Notes"),
            "backorder_id": one("Back Order of", "stock.picking", readonly=True),
            "backorder_ids": many("Back Orders", "stock.picking", "backorder_id"),
            "return_id": one("Return of", "stock.picking", readonly=True),
            "move_type": choice(
                "Shipping Policy",
                ("direct", "As soon as possible"),
                ("one", "When all products are ready"),
                required=True,
                default="direct",
            ),
            "state": choice("Status", *PICKING_STATES, readonly=True, default="draft"),
            "priority": choice("Priority", ("0", "Normal"), ("1", "Urgent"), default="0"),
            "scheduled_date": moment("Scheduled Date"),
            "date_deadline": moment("Deadline", readonly=True),
            "date": moment("Creation Date"),
            "date_done": moment("Date of Transfer", readonly=True),
            "location_id": one("Source Location", "stock.location", required=True),
            "location_dest_id": one("Destination Location", "stock.location", required=True),
            "move_ids": many("Stock Moves", "stock.move", "picking_id"),
            "move_ids_without_package": many("Stock moves not in package", "stock.move", "picking_id"),
            "move_line_ids": many("Operations", "stock.move.line", "picking_id"),
            "picking_type_id": one("Operation Type", "stock.picking.type", required=True),
            "picking_type_code": choice("Type of Operation", *CODES, readonly=True, related="picking_type_id.code"),
            "partner_id": one("Contact", "res.partner"),
            "company_id": one("Company", "res.company", readonly=True),
            "user_id": one("Responsible", "res.users"),
            "carrier_tracking_ref": char("Tracking Reference"),
            "purchase_id": one("Purchase Orders", "purchase.order", readonly=True, sql=_PURCHASE_OF_PICKING),
            "is_locked": boolean("Is Locked", default=True),
        },
        order="priority desc, scheduled_date, id desc",
        search_display=("name", "origin"),
        mail=True,
        methods=frozenset(
            {
                "button_validate",
                "action_confirm",
                "action_assign",
                "action_cancel",
                "action_split_transfer",
                "do_unreserve",
            }
        ),
    ),
    model(
        "stock.move",
        "Stock Move",
        {
            "name": char("Description", required=True),
            "sequence": integer("Sequence", default=10),
            "priority": choice("Priority", ("0", "Normal"), ("1", "Urgent"), readonly=True, default="0"),
            "date": moment("Date Scheduled", required=True),
            "date_deadline": moment("Deadline", readonly=True),
            "company_id": one("Company", "res.company", required=True),
            "product_id": one("Product", "product.product", required=True),
            "description_picking": text("Description picking"),
            "product_qty": number("Real Quantity"),
            "product_uom_qty": number("Demand", 2, required=True, default=0.0),
            "product_uom": one("UoM", "uom.uom", required=True),
            "quantity": number("Quantity", 2, default=0.0),
            "picked": boolean("Picked", default=False),
            "location_id": one("Source Location", "stock.location", required=True),
            "location_dest_id": one("Intermediate Location", "stock.location", required=True),
            "location_final_id": one("Final Location", "stock.location"),
            "location_usage": choice("Source Location Type", *USAGES, readonly=True, related="location_id.usage"),
            "location_dest_usage": choice(
                "Destination Location Type", *USAGES, readonly=True, related="location_dest_id.usage"
            ),
            "partner_id": one("Destination Address ", "res.partner"),
            "picking_id": one("Transfer", "stock.picking"),
            "picking_code": choice("Type of Operation", *CODES, readonly=True, related="picking_type_id.code"),
            "picking_type_id": one("Operation Type", "stock.picking.type"),
            "warehouse_id": one("Warehouse", "stock.warehouse"),
            "state": choice("Status", *MOVE_STATES, readonly=True, default="draft"),
            "price_unit": number("Unit Price"),
            "origin": char("Source Document"),
            "procure_method": choice(
                "Supply Method",
                ("make_to_stock", "Default: Take From Stock"),
                ("make_to_order", "Advanced: Apply Procurement Rules"),
                required=True,
                default="make_to_stock",
            ),
            "move_line_ids": many("Stock Move Line", "stock.move.line", "move_id"),
            "purchase_line_id": one("Purchase Order Line", "purchase.order.line", readonly=True),
            "origin_returned_move_id": one("Origin return move", "stock.move"),
            "move_dest_ids": links("Destination Moves", "stock.move"),
            "move_orig_ids": links(
                "Original Move",
                "stock.move",
                ids="SELECT left_id FROM stock_move__move_dest_ids WHERE right_id = {t}.id",
            ),
            "raw_material_production_id": one("Production Order for components", "mrp.production"),
            "returned_move_ids": many("All returned moves", "stock.move", "origin_returned_move_id"),
            "to_refund": boolean("Update quantities on SO/PO", default=False),
            "propagate_cancel": boolean("Propagate cancel and split", default=True),
            "reference": char("Reference", readonly=True),
        },
        order="sequence, id",
        display=MOVE_DISPLAY,
    ),
    model(
        "stock.move.line",
        "Product Moves (Stock Move Line)",
        {
            "picking_id": one("Transfer", "stock.picking"),
            "move_id": one("Stock Operation", "stock.move"),
            "company_id": one("Company", "res.company", readonly=True, required=True),
            "product_id": one("Product", "product.product"),
            "product_uom_id": one("Unit of Measure", "uom.uom", required=True),
            "quantity": number("Quantity", 2, default=0.0),
            "picked": boolean("Picked", default=False),
            "lot_id": one("Lot/Serial Number", "stock.lot"),
            "lot_name": char("Lot/Serial Number Name"),
            "package_id": one("Source Package", "stock.quant.package"),
            "result_package_id": one("Destination Package", "stock.quant.package"),
            "date": moment("Date", required=True),
            "location_id": one("From", "stock.location", required=True),
            "location_dest_id": one("To", "stock.location", required=True),
            "location_usage": choice("Source Location Type", *USAGES, readonly=True, related="location_id.usage"),
            "location_dest_usage": choice(
                "Destination Location Type", *USAGES, readonly=True, related="location_dest_id.usage"
            ),
            "expiration_date": moment("Expiration Date", readonly=True),
            "state": choice("Status", *MOVE_STATES, readonly=True, related="move_id.state"),
            "reference": char("Reference", related="move_id.reference"),
            "picking_code": choice(
                "Type of Operation", *CODES, readonly=True, related="picking_id.picking_type_id.code"
            ),
            "picking_partner_id": one("Contact", "res.partner", readonly=True, related="picking_id.partner_id"),
        },
        order="result_package_id desc, id",
        display="(SELECT t.name FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id "
        "WHERE p.id = {t}.product_id)",
        search_display=("lot_name",),
    ),
    model(
        "stock.lot",
        "Lot/Serial",
        {
            "name": char("Lot/Serial Number", required=True),
            "ref": char("Internal Reference"),
            "note": html("Description"),
            "product_id": one("Product", "product.product", required=True),
            "product_uom_id": one("Unit of Measure", "uom.uom", readonly=True, related="product_id.uom_id"),
            "company_id": one("Company", "res.company"),
            "expiration_date": moment("Expiration Date"),
            "use_date": moment("Best before Date"),
            "removal_date": moment("Removal Date"),
            "alert_date": moment("Alert Date"),
            "use_expiration_date": boolean(
                "Use Expiration Date", readonly=True, related="product_id.use_expiration_date"
            ),
            "location_id": one("Location", "stock.location", readonly=True, sql=_PLACE.format(key="lot_id")),
            "product_qty": number("On Hand Quantity", readonly=True, sql=_ON_HAND_OF_LOT),
            "purchase_order_ids": links(
                "Purchase Orders",
                "purchase.order",
                readonly=True,
                ids="SELECT DISTINCT l.order_id FROM stock_move_line ml JOIN stock_move m ON m.id = ml.move_id "
                "JOIN purchase_order_line l ON l.id = m.purchase_line_id "
                "WHERE ml.lot_id = {t}.id AND m.state = 'done' ORDER BY l.order_id",
            ),
        },
        order="name, id",
        search_display=("name", "ref"),
        mail=True,
    ),
    model(
        "stock.quant.package",
        "Packages",
        {
            "name": char("Package Reference", required=True),
            "location_id": one("Location", "stock.location", readonly=True, sql=_PLACE.format(key="package_id")),
            "company_id": one("Company", "res.company", readonly=True),
            "pack_date": date("Pack Date"),
            "quant_ids": many("Bulk Content", "stock.quant", "package_id"),
        },
        order="name",
    ),
    model(
        "stock.quant",
        "Quants",
        {
            "product_id": one("Product", "product.product", required=True),
            "location_id": one("Location", "stock.location", required=True),
            "lot_id": one("Lot/Serial Number", "stock.lot"),
            "package_id": one("Package", "stock.quant.package"),
            "company_id": one("Company", "res.company", readonly=True, related="location_id.company_id"),
            "quantity": number("Quantity", readonly=True, default=0.0),
            "reserved_quantity": number("Reserved Quantity", required=True, readonly=True, default=0.0),
            "in_date": moment("Incoming Date", required=True, readonly=True),
        },
        display="(SELECT l.complete_name FROM stock_location l WHERE l.id = {t}.location_id)",
        search_display=(),
    ),
    model(
        "stock.return.picking",
        "Return Picking",
        {
            "picking_id": one("Picking", "stock.picking"),
            "product_return_moves": many("Moves", "stock.return.picking.line", "wizard_id"),
            "company_id": one("Company", "res.company", readonly=True, related="picking_id.company_id"),
        },
        order="id",
        display="('stock.return.picking,' || {t}.id)",
        search_display=(),
        methods=frozenset({"action_create_returns"}),
    ),
    model(
        "stock.return.picking.line",
        "Return Picking Line",
        {
            "wizard_id": one("Wizard", "stock.return.picking"),
            "product_id": one("Product", "product.product", required=True),
            "move_id": one("Move", "stock.move"),
            "move_quantity": number("Move Quantity", readonly=True, related="move_id.quantity"),
            "quantity": number("Quantity", 2, required=True, default=0.0),
            "uom_id": one("Unit of Measure", "uom.uom", readonly=True, related="product_id.uom_id"),
            "to_refund": boolean("Update quantities on SO/PO", default=True),
        },
        order="id",
        display="('stock.return.picking.line,' || {t}.id)",
        search_display=(),
    ),
)
