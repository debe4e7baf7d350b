"""Random histories of one value that a supplier asks to be changed, while people edit it in Odoo and calls go wrong.

Whatever happens, the portal writes only over what the supplier had seen, and never twice; nothing is left open for
good; and what was approved and reached Odoo is what both say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from integrations.office import delivery as office
from integrations.office.actions import desk, pulling
from integrations.office.models import Connection, Delivery, Mapping
from integrations.office.odoo.gateway import Address, Gateway
from integrations.office.states import DeliveryState
from portal.shared.acting import acting
from portal.shared.errors import Misconfigured, Refused, Temporary
from suppliers.actions import master_requests
from suppliers.models import MasterRequest, PriceTerm
from suppliers.states import MasterState, SyncMark
from tests.cast import Cast, everything
from tests.integrations.office.dummy import NOW
from tests.integrations.office.world import BUYER
from tests.masters import ask, listed

RECORD, VENDOR = 7, 12


class Odoo(Gateway):
    """One price list entry. ``fault`` says what becomes of the next write."""

    def __init__(self) -> None:
        super().__init__("odoo:main", Address("http://nowhere", "none", "nobody", "", 1.0))
        self.delay = 12
        self.fault = ""
        self.written: list[tuple[int, int]] = []

    def _ask(self, model: str, method: str, args: list[Any], words: dict[str, Any]) -> Any:
        if method == "search_read":
            return [{"id": RECORD, "delay": self.delay}]
        fault, self.fault = self.fault, ""
        if fault == "access":
            raise Misconfigured("You are not allowed to modify this.", code="access")
        if fault == "lost":
            raise Temporary("The connection broke.", code="broken", answered=False)
        self.written.append((self.delay, args[1]["delay"]))
        self.delay = args[1]["delay"]
        if fault == "silent":
            raise Temporary("Odoo did not answer in time.", code="timeout", answered=False)
        return True


@dataclass
class History:
    cast: Cast
    term: PriceTerm
    odoo: Odoo = field(default_factory=Odoo)
    now: dt.datetime = NOW
    seen: list[tuple[int, int]] = field(default_factory=list)
    """What each approved request wanted instead of what, in the order of approval."""
    edited: bool = False
    """Whether somebody typed another value into Odoo since the last request got there."""

    @property
    def request(self) -> MasterRequest | None:
        with everything():
            return MasterRequest.objects.filter(term=self.term.pk).order_by("number").last()

    def parked(self) -> Delivery | None:
        request = self.request
        rows = Delivery.objects.filter(destination="odoo:main", state=DeliveryState.NEEDS_PERSON)
        with everything():
            return rows.filter(about_id=request.pk).first() if request else None

    # --- What may happen ---------------------------------------------------------------------------------------------

    def ask(self, days: int) -> None:
        ask(self.cast.actor("anna"), self.term, days)

    def approve(self, _days: int) -> None:
        if request := self.request:
            done = master_requests.approve_master_change(actor=BUYER, request=request, at=self.now)
            self.seen.append((int(done.before["lead_time"]), int(done.after["lead_time"])))

    def decline(self, _days: int) -> None:
        if request := self.request:
            master_requests.decline_master_change(actor=BUYER, request=request, reason="No.", at=self.now)

    def withdraw(self, _days: int) -> None:
        if request := self.request:
            master_requests.withdraw_master_change(actor=self.cast.actor("anna"), request=request, at=self.now)

    def edit(self, days: int) -> None:
        self.odoo.delay, self.edited = days, True

    def enter(self, _days: int) -> None:
        """The buyer types into Odoo what was approved."""
        if (request := self.request) and request.state == MasterState.APPROVED:
            self.odoo.delay = int(request.after["lead_time"])

    def pull(self, _days: int) -> None:
        with everything():
            connection = Connection.objects.get()
        pulling.take_master_data(
            actor=pulling.PULL,
            connection=connection,
            model="product.supplierinfo",
            kind=PriceTerm,
            values={RECORD: {"lead_time": self.odoo.delay}},
            at=self.now,
        )

    def deliver(self, days: int) -> None:
        self.odoo.fault = ("", "", "access", "lost", "silent")[days % 5]
        self.work()
        self.odoo.fault = ""

    def work(self) -> None:
        waited = self.request
        self.now += dt.timedelta(hours=1)
        office.sweep(self.now)
        office.fan_out(self.now)
        office.deliver_one(self.odoo, lambda: self.now)
        if waited and waited.sync != SyncMark.IN_ODOO and self.request and self.request.sync == SyncMark.IN_ODOO:
            self.edited = False

    def retry(self, _days: int) -> None:
        if letter := self.parked():
            desk.retry(actor=BUYER, delivery=letter, at=self.now)

    # --- What must hold ----------------------------------------------------------------------------------------------

    def check(self) -> None:
        assert set(self.odoo.written) <= set(self.seen), "something was written over what nobody had looked at"
        request = self.request
        if request is not None and request.sync == SyncMark.NEEDS_PERSON:
            assert self.parked() is not None, "it says that it waits for a person, and nobody finds it on the desk"

    def finish(self) -> None:
        """Everybody does what is left for him to do; a second time, for what went wrong the first time."""
        for _round in range(3):
            if (request := self.request) and request.state == MasterState.SUBMITTED:
                self.decline(0)
            self.work()
            if self.parked():
                self.enter(0)
                self.retry(0)
        self.pull(0)


STEPS: list[Callable[[History, int], None]] = [
    History.ask, History.ask, History.approve, History.approve, History.decline, History.withdraw, History.edit,
    History.enter, History.pull, History.deliver, History.deliver, History.retry,
]  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.booleans(), st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 30)), max_size=20))
@pytest.mark.django_db
def test_any_history_ends_with_both_sides_saying_the_same(cast: Cast, approved: bool, history: list[Any]) -> None:
    term = listed(cast.acme, cast.bracket)
    with acting(pulling.PULL, write=True):
        connection, _made = Connection.objects.get_or_create(name="main")
        for model, record, key in (("product.supplierinfo", RECORD, term.pk), ("res.partner", VENDOR, cast.acme.pk)):
            Mapping.objects.update_or_create(
                connection=connection, model=model, remote_id=record, defaults={"object_id": str(key)}
            )
    life = History(cast, term)
    if approved:
        life.ask(21)
        life.approve(0)
    for step, days in history:
        try:
            step(life, days)
        except Refused as refusal:
            event(f"{step.__name__}: {type(refusal).__name__}")
        else:
            event(f"{step.__name__}: done")
        life.check()
    life.finish()
    life.check()
    with everything():
        left = [str(one.sync) for one in MasterRequest.objects.filter(term=term).open()]
        now = PriceTerm.objects.get(pk=term.pk).lead_time
        letters = Delivery.objects.filter(
            destination="odoo:main", about_id__in=MasterRequest.objects.filter(term=term).values("pk")
        )
        assert not letters.exclude(state__in=[DeliveryState.DONE, DeliveryState.SUPERSEDED]).exists()
    assert left == []
    assert now == life.odoo.delay
    last = life.request
    if last is not None and last.sync == SyncMark.IN_ODOO and not life.edited:
        assert life.odoo.delay == int(last.after["lead_time"])
