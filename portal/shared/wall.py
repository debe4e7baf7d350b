"""Migration operations that build the wall: row-level security, policies and grants, table by table.

Roles are made by the bootstrap, grants and policies by migrations, so that a table and its wall arrive together.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

# The subselect is evaluated once a statement, not once a row, and leaves the index on the column usable.
_OWN = "= any ((select string_to_array(nullif(current_setting('portal.suppliers', true), ''), ','))::bigint[])"


def walled(
    table: str, *, supplier: str, staff: str, column: str = "supplier_id", common_rows: bool = False
) -> migrations.RunSQL:
    """Wall one owned table: suppliers reach the rows whose ``column`` is theirs, staff reach all.

    ``supplier`` and ``staff`` are the privileges granted ("select, insert"), empty for none. With ``common_rows`` a
    row without a supplier is everybody's to read: only for small tables, the OR costs the index.
    """
    read = f"{column} {_OWN}" + (f" or {column} is null" if common_rows else "")
    sql: list[Any] = [
        f"alter table {table} enable row level security",
        f"alter table {table} force row level security",
        f"create policy owner on {table} to current_user using (true) with check (true)",
        f"create policy staff on {table} to portal_staff using (true) with check (true)",
        f"create policy supplier on {table} to portal_supplier using ({read}) with check ({column} {_OWN})",
        *_grants(table, portal_supplier=supplier, portal_staff=staff),
    ]
    return migrations.RunSQL(sql, _undo(table, policies=True))


def common(table: str, *, supplier: str = "", staff: str = "", app: str = "") -> migrations.RunSQL:
    """Grant the use of a table that belongs to no supplier. ``app`` is the role outside every unit of work."""
    return migrations.RunSQL(
        _grants(table, portal_supplier=supplier, portal_staff=staff, portal_app=app), _undo(table, policies=False)
    )


def _grants(table: str, **privileges: str) -> list[Any]:
    return [f"grant {what} on {table} to {role}" for role, what in privileges.items() if what]


def _undo(table: str, *, policies: bool) -> list[Any]:
    sql = [f"revoke all on {table} from portal_supplier, portal_staff, portal_app"]
    if policies:
        sql += [f"drop policy {name} on {table}" for name in ("owner", "staff", "supplier")]
        sql += [f"alter table {table} no force row level security", f"alter table {table} disable row level security"]
    return sql
