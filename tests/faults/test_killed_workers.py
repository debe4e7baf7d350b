"""kill -9 at every single point of a send: what was agreed arrives all the same, once."""

from __future__ import annotations

import pytest

from integrations.office.states import DeliveryState
from suppliers.states import SyncMark
from tests.faults.workers import Workers
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed
MOST_POINTS = 60


@pytest.mark.long
def test_a_worker_killed_at_each_point_of_a_send(workers: Workers, sandbox: SandboxProcess) -> None:
    passed: list[str] = []
    for die_at in range(MOST_POINTS):
        number = sandbox.release()["name"]
        world.pull()
        order = world.order_named(number)
        world.agree(order, {1: [(40, "2027-03-05"), (60, "2027-03-15")]})
        result = workers.run(world.later(0), die_at=die_at)
        if not result["killed"]:
            passed = result["points"]
            break
        # a pull sees whatever half of it stands in Odoo; then the letter is taken back, rests and goes again
        world.pull()
        world.work(world.later(600))
        world.work(world.later(1200))
        assert [letter.state for letter in world.deliveries(order)] == [DeliveryState.DONE], result["points"][-1]
        dump = sandbox.order(number)
        assert world.in_odoo(dump) == [(40.0, 92.5, "2027-03-05"), (60.0, 92.5, "2027-03-15")], result["points"][-1]
        assert sorted(move["date"][:10] for move in dump["moves"]) == ["2027-03-05", "2027-03-15"]
        assert len([one for one in dump["messages"] if "confirmed" in one["body"]]) == 1, result["points"][-1]
        world.pull()
        (line,) = world.lines_of(order)
        assert (line.sync, line.revision) == (SyncMark.IN_ODOO, 1), result["points"][-1]
    assert not any(point.startswith("failed") for point in passed)
    # Every step of the send was among the points at which somebody died.
    for step in (
        "claim",
        "purchase.order.line.load",
        "settle_lines",
        "stock.move.write",
        "mail.message.load",
        "settle_done",
    ):
        assert {f"before {step}", f"after {step}"} <= set(passed)
    assert len(passed) >= 24
