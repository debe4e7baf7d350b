"""Pulling: what Odoo says becomes suppliers, plants, items, units and orders, once."""

from __future__ import annotations

import pytest
from django.utils import timezone

from integrations.office.models import Connection, Mapping, Trouble
from integrations.office.odoo.gateway import Gateway
from integrations.office.odoo.pull import pull
from portal.shared.acting import acting
from portal.shared.actor import system_actor
from suppliers.models import OrderLine, PurchaseOrder
from tests.conftest import Clone
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed
READER = system_actor("reader")


def run():
    return pull(Gateway("odoo:main"), timezone.now)


def test_first_pull_brings_every_confirmed_order(clone: Clone, sandbox: SandboxProcess) -> None:
    summary = run()
    assert (summary.failure, summary.troubles) == ("", 0)
    with acting(READER):
        numbers = set(PurchaseOrder.objects.values_list("number", flat=True))
    assert numbers == {order["name"] for order in sandbox.orders()}
