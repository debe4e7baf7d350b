"""What announcing costs, and what it locks."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from integrations.slot import once
from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.actions import shipments
from suppliers.models import OrderLine
from suppliers.queries.shipments import ShipmentFilters, shipment_list
from suppliers.shipping_states import Tracking
from tests.cast import Cast, fresh_lines
from tests.shipping import ARRIVES, body, confirmed, lines_of, row, sent

DAY = dt.timedelta(days=1)


@pytest.mark.parametrize("rows", [1, 300])
def test_twelve_statements_whatever_the_number_of_lines(cast: Cast, rows: int) -> None:
    lines = fresh_lines(confirmed(cast, *(cast.line(100, tracking=Tracking.LOT, dated=True) for _ in range(rows))))
    sven: Actor = cast.actor("sven")
    far = (ARRIVES + 300 * DAY).isoformat()
    units = [{"ref": str(index), "kind": "carton"} for index in range(rows)]
    said = body(
        *(row(line, 100, lot=f"L{at}", expires_on=far, within=str(at)) for at, line in enumerate(lines)), units=units
    )
    key = once.receive(sven, key="once", body=b"{}", what="a message")
    with CaptureQueriesContext(connection) as counted:
        shipments.announce.once(key)(actor=sven, supplier=cast.acme, body=said, channel="edi", at=timezone.now())
    statements = [one["sql"] for one in counted if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    assert len(statements) <= 12, "\n".join(sql[:120] for sql in statements)


def test_lines_lock_before_anything_is_decided(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    with CaptureQueriesContext(connection) as counted:
        sent(cast, row(line))
    locks = [one["sql"] for one in counted if "FOR NO KEY UPDATE" in one["sql"]]
    assert OrderLine._meta.db_table in locks[0]


def test_what_is_said_is_kept_as_it_was_said(cast: Cast) -> None:
    """A version is written by one statement, its texts as arrays: nothing in them is taken for its punctuation."""
    lots = ["null", "NULL", '"', "\\", 'a"b\\c', "{1,2}", "it's", "Größe—中", "a\tb\nc", "%s", "\\n", ",", "E'\\\\x00'"]
    (line,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, *(row(line, 1, lot=lot) for lot in [*lots, ""]))
    assert [kept.lot for kept in lines_of(shipment)] == [*lots, ""]


@pytest.mark.parametrize(
    ("who", "index"),
    [("sven", "shipment_supplier_needs"), ("quentin", "shipment_staff_needs")],
    ids=["supplier", "staff"],
)
def test_what_needs_somebody_first_is_read_by_an_index(cast: Cast, who: str, index: str) -> None:
    """As fast on page 1 of a million as of ten: where it must not sort, the database knows how not to."""
    actor = cast.actor(who)
    with acting(actor), CaptureQueriesContext(connection) as seen:
        shipment_list(actor, ShipmentFilters(), needed_first=True)
    (asked,) = [one["sql"] for one in seen.captured_queries if '"suppliers_shipment"' in one["sql"]]
    with acting(actor), connection.cursor() as cursor:
        cursor.execute("set local enable_sort = off; set local enable_seqscan = off; set local enable_bitmapscan = off")
        cursor.execute(f"explain {asked}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert index in plan, plan
