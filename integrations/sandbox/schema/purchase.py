"""Units, products, vendor price lists, Incoterms and purchase orders."""
# ruff: noqa: S608 - names of tables and columns come from this table itself

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
    money,
    number,
    one,
    text,
)

ORDER_STATES = (
    ("draft", "RFQ"),
    ("sent", "RFQ Sent"),
    ("to approve", "To Approve"),
    ("purchase", "Purchase Order"),
    ("done", "Locked"),
    ("cancel", "Cancelled"),
)
TRACKING = (("serial", "By Unique Serial Number"), ("lot", "By Lots"), ("none", "By Quantity"))
PRODUCT_TYPES = (("consu", "Goods"), ("service", "Service"), ("combo", "Combo"))

ORDER_DISPLAY = (
    "({t}.name || CASE WHEN COALESCE({t}.partner_ref, '') <> '' THEN ' (' || {t}.partner_ref || ')' ELSE '' END)"
)
PRODUCT_DISPLAY = (
    "((CASE WHEN COALESCE({t}.default_code, '') <> '' THEN '[' || {t}.default_code || '] ' ELSE '' END) || "
    "(SELECT pt.name FROM product_template pt WHERE pt.id = {t}.product_tmpl_id))"
)
_ORDER_PICKINGS = (
    "SELECT DISTINCT m.picking_id FROM stock_move m JOIN purchase_order_line l ON l.id = m.purchase_line_id "
    "WHERE l.order_id = {t}.id AND m.picking_id IS NOT NULL ORDER BY m.picking_id"
)

_COUNTED_BY = (
    "(SELECT CASE pt.type WHEN 'consu' THEN 'stock_moves' ELSE 'manual' END FROM product_product p "
    "JOIN product_template pt ON pt.id = p.product_tmpl_id WHERE p.id = {t}.product_id)"
)

