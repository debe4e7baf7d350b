"""A database of its own with a million order lines, made in SQL in about a minute; every measure shares it."""

from __future__ import annotations

import logging
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg.conninfo import make_conninfo

from portal.management import broker, roles
from portal.management.postgres import PORT, throwaway
from tests.conftest import database_url

NAMES = roles.Names(database="portal_bench", queue_database="portal_bench_queue")
SUPPLIERS = 1000
ORDERS_EACH = 200
"""The least that one supplier has in a smaller world: enough for a page of 100."""
ACME, BOREALIS = 7, 8
"""Suppliers of the filled world: one is read, with the other's orders something is done."""

# What no measure looks at may stay empty, whatever columns the tables get.
PLAIN = """
do $$ declare one record; begin
  for one in select * from information_schema.columns where table_name like 'suppliers\\_%' and is_nullable = 'NO'
      and column_default is null and data_type in ('character varying', 'text', 'boolean', 'jsonb') loop
    execute format('alter table %I alter %I set default %L', one.table_name, one.column_name,
                   case one.data_type when 'boolean' then 'false' when 'jsonb' then '[]' else '' end); end loop; end $$
"""
FILL = """
insert into suppliers_supplier (id, public_id, name, reference, country, active)
  overriding system value
  select n, gen_random_uuid(), 'Supplier ' || n, 'S' || n, 'DE', true from generate_series(1, %(suppliers)s) n;
insert into suppliers_plant (id, name, code, company, time_zone, working_days, holidays)
  overriding system value values (1, 'Hamburg', 'BENCH', 'Nordwerk', 'Europe/Berlin', '[]', '[]');
insert into suppliers_unit (id, name, category, step) overriding system value values (1, 'Units', 'Unit', 1);
insert into suppliers_item (id, code, name, unit_id, active)
  overriding system value
  select n, 'IT-' || n, 'Item ' || n, 1, true from generate_series(1, 5000) n;
select setval(pg_get_serial_sequence(name, 'id'), 100000)
  from unnest(array['suppliers_supplier', 'suppliers_plant', 'suppliers_unit', 'suppliers_item']) name;
"""
SOW = """
insert into suppliers_purchase_order
  (id, supplier_id, plant_id, number, state, revision, currency, incoterm, buyer_name, ordered_at, released_at,
   live_at, mode, next_date, waiting_lines, pending_lines, conflict_lines)
  select gen_random_uuid(), %(supplier)s, 1, %(prefix)s || lpad(n::text, 8, '0'), 'sent', 1, 'EUR', 'DAP', 'Bea',
         at, at, at, 'on', current_date + 1 + n %% 90, %(lines)s, 0, 0
  from generate_series(1, %(orders)s) n, lateral (select now() - n * interval '1 minute' as at) released;
insert into suppliers_order_line
  (id, supplier_id, plant_id, order_id, position, state, revision, item_id, item_code, item_name, unit_id, unit_name,
   quantity_step, quantity, price, requested_date, received_quantity, promised_quantity, promised_date, tracking, dated)
  select gen_random_uuid(), o.supplier_id, 1, o.id, l, %(state)s::text, 1, 1 + (l * 17) %% 5000, 'IT-' || l,
         'Item ' || l, 1, 'Units', 1, 100, 5, o.next_date, 0, case %(state)s::text when 'agreed' then 100 end,
         case %(state)s::text when 'agreed' then o.next_date end, %(tracking)s::text, %(tracking)s::text <> 'none'
  from suppliers_purchase_order o, generate_series(1, %(lines)s) l where o.number like %(prefix)s || '%%';
"""
SCHEDULE = """
insert into suppliers_schedule_line
  (id, supplier_id, line_id, position, quantity, price, date, received_quantity, in_odoo)
  select gen_random_uuid(), l.supplier_id, l.id, 1, l.quantity, l.price, l.requested_date, 0, true
  from suppliers_order_line l join suppliers_purchase_order o on o.id = l.order_id
  where o.number like %(prefix)s || '%%'
"""


