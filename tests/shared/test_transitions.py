"""Random walks through the tables of steps: only what is written down happens, and all of it is kept."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.shared import history, transitions
from portal.shared.actor import Actor
from portal.shared.errors import NotFound, WrongState
from portal.shared.models import StateChange
from suppliers.models import OrderLine, PurchaseOrder
from suppliers.states import LINE_STEPS, ORDER_STEPS, LineState, OrderState
from tests.cast import Cast, ReleaseOrder, doing, everything, fresh_lines, release

pytestmark = pytest.mark.django_db
walking = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@walking
@given(walk=st.lists(st.sampled_from(LineState.values), max_size=15))
def test_a_line_takes_only_the_steps_of_its_table(cast: Cast, walk: list[str]) -> None:
    (line,) = fresh_lines(release(cast))
    where, path = str(line.state), []
    for number, to in enumerate(walk):
        if to in LINE_STEPS[where]:
            with doing(act=f"step_{number}"):
                transitions.move(transitions.hold(line), to, reason=f"because {number}")
            path.append((where, to, f"step_{number}", f"because {number}"))
            where = to
        else:
            with pytest.raises(WrongState), doing():
                transitions.move(transitions.hold(line), to)
    with everything():
        assert OrderLine.objects.get(pk=line.pk).state == where
        kept = history.of(cast.actor("anna"), [line]).values_list("before", "after", "act", "reason")
        assert list(kept) == path


@walking
@given(walk=st.lists(st.sampled_from(OrderState.values), max_size=15))
def test_an_order_takes_only_the_steps_of_its_table(cast: Cast, walk: list[str]) -> None:
    order = release(cast)
    with everything():
        order.refresh_from_db()
        before = StateChange.objects.filter(object_id=order.pk).count()
    where, taken = str(order.state), 0
    for to in walk:
        legal = to in ORDER_STEPS[where]
        try:
            with doing():
                transitions.move(transitions.hold(order), to)
        except WrongState:
            assert not legal
        else:
            assert legal
            where, taken = to, taken + 1
    with everything():
        assert PurchaseOrder.objects.get(pk=order.pk).state == where
        assert StateChange.objects.filter(object_id=order.pk).count() == before + taken


def test_one_wrong_step_among_many_takes_none(cast: Cast, release_order: ReleaseOrder) -> None:
    order = release_order(*[cast.line(number) for number in (1, 2, 3)])
    with doing():
        first, second, third = transitions.hold_all(OrderLine.objects.filter(order=order))
        with pytest.raises(WrongState, match="is open and cannot become open"):
            transitions.move_all([(first, LineState.AGREED), (second, LineState.OPEN), (third, LineState.AGREED)])
    assert [line.state for line in fresh_lines(order)] == [LineState.OPEN] * 3


def test_two_steps_of_one_row_are_checked_one_after_the_other(release_order: ReleaseOrder) -> None:
    order = release_order()
    with doing():
        (line,) = transitions.hold_all(OrderLine.objects.filter(order=order))
        with pytest.raises(WrongState, match="is received and cannot become pending buyer"):
            transitions.move_all([(line, LineState.RECEIVED), (line, LineState.PENDING_BUYER)])
        transitions.move_all([(line, LineState.PENDING_BUYER), (line, LineState.AGREED)])
    assert [line.state for line in fresh_lines(order)] == [LineState.AGREED]


def test_many_steps_cost_a_bounded_number_of_statements(
    cast: Cast, release_order: ReleaseOrder, django_assert_num_queries: object
) -> None:
    order = release_order(*[cast.line(number) for number in range(1, 41)])
    with doing():
        lines = transitions.hold_all(OrderLine.objects.filter(order=order))
        with django_assert_num_queries(2):  # type: ignore[operator]
            transitions.move_all((line, LineState.AGREED) for line in lines)


def test_what_is_held_is_fresh_and_of_the_actors_own(release_order: ReleaseOrder, anna: Actor, boris: Actor) -> None:
    (line,) = fresh_lines(release_order())
    with doing():
        transitions.move(transitions.hold(line), LineState.AGREED)
    assert line.state == LineState.OPEN
    with doing(anna):
        assert transitions.hold(line).state == LineState.AGREED
    with pytest.raises(NotFound), doing(boris):
        transitions.hold(line)
