"""Reads that span models: one function per screen or report, with a bounded number of queries."""

from suppliers.queries.boards import OrdersByMode, dashboard, orders_by_mode
from suppliers.queries.changes import CHANGE_VIEWS, change_list, find_change, waiting_changes
from suppliers.queries.orders import (
    FOR_THE_BUYER,
    SORTS,
    LineDetail,
    OrderDetail,
    OrderFilters,
    answered,
    find_line,
    find_order,
    find_order_file,
    order_detail,
    order_list,
    order_rows,
)
from suppliers.queries.suppliers import find_supplier, supplier_key

__all__ = [
    "CHANGE_VIEWS",
    "FOR_THE_BUYER",
    "SORTS",
    "LineDetail",
    "OrderDetail",
    "OrderFilters",
    "OrdersByMode",
    "answered",
    "change_list",
    "dashboard",
    "find_change",
    "find_line",
    "find_order",
    "find_order_file",
    "find_supplier",
    "order_detail",
    "order_list",
    "order_rows",
    "orders_by_mode",
    "supplier_key",
    "waiting_changes",
]
