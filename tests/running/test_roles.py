"""Who may do what on the database server, on the embedded one and on a separate one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import astuple
from urllib.parse import quote

import psycopg
import pytest
from kombu import Connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.errors import InsufficientPrivilege

from portal.management import broker, roles
from portal.management.roles import Names, Passwords

from .conftest import ask

pytestmark = pytest.mark.separate
PASSWORDS = Passwords("the owner's", "the app's", "the-queues")


@pytest.fixture(scope="module")
def superuser() -> str:
    return os.environ["PORTAL_TEST_SUPERUSER_DSN"]


@pytest.fixture(scope="module")
def names(superuser: str) -> Iterator[Names]:
    """Roles and databases of this module's own: the session's are in use."""
    mark = f"t{secrets.token_hex(4)}"
    names = Names(*(f"{name}_{mark}" for name in astuple(Names())))
    roles.bootstrap(superuser, names, PASSWORDS)
    with psycopg.connect(log_in(superuser, names.owner, PASSWORDS.owner, names.database)) as owner:
        owner.execute("CREATE TABLE orders (number int)")
        owner.execute(f"GRANT SELECT ON orders TO {names.supplier}")
    yield names
    roles.drop_database(superuser, names.database)
    roles.drop_database(superuser, names.queue_database)
    for role in (names.app, names.owner, names.queue, *names.parts):
        ask(superuser, f"DROP ROLE {role}")


def log_in(superuser: str, user: str, password: str, database: str) -> str:
    return make_conninfo(superuser, user=user, password=password, dbname=database)


@pytest.fixture
def app(superuser: str, names: Names) -> Iterator[psycopg.Connection]:
    with psycopg.connect(log_in(superuser, names.app, PASSWORDS.app, names.database)) as connection:
        yield connection


def test_no_role_is_powerful(superuser: str, names: Names) -> None:
    question = (
        "SELECT rolname FROM pg_roles"
        " WHERE (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication)"
        f" AND rolname IN {(names.owner, names.app, names.queue, *names.parts)}"
    )
    assert ask(superuser, question) == []


def test_only_three_roles_log_in(superuser: str, names: Names) -> None:
    question = f"SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname IN {(names.owner, names.app, names.queue)}"
    assert len(ask(superuser, question)) == 3
    assert ask(superuser, f"SELECT rolname FROM pg_roles WHERE rolcanlogin AND rolname IN {names.parts}") == []


def test_the_application_may_do_nothing_by_itself(app: psycopg.Connection) -> None:
    with pytest.raises(InsufficientPrivilege):
        app.execute("SELECT * FROM orders")


def test_the_application_takes_a_part_to_read(app: psycopg.Connection, names: Names) -> None:
    app.execute(f"SET LOCAL ROLE {names.supplier}")
    assert app.execute("SELECT count(*) FROM orders").fetchone() == (0,)
    app.rollback()
    app.execute(f"SET LOCAL ROLE {names.staff}")
    with pytest.raises(InsufficientPrivilege):
        app.execute("SELECT * FROM orders")


def test_the_application_cannot_become_the_owner(app: psycopg.Connection, names: Names) -> None:
    with pytest.raises(InsufficientPrivilege):
        app.execute(f"SET ROLE {names.owner}")


def test_the_application_makes_no_tables(app: psycopg.Connection, names: Names) -> None:
    for role in (names.app, *names.parts):
        app.execute(f"SET ROLE {role}")
        with pytest.raises(InsufficientPrivilege):
            app.execute("CREATE TABLE public.mine (number int)")
        app.rollback()
        with pytest.raises(InsufficientPrivilege):
            app.execute("CREATE TEMPORARY TABLE mine (number int)")
        app.rollback()


def test_the_two_databases_are_closed_to_each_others_roles(superuser: str, names: Names) -> None:
    for user, password, database in (
        (names.queue, PASSWORDS.queue, names.database),
        (names.app, PASSWORDS.app, names.queue_database),
        (names.owner, PASSWORDS.owner, names.queue_database),
    ):
        with pytest.raises(psycopg.OperationalError, match="does not have CONNECT privilege"):
            psycopg.connect(log_in(superuser, user, password, database))


def test_search_and_overlap_extensions_are_there(app: psycopg.Connection) -> None:
    found = app.execute("SELECT extname FROM pg_extension").fetchall()
    assert {(name,) for name in roles.EXTENSIONS} <= set(found)


def test_a_second_bootstrap_repairs_and_keeps(superuser: str, names: Names) -> None:
    ask(superuser, f"ALTER ROLE {names.app} SUPERUSER INHERIT PASSWORD 'stolen'")
    ask(superuser, f"GRANT CONNECT ON DATABASE {names.database} TO PUBLIC")
    queue = log_in(superuser, names.queue, PASSWORDS.queue, names.queue_database)
    roles.declare_queues(queue, ["kept"])
    roles.bootstrap(superuser, names, PASSWORDS)
    question = f"SELECT rolsuper, rolinherit FROM pg_roles WHERE rolname = '{names.app}'"
    assert ask(superuser, question) == [(False, False)]
    test_the_two_databases_are_closed_to_each_others_roles(superuser, names)
    app = log_in(superuser, names.app, PASSWORDS.app, names.database)
    assert ask(app, f"SET ROLE {names.supplier}; SELECT count(*) FROM orders") == []
    assert ("kept",) in ask(queue, "SELECT queue_name FROM pgmq.list_queues()")


def test_a_clone_has_its_templates_tables_and_its_own_guests(superuser: str, names: Names) -> None:
    clone = f"{names.database}_clone"
    roles.create_database(superuser, clone, names.owner, names.database, connect=[names.app])
    try:
        with psycopg.connect(log_in(superuser, names.app, PASSWORDS.app, clone)) as connection:
            connection.execute(f"SET ROLE {names.supplier}")
            assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)
        with pytest.raises(psycopg.OperationalError, match="CONNECT"):
            psycopg.connect(log_in(superuser, names.queue, PASSWORDS.queue, clone))
    finally:
        roles.drop_database(superuser, clone)
    assert ask(superuser, f"SELECT 1 FROM pg_database WHERE datname = '{clone}'") == []


def test_another_version_of_the_queues_sql_replaces_it(superuser: str, names: Names) -> None:
    queue = log_in(superuser, names.queue, PASSWORDS.queue, names.queue_database)
    ask(queue, "COMMENT ON SCHEMA pgmq IS 'an older one'")
    roles.declare_queues(queue, ["old"])
    roles.bootstrap(superuser, names, PASSWORDS)
    assert ask(queue, "SELECT queue_name FROM pgmq.list_queues()") == []


def test_addresses_alone_say_what_to_make(superuser: str, names: Names) -> None:
    parts = conninfo_to_dict(superuser)
    host, port = quote(str(parts["host"]), safe=""), parts["port"]

    def address(scheme: str, user: str, password: str, database: str) -> str:
        return f"{scheme}://{user}:{quote(password)}@{host}:{port}/{database}"

    roles.bootstrap_as_told(
        superuser,
        {
            "DATABASE_URL": address("postgresql", names.app, "changed", names.database),
            "DATABASE_OWNER_URL": address("postgresql", names.owner, PASSWORDS.owner, names.database),
            "CELERY_BROKER_URL": address("pgmq", names.queue, PASSWORDS.queue, names.queue_database),
        },
    )
    assert ask(log_in(superuser, names.app, "changed", names.database), "SELECT 1") == [(1,)]
    queue = log_in(superuser, names.queue, PASSWORDS.queue, names.queue_database)
    assert {(name,) for name in broker.QUEUES} <= set(ask(queue, "SELECT queue_name FROM pgmq.list_queues()"))
    roles.bootstrap(superuser, names, PASSWORDS)


def test_a_message_goes_through_the_broker(superuser: str, names: Names) -> None:
    # DATABASE_URL is set, to another database, and must not be taken for the broker's.
    assert "DATABASE_URL" in os.environ
    parts = conninfo_to_dict(superuser)
    url = (
        f"pgmq://{names.queue}:{quote(PASSWORDS.queue)}@{quote(str(parts['host']), safe='')}:{parts['port']}"
        f"/{names.queue_database}"
    )
    options = broker.transport_options(url)
    with Connection(url, transport_options=options) as connection, connection.SimpleQueue("portal") as queue:
        queue.put({"wake": "up"})
        message = queue.get(timeout=10)
        assert message.payload == {"wake": "up"}
        message.ack()


def test_redis_gives_back_a_killed_workers_tasks_soon() -> None:
    assert broker.transport_options("rediss://:secret@broker.example/0")["unacked_restore_interval"] == 5
    assert broker.transport_options("amqp://broker.example") == {}
