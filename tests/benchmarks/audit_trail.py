"""What the row on the audit trail costs: the same act with it and without."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

from tests.benchmarks.figures import WARM_UP, Figure, Result, alternate
from tests.benchmarks.people import clerk
from tests.benchmarks.world import BOREALIS, World

RUNS = 80
TARGET = 0.85


def measure(world: World) -> Result:
    """A small act (an order is opened) and a common one (five lines are accepted), each on orders nobody touched."""
    from django.utils import timezone

    from portal.shared import audit, jobs
    from portal.shared.acting import acting
    from suppliers.actions.acknowledgements import acknowledge
    from suppliers.actions.assessing import LineAnswer
    from suppliers.actions.orders import open_order
    from suppliers.models import PurchaseOrder
    from suppliers.states import AnswerKind

    world.sow("A", 2 * (RUNS + WARM_UP), supplier=str(BOREALIS), schedule=True)
    boris = clerk(BOREALIS)
    with acting(boris):
        fresh = list(PurchaseOrder.objects.filter(number__startswith="A").prefetch_related("lines"))

    def open_one(order: Any) -> None:
        open_order(actor=boris, order=order, at=timezone.now())

    def accept(order: Any) -> None:
        answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in order.lines.all()]
        acknowledge(actor=boris, order=order, answers=answers, channel="page", at=timezone.now())

    def unaudited(act: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            with mock.patch.object(audit, "write_entry"):
                act()

        return run

    figures = []
    # Nobody is woken in either: the message to the broker would only flatter the figure.
    with mock.patch.object(jobs, "wake"):
        for title, act in (("open an order", open_one), ("accept five lines", accept)):
            waiting: Iterator[Any] = iter(fresh)

            def one(act: Callable[[Any], None] = act, waiting: Iterator[Any] = waiting) -> None:
                act(next(waiting))

            audited, bare = alternate(one, unaudited(one), runs=RUNS)
            figures.append(Figure.slower(f"audited / unaudited: {title}", 1000 / audited, 1000 / bare, TARGET))
    return figures
