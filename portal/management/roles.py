"""The roles and databases that the portal stands on, made once by the cluster's superuser.

Who may do what: the owner migrates and is no superuser; the application logs in as a role that owns and inherits
nothing, and takes one of three parts (supplier, staff, worker) inside each transaction; the queue's role knows only its
own database. Everything here may be repeated: a second run repairs what differs and changes nothing else. Runs on
PostgreSQL 15 and newer. Grants on tables and row policies belong to the migrations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from pgmq.install import get_embedded_install_sql, get_embedded_sql_version
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from portal.management import broker

# pg_trgm: search inside names and references; btree_gist: "no two of these overlap" constraints.
EXTENSIONS = ("pg_trgm", "btree_gist")
GRANTS_HAVE_OPTIONS = 160000  # server version: from 16 on a grant says itself whether it is inherited


@dataclass(frozen=True)
class Names:
    """What roles and databases are called; tests on a shared server use their own databases."""

    database: str = "portal"
    queue_database: str = "portal_queue"
    owner: str = "portal_owner"
    app: str = "portal_app"
    queue: str = "portal_queue"
    supplier: str = "portal_supplier"
    staff: str = "portal_staff"
    worker: str = "portal_worker"

    @property
    def parts(self) -> tuple[str, str, str]:
        """The roles that the application takes, one at a time, by SET ROLE."""
        return (self.supplier, self.staff, self.worker)


@dataclass(frozen=True)
class Passwords:
    """Of the three roles that log in."""

    owner: str
    app: str
    queue: str


def bootstrap(superuser_dsn: str, names: Names, passwords: Passwords) -> None:
    """Make, or repair, the roles, the portal's database and the queue's."""
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        # Held until the connection closes: two hosts may be deployed at once.
        connection.execute("SELECT pg_advisory_lock(hashtext('portal.bootstrap'))")
        _log_in(connection, names.owner, passwords.owner)
        _log_in(connection, names.app, passwords.app)
        _log_in(connection, names.queue, passwords.queue)
        for part in names.parts:
            _role(connection, part, "NOLOGIN")
        _let_take(connection, names.app, names.parts)
        create_portal_database(superuser_dsn, names.database, names)
        create_database(superuser_dsn, names.queue_database, names.queue)
        _install_queue(make_conninfo(superuser_dsn, dbname=names.queue_database), names.queue)


def bootstrap_as_told(superuser_dsn: str, environment: Mapping[str, str]) -> None:
    """Make what the portal's own addresses name: the roles they log in as, with the passwords they carry."""
    owner, app = (conninfo_to_dict(environment[name]) for name in ("DATABASE_OWNER_URL", "DATABASE_URL"))
    queue_dsn = broker.queue_dsn(environment["CELERY_BROKER_URL"])
    queue = conninfo_to_dict(queue_dsn)
    names = Names(
        database=str(app["dbname"]),
        owner=str(owner["user"]),
        app=str(app["user"]),
        queue=str(queue["user"]),
        queue_database=str(queue["dbname"]),
    )
    passwords = Passwords(str(owner["password"]), str(app["password"]), str(queue["password"]))
    bootstrap(superuser_dsn, names, passwords)
    declare_queues(queue_dsn, broker.QUEUES)


def create_portal_database(superuser_dsn: str, name: str, names: Names) -> None:
    """A database ready to be migrated by the owner and used by the application."""
    create_database(superuser_dsn, name, names.owner, connect=[names.app])
    with psycopg.connect(make_conninfo(superuser_dsn, dbname=name), autocommit=True) as connection:
        _run(connection, "ALTER SCHEMA public OWNER TO {}", names.owner)
        _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for role in (names.app, *names.parts):
            _run(connection, "GRANT USAGE ON SCHEMA public TO {}", role)
        for extension in EXTENSIONS:
            _run(connection, "CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA public", extension)


def create_database(
    superuser_dsn: str, name: str, owner: str, template: str | None = None, *, connect: Sequence[str] = ()
) -> None:
    """Make the database unless it exists, and let only the owner and the ``connect`` roles in.

    A clone gets what is inside its template, but not the template's guest list: name it again.
    """
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            if template is None:  # template0 is untouched by whatever an administrator added to template1
                _run(connection, "CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'", name, owner)
            else:
                _run(connection, "CREATE DATABASE {} OWNER {} TEMPLATE {}", name, owner, template)
        _run(connection, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
        for role in connect:
            _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", name, role)


def drop_database(superuser_dsn: str, name: str) -> None:
    """Remove the database and disconnect whoever is in it."""
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        _run(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def declare_queues(queue_dsn: str, queues: Iterable[str]) -> None:
    """Make the broker's queues before the first worker asks for them all at once."""
    with psycopg.connect(queue_dsn, autocommit=True) as connection:
        for queue in queues:
            connection.execute("SELECT pgmq.create(%s)", [queue])


def _log_in(connection: psycopg.Connection, role: str, password: str) -> None:
    _role(connection, role, "LOGIN")
    # Hashed here: a server that logs its statements must not learn the password.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier)))


def _role(connection: psycopg.Connection, role: str, login: LiteralString) -> None:
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        _run(connection, "CREATE ROLE {}", role)
    _run(
        connection,
        "ALTER ROLE {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS " + login,
        role,
    )


def _let_take(connection: psycopg.Connection, app: str, parts: Sequence[str]) -> None:
    """SET ROLE without inheriting: outside a transaction that says who acts, the application may touch nothing."""
    explicit: LiteralString = ""
    if connection.info.server_version >= GRANTS_HAVE_OPTIONS:
        explicit = " WITH INHERIT FALSE, SET TRUE"
    for part in parts:
        _run(connection, "GRANT {} TO {}" + explicit, part, app)


def _install_queue(queue_dsn: str, owner: str) -> None:
    """Install pgmq's SQL as the queue's owner, once for each version; the caller holds the bootstrap lock.

    It comes without an upgrade script. Queues hold wake-ups only (the outbox is the truth), so another version replaces
    them.
    """
    version = get_embedded_sql_version()
    with psycopg.connect(queue_dsn) as connection:
        installed = connection.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'pgmq'"
        ).fetchone()
        if installed == (version,):
            return
        _run(connection, "SET LOCAL ROLE {}", owner)
        connection.execute("DROP SCHEMA IF EXISTS pgmq CASCADE")
        connection.execute(get_embedded_install_sql())
        connection.execute(sql.SQL("COMMENT ON SCHEMA pgmq IS {}").format(sql.Literal(version)))


def _run(connection: psycopg.Connection, statement: LiteralString, *names: str) -> None:
    connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
