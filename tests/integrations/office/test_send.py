"""Sending: what was agreed stands in Odoo afterwards, once, and nothing else was touched."""

from __future__ import annotations

import pytest

from integrations.office.states import DeliveryState
from suppliers.states import LineState, SyncMark
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed


def test_a_split_becomes_order_lines_with_moves_and_a_note(clone: Clone, sandbox: SandboxProcess) -> None:
    released = sandbox.release()
    world.pull()
    order = world.order_named(released["name"])
    world.agree(order, {1: [(40, "2027-03-01"), (35, "2027-03-15"), (25, "2027-03-22")]})

    (settled,) = world.work()

    assert (settled.state, settled.failure) == (DeliveryState.DONE, "")
    dump = sandbox.order(released["name"])
    assert world.in_odoo(dump) == [(40.0, 92.5, "2027-03-01"), (35.0, 92.5, "2027-03-15"), (25.0, 92.5, "2027-03-22")]
    (line,) = world.lines_of(order)
    assert (line.state, line.sync) == (LineState.AGREED, SyncMark.IN_ODOO)
    assert {m["date"][:10]: m["product_uom_qty"] for m in dump["moves"]} == {
        "2027-03-01": 40,
        "2027-03-15": 35,
        "2027-03-22": 25,
    }
    (note,) = [m for m in dump["messages"] if "confirmed" in m["body"]]
    # our own write comes back: an echo, never a revision
    summary = world.pull()
    assert (summary.taken, summary.troubles) == (1, 0)
    (line,) = world.lines_of(order)
    assert (line.state, line.sync, line.revision) == (LineState.AGREED, SyncMark.IN_ODOO, 1)
    assert world.order_named(released["name"]).revision == 1
    assert world.pull().taken == 0
