"""What a line is needed for: the buyer's knowledge, kept as Odoo says it, and never a revision."""

from __future__ import annotations

from django.test import Client

from suppliers.models import User
from suppliers.statements import Need
from suppliers.states import DemandKind, LineState
from tests.cast import Cast, ReleaseOrder, ReviseOrder, everything, fresh_lines, working_day


def test_a_need_that_moves_is_no_revision(cast: Cast, release_order: ReleaseOrder, revise_order: ReviseOrder) -> None:
    first = Need(working_day(20), DemandKind.PRODUCTION, "HAM/MO/00007")
    order = release_order(cast.line(need=first))
    (line,) = fresh_lines(order)
    assert (line.needed_date, line.needed_kind, line.needed_for) == (first.date, "production", "HAM/MO/00007")
    later = Need(working_day(40), DemandKind.DELIVERY, "HAM/OUT/00009")
    for need, known in ((later, (later.date, "delivery", "HAM/OUT/00009")), (None, (None, "", ""))):
        revise_order(order, need=need)
        (line,) = fresh_lines(order)
        assert (line.needed_date, line.needed_kind, line.needed_for) == known
        assert (line.revision, line.state) == (1, LineState.OPEN)
    with everything():
        assert order.revisions.count() == 1


def test_the_buyer_sees_it_and_the_supplier_does_not(
    cast: Cast, release_order: ReleaseOrder, client: Client, people: dict[str, User]
) -> None:
    order = release_order(cast.line(need=Need(working_day(20), DemandKind.PRODUCTION, "HAM/MO/00007")), cast.line())
    for name, seen in (("bea", True), ("anna", False)):
        client.force_login(people[name])
        page = client.get(f"/orders/{order.pk}/").content.decode()
        assert ("HAM/MO/00007" in page, "no demand linked" in page) == (seen, seen)
