"""Announcing what is shipped: what is kept, what is refused and where, what a correction and a cancellation do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from integrations.slot.models import Event
from portal.shared.errors import Invalid, NotPermitted, Refused, Stale, WrongState
from portal.shared.models import AuditEntry
from suppliers import gates, gs1
from suppliers.actions import shipments
from suppliers.actions.approvals import set_approval
from suppliers.models import (
    HandlingUnit,
    LicencePlate,
    NumberSeries,
    ShelfRule,
    Shipment,
    ShipmentDraft,
    ShipmentOrder,
    ShipmentVersion,
    Unit,
)
from suppliers.shipping_states import PlateKind, ShipmentState, Tracking
from suppliers.states import ListStanding, SyncMark
from tests.cast import Cast, doing, everything, fresh_lines, release
from tests.shipping import ARRIVES, LEAVES, body, confirmed, lines_of, row, sent

DAY = dt.timedelta(days=1)


def faults(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(fault.code, fault.pointer) for fault in refusal.value.faults]


def refused(cast: Cast, *rows: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """What is wrong with a notice; nothing of it is kept."""
    with pytest.raises(Invalid) as refusal:
        sent(cast, *rows, **more)
    with everything():
        assert not Shipment.objects.exists()
        assert not Event.objects.filter(topic=shipments.ANNOUNCED).exists()
    return faults(refusal)


def test_a_notice_is_kept_whole_and_odoo_is_told(cast: Cast) -> None:
    first, second = fresh_lines(confirmed(cast, cast.line(100), cast.line(40)))
    (other,) = fresh_lines(confirmed(cast, cast.line(7)))
    units = [
        {"ref": "P", "kind": "pallet", "gross_weight": "412.5"},
        {"ref": "C1", "kind": "carton", "within": "P"},
        {"ref": "C2", "kind": "carton", "within": "P", "tracking": "1Z999"},
    ]
    lot = {"lot": "L1", "made_on": "2026-10-01", "country": "de", "within": "C1"}
    shipment = sent(
        cast, row(first, 60, **lot), row(first, 20, lot="L2", within="C2"), row(second, 40, within="C2"), row(other, 7),
        units=units, carrier="Elbe Cargo", tracking="EC-1",
    )  # fmt: skip
    with everything():
        shipment = Shipment.objects.get(pk=shipment.pk)
        assert (shipment.number, shipment.state, shipment.version) == (1, ShipmentState.SUBMITTED, 1)
        assert (shipment.delivery_note, shipment.carrier, shipment.departs_on) == ("LS-1", "Elbe Cargo", LEAVES)
        assert shipment.editable_until == dt.datetime.combine(ARRIVES, dt.time(), _zone(cast))
        kept = list(
            HandlingUnit.objects.order_by("position").values_list("kind", "plate", "plate_kind", "parent__plate")
        )
        (event,) = Event.objects.filter(topic=shipments.ANNOUNCED)
        entry = AuditEntry.objects.get(act="announce_shipment")
        marks = dict(ShipmentOrder.objects.values_list("order__number", "sync"))
    assert kept == [
        ("pallet", "000000000", PlateKind.PACKAGE, None),
        ("carton", "000000001", PlateKind.PACKAGE, "000000000"),
        ("carton", "000000002", PlateKind.PACKAGE, "000000000"),
    ]
    said = lines_of(shipment)
    plates = [one.unit.plate if one.unit else None for one in said]
    assert [
        (one.line_id, int(one.quantity), one.lot, one.country, plate) for one, plate in zip(said, plates, strict=True)
    ] == [
        (first.pk, 60, "L1", "DE", "000000001"),
        (first.pk, 20, "L2", "", "000000002"),
        (second.pk, 40, "", "", "000000002"),
        (other.pk, 7, "", "", None),
    ]
    assert list(marks.values()) == [SyncMark.WAITING] * 2
    assert (event.about_id, event.tier, event.payload) == (shipment.pk, 1, {"version": 1})
    assert entry.object_id == str(shipment.pk)


def _zone(cast: Cast) -> ZoneInfo:
    return ZoneInfo(cast.ham.time_zone)


def test_what_left_already_is_on_its_way(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    today = timezone.now().astimezone(_zone(cast)).date()
    shipment = sent(cast, row(line), departs_on=today.isoformat(), arrives_on=today.isoformat())
    assert (shipment.state, shipment.editable_until) == (ShipmentState.IN_TRANSIT, None)


def test_lines_are_named_by_order_and_position_as_well(cast: Cast) -> None:
    order = confirmed(cast, cast.line(100), cast.line(40))
    shipment = sent(cast, {"order": order.number, "position": 2, "quantity": 40})
    assert [one.line_id for one in lines_of(shipment)] == [fresh_lines(order)[1].pk]


def test_quantities_in_another_unit_are_converted_and_never_guessed(cast: Cast) -> None:
    with doing():
        Unit.objects.filter(pk=cast.kilograms.pk).update(size=1)
        Unit.objects.create(name="t", category="Weight", step=Decimal("0.001"), size=1000)
        Unit.objects.create(name="g", category="Weight", step=Decimal(1), size=Decimal("0.001"))
    (line,) = fresh_lines(confirmed(cast, cast.line(2000, item_id=cast.granulate.pk, unit_id=cast.kilograms.pk)))
    shipment = sent(cast, row(line, "1.25", unit="t"))
    (kept,) = lines_of(shipment)
    assert (kept.quantity, kept.unit_name, kept.packed_quantity, kept.packed_unit) == (
        Decimal(1250),
        "kg",
        Decimal("1.25"),
        "t",
    )
    with pytest.raises(Invalid) as refusal:
        sent(cast, row(line, 1, unit="box"), row(line, 1, unit="g"), delivery_note="LS-2")
    assert faults(refusal) == [("unit", "/lines/0/unit"), ("step", "/lines/1/quantity")]


def test_every_fault_is_named_with_its_place_and_nothing_is_kept(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    rows: list[Any] = [
        {"line": str(line.pk), "quantity": "many", "lott": "L1"},
        {"line": "no-key", "quantity": "1"},
        {"quantity": "1"},
        "nothing",
    ]
    units = [{"ref": "A", "kind": "pallet", "within": "B"}, {"ref": "B", "kind": "heap", "within": "A"}]
    with pytest.raises(Invalid) as refusal:
        sent(cast, *rows, delivery_note="", departs_on="31.12.2026", units=units)
    assert sorted(faults(refusal)) == sorted(
        [
            ("required", "/delivery_note"),
            ("date", "/departs_on"),
            ("unknown_field", "/lines/0/lott"),
            ("number", "/lines/0/quantity"),
            ("unknown_line", "/lines/1/line"),
            ("required", "/lines/2/line"),
            ("type", "/lines/3"),
            ("unknown_kind", "/units/1/kind"),
            ("too_deep", "/units/0/within"),
            ("too_deep", "/units/1/within"),
        ]
    )


def test_only_confirmed_lines_of_one_plant_are_shipped(cast: Cast) -> None:
    (good,) = fresh_lines(confirmed(cast))
    (unanswered,) = fresh_lines(release(cast))
    (elsewhere,) = fresh_lines(confirmed(cast, plant=cast.drs))
    (strange,) = fresh_lines(confirmed(cast, supplier=cast.borealis))
    (service,) = fresh_lines(confirmed(cast, cast.line(1, service=True)))
    told = refused(cast, row(good), row(unanswered), row(elsewhere), row(strange), row(service, 1))
    assert told == [
        ("not_confirmed", "/lines/1/line"),
        ("other_plant", "/lines/2/line"),
        ("unknown_line", "/lines/3/line"),
        ("service", "/lines/4/line"),
    ]


def test_more_than_is_open_is_refused_beyond_tolerance(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    assert refused(cast, row(line, 60), row(line, 46)) == [("over_shipment", "/lines/0/quantity")]
    sent(cast, row(line, 60))
    sent(cast, row(line, 45), delivery_note="LS-2")  # 105 of 100: five percent are allowed
    with pytest.raises(Invalid) as refusal:
        sent(cast, row(line, 1), delivery_note="LS-3")
    assert faults(refusal) == [("over_shipment", "/lines/0/quantity")]


def test_what_the_item_demands(cast: Cast) -> None:
    lot, dated, serial = fresh_lines(
        confirmed(
            cast,
            cast.line(100, tracking=Tracking.LOT),
            cast.line(100, tracking=Tracking.LOT, dated=True),
            cast.line(3, tracking=Tracking.SERIAL),
        )
    )
    told = refused(
        cast,
        row(lot),
        row(dated, lot="L1"),
        row(dated, 10, lot="L2", expires_on=ARRIVES.isoformat()),
        row(serial, 3, serials=["S1", "S2"]),
        row(lot, lot="L3", serials=["S1"]),
    )
    assert told == [
        ("lot_missing", "/lines/0/lot"),
        ("expiry_missing", "/lines/1/expires_on"),
        ("lot_expired", "/lines/2/expires_on"),
        ("serials", "/lines/3/serials"),
        ("serials_not_taken", "/lines/4/serials"),
    ]


def test_lots_must_keep_long_enough_by_the_plants_own_rule_first(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast, cast.line(100, tracking=Tracking.LOT, dated=True)))
    with doing():
        rule: dict[str, Any] = {"item": cast.bracket, "at": timezone.now(), "actor_name": "Quentin"}
        ShelfRule.objects.create(plant=None, version=1, days=10, **rule)
        ShelfRule.objects.create(plant=cast.ham, version=1, days=365, **rule)
        ShelfRule.objects.create(plant=cast.ham, version=2, days=90, **rule)
    short = (ARRIVES + 89 * DAY).isoformat()
    assert refused(cast, row(line, lot="L1", expires_on=short)) == [("shelf_life", "/lines/0/expires_on")]
    assert sent(cast, row(line, lot="L1", expires_on=(ARRIVES + 90 * DAY).isoformat())).version == 1


def test_a_blocked_item_stays_where_it_is(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    where: dict[str, Any] = {
        "supplier": cast.acme,
        "item": cast.bracket,
        "actor": cast.actor("quentin"),
        "at": timezone.now(),
    }
    today = timezone.localdate()
    for plant, standing in ((None, ListStanding.BLOCKED), (cast.ham, ListStanding.BLOCKED)):
        set_approval(plant=plant, standing=standing, effective=today - DAY, reason="Cracks", **where)
    assert refused(cast, row(line)) == [("item_blocked", "/lines/0/line")]
    set_approval(plant=cast.ham, standing=ListStanding.PROBATION, effective=today - DAY, reason="Mended", **where)
    assert sent(cast, row(line)).version == 1


def test_other_parts_of_the_portal_may_object(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = fresh_lines(confirmed(cast))

    def gate(question: gates.Question) -> list[gates.Objection]:
        (passing,) = question.rows
        assert passing is not None
        assert (passing.line, passing.said.lot, question.plant_id) == (str(line.pk), "L1", cast.ham.pk)
        return [gates.Objection(0, "certificate_missing", "Upload the certificate of lot L1.")]

    monkeypatch.setattr(gates, "_gates", [gate])
    assert refused(cast, row(line, lot="L1")) == [("certificate_missing", "/lines/0/lot")]


def test_a_delivery_note_is_announced_once(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    first = sent(cast, row(line, 10))
    with pytest.raises(Invalid) as refusal:
        sent(cast, row(line, 10), delivery_note="ls-1")
    assert faults(refusal) == [("delivery_note_used", "/delivery_note")]
    assert "S1" in str(refusal.value)
    shipments.cancel(actor=cast.actor("sven"), shipment=first, reason="Truck broke", at=timezone.now())
    assert sent(cast, row(line, 10)).number == 2


def test_handling_units_carry_ssccs_of_the_suppliers_prefix(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    with doing(cast.actor("sven")):
        NumberSeries.objects.create(supplier=cast.acme, gs1_prefix="4012345", sscc_extension=3)
    own = gs1.sscc("4012345", 77, extension=5)
    units = [{"ref": "A", "kind": "pallet"}, {"ref": "B", "kind": "pallet", "plate": own}]
    sent(cast, row(line, 10, within="A"), row(line, 10, within="B"), units=units)
    with everything():
        kept = list(HandlingUnit.objects.order_by("position").values_list("plate", "plate_kind"))
    assert kept == [(gs1.sscc("4012345", 0, extension=3), "sscc"), (own, "sscc")]
    again = [{"ref": "A", "kind": "pallet", "plate": own}]
    with pytest.raises(Invalid) as refusal:
        sent(cast, row(line, 10, within="A"), units=again, delivery_note="LS-2")
    assert faults(refusal) == [("plate_used", "/units/0/plate")]
    wrong = [{"ref": "A", "kind": "pallet", "plate": own[:-1] + str((int(own[-1]) + 1) % 10)}]
    with pytest.raises(Invalid) as refusal:
        sent(cast, row(line, 10, within="A"), units=wrong, delivery_note="LS-2")
    assert faults(refusal) == [("sscc_check_digit", "/units/0/plate")]


def test_numbers_are_free_again_after_a_year_or_when_their_shipment_is_cancelled(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    unit = [{"ref": "A", "kind": "box", "plate": "OWN-1"}]
    first = sent(cast, row(line, 10, within="A"), units=unit)
    shipments.cancel(actor=cast.actor("sven"), shipment=first, reason="Repacked", at=timezone.now())
    second = sent(cast, row(line, 10, within="A"), units=unit)
    with doing(cast.actor("sven")):
        LicencePlate.objects.update(used_on=timezone.localdate() - dt.timedelta(days=400))
    third = sent(cast, row(line, 10, within="A"), units=unit, delivery_note="LS-2")
    with everything():
        assert LicencePlate.objects.get().shipment_id == third.pk != second.pk


def test_a_correction_is_a_new_version_and_the_old_one_stays(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, row(line, 60, within="A"), units=[{"ref": "A", "kind": "box"}])
    plate = lines_of(shipment)[0].unit.plate  # type: ignore[union-attr]
    unit = {"ref": "A", "kind": "box", "plate": plate}
    corrected = body(row(line, 100, lot="L1", within="A"), units=[unit], tracking="T-1", reason="Counted again")
    again = _correct(cast, shipment, corrected)
    assert (again.version, again.tracking, again.sync) == (2, "T-1", SyncMark.WAITING)
    with everything():
        said = list(ShipmentVersion.objects.order_by("number").values_list("number", "reason", "lines__quantity"))
    assert said == [(1, "", Decimal(60)), (2, "Counted again", Decimal(100))]
    assert _correct(cast, again, corrected | {"reason": "Pressed twice"}).version == 2


def _correct(cast: Cast, shipment: Shipment, said: dict[str, Any], **more: Any) -> Shipment:
    given: dict[str, Any] = {"actor": cast.actor("sven"), "channel": "page", "at": timezone.now(), **more}
    return shipments.send(shipment=shipment, body=said, **given)


def test_who_looked_at_an_older_version_is_told(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, row(line, 60))
    _correct(cast, shipment, body(row(line, 50)), seen=1)
    with pytest.raises(Stale):
        _correct(cast, shipment, body(row(line, 40)), seen=1)
    with pytest.raises(Stale):
        shipments.cancel(actor=cast.actor("sven"), shipment=shipment, reason="x", at=timezone.now(), seen=1)


def test_on_the_day_it_is_expected_only_its_transport_may_change(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, row(line, 60))
    day = dt.datetime.combine(ARRIVES, dt.time(6), dt.UTC)
    with pytest.raises(Invalid) as refusal:
        _correct(cast, shipment, body(row(line, 50)), at=day)
    assert faults(refusal) == [("frozen", "/lines")]
    later = _correct(cast, shipment, body(row(line, 60), arrives_on=(ARRIVES + DAY).isoformat()), at=day)
    assert (later.version, later.arrives_on) == (2, ARRIVES + DAY)
    assert _correct(cast, later, body(row(line, 50), arrives_on=later.arrives_on.isoformat()), at=day).version == 3  # type: ignore[union-attr]


def test_cancelling_frees_the_quantity_and_says_why(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, row(line, 100))
    with pytest.raises(Invalid):
        shipments.cancel(actor=cast.actor("sven"), shipment=shipment, reason=" ", at=timezone.now())
    shipment = shipments.cancel(actor=cast.actor("sven"), shipment=shipment, reason="Sold out", at=timezone.now())
    assert shipment.state == ShipmentState.CANCELLED
    with everything():
        letter = Event.objects.get(topic=shipments.CANCELLED)
    assert letter.payload == {"version": 1, "reason": "Sold out"}
    assert sent(cast, row(line, 100)).version == 1
    with pytest.raises(WrongState):
        _correct(cast, shipment, body(row(line, 1), delivery_note="LS-9"))


def test_a_draft_is_typed_by_several_and_sent_once(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    sven, anna = cast.actor("sven"), cast.actor("anna")
    now = timezone.now()
    shipment = shipments.start(actor=sven, supplier=cast.acme, plant=cast.ham, body={"lines": []}, at=now)
    assert shipments.keep(sven, shipment, {"lines": [row(line)]}, now, seen=1) == 2
    with pytest.raises(Stale):
        shipments.keep(anna, shipment, {"lines": []}, now, seen=1)
    done = shipments.send(actor=anna, shipment=shipment, body=body(row(line)), channel="page", at=now)
    assert (done.number, done.version) == (shipment.number, 1)
    with everything():
        assert not ShipmentDraft.objects.exists()


@pytest.mark.parametrize("name", ["asta", "quinn", "bea", "rita", "boris"])
def test_only_those_who_ship_announce(cast: Cast, name: str) -> None:
    (line,) = fresh_lines(confirmed(cast))
    with pytest.raises(NotPermitted):
        sent(cast, row(line), actor=cast.actor(name))


def test_a_rehearsal_says_the_same_and_keeps_nothing(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    said: dict[str, Any] = {"actor": cast.actor("sven"), "supplier": cast.acme, "channel": "api", "at": timezone.now()}
    rehearsed = shipments.announce.rehearse(body=body(row(line)), **said)
    assert (rehearsed.number, rehearsed.state) == (1, ShipmentState.SUBMITTED)
    with pytest.raises(Invalid):
        shipments.announce.rehearse(body=body(row(line, 101000)), **said)
    with everything():
        assert not Shipment.objects.exists()
        assert not NumberSeries.objects.exists()