MODELS: tuple[Model, ...] = (
    model("uom.category", "Product UoM Categories", {"name": char("Unit of Measure Category", required=True)}),
    model(
        "uom.uom",
        "Product Unit of Measure",
        {
            "name": char("Unit of Measure", required=True),
            "category_id": one("Category", "uom.category", required=True),
            "factor": number("Ratio", required=True, default=1.0),
            "factor_inv": number("Bigger Ratio", readonly=True, required=True, sql="(1.0 / {t}.factor)"),
            "rounding": number("Rounding Precision", required=True, default=0.01),
            "active": boolean("Active", default=True),
            "uom_type": choice(
                "Type",
                ("bigger", "Bigger than the reference Unit of Measure"),
                ("reference", "Reference Unit of Measure for this category"),
                ("smaller", "Smaller than the reference Unit of Measure"),
                required=True,
                default="reference",
            ),
        },
        order="factor desc, id",
    ),
    model(
        "product.category",
        "Product Category",
        {"name": char("Name", required=True), "complete_name": char("Complete Name", sql="{t}.name")},
        order="name",
    ),
    model(
        "product.template",
        "Product",
        {
            "name": char("Name", required=True),
            "active": boolean("Active", default=True),
            "default_code": char("Internal Reference"),
            "type": choice("Product Type", *PRODUCT_TYPES, required=True, default="consu"),
            "is_storable": boolean("Track Inventory", default=False),
            "tracking": choice("Tracking", *TRACKING, required=True, default="none"),
            "use_expiration_date": boolean("Use Expiration Date", default=False),
            "expiration_time": integer("Expiration Date", default=0),
            "use_time": integer("Best Before Date", default=0),
            "removal_time": integer("Removal Date", default=0),
            "alert_time": integer("Alert Date", default=0),
            "purchase_ok": boolean("Purchase", default=True),
            "sale_ok": boolean("Sales", default=True),
            "list_price": number("Sales Price", 2, default=1.0),
            "standard_price": number("Cost", 2, default=0.0),
            "categ_id": one("Product Category", "product.category"),
            "uom_id": one("Unit of Measure", "uom.uom", required=True),
            "uom_po_id": one("Purchase Unit", "uom.uom", required=True),
            "purchase_method": choice(
                "Control Policy",
                ("purchase", "On ordered quantities"),
                ("receive", "On received quantities"),
                default="receive",
            ),
            "description_purchase": text("Purchase Description"),
            "company_id": one("Company", "res.company"),
            "supplier_taxes_id": links("Purchase Taxes", "account.tax"),
            "seller_ids": many("Vendors", "product.supplierinfo", "product_tmpl_id"),
            "product_variant_ids": many("Products", "product.product", "product_tmpl_id", required=True),
        },
        order="name, id",
        display=(
            "((CASE WHEN COALESCE({t}.default_code, '') <> '' THEN '[' || {t}.default_code || '] ' ELSE '' END) "
            "|| {t}.name)"
        ),
        search_display=("name", "default_code"),
        mail=True,
    ),
    model(
        "product.product",
        "Product Variant",
        {
            "product_tmpl_id": one("Product Template", "product.template", required=True),
            "default_code": char("Internal Reference"),
            "barcode": char("Barcode"),
            "x_revision": char("Revision"),
            "active": boolean("Active", default=True),
            "name": char("Name", related="product_tmpl_id.name", required=True),
            "type": choice("Product Type", *PRODUCT_TYPES, related="product_tmpl_id.type", required=True),
            "is_storable": boolean("Track Inventory", related="product_tmpl_id.is_storable"),
            "tracking": choice("Tracking", *TRACKING, related="product_tmpl_id.tracking", required=True),
            "use_expiration_date": boolean("Use Expiration Date", related="product_tmpl_id.use_expiration_date"),
            "expiration_time": integer("Expiration Date", related="product_tmpl_id.expiration_time"),
            "use_time": integer("Best Before Date", related="product_tmpl_id.use_time"),
            "removal_time": integer("Removal Date", related="product_tmpl_id.removal_time"),
            "alert_time": integer("Alert Date", related="product_tmpl_id.alert_time"),
            "purchase_ok": boolean("Purchase", related="product_tmpl_id.purchase_ok"),
            "sale_ok": boolean("Sales", related="product_tmpl_id.sale_ok"),
            "list_price": number("Sales Price", 2, related="product_tmpl_id.list_price"),
            "standard_price": number("Cost", 2, related="product_tmpl_id.standard_price"),
            "categ_id": one("Product Category", "product.category", related="product_tmpl_id.categ_id"),
            "uom_id": one("Unit of Measure", "uom.uom", related="product_tmpl_id.uom_id", required=True),
            "uom_po_id": one("Purchase Unit", "uom.uom", related="product_tmpl_id.uom_po_id", required=True),
            "purchase_method": choice(
                "Control Policy",
                ("purchase", "On ordered quantities"),
                ("receive", "On received quantities"),
                related="product_tmpl_id.purchase_method",
            ),
            "description_purchase": text("Purchase Description", related="product_tmpl_id.description_purchase"),
            "company_id": one("Company", "res.company", related="product_tmpl_id.company_id"),
            "supplier_taxes_id": links(
                "Purchase Taxes",
                "account.tax",
                ids="SELECT right_id FROM product_template__supplier_taxes_id WHERE left_id = {t}.product_tmpl_id",
            ),
            "seller_ids": many(
                "Vendors",
                "product.supplierinfo",
                ids="SELECT id FROM product_supplierinfo s WHERE s.product_tmpl_id = {t}.product_tmpl_id "
                "ORDER BY s.sequence, s.min_qty DESC, s.price, s.id",
            ),
            "qty_available": number("Quantity On Hand", readonly=True, compute="qty_available"),
            "incoming_qty": number("Incoming", readonly=True, compute="incoming_qty"),
            "outgoing_qty": number("Outgoing", readonly=True, compute="outgoing_qty"),
            "virtual_available": number("Forecasted Quantity", readonly=True, compute="virtual_available"),
            "free_qty": number("Free To Use Quantity", readonly=True, compute="free_qty"),
        },
        order="default_code, id",
        display=PRODUCT_DISPLAY,
        search_display=("default_code", "name", "barcode"),
        mail=True,
    ),
    model(
        "product.supplierinfo",
        "Supplier Pricelist",
        {
            "partner_id": one("Vendor", "res.partner", required=True),
            "product_tmpl_id": one("Product Template", "product.template"),
            "product_id": one("Product Variant", "product.product"),
            "product_name": char("Vendor Product Name"),
            "product_code": char("Vendor Product Code"),
            "product_uom": one("Unit of Measure", "uom.uom", readonly=True, related="product_tmpl_id.uom_po_id"),
            "sequence": integer("Sequence", default=1),
            "min_qty": number("Quantity", 2, required=True, default=0.0),
            "price": number("Price", 2, required=True, default=0.0),
            "discount": number("Discount (%)", 2, default=0.0),
            "currency_id": one("Currency", "res.currency", required=True),
            "company_id": one("Company", "res.company"),
            "delay": integer("Lead Time", required=True, default=1),
            "date_start": date("Start Date"),
            "date_end": date("End Date"),
        },
        order="sequence, min_qty desc, price, id",
        display="(SELECT p.name FROM res_partner p WHERE p.id = {t}.partner_id)",
        search_display=("product_name", "product_code"),
    ),
    model(
        "account.incoterms",
        "Incoterms",
        {
            "name": char("Name", required=True),
            "code": char("Code", required=True),
            "active": boolean("Active", default=True),
        },
        display="('[' || {t}.code || '] ' || {t}.name)",
        search_display=("name", "code"),
    ),
    model(
        "account.tax",
        "Tax",
        {
            "name": char("Tax Name", required=True),
            "amount": number("Amount", default=0.0),
            "amount_type": choice("Tax Computation", ("percent", "Percentage"), required=True, default="percent"),
            "type_tax_use": choice("Tax Type", ("sale", "Sales"), ("purchase", "Purchases"), default="purchase"),
            "active": boolean("Active", default=True),
            "company_id": one("Company", "res.company", required=True),
        },
    ),
    model(
        "purchase.order",
        "Purchase Order",
        {
            "name": char("Order Reference", required=True, default="New"),
            "priority": choice("Priority", ("0", "Normal"), ("1", "Urgent"), default="0"),
            "origin": char("Source"),
            "partner_ref": char("Vendor Reference"),
            "date_order": moment("Order Deadline", required=True),
            "date_approve": moment("Confirmation Date", readonly=True),
            "partner_id": one("Vendor", "res.partner", required=True),
            "currency_id": one("Currency", "res.currency", required=True),
            "state": choice("Status", *ORDER_STATES, readonly=True, default="draft"),
            "order_line": many("Order Lines", "purchase.order.line", "order_id"),
            "notes": html("Terms and Conditions"),
            "user_id": one("Buyer", "res.users"),
            "company_id": one("Company", "res.company", required=True),
            "date_planned": moment("Expected Arrival"),
            "effective_date": moment("Arrival", readonly=True),
            "amount_untaxed": money("Untaxed Amount", readonly=True, default=0.0),
            "amount_tax": money("Taxes", readonly=True, default=0.0),
            "amount_total": money("Total", readonly=True, default=0.0),
            "invoice_status": choice(
                "Billing Status",
                ("no", "Nothing to Bill"),
                ("to invoice", "Waiting Bills"),
                ("invoiced", "Fully Billed"),
                readonly=True,
                default="no",
            ),
            "invoice_ids": links(
                "Bills",
                "account.move",
                readonly=True,
                ids="SELECT b.id FROM account_move b WHERE b.invoice_origin = {t}.name ORDER BY b.id",
            ),
            "payment_term_id": one("Payment Terms", "account.payment.term"),
            "dest_address_id": one("Dropship Address", "res.partner"),
            "incoterm_id": one("Incoterm", "account.incoterms"),
            "incoterm_location": char("Incoterm Location"),
            "picking_type_id": one("Deliver To", "stock.picking.type", required=True),
            "picking_ids": links("Receptions", "stock.picking", readonly=True, ids=_ORDER_PICKINGS),
            "incoming_picking_count": integer(
                "Incoming Shipment count", readonly=True, sql=f"(SELECT COUNT(*) FROM ({_ORDER_PICKINGS}))"
            ),
            "receipt_status": choice(
                "Receipt Status",
                ("pending", "Not Received"),
                ("partial", "Partially Received"),
                ("full", "Fully Received"),
                readonly=True,
            ),
            "mail_reminder_confirmed": boolean("Reminder Confirmed", readonly=True, default=False),
            "mail_reception_confirmed": boolean("Reception Confirmed", readonly=True, default=False),
            "mail_reception_declined": boolean("Reception Declined", readonly=True, default=False),
        },
        order="priority desc, id desc",
        display=ORDER_DISPLAY,
        search_display=("name", "partner_ref"),
        mail=True,
        methods=frozenset(
            {
                "button_confirm",
                "button_approve",
                "button_cancel",
                "button_draft",
                "button_done",
                "button_unlock",
                "confirm_reminder_mail",
                "action_create_invoice",
            }
        ),
    ),
    model(
        "purchase.order.line",
        "Purchase Order Line",
        {
            "name": text("Description", required=True),
            "sequence": integer("Sequence", default=10),
            "product_qty": number("Quantity", 2, required=True, default=0.0),
            "product_uom_qty": number("Total Quantity", readonly=True, default=0.0),
            "date_planned": moment("Expected Arrival"),
            "discount": number("Discount (%)", 2, default=0.0),
            "product_uom": one("Unit of Measure", "uom.uom"),
            "product_id": one("Product", "product.product"),
            "product_type": choice("Product Type", *PRODUCT_TYPES, readonly=True, related="product_id.type"),
            "price_unit": number("Unit Price", 2, required=True, default=0.0),
            "price_subtotal": money("Subtotal", readonly=True, default=0.0),
            "price_tax": number("Tax", readonly=True, default=0.0),
            "price_total": money("Total", readonly=True, default=0.0),
            "order_id": one("Order Reference", "purchase.order", required=True),
            "company_id": one("Company", "res.company", readonly=True, related="order_id.company_id"),
            "state": choice("Status", *ORDER_STATES, readonly=True, related="order_id.state"),
            "partner_id": one("Partner", "res.partner", readonly=True, related="order_id.partner_id"),
            "currency_id": one("Currency", "res.currency", readonly=True, related="order_id.currency_id"),
            "date_order": moment("Order Deadline", readonly=True, related="order_id.date_order"),
            "date_approve": moment("Confirmation Date", readonly=True, related="order_id.date_approve"),
            "qty_received": number("Received Qty", 2, default=0.0),
            "qty_received_method": choice(
                "Received Qty Method",
                ("manual", "Manual"),
                ("stock_moves", "Stock Moves"),
                readonly=True,
                sql=_COUNTED_BY,
            ),
            "qty_invoiced": number("Billed Qty", 2, readonly=True, default=0.0),
            "qty_to_invoice": number("To Invoice Quantity", 2, readonly=True, default=0.0),
            "taxes_id": links("Taxes", "account.tax"),
            "display_type": choice("Display Type", ("line_section", "Section"), ("line_note", "Note")),
            "move_ids": many("Reservation", "stock.move", "purchase_line_id", readonly=True),
            "propagate_cancel": boolean("Propagate cancellation", default=True),
        },
        order="order_id, sequence, id",
    ),
)
