"""One server a session, one migrated template, one clone a worker.

The controller alone starts the server (from its main thread, see the runner) and migrates the template as the owner;
every worker clones it and connects as ``portal_app``, which may do nothing by itself. Tests that need commits (marker
``committed``) get a fresh clone of their own, never a flush.
"""

from __future__ import annotations

import contextlib
import gc
import os
import secrets
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.utils import timezone, translation

from portal.management import roles
from portal.management.postgres import throwaway

pytest_plugins = ["tests.cast", "tests.chromium", "tests.openid"]
NAMES = roles.Names(database="portal_test_template", queue_database="portal_test_queue")
_stack = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    """On the controller (or alone): start or find the server, make roles, migrate the template."""
    if hasattr(config, "workerinput"):
        os.environ.update(config.workerinput["portal_database"])
        return
    if not _needs_database(config):
        return
    given = os.environ.get("TEST_DATABASE_SUPERUSER_URL")
    dsn = given or _stack.enter_context(throwaway(max_connections="200")).dsn
    password = secrets.token_urlsafe(16)
    roles.bootstrap(dsn, NAMES, roles.Passwords(password, password, password))
    roles.drop_database(dsn, NAMES.database)
    roles.create_portal_database(dsn, NAMES.database, NAMES)
    os.environ.update(
        PORTAL_TEST_SUPERUSER_DSN=dsn,
        PORTAL_TEST_PASSWORD=password,
        PORTAL_TEST_RUN=secrets.token_hex(4),
    )
    _migrate(dsn, password)


def _needs_database(config: pytest.Config) -> bool:
    return not (config.option.collectonly or config.option.help)


def pytest_configure_node(node: Any) -> None:
    """Hand the server's address to each worker."""
    names = ("PORTAL_TEST_SUPERUSER_DSN", "PORTAL_TEST_PASSWORD", "PORTAL_TEST_RUN")
    node.workerinput["portal_database"] = {name: os.environ[name] for name in names}


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        _stack.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes a minute begins first: at the end the other worker would wait for it."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not walk through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def neutral() -> Iterator[None]:
    """A request leaves its reader's language and clock set, since the next one sets its own; the next test does not."""
    yield
    translation.deactivate()
    timezone.deactivate()


def _migrate(dsn: str, password: str) -> None:
    import subprocess
    import sys

    environment = os.environ | {"DATABASE_URL": database_url(dsn, "portal_owner", password, NAMES.database)}
    subprocess.run([sys.executable, "manage.py", "migrate", "--verbosity", "0"], env=environment, check=True)


def database_url(dsn: str, user: str, password: str, database: str) -> str:
    """The address of another database on the same server, for another role."""
    from psycopg.conninfo import conninfo_to_dict

    parts = conninfo_to_dict(dsn)
    host, port = str(parts.get("host", "")), parts.get("port") or 5432
    place = f"@/{database}?host={quote(host)}&port={port}" if host.startswith("/") else f"@{host}:{port}/{database}"
    return f"postgresql://{user}:{quote(password, safe='')}{place}"


class Clone:
    """A clone of the template, for as long as it is used."""

    def __init__(self, label: str) -> None:
        self.dsn = os.environ["PORTAL_TEST_SUPERUSER_DSN"]
        self.password = os.environ["PORTAL_TEST_PASSWORD"]
        self.name = f"portal_test_{os.environ['PORTAL_TEST_RUN']}_{label}"

    def __enter__(self) -> Clone:
        roles.create_database(self.dsn, self.name, NAMES.owner, NAMES.database, connect=[NAMES.app])
        return self

    def __exit__(self, *_: object) -> None:
        roles.drop_database(self.dsn, self.name)

    def url(self, user: str = "portal_app") -> str:
        return database_url(self.dsn, user, self.password, self.name)

    def settings(self) -> dict[str, Any]:
        from psycopg.conninfo import conninfo_to_dict

        parts = conninfo_to_dict(self.url())
        return {
            "NAME": self.name,
            "USER": "portal_app",
            "PASSWORD": self.password,
            "HOST": parts.get("host", ""),
            "PORT": str(parts.get("port", "")),
        }


@contextlib.contextmanager
def _connected_to(clone: Clone) -> Iterator[None]:
    from django.db import connections

    connection = connections["default"]
    connection.close()
    before = {key: connection.settings_dict.get(key) for key in clone.settings()}
    connection.settings_dict.update(clone.settings())
    connections.databases["default"].update(clone.settings())
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
        connections.databases["default"].update(before)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any, worker_id: str) -> Iterator[None]:
    """Instead of Django's own test database: this worker's clone."""
    with Clone(worker_id) as clone, django_db_blocker.unblock(), _connected_to(clone):
        yield


@pytest.fixture
def clone(django_db_setup: None, django_db_blocker: Any, worker_id: str) -> Iterator[Clone]:
    """A database of its own, with real commits, for tests marked ``committed``."""
    with Clone(f"{worker_id}_{secrets.token_hex(3)}") as fresh, django_db_blocker.unblock(), _connected_to(fresh):
        yield fresh


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    workerinput = getattr(request.config, "workerinput", None)
    return workerinput["workerid"] if workerinput else "alone"
