"""What the benchmarks fill their world with is SQL of their own: it fits the tables as they are."""

from __future__ import annotations

import pytest

from suppliers.models import OrderLine, PurchaseOrder, Shipment
from suppliers.states import LineState
from tests.benchmarks import shipment_list
from tests.benchmarks.world import World
from tests.cast import everything
from tests.conftest import NAMES, Clone


@pytest.mark.committed
def test_the_world_of_the_benchmarks_can_be_filled(clone: Clone) -> None:
    world = World(clone.url(NAMES.owner), "", "", {}, orders=20)
    world.fill()
    world.sow("N", 2, supplier="1", lines=3, schedule=True, state="agreed", tracking="lot")
    shipment_list.sow(world, 8)
    with everything():
        agreed = OrderLine.objects.filter(state=LineState.AGREED).count()
        counted = PurchaseOrder.objects.count(), OrderLine.objects.count(), agreed, Shipment.objects.count()
    assert counted == (22, 106, 6, 8)
