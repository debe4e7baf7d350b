"""The receiving dock: what arrives when, what was never announced, what a scan finds, and how a notice ends."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotPermitted, WrongState
from suppliers.actions import shipment_clock
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.shipment_clock import CLOCK, CLOSED, close, tick
from suppliers.models import OrderLine, Plant, Shipment, ShipmentOrder
from suppliers.queries.comparison import comparison_of
from suppliers.queries.receiving import VIEWS, arrival_counts, arrivals, missing_notices
from suppliers.shipping_states import ReceiptKind, ShipmentState
from suppliers.statements import TransferStatement
from suppliers.states import AnswerKind, SyncMark
from tests.cast import SET_UP, Cast, doing, everything, fresh_lines, release, working_day
from tests.shipping import ARRIVES, LEAVES, confirmed, row, sent
from tests.suppliers.test_receipts import NOW, book, booked, fresh, notice_of

NOON = dt.time(12, tzinfo=dt.UTC)


@pytest.fixture
def line(cast: Cast) -> OrderLine:
    (line,) = fresh_lines(confirmed(cast))
    return line


@pytest.fixture
def rita(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.people["rita"])
    return client


def on(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, NOON)


def seen(cast: Cast, who: str, view: str, now: dt.datetime) -> list[str]:
    actor = cast.actor(who)
    with acting(actor):
        plants = list(Plant.objects.all())
        rows = [one.shipment.label for one in arrivals(actor, view, plants, now=now).rows]
        assert arrival_counts(actor, plants, now=now)[view] == len(rows)
    return rows


# --- Arrivals ---------------------------------------------------------------------------------------------------------


def test_an_arrival_stands_where_its_day_is(cast: Cast, line: OrderLine) -> None:
    sent(cast, row(line, 40, lot="L1"), row(line, 10, lot="L2"))
    by_day = {
        view: [days for days in (-8, -7, -1, 0, 1) if seen(cast, "rita", view, on(ARRIVES + dt.timedelta(days)))]
        for view in VIEWS
    }
    assert by_day == {"today": [0], "week": [-7, -1], "later": [-8], "late": [1], "rest": [], "correct": []}
    actor = cast.actor("rita")
    with acting(actor):
        (one,) = arrivals(actor, "today", list(Plant.objects.all()), now=on(ARRIVES)).rows
    assert (one.lines, one.units, one.lots) == (2, 0, 2)
    assert [each.order.number for each in one.orders] == [line.order.number]


def test_the_day_is_the_plants(cast: Cast, line: OrderLine) -> None:
    with doing(SET_UP):
        Plant.objects.filter(pk=cast.ham.pk).update(time_zone="Pacific/Auckland")
    sent(cast, row(line, 40))
    late_evening = dt.datetime.combine(ARRIVES - dt.timedelta(1), dt.time(20), tzinfo=dt.UTC)
    assert seen(cast, "rita", "today", late_evening) == ["S1"]


def test_what_came_in_part_is_not_late_but_has_a_rest(cast: Cast, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 100))
    book(line.order, booked(line.order, "1", 40, notice=notice_of(shipment, line.order).pk))
    after = on(ARRIVES + dt.timedelta(3))
    assert (seen(cast, "rita", "late", after), seen(cast, "rita", "rest", after)) == ([], ["S1"])


def test_staff_see_arrivals_of_their_own_plants(cast: Cast, line: OrderLine) -> None:
    sent(cast, row(line, 40))
    assert {who: seen(cast, who, "today", on(ARRIVES)) for who in ("rita", "bea", "dora")} == {
        "rita": ["S1"],
        "bea": ["S1"],
        "dora": [],
    }


# --- What was never announced -----------------------------------------------------------------------------------------


def missed(cast: Cast, now: dt.datetime, who: str = "rita") -> list[tuple[str, int]]:
    actor = cast.actor(who)
    with acting(actor):
        found = missing_notices(actor, list(Plant.objects.all()), now=now).rows
    return [(one.line.order.number, int(one.open)) for one in found]


def test_a_notice_is_missed_three_working_days_before_goods_are_due(cast: Cast) -> None:
    day = working_day(20)  # a Wednesday: the Friday before it is three working days away
    order = confirmed(cast, cast.line(100, date=day))
    wednesday = {-6: [], -5: [(order.number, 100)], -1: [(order.number, 100)], 30: [(order.number, 100)]}
    assert {days: missed(cast, on(day + dt.timedelta(days))) for days in wednesday} == wednesday
    assert missed(cast, on(day), "dora") == []


def test_what_is_announced_received_or_not_confirmed_is_not_missed(cast: Cast) -> None:
    day = working_day(20)
    announced, received, rest = (confirmed(cast, cast.line(100, date=day)) for _each in range(3))
    cast_line = fresh_lines(announced)[0]
    sent(cast, row(cast_line, 10))
    book(received, booked(received, "1", 100))
    book(rest, booked(rest, "2", 60))
    assert missed(cast, on(day)) == [(rest.number, 40)]


def test_a_delivery_that_came_leaves_the_next_one_to_be_noticed(cast: Cast) -> None:
    day = working_day(20)
    order = release(cast, cast.line(100, date=day))
    (line,) = fresh_lines(order)
    promises = (PromisedDelivery(Decimal(60), day), PromisedDelivery(Decimal(40), day + dt.timedelta(2)))
    answer = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, promises, reason="capacity")
    acknowledge(actor=cast.actor("anna"), order=order, answers=[answer], channel="page", at=timezone.now())
    assert missed(cast, on(day - dt.timedelta(5))) == [(order.number, 100)]
    book(order, booked(order, "1", 60))
    assert missed(cast, on(day - dt.timedelta(2))) == []
    assert missed(cast, on(day - dt.timedelta(1))) == [(order.number, 40)]


def test_the_rest_of_what_came_in_part_is_not_missed_until_it_is_given_up(cast: Cast) -> None:
    day = working_day(20)
    order = confirmed(cast, cast.line(100, date=day))
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 70))
    book(order, booked(order, "1", 30, notice=notice_of(shipment, order).pk))
    assert missed(cast, on(day)) == []
    close(actor=cast.actor("rita"), shipment=fresh(shipment), reason="Lost.", at=timezone.now())
    assert missed(cast, on(day)) == [(order.number, 70)]


# --- The pages --------------------------------------------------------------------------------------------------------


def test_the_page_shows_each_kind(cast: Cast, rita: Client, line: OrderLine) -> None:
    due = confirmed(cast, cast.line(7, date=working_day(1)))
    days = {"departs_on": str(timezone.localdate()), "arrives_on": str(timezone.localdate() + dt.timedelta(3))}
    sent(cast, row(line, 40), carrier="Elbe Cargo", dangerous_goods="UN 1263", **days)
    page = rita.get(reverse("receiving"), {"view": "week", "plant": cast.ham.pk}).content.decode()
    for words in ("Elbe Cargo", "LS-1", "Dangerous goods", line.order.number, "1 row"):
        assert words in page, words
    assert due.number in rita.get(reverse("receiving"), {"view": "missing"}).content.decode()
    assert "LS-1" not in rita.get(reverse("receiving"), {"view": "week", "plant": cast.drs.pk}).content.decode()
    assert rita.get(reverse("receiving"), {"view": "x", "plant": "y", "code": ""}).status_code == 200


def test_suppliers_have_no_dock(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.people["sven"])
    assert client.get(reverse("receiving")).status_code == 403


# --- What came, beside what was announced -----------------------------------------------------------------------------


def test_the_comparison_stands_on_the_page_of_both_sides_and_in_the_api(cast: Cast, line: OrderLine) -> None:
    (other,) = fresh_lines(confirmed(cast, cast.line(9)))
    shipment = sent(cast, row(line, 60, lot="L1"), row(line, 40, lot="L2"), row(other, 9))
    notice = notice_of(shipment, line.order).pk
    lot = {"lot": "L1", "notice": notice}
    book(
        line.order,
        booked(line.order, "1", 60, **lot),
        booked(line.order, "2", 15, kind=ReceiptKind.RETURN, returned_ref="1", **lot),
        booked(line.order, "3", 30, lot="L9", notice=notice),
    )
    for name in ("anna", "rita"):
        actor = cast.actor(name)
        with acting(actor):
            compared = comparison_of(actor, fresh_in(shipment))
        assert compared is not None
        said = [(one.lot, int(one.announced), int(one.received), str(one.verdict.value)) for one in compared.rows]
        assert said[:2] == [("L1", 60, 60, "equal"), ("L2", 40, 0, "missing")]
        assert ("L9", 0, 30, "other_lot") in said
        assert ("", 9, 0, "missing") in said
        assert (compared.equal, compared.announced, compared.final) == (1, 3, False)
        client = Client()
        client.force_login(cast.people[name])
        page = client.get(reverse("shipment", args=[shipment.pk])).content.decode()
        for words in ("Announced and received", "1 of 3 lines as announced", "Another lot", "15 sent back"):
            assert words in page, words
    api = Client(headers={"Authorization": f"Bearer {cast.tokens['writer'].secret}"})
    told = api.get(f"/api/v1/shipments/{shipment.pk}/").json()["comparison"]
    assert (told["accuracy"], told["final"], len(told["rows"])) == ("0.3333", False, 4)
    assert {one["verdict"] for one in told["rows"]} == {"equal", "missing", "other_lot"}


def fresh_in(shipment: Shipment) -> Shipment:
    return Shipment.objects.get(pk=shipment.pk)


def test_before_anything_came_there_is_nothing_to_compare(cast: Cast, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 60))
    with everything():
        assert comparison_of(SET_UP, fresh_in(shipment)) is None


# --- Nothing more comes -----------------------------------------------------------------------------------------------


def letters() -> list[Any]:
    with everything():
        return list(Event.objects.filter(topic=CLOSED))


def test_the_dock_closes_what_will_not_come(cast: Cast, rita: Client, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 60))
    at = reverse("close_shipment", args=[shipment.pk])
    assert "Nothing more of it comes" in rita.get(reverse("shipment", args=[shipment.pk])).content.decode()
    assert "Nothing of it has arrived" in rita.get(at).content.decode()
    refused = rita.post(at, {"reason": " "})
    assert (refused.status_code, letters()) == (422, [])
    assert rita.post(at, {"reason": "Lost near Kiel"}).status_code == 302
    closed = fresh(shipment)
    assert (closed.state, closed.closed_at is not None, closed.sync) == (ShipmentState.CLOSED, True, SyncMark.WAITING)
    (letter,) = letters()
    assert (letter.about_id, letter.payload) == (shipment.pk, {"version": 1, "reason": "Lost near Kiel"})
    page = rita.get(reverse("shipment", args=[shipment.pk])).content.decode()
    assert "Lost near Kiel" in page
    assert "Not arrived" in page
    assert rita.post(at, {"reason": "Again"}).status_code == 409
    assert sent(cast, row(line, 100), delivery_note="LS-2").state == ShipmentState.SUBMITTED


def test_who_may_close(cast: Cast, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 60))
    for name in ("sven", "quentin", "ada"):
        with pytest.raises(NotPermitted):
            close(actor=cast.actor(name), shipment=shipment, reason="x", at=timezone.now())
    with pytest.raises(Invalid):
        close(actor=cast.actor("bea"), shipment=shipment, reason="", at=timezone.now())
    close(actor=cast.actor("bea"), shipment=shipment, reason="Came with S2", at=timezone.now())
    with pytest.raises(WrongState):
        close(actor=cast.actor("bea"), shipment=shipment, reason="x", at=timezone.now())


def test_programs_close_by_the_same_act(cast: Cast, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 60))
    api = Client(headers={"Authorization": f"Bearer {cast.tokens['decider'].secret}"})
    at = f"/api/v1/shipments/{shipment.pk}/close/"

    def say(query: str, said: Any) -> tuple[int, Any]:
        answer = api.post(at + query, json.dumps(said), content_type="application/json")
        return answer.status_code, answer.json()

    assert say("", {})[0] == 422
    assert say("?dry_run=true", {"reason": "Lost"})[1]["state"] == "closed"
    assert fresh(shipment).state == ShipmentState.SUBMITTED
    status, told = say("", {"reason": "Lost"})
    assert (status, told["state"]) == (200, "closed")
    assert told["closed_at"]
    assert say("", {"reason": "Lost"})[0] == 409


# --- The clock --------------------------------------------------------------------------------------------------------


def test_a_notice_leaves_on_its_day_by_the_plants_calendar(cast: Cast, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 60))
    midnight = dt.datetime.combine(LEAVES, dt.time(), tzinfo=dt.UTC)
    tick(midnight - dt.timedelta(hours=3))
    assert fresh(shipment).state == ShipmentState.SUBMITTED
    tick(midnight - dt.timedelta(minutes=30))  # in Hamburg the day has come
    assert fresh(shipment).state == ShipmentState.IN_TRANSIT


def test_a_received_notice_closes_a_week_after_the_last_booking(cast: Cast, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 60))
    notice = notice_of(shipment, line.order).pk
    book(line.order, booked(line.order, "1", 60, notice=notice))
    tick(NOW + dt.timedelta(days=6, hours=23))
    assert fresh(shipment).state == ShipmentState.RECEIVED
    tick(NOW + dt.timedelta(days=7, minutes=1))
    closed = fresh(shipment)
    assert (closed.state, closed.closed_at) == (ShipmentState.CLOSED, NOW + dt.timedelta(days=7, minutes=1))
    assert letters() == []


def test_a_short_notice_closes_only_where_odoo_awaits_nothing_more(cast: Cast, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 60))
    notice = notice_of(shipment, line.order).pk
    came = booked(line.order, "1", 40, notice=notice)
    later = NOW + dt.timedelta(days=8)
    book(line.order, came, transfers=(TransferStatement(notice, "HAM/IN/00007", ended=False),))
    tick(later)
    assert fresh(shipment).state == ShipmentState.PARTLY_RECEIVED
    book(line.order, came, transfers=(TransferStatement(notice, "HAM/IN/00007", ended=True),))
    tick(later)
    assert (fresh(shipment).state, len(letters())) == (ShipmentState.CLOSED, 1)


def test_one_that_cannot_be_counted_holds_up_no_other(
    cast: Cast, line: OrderLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = sent(cast, row(line, 10)), sent(cast, row(line, 10), delivery_note="LS-2")
    depart = shipment_clock.depart

    def failing(*, actor: Any, shipment: Shipment, at: dt.datetime) -> Shipment:
        if shipment.pk == first.pk:
            raise RuntimeError("a bad record")
        return depart(actor=actor, shipment=shipment, at=at)

    monkeypatch.setattr(shipment_clock, "depart", failing)
    assert tick(on(LEAVES)) == 2
    assert (fresh(first).state, fresh(second).state) == (ShipmentState.SUBMITTED, ShipmentState.IN_TRANSIT)


def test_what_was_settled_meanwhile_stays(cast: Cast, line: OrderLine) -> None:
    shipment = sent(cast, row(line, 10))
    close(actor=cast.actor("bea"), shipment=shipment, reason="Lost", at=timezone.now())
    shipment_clock.depart(actor=CLOCK, shipment=shipment, at=on(LEAVES))
    shipment_clock.conclude(actor=CLOCK, shipment=shipment, at=on(LEAVES + dt.timedelta(30)))
    assert fresh(shipment).state == ShipmentState.CLOSED
    with everything():
        assert ShipmentOrder.objects.filter(shipment=shipment, sync=SyncMark.WAITING).count() == 1