@dataclass(frozen=True)
class World:
    """A running server, and what the portal's programs are told to find it."""

    owner: str
    """Where the owner of the tables logs in."""
    everything: str
    """Where the superuser does, to whom the walls are open."""
    queue: str
    environment: Mapping[str, str] = field(repr=False)
    orders: int = 0

    @property
    def suppliers(self) -> int:
        """How many of them stand in its orders."""
        return max(BOREALIS + 1, min(SUPPLIERS, self.orders // ORDERS_EACH))

    def run(self, statements: str, **values: Any) -> None:
        """Statements of the owner, each by itself."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            for statement in statements.split(";\n"):
                if statement.strip():
                    connection.execute(statement, values or None)  # type: ignore[arg-type]

    def fill(self) -> None:
        """Suppliers, and the orders of this world, theirs in turn."""
        self.run(PLAIN)
        self.run(FILL.replace("%(suppliers)s", str(self.suppliers)))
        self.sow("P", self.orders, supplier=f"1 + n %% {self.suppliers}")

    def forget_letters(self) -> None:
        """Nothing waits in the tray or to be sent: what one measure told is no work of another's."""
        with psycopg.connect(self.everything) as connection:
            connection.execute("delete from slot_tray")
            connection.execute("update office_delivery set state = 'done' where state in ('waiting', 'sending')")

    def sow(
        self,
        prefix: str,
        orders: int,
        *,
        supplier: str,
        lines: int = 5,
        schedule: bool = False,
        state: str = "open",
        tracking: str = "none",
    ) -> None:
        """Orders just released, numbered under ``prefix``. ``supplier`` is SQL over ``n``, the number of the order.

        Lines in ``state`` agreed are agreed as they were ordered; what has a ``tracking`` expires.
        """
        values = {"prefix": prefix, "orders": orders, "lines": lines, "state": state, "tracking": tracking}
        self.run(SOW.replace("%(supplier)s", supplier), **values)
        if schedule:
            self.run(SCHEDULE, prefix=prefix)
        self.run("vacuum analyze")  # as the server leaves them after a minute: nobody is the first to read a row


@contextmanager
def empty_world(*, broker_too: bool = False) -> Iterator[World]:
    """Start a server, migrate, and point Django at it as the application's own role.

    With ``broker_too`` this process wakes workers through the portal's own broker, else it wakes nobody.
    """
    # The moment of each commit is kept, so that what follows can be counted from there.
    with throwaway(shared_buffers="512MB", work_mem="16MB", track_commit_timestamp="on") as server:
        password = secrets.token_urlsafe(16)
        roles.bootstrap(server.dsn, NAMES, roles.Passwords(password, password, password))
        owner = database_url(server.dsn, NAMES.owner, password, NAMES.database)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            env=os.environ | {"DATABASE_URL": owner},
            check=True,
        )
        everything = make_conninfo(server.dsn, dbname=NAMES.database)
        queue = database_url(server.dsn, NAMES.queue, password, NAMES.queue_database)
        roles.declare_queues(queue, broker.QUEUES)
        socket = quote(str(server.socket_directory), safe="")
        told = {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": database_url(server.dsn, NAMES.app, password, NAMES.database),
            "CELERY_BROKER_URL": f"pgmq://{NAMES.queue}:{password}@{socket}:{PORT}/{NAMES.queue_database}",
        }
        os.environ.update(told if broker_too else {**told, "CELERY_BROKER_URL": "memory://"})
        import django
        from django.db import connection

        django.setup()
        try:
            yield World(owner, everything, queue, told)
        finally:
            connection.close()


@contextmanager
def world(orders: int) -> Iterator[World]:
    """The same, filled."""
    with empty_world(broker_too=True) as empty:
        full = replace(empty, orders=orders)
        full.fill()
        # Logged as in production, and thrown away: what a line costs belongs to the figure.
        with Path(os.devnull).open("w") as nowhere:
            for handler in logging.getLogger().handlers:
                if isinstance(handler, logging.StreamHandler):
                    handler.setStream(nowhere)
            yield full
