"""Random histories against the sandbox Odoo, through the real pull and push.

    HISTORIES=2000 HISTORY_SEED=7 python -m pytest tests/integrations/office/test_histories.py

Whatever people do on both sides, in Odoo and in the portal, and whatever goes wrong between: promises add up, nothing
that was said is lost or changed, nobody's edit in Odoo is written over unseen, no line is stuck, and once everything
has settled Odoo says what was agreed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from integrations.office.states import DeliveryState
from portal.shared.acting import acting
from suppliers.models import Plant, Supplier, TolerancePolicy, TransitTime
from suppliers.shipping_states import ShipmentState
from suppliers.states import LineState, SyncMark
from tests.cast import live_from_the_start
from tests.integrations.office import holding
from tests.integrations.office.buying import DUE, IN_ODOO
from tests.integrations.office.dispatching import AT_THE_DOCK, OF_SHIPPING
from tests.integrations.office.far_side import DIE_AFTER, DIE_BEFORE, FAULTS, MEANWHILE, Mishap, Odoo
from tests.integrations.office.histories import OF_BOTH, OF_THE_BUYER, OF_THE_SUPPLIER, Deed, Trade
from tests.integrations.office.world import SET_UP

EXAMPLES = int(os.environ.get("HISTORIES", "6"))
STEPS = int(os.environ.get("HISTORY_STEPS", "30"))
ROUNDS = 14

positions, numbers, days = st.integers(1, 4), st.integers(1, 120), st.integers(0, 30)


def deeds(*names: str) -> st.SearchStrategy[Deed]:
    return st.builds(Deed, st.sampled_from(names), positions, numbers, days)


anything = deeds(*IN_ODOO[:9], *OF_THE_SUPPLIER, *OF_BOTH, *OF_THE_BUYER, *OF_SHIPPING, *AT_THE_DOCK)
mishaps = st.none() | st.tuples(
    st.sampled_from((MEANWHILE, MEANWHILE, MEANWHILE, DIE_BEFORE, DIE_AFTER, *FAULTS)),
    st.integers(0, 16),
    anything | st.sampled_from((Deed("pull"), Deed("work"))),
)


@dataclass(frozen=True)
class Round:
    """One run of a machine, some minutes later."""

    machine: str
    mishap: Any
    minutes: int = 0


rounds = st.builds(Round, st.sampled_from(("pull", "work", "work")), mishaps, st.sampled_from((0, 0, 20)))
steps = (
    deeds(*IN_ODOO[:4])
    | deeds(*IN_ODOO)
    | deeds(*OF_THE_SUPPLIER)
    | deeds(*OF_BOTH)
    | deeds(*OF_BOTH)
    | deeds(*OF_THE_BUYER[:3])
    | deeds(*OF_THE_BUYER)
    | deeds(*OF_SHIPPING)
    | deeds(*OF_SHIPPING)
    | deeds(*AT_THE_DOCK)
    | rounds
    | rounds
    | rounds
)
"""One rule for all of them, since whole histories are to be mixed: rules by themselves are left out by turns."""


class Histories(RuleBasedStateMachine):
    odoo: Odoo

    def __init__(self) -> None:
        super().__init__()
        self.before = connection.savepoint()
        self.odoo.start_over()
        self.trade = Trade(self.odoo)
        self.odoo.shown, self.odoo.revisions = self.trade.shown, self.trade.revisions
        self.memory = holding.Memory()

    @initialize(terms=st.sampled_from(("DAP", "FCA")), agreed=st.booleans())
    def begin(self, terms: str, agreed: bool) -> None:
        released(self.trade, terms)
        if agreed:
            self.trade.do(Deed("accept"))
            self.trade.work()

    @rule(step=steps)
    def something_happens(self, step: Deed | Round) -> None:
        if isinstance(step, Deed):
            self.trade.do(step)
        else:
            machine = self.trade.pull if step.machine == "pull" else self.trade.work
            self.trade.do(Deed("wait", number=step.minutes))
            self.trade.run(machine, self._mishap(step.mishap))

    def _mishap(self, said: Any) -> Mishap | None:
        if said is None:
            return None
        kind, at, deed = said
        machines = {"pull": self.trade.pull, "work": self.trade.work}
        act = machines.get(deed.name) or (lambda: self.trade.do(deed))
        return Mishap(kind, at, act, deed.in_odoo)

    @invariant()
    def everything_holds(self) -> None:
        if self.odoo.number:
            holding.check(self.trade, self.memory)

    def teardown(self) -> None:
        try:
            if self.odoo.number:
                settle(self.trade)
                holding.check(self.trade, self.memory)
                holding.settled(self.trade)
        finally:
            self.odoo.number = ""
            connection.savepoint_rollback(self.before)


def released(trade: Trade, terms: str) -> None:
    """An order of two lines is new in Odoo, and read."""
    date = f"{DUE} 11:00:00"
    lines = [
        {"product": "PH-1040", "quantity": 100, "date": date, "price": 92.5},
        {"product": "BR-2210", "quantity": 40, "date": date, "price": 33.4},
    ]
    trade.odoo.release(lines, terms)
    trade.pull()


def settle(trade: Trade) -> None:
    """Everybody does what is left for him to do."""
    trade.do(Deed("unlock"))
    if trade.odoo.dump()["state"] == "draft":
        trade.do(Deed("confirm_again"))
    trade.do(Deed("switch", number=4))  # live, from now on
    for turn in range(ROUNDS):
        trade.do(Deed("wait", number=30))
        trade.do(Deed("press_retry"))
        trade.work()
        trade.pull()
        if not _something_left(trade, turn):
            return
    pytest.fail(f"It never ends: {[(str(one.state), one.failure) for one in trade.letters(*DeliveryState.values)]}")


def _something_left(trade: Trade, turn: int) -> bool:
    left = trade.unsettled() or bool(trade.letters(DeliveryState.NEEDS_PERSON))
    given_up = {letter.about_id for letter in trade.letters(DeliveryState.NEEDS_PERSON)} if turn > 2 else set()
    for shipment in trade.shipments():
        if shipment.state == ShipmentState.INVALID or shipment.pk in given_up:
            trade.give_up(shipment)
            left = True
    for one in trade.lines():
        if one.line.sync == SyncMark.CONFLICT:
            trade.settle_conflict(one.line, keep=turn % 3 != 2)
        elif one.open_change is not None:
            _must(trade, Deed("refuse"))
        elif one.line.state == LineState.PENDING_BUYER:
            _must(trade, Deed("decide", number=2 + turn % 2))
        elif one.line.state == LineState.OPEN:
            _must(trade, Deed("accept"))
        else:
            left = left or one.line.sync == SyncMark.WAITING
            continue
        return True
    return left


def _must(trade: Trade, deed: Deed) -> None:
    assert trade.do(deed), f"nobody can {deed.name}: this line is stuck"


@pytest.fixture
def odoo(tmp_path_factory: pytest.TempPathFactory, settings: Any, db: None) -> Iterator[Odoo]:
    """A sandbox whose master data and first orders the portal has read; everybody's orders are live."""
    settings.ODOO_REST_SECONDS = settings.ODOO_TIMEOUT_SECONDS = 5
    odoo = Odoo.started(tmp_path_factory.mktemp("odoo") / "state")
    with acting(SET_UP, write=True):
        live_from_the_start()
        TolerancePolicy.objects.create(version=1, quantity_over=5, days_early=3, days_late=2)
    Trade(odoo).pull()
    with acting(SET_UP, write=True):
        acme, ham = Supplier.objects.get(name="Acme Castings"), Plant.objects.get(code="HAM")
        TransitTime.objects.create(supplier=acme, plant=ham, days=3)
    odoo.keep()
    yield odoo
    odoo.sandbox.server.server_close()


@pytest.mark.long
def test_any_history_ends_with_odoo_saying_what_was_agreed(odoo: Odoo) -> None:
    machine = type("Machine", (Histories,), {"odoo": odoo})
    if number := os.environ.get("HISTORY_SEED"):
        machine = seed(int(number))(machine)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, *([] if "HISTORIES" in os.environ else [Phase.shrink])),
            print_blob=False,
            report_multiple_bugs=False,
        ),
    )
