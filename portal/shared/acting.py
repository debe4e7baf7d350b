"""The second wall: every unit of work says who acts, and the database holds it to that.

The application logs in as a role that may do nothing. :func:`acting` opens the transaction and takes on the role whose
row-level policies apply; outside it the walled tables answer "permission denied", so forgetting is loud, not leaky.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from portal.shared.actor import Actor

SUPPLIER_ROLE = "portal_supplier"
STAFF_ROLE = "portal_staff"


@contextmanager
def acting(actor: Actor, *, write: bool = False) -> Iterator[None]:
    """Open the one transaction of a unit of work as ``actor``.

    Raises ``RuntimeError`` inside another transaction: a unit of work is the outermost one. Without ``write`` the
    transaction is read-only.
    """
    role = SUPPLIER_ROLE if actor.behind_wall else STAFF_ROLE
    suppliers = ",".join(str(key) for key in sorted(actor.suppliers))
    outermost = not connection.in_atomic_block
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(
                "select set_config('role', %s, true), set_config('portal.suppliers', %s, true),"
                " set_config('transaction_read_only', %s, true)",
                [role, suppliers, "off" if write else "on"],
            )
        yield
        # All of it ends with the transaction. Where an outer one goes on, as in tests, it is undone here, and only on
        # success: a rollback undoes it by itself, and a statement after a failed one would hide the real error.
        if not outermost and not transaction.get_rollback():
            with connection.cursor() as cursor:
                cursor.execute("select set_config('role', 'none', true), set_config('portal.suppliers', '', true)")
