"""The same shipment by page, by API and by spreadsheet: identical records, and for the same fault identical codes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.slot.models import Event
from suppliers.actions import shipments
from suppliers.actions.approvals import set_approval
from suppliers.actions.shipments import start
from suppliers.models import (
    HandlingUnit,
    LicencePlate,
    OrderLine,
    PurchaseOrder,
    ShelfRule,
    Shipment,
    ShipmentDraft,
    ShipmentLine,
    ShipmentOrder,
    ShipmentVersion,
)
from suppliers.notices import HEADER
from suppliers.pages.shipments_form import fields_of
from suppliers.sheets.keys import id_in
from suppliers.sheets.writing import HEAD_ROWS
from suppliers.shipping_states import Tracking
from suppliers.states import LineState, ListStanding, Mode
from tests.cast import Cast, doing, everything, fresh_lines
from tests.sheets import Filled, bring, download_goods, previewed, send
from tests.shipping import ARRIVES, body, confirmed, row, sent

pytestmark = pytest.mark.django_db
Body = dict[str, Any]
UNIT_CELLS = {"kind": "kind", "within": "package_in", "plate": "plate", "gross_weight": "gross_weight",
              "tracking": "package_tracking"}  # fmt: skip
PLATES = ("340123450000000017", "340123450000000024")


@pytest.fixture
def lines(cast: Cast) -> list[OrderLine]:
    """A line received by lot with its expiry, one by serial number, and one of another order."""
    lot = cast.line(100, tracking=Tracking.LOT, dated=True)
    both = fresh_lines(confirmed(cast, lot, cast.line(3, tracking=Tracking.SERIAL)))
    return [*both, *fresh_lines(confirmed(cast, cast.line(40)))]


def described(lines: list[OrderLine]) -> Body:
    """Two lots in a box on a pallet, three pieces beside it, and something loose of another order."""
    units = [
        {"ref": "P", "kind": "pallet", "plate": PLATES[0], "gross_weight": "412.5"},
        {"ref": "B", "kind": "box", "plate": PLATES[1], "within": "P", "tracking": "1Z99"},
    ]
    lot = {"made_on": "2026-10-01", "expires_on": "2036-10-01", "country": "DE", "within": "B"}
    return body(
        row(lines[0], "25", lot="L1", **lot),
        row(lines[1], 3, serials=["S1", "S2", "S3"], within="P"),
        row(lines[2], "2.5e1"),
        row(lines[0], "15.0", lot="L2", **lot),
        units=units,
        carrier="Elbe Cargo",
        tracking="EC-1",
        dangerous_goods="UN 1263, 3, III",
        note="Unload from the rear.",
    )


# --- The doors --------------------------------------------------------------------------------------------------------


def by_api(cast: Cast, said: Body, _taken: bytes) -> set[str]:
    client = Client(headers={"Authorization": f"Bearer {cast.tokens['writer'].secret}"})
    answer = client.post("/api/v1/shipments/", json.dumps(said), content_type="application/json")
    return {one["code"] for one in answer.json().get("errors", [])}


def by_page(cast: Cast, said: Body, _taken: bytes) -> set[str]:
    client = Client()
    client.force_login(cast.people["sven"])
    empty: Body = {"units": [], "lines": []}
    made = start(actor=cast.actor("sven"), supplier=cast.acme, plant=cast.ham, body=empty, at=timezone.now())
    typed = {**fields_of(said), "revision": "1", "version": "0", "do": "send"}
    answer = client.post(reverse("edit_shipment", args=[made.pk]), typed)
    if answer.status_code == 302:
        return set()
    assert "data-error-summary" in answer.content.decode()
    return {fault.code for fault in answer.context["form"].refusal.faults}


def by_sheet(cast: Cast, said: Body, taken: bytes) -> set[str]:
    sven = cast.actor("sven")
    upload = bring(sven, cast.acme.pk, filled(taken, said).saved, kind="shipment_sheet")
    found = previewed(sven, upload)
    assert found.contents.refusal is None
    if found.faults:
        return {fault.code for fault in found.faults}
    send(sven, upload, whole=True)
    return set()


DOORS = [by_api, by_page, by_sheet]


def filled(taken: bytes, said: Body) -> Filled:
    """The sheet with what a body says: a row for each line, and one for each unit that no line lies in."""
    sheet = Filled(taken)
    rows = {id_in(sheet["key", at].value): at for at in range(HEAD_ROWS + 1, sheet.sheet.max_row + 1)}
    free = sheet.sheet.max_row + 1
    places = []
    used: set[str] = set()
    units = {unit["ref"]: unit for unit in said.get("units", ())}
    lies_in = {line.get("within") for line in said["lines"]}
    for line in (*said["lines"], *({"within": ref} for ref in units if ref not in lies_in)):
        at = rows[line.get("line", said["lines"][0]["line"])]
        if str(at) in used or "line" not in line:
            sheet.copy_row(at, free)
            at, free = free, free + 1
        used.add(str(at))
        places.append((at, line))
    for at, line in places:
        cells = {name: value for name, value in line.items() if name not in ("line", "within", "serials")}
        cells |= {"serials": " ".join(line["serials"])} if "serials" in line else {}
        if ref := line.get("within"):
            unit = units.pop(ref, {})
            cells |= {"package": ref, **{UNIT_CELLS[name]: value for name, value in unit.items() if name != "ref"}}
        sheet.fill(at, delivery_note=said["delivery_note"], **{name: typed(name, text) for name, text in cells.items()})
    head = {name: typed(name, said[name]) for name in HEADER if name in said}
    return sheet.fill(places[0][0], **head)


def typed(name: str, text: Any) -> Any:
    """As a person types it: dates and numbers, where they are any."""
    try:
        if name.endswith("_on"):
            return dt.date.fromisoformat(text)
        return Decimal(text) if name in ("quantity", "gross_weight") else text
    except (ValueError, InvalidOperation):
        return text


# --- Identical records ------------------------------------------------------------------------------------------------

OTHERWISE = {"id", "number", "at", "created_at", "submitted_at", "channel", "actor_kind", "actor_id", "actor_name",
             "shipment", "version", "unit", "parent"}  # fmt: skip
"""What differs from one sending to the next; where things lie in one another is told by positions."""


def records() -> dict[str, Any]:
    """All that the tables keep of the one shipment that stands."""
    with everything():
        shipment = Shipment.objects.exclude(state="cancelled").get()
        event = Event.objects.filter(about_id=shipment.pk).latest("position")
        of = {
            Shipment: Shipment.objects.filter(pk=shipment.pk),
            ShipmentVersion: ShipmentVersion.objects.filter(shipment=shipment),
            ShipmentOrder: ShipmentOrder.objects.filter(shipment=shipment).order_by("order"),
            HandlingUnit: HandlingUnit.objects.filter(version__shipment=shipment).order_by("position"),
            ShipmentLine: ShipmentLine.objects.filter(version__shipment=shipment).order_by("position"),
            LicencePlate: LicencePlate.objects.filter(shipment=shipment).order_by("code"),
            ShipmentDraft: ShipmentDraft.objects.filter(shipment=shipment),
        }
        told = {
            model.__name__: list(rows.values(*(one.name for one in model._meta.fields if one.name not in OTHERWISE)))
            for model, rows in of.items()
        }
        stands = {
            "units": list(of[HandlingUnit].values_list("parent__position", flat=True)),
            "lines": list(of[ShipmentLine].values_list("unit__position", flat=True)),
        }
    return {**told, **stands, "event": (event.topic, event.tier, event.payload)}


def test_every_door_keeps_the_same(cast: Cast, lines: list[OrderLine]) -> None:
    kept = []
    for door in DOORS:
        assert door(cast, described(lines), download_goods(cast.actor("sven"), cast.acme)) == set()
        kept.append(records())
        with everything():
            shipment = Shipment.objects.exclude(state="cancelled").get()
        shipments.cancel(actor=cast.actor("sven"), shipment=shipment, reason="Once more", at=timezone.now())
    first, *others = kept
    assert len(first["ShipmentLine"]) == 4
    assert [len(first[name]) for name in ("HandlingUnit", "LicencePlate", "ShipmentOrder")] == [2, 2, 2]
    assert (first["units"], first["lines"]) == ([None, 1], [2, 1, None, 2])
    assert first["ShipmentVersion"][0]["digest"]
    for other in others:
        assert other == first


# --- Identical codes --------------------------------------------------------------------------------------------------

Prepare = Callable[[Cast, list[OrderLine]], object]


def block(cast: Cast, lines: list[OrderLine]) -> None:
    day = timezone.localdate() - dt.timedelta(days=1)
    set_approval(
        actor=cast.actor("quentin"), supplier=cast.acme, item=cast.bracket, plant=cast.ham,
        standing=ListStanding.BLOCKED, effective=day, reason="Cracks", at=timezone.now(),
    )  # fmt: skip


def keep_long(cast: Cast, lines: list[OrderLine]) -> None:
    with doing():
        ShelfRule.objects.create(item=cast.bracket, plant=cast.ham, version=1, days=90, at=timezone.now())


def announce_before(cast: Cast, lines: list[OrderLine]) -> None:
    """Something else, with the delivery note and number of the pallet."""
    (line,) = fresh_lines(confirmed(cast))
    units = [{"ref": "X", "kind": "pallet", "plate": PLATES[0]}]
    sent(cast, row(line, 1, within="X"), units=units)


def withdraw(cast: Cast, lines: list[OrderLine]) -> None:
    with doing():
        PurchaseOrder.objects.filter(pk=lines[0].order_id).update(mode=Mode.OFF)


def try_out(cast: Cast, lines: list[OrderLine]) -> None:
    with doing():
        PurchaseOrder.objects.filter(pk=lines[2].order_id).update(mode=Mode.OBSERVE)


def state(name: LineState) -> Prepare:
    def prepare(cast: Cast, lines: list[OrderLine]) -> None:
        with doing():
            OrderLine.objects.filter(pk=lines[2].pk).update(state=name)

    return prepare


def nothing(cast: Cast, lines: list[OrderLine]) -> None:
    """Everything stands as it did."""


def line(index: int = 0, **said: Any) -> Callable[[Body], object]:
    return lambda body: body["lines"][index].update(said)


def unit(index: int, **said: Any) -> Callable[[Body], object]:
    return lambda body: body["units"][index].update(said)


def head(**said: Any) -> Callable[[Body], object]:
    return lambda body: body.update(said)


def one_more(**said: Any) -> Callable[[Body], object]:
    return lambda body: body["units"].append(said)


def as_it_is(body: Body) -> None:
    """The notice itself is right."""


SOON = (ARRIVES + dt.timedelta(days=30)).isoformat()
FAR = (ARRIVES + dt.timedelta(days=800)).isoformat()
FAULTS: list[tuple[str, Prepare, Callable[[Body], object]]] = [
    ("over_shipment", nothing, line(quantity="400")),
    ("number", nothing, line(quantity="many")),
    ("out_of_range", nothing, line(quantity="0")),
    ("too_fine", nothing, line(quantity="1.1234567")),
    ("step", nothing, line(1, quantity="2.5", serials=[])),
    ("unit", nothing, line(unit="furlong")),
    ("lot_missing", nothing, line(lot="")),
    ("expiry_missing", nothing, line(expires_on="")),
    ("lot_expired", nothing, line(expires_on="2026-10-02")),
    ("expires_before", nothing, line(expires_on="2026-09-30")),
    ("made_later", nothing, line(made_on=SOON)),
    ("shelf_life", keep_long, line(expires_on=SOON)),
    ("lot_dates", nothing, line(3, lot="L1", expires_on="2036-10-02")),
    ("serials", nothing, line(1, serials=["S1", "S2"])),
    ("twice", nothing, line(1, serials=["S1", "S2", "S2"])),
    ("serials_not_taken", nothing, line(2, serials=["S9"])),
    ("country", nothing, line(country="Germany")),
    ("too_long", nothing, line(lot="L" * 90)),
    ("item_blocked", block, as_it_is),
    ("unknown_line", withdraw, as_it_is),
    ("on_trial", try_out, as_it_is),
    ("cancelled", state(LineState.CANCELLED), as_it_is),
    ("not_confirmed", state(LineState.OPEN), as_it_is),
    ("delivery_note_used", announce_before, unit(0, plate="")),
    ("plate_used", announce_before, head(delivery_note="LS-7")),
    ("required", nothing, head(delivery_note="")),
    ("required", nothing, head(departs_on="")),
    ("date", nothing, head(departs_on="soon")),
    ("date", nothing, line(made_on="soon")),
    ("date_far", nothing, head(arrives_on=FAR)),
    ("arrives_before", nothing, head(arrives_on="2026-01-01")),
    ("too_deep", nothing, unit(0, within="B")),
    ("empty_unit", nothing, one_more(ref="A", kind="box")),
    ("unknown_kind", nothing, unit(1, kind="heap")),
    ("too_fine", nothing, unit(0, gross_weight="0.0005")),
    ("sscc_check_digit", nothing, unit(0, plate="340123450000000018")),
    ("twice", nothing, unit(1, plate=PLATES[0])),
]


@pytest.mark.parametrize(("code", "prepare", "change"), FAULTS, ids=[f"{at}-{one[0]}" for at, one in enumerate(FAULTS)])
def test_every_door_refuses_the_same(
    cast: Cast, lines: list[OrderLine], code: str, prepare: Prepare, change: Callable[[Body], object]
) -> None:
    taken = download_goods(cast.actor("sven"), cast.acme)
    prepare(cast, lines)
    said = described(lines)
    change(said)
    told = {door.__name__: door(cast, said, taken) for door in DOORS}
    assert told["by_api"] == told["by_page"] == told["by_sheet"]
    assert code in told["by_api"]
