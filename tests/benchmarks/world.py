"""A database of its own with a million order lines, made in SQL in about a minute."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from portal.management import roles
from portal.management.postgres import throwaway
from tests.conftest import database_url

NAMES = roles.Names(database="portal_bench", queue_database="portal_bench_queue")

FILL = """
insert into suppliers_supplier (id, public_id, name, reference, country, active)
  overriding system value
  select n, gen_random_uuid(), 'Supplier ' || n, 'S' || n, 'DE', true from generate_series(1, 1000) n;
insert into suppliers_plant (id, name, code, company, time_zone, working_days, holidays)
  overriding system value values (1, 'Hamburg', 'HAM', 'Nordwerk', 'Europe/Berlin', '[]', '[]');
insert into suppliers_unit (id, name, category, step) overriding system value values (1, 'Units', 'Unit', 1);
insert into suppliers_item (id, code, name, unit_id, active)
  overriding system value
  select n, 'IT-' || n, 'Item ' || n, 1, true from generate_series(1, 5000) n;
insert into suppliers_purchase_order
  (id, supplier_id, plant_id, number, state, revision, currency, incoterm, incoterm_place, buyer_name,
   supplier_reference, ordered_at, released_at, next_date, waiting_lines, pending_lines, conflict_lines)
  select gen_random_uuid(), 1 + n % 1000, 1, 'P' || lpad(n::text, 8, '0'), 'sent', 1, 'EUR', 'DAP', '', 'Bea', '',
         now() - n * interval '1 minute', now() - n * interval '1 minute', current_date + n % 90, 5, 0, 0
  from generate_series(1, %(orders)s) n;
insert into suppliers_order_line
  (id, supplier_id, plant_id, order_id, position, state, sync, sync_note, revision, item_id, item_code, item_name,
   description, unit_id, unit_name, quantity_step, quantity, price, requested_date, received_quantity)
  select gen_random_uuid(), o.supplier_id, 1, o.id, l, 'open', '', '', 1, 1 + (l * 17) % 5000, 'IT-' || l, 'Item ' || l,
         '', 1, 'Units', 1, 100, 5, o.next_date, 0
  from suppliers_purchase_order o, generate_series(1, 5) l;
analyze;
"""


@contextmanager
def empty_world() -> Iterator[str]:
    """Start a server, migrate, and point Django at it as the application's own role; yields the owner's address."""
    with throwaway(shared_buffers="512MB", work_mem="16MB") as server:
        password = secrets.token_urlsafe(16)
        roles.bootstrap(server.dsn, NAMES, roles.Passwords(password, password, password))
        owner = database_url(server.dsn, "portal_owner", password, NAMES.database)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            env=os.environ | {"DATABASE_URL": owner},
            check=True,
        )
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        os.environ["DATABASE_URL"] = database_url(server.dsn, "portal_app", password, NAMES.database)
        import django
        from django.db import connection

        django.setup()
        try:
            yield owner
        finally:
            connection.close()


@contextmanager
def world(orders: int) -> Iterator[None]:
    """The same, filled."""
    with empty_world() as owner:
        with psycopg.connect(owner, autocommit=True) as connection:
            for statement in FILL.split(";\n"):
                if statement.strip():
                    connection.execute(statement.replace("%(orders)s", str(orders)))
        yield
