"""One suite, one or two servers: the sandbox always, a real Odoo 18 when its address is given.

    ODOO_CONTRACT_URL=http://127.0.0.1:8069 ODOO_CONTRACT_DB=odoo
    ODOO_CONTRACT_USER=portal_sync ODOO_CONTRACT_PASSWORD=...
    ODOO_CONTRACT_ADMIN_USER=admin ODOO_CONTRACT_ADMIN_PASSWORD=...

Nothing here touches a database of the portal, nor Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.sandbox.server import Sandbox
from tests.contract.target import Client, Target, World, real_target, sandbox_target

TARGETS = ["sandbox"] + (["odoo"] if real_target() else [])


@pytest.fixture(scope="session")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox of the suite's own, on a free port, in a thread."""
    sandbox = Sandbox(Path(tmp_path_factory.mktemp("sandbox")))
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="session", params=TARGETS)
def target(request: pytest.FixtureRequest) -> Target:
    """The server under test."""
    if request.param == "sandbox":
        return sandbox_target(request.getfixturevalue("running_sandbox").port)
    real = real_target()
    assert real is not None
    return real


@pytest.fixture(scope="session")
def odoo(target: Target) -> Client:
    """The integration user: what the portal itself may do."""
    return Client(target, target.user, target.password)


@pytest.fixture(scope="session")
def admin(target: Target) -> Client:
    """Who sets the scene."""
    return Client(target, target.admin_user, target.admin_password)


@pytest.fixture(scope="session")
def stranger(admin: Client, target: Target) -> Client:
    """An internal user without any right to purchase or stock."""
    login = admin.unique("stranger")
    group = admin.reference("base.group_user")
    admin("res.users", "create", {"name": login, "login": login, "password": login, "groups_id": [[6, 0, [group]]]})
    return Client(target, login, login)


@pytest.fixture(scope="session")
def world(admin: Client) -> World:
    """Makes vendors, items and orders with names of their own."""
    return World(admin)
