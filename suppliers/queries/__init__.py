"""Reads that span models: one function per screen or report, with a bounded number of queries."""

from suppliers.queries.changes import CHANGE_VIEWS, change_list, find_change, waiting_changes
from suppliers.queries.orders import (
    SORTS,
    LineDetail,
    OrderDetail,
    OrderFilters,
    OrdersByMode,
    dashboard,
    decision_queue,
    find_line,
    find_order,
    find_order_file,
    order_detail,
    order_list,
    order_rows,
    orders_by_mode,
    policies,
)
from suppliers.queries.suppliers import find_supplier, supplier_key

__all__ = [
    "CHANGE_VIEWS",
    "SORTS",
    "LineDetail",
    "OrderDetail",
    "OrderFilters",
    "OrdersByMode",
    "change_list",
    "dashboard",
    "decision_queue",
    "find_change",
    "find_line",
    "find_order",
    "find_order_file",
    "find_supplier",
    "order_detail",
    "order_list",
    "order_rows",
    "orders_by_mode",
    "policies",
    "supplier_key",
    "waiting_changes",
]
