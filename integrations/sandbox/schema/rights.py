"""Who may do what: the groups, what they imply, and the rights of each group on each model.

Rights are written as in Odoo's own access lists: ``r`` read, ``w`` write, ``c`` create, ``d`` delete. A group that
is not listed for a model has no right to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

GROUPS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "base.group_user": ("User types/Internal User", ()),
    "base.group_portal": ("User types/Portal", ()),
    "base.group_partner_manager": ("Extra Rights/Contact Creation", ()),
    "base.group_erp_manager": ("Administration/Access Rights", ("base.group_user",)),
    "base.group_system": ("Administration/Settings", ("base.group_erp_manager",)),
    "purchase.group_purchase_user": ("Purchase/User", ("base.group_user",)),
    "purchase.group_purchase_manager": ("Purchase/Administrator", ("purchase.group_purchase_user",)),
    "stock.group_stock_user": ("Inventory/User", ("base.group_user",)),
    "stock.group_stock_manager": ("Inventory/Administrator", ("stock.group_stock_user",)),
    "account.group_account_invoice": ("Accounting/Billing", ("base.group_user",)),
    "mrp.group_mrp_user": ("Manufacturing/User", ("base.group_user",)),
}

_EVERYBODY_READS = {"base.group_user": "r"}
_PRODUCTS = {
    "base.group_user": "r",
    "purchase.group_purchase_user": "r",
    "stock.group_stock_user": "r",
    "purchase.group_purchase_manager": "rwcd",
    "stock.group_stock_manager": "rwcd",
}

RIGHTS: Mapping[str, Mapping[str, str]] = {
    "res.users": {"base.group_user": "r", "base.group_portal": "r", "base.group_erp_manager": "rwcd"},
    "res.groups": {"base.group_user": "r", "base.group_erp_manager": "rwcd"},
    "res.company": {"base.group_user": "r", "base.group_portal": "r", "base.group_erp_manager": "rwcd"},
    "res.currency": {"base.group_user": "r", "base.group_portal": "r", "base.group_system": "rwcd"},
    "res.country": _EVERYBODY_READS,
    "res.lang": _EVERYBODY_READS,
    "res.partner": {
        "base.group_user": "r",
        "base.group_portal": "r",
        "base.group_partner_manager": "rwcd",
        "purchase.group_purchase_user": "r",
        "purchase.group_purchase_manager": "rwc",
        "stock.group_stock_manager": "rwc",
    },
    "ir.model": {"base.group_erp_manager": "r", "base.group_system": "rwcd"},
    "ir.model.data": {"base.group_erp_manager": "rwcd"},
    "ir.attachment": {"base.group_user": "rwcd"},
    "mail.message": {"base.group_user": "rwcd", "base.group_portal": "rwcd"},
    "mail.message.subtype": {"base.group_user": "r", "base.group_system": "rwcd"},
    "uom.category": {
        "base.group_user": "r",
        "base.group_system": "rwcd",
        "purchase.group_purchase_manager": "rwcd",
        "stock.group_stock_manager": "rwcd",
    },
    "uom.uom": {
        "base.group_user": "r",
        "base.group_system": "rwcd",
        "purchase.group_purchase_manager": "rwcd",
        "stock.group_stock_manager": "rwcd",
    },
    "product.category": _PRODUCTS,
    "product.template": _PRODUCTS,
    "product.product": _PRODUCTS,
    "product.supplierinfo": {
        "base.group_user": "r",
        "purchase.group_purchase_manager": "rwcd",
        "stock.group_stock_manager": "rwcd",
    },
    "account.incoterms": _EVERYBODY_READS,
    "account.tax": _EVERYBODY_READS,
    "account.payment.term": _EVERYBODY_READS | {"base.group_system": "rwcd"},
    "account.move": {"purchase.group_purchase_user": "rwcd", "account.group_account_invoice": "rwcd"},
    "purchase.order": {
        "base.group_portal": "r",
        "stock.group_stock_user": "r",
        "purchase.group_purchase_user": "rwcd",
        "purchase.group_purchase_manager": "rwcd",
    },
    "purchase.order.line": {
        "base.group_portal": "r",
        "stock.group_stock_user": "r",
        "purchase.group_purchase_user": "rwcd",
        "purchase.group_purchase_manager": "rwcd",
    },
    "stock.location": {
        "base.group_user": "r",
        "base.group_partner_manager": "r",
        "purchase.group_purchase_user": "r",
        "stock.group_stock_user": "rw",
        "stock.group_stock_manager": "rwcd",
    },
    "stock.warehouse": {
        "base.group_user": "r",
        "purchase.group_purchase_user": "r",
        "stock.group_stock_manager": "rwcd",
    },
    "stock.picking.type": {
        "base.group_user": "r",
        "stock.group_stock_user": "r",
        "stock.group_stock_manager": "rwcd",
    },
    "stock.picking": {"purchase.group_purchase_user": "rwcd", "stock.group_stock_user": "rwcd"},
    "stock.move": {
        "purchase.group_purchase_user": "rwc",
        "stock.group_stock_user": "rwc",
        "purchase.group_purchase_manager": "rwcd",
        "stock.group_stock_manager": "rwcd",
    },
    "stock.return.picking": {"stock.group_stock_user": "rwc"},
    "stock.return.picking.line": {"stock.group_stock_user": "rwc"},
    "mrp.production": {"stock.group_stock_user": "r", "mrp.group_mrp_user": "rwcd"},
    "stock.move.line": {"base.group_user": "rwcd", "stock.group_stock_user": "rwcd"},
    "stock.lot": {"stock.group_stock_user": "rwcd"},
    "stock.quant": {"base.group_user": "r", "stock.group_stock_user": "rwc"},
    "stock.quant.package": {"base.group_user": "r", "stock.group_stock_user": "rwcd"},
}

_ASK = "Contact your administrator to request access if necessary."
_WORDS = {"r": "access", "w": "modify", "c": "create", "d": "delete"}


def closure(groups: Iterable[str]) -> frozenset[str]:
    """The groups together with everything that they imply."""
    seen: set[str] = set()
    todo = list(groups)
    while todo:
        group = todo.pop()
        if group not in seen:
            seen.add(group)
            todo.extend(GROUPS.get(group, ("", ()))[1])
    return frozenset(seen)


def allowed(model: str, operation: str, groups: frozenset[str]) -> bool:
    return any(operation in rights for group, rights in RIGHTS.get(model, {}).items() if group in groups)


def refusal(model: str, label: str, operation: str) -> str:
    """The sentence Odoo answers with, naming the groups that would be allowed."""
    first = f"You are not allowed to {_WORDS[operation]} '{label}' ({model}) records."
    names = sorted(GROUPS[group][0] for group, rights in RIGHTS.get(model, {}).items() if operation in rights)
    if not names:
        return f"{first}\n\nNo group currently allows this operation.\n\n{_ASK}"
    listed = "\n".join(f"\t- {name}" for name in names)
    return f"{first}\n\nThis operation is allowed for the following groups:\n{listed}\n\n{_ASK}"
