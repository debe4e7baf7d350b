"""Who acts is said to the database once, for one transaction, and is forgotten with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import InternalError, ProgrammingError, connection, connections, transaction

from portal.shared.acting import acting
from portal.shared.actor import NOBODY, Actor
from suppliers.models import PurchaseOrder, Supplier, User
from tests.cast import Cast, ReleaseOrder
from tests.conftest import Clone
from tests.house import catalog

THREADS, TRANSACTIONS = 4, 100


def role() -> tuple[str, str]:
    (found,) = catalog.rows("select current_role, coalesce(current_setting('portal.suppliers', true), '')")
    return found[0], found[1]


@pytest.mark.django_db
def test_a_unit_of_work_is_the_outermost_one(anna: Actor, bea: Actor) -> None:
    with acting(anna), pytest.raises(RuntimeError, match="durable"), acting(bea):
        pass


@pytest.mark.django_db
def test_reading_does_not_write(cast: Cast, bea: Actor) -> None:
    with pytest.raises(InternalError, match="read-only transaction"), acting(bea):
        Supplier.objects.create(name="Nobody asked for this")


@pytest.mark.django_db
def test_the_role_is_put_back_after_success_and_after_failure(anna: Actor) -> None:
    outside = role()
    assert outside[0] == "portal_app"
    with acting(anna):
        assert role() == ("portal_supplier", str(min(anna.suppliers)))
    assert role() == outside
    with pytest.raises(ZeroDivisionError), acting(anna):
        raise ZeroDivisionError
    assert role() == outside


@pytest.mark.django_db
def test_the_real_error_is_the_one_that_is_seen(anna: Actor) -> None:
    with pytest.raises(ProgrammingError, match="no_such_table"), acting(anna):
        catalog.rows("select * from no_such_table")
    with acting(anna):
        assert PurchaseOrder.objects.count() == 0


@pytest.mark.django_db
def test_a_failed_statement_that_was_put_up_with_leaves_the_role(anna: Actor) -> None:
    with acting(anna):
        with pytest.raises(ProgrammingError), transaction.atomic():
            catalog.rows("select * from slot_event")
        assert role()[0] == "portal_supplier"
    assert role()[0] == "portal_app"


@pytest.mark.django_db
def test_every_kind_of_actor_has_its_side_of_the_wall(cast: Cast, bea: Actor) -> None:
    for actor, expected in (
        (cast.actor("boris"), "portal_supplier"),
        (cast.machine("writer"), "portal_supplier"),
        (NOBODY, "portal_supplier"),
        (bea, "portal_staff"),
    ):
        with acting(actor):
            assert role()[0] == expected


@pytest.mark.committed
@pytest.mark.separate
def test_real_commits_and_rollbacks_leave_no_role_behind(cast: Cast, anna: Actor) -> None:
    connection.ensure_connection()
    for failing in (False, True):
        try:
            with acting(anna, write=True):
                assert role()[0] == "portal_supplier"
                if failing:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            pass
        assert role() == ("portal_app", "")


@pytest.fixture
def pooled(clone: Clone) -> Iterator[None]:
    """Connections from a pool, as production has them: fewer than threads, so that they change hands all the time."""
    options = connections.databases["default"]["OPTIONS"]
    connection.close()
    options["pool"] = {"min_size": 1, "max_size": 2, "timeout": 30}
    yield
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    del options["pool"]


@pytest.mark.committed
@pytest.mark.separate
def test_a_pooled_connection_never_hands_a_role_on(
    cast: Cast, release_order: ReleaseOrder, anna: Actor, boris: Actor, bea: Actor, request: pytest.FixtureRequest
) -> None:
    for supplier in (cast.acme, cast.borealis, cast.borealis):
        release_order(supplier=supplier)
    request.getfixturevalue("pooled")
    wanted = {anna: 1, boris: 2, bea: 3, NOBODY: 0}
    wrong: list[str] = []

    def work(number: int) -> None:
        try:
            for turn in range(TRANSACTIONS):
                actor = list(wanted)[(number + turn) % len(wanted)]
                try:
                    with acting(actor, write=turn % 3 == 0):
                        if (seen := PurchaseOrder.objects.count()) != wanted[actor]:
                            wrong.append(f"{actor.name or 'nobody'} saw {seen} orders")
                        if turn % 5 == 0:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
                User.objects.exists()
                if turn % 7 == 0:
                    try:
                        PurchaseOrder.objects.count()
                    except ProgrammingError as denied:
                        if "permission denied" not in str(denied):
                            wrong.append(str(denied))
                    else:
                        wrong.append("a role was left behind")
                connection.close()
        except Exception as failure:
            wrong.append(repr(failure))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
