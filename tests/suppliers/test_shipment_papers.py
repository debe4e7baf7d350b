"""Papers of shipments, from whoever asks to what is scanned off the page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from documents import storage
from documents import tasks as file_tasks
from documents.models import StoredFile
from documents.queries import find_file
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted, WrongState
from suppliers import gs1, mh10, printing, tasks
from suppliers.actions import shipment_prints, shipments
from suppliers.actions.prints import PRINTER
from suppliers.models import Item, NumberSeries, OrderLine, PurchaseOrder, Shipment, ShipmentPrint, Unit, User
from suppliers.paperwork import STOCKS
from suppliers.queries.shipment_papers import find_shipment_print, shipping_paper
from suppliers.shipping_papers import ShippingPaper
from suppliers.shipping_states import STOCKS_OF, ShipmentPaper
from suppliers.states import PrintState
from tests.cast import Cast, doing, everything, fresh_lines
from tests.documents.read import text_of
from tests.shipping import body, confirmed, row, sent
from tests.suppliers.shipping import GTIN, scan

pytestmark = pytest.mark.django_db
SHIP_TO = "Nordwerk GmbH\nDock 4\n21107 Hamburg"


def ask(actor: Actor, shipment: Shipment, what: str = "labels", stock: str = "", **given: Any) -> ShipmentPrint:
    said = {"language": "en", "at": timezone.now(), **given}
    return shipment_prints.print_shipment(actor=actor, shipment=shipment, what=what, stock=stock, **said)


def drawn(one: ShipmentPrint) -> StoredFile:
    """The file, once both workers have run."""
    tasks.print_shipments()
    file_tasks.inspect()
    with everything():
        found = ShipmentPrint.objects.select_related("file").get(pk=one.pk)
    assert found.state == PrintState.DRAWN
    assert found.file is not None
    assert found.file.is_served, found.file.findings
    return found.file


def content(file: StoredFile) -> bytes:
    with storage.opened(file.storage_key) as source:
        return source.read()


def paper_of(cast: Cast, shipment: Shipment, who: str = "sven") -> ShippingPaper:
    actor = cast.actor(who)
    with acting(actor):
        return shipping_paper(actor, shipment.pk, shipment.version)


def with_gs1(cast: Cast) -> None:
    with doing(cast.actor("sven")):
        NumberSeries.objects.create(supplier=cast.acme, gs1_prefix="4012345")


def line_with_gtin(cast: Cast, **changes: Any) -> OrderLine:
    order = confirmed(cast, **changes)
    with doing():
        PurchaseOrder.objects.filter(pk=order.pk).update(ship_to=SHIP_TO)
        OrderLine.objects.filter(order=order).update(gtin=GTIN)
    (line,) = fresh_lines(order)
    return line


@pytest.fixture
def boxed(cast: Cast) -> Shipment:
    """A pallet with two cartons of one item, numbered by GS1, of one lot each."""
    with_gs1(cast)
    line = line_with_gtin(cast)
    return sent(
        cast,
        row(line, 30, within="A", lot="L1", expires_on="2028-01-31", country="DE"),
        row(line, 10, within="B", lot="L2", expires_on="2028-02-28", country="DE"),
        units=[
            {"ref": "P", "kind": "pallet", "gross_weight": "120.5"},
            {"ref": "A", "kind": "carton", "within": "P"},
            {"ref": "B", "kind": "carton", "within": "P"},
        ],
        carrier="Elbe Cargo",
        tracking="EC-1",
        dangerous_goods="UN 1263 PAINT, 3, PG III",
    )


# --- What is on them --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stock", [stock.value for stock in STOCKS_OF[ShipmentPaper.LABELS]])
def test_labels_say_through_the_whole_road_what_was_announced(cast: Cast, boxed: Shipment, stock: str) -> None:
    pages = scan(content(drawn(ask(cast.actor("sven"), boxed, stock=stock))))
    read = [gs1.parse(one.text) for page in pages for one in page if one.kind == "]d2"]
    said = [{element.ai: element.value for element in one} for one in read if isinstance(one, tuple)]
    first, second, third = (gs1.sscc("4012345", turn) for turn in range(3))
    common = {"02": GTIN, "400": fresh_number(boxed), "422": "276"}
    assert sorted(said, key=lambda one: one["00"]) == [
        {"00": first, "37": "40", **common},  # two lots inside, so it names none
        {"00": second, "37": "30", "10": "L1", "17": "280131", **common},
        {"00": third, "37": "10", "10": "L2", "17": "280228", **common},
    ]
    bars = {one.text for page in pages for one in page if one.kind == "]C1"}
    assert {f"00{first}", f"00{second}", f"00{third}"} <= bars


def fresh_number(shipment: Shipment) -> str:
    with everything():
        return shipment.orders.get().order.number  # type: ignore[attr-defined, no-any-return]


def test_a_supplier_without_prefix_has_package_numbers_scanned(cast: Cast) -> None:
    (line,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, row(line, 10, within="A", lot="L9"), units=[{"ref": "A", "kind": "box"}])
    [page] = scan(content(drawn(ask(cast.actor("sven"), shipment))))
    [message] = [mh10.parse(one.text) for one in page if one.kind == "]d1"]
    assert isinstance(message, mh10.Message)
    fields = {field.di: field.value for field in message.fields}
    assert (fields["3S"], fields["1T"], fields["Q"]) == ("000000000", "L9", "10")
    assert fields["V"] == cast.acme.reference


@pytest.mark.parametrize("stock", ["a4", "letter"])
@pytest.mark.parametrize("what", ["packing_list", "delivery_note"])
def test_lists_name_everything(cast: Cast, boxed: Shipment, what: str, stock: str) -> None:
    said = text_of(content(drawn(ask(cast.actor("sven"), boxed, what, stock))))
    number = fresh_number(boxed)
    wanted = ["LS-1", "Acme Castings", "Nordwerk GmbH", "Dock 4", number, "L1", "L2", "Elbe Cargo", "UN 1263"]
    for words in wanted:
        assert words in said, words


def test_a_licence_plate_keeps_its_parts_when_the_series_changes(cast: Cast) -> None:
    with doing(cast.actor("sven")):
        series = NumberSeries.objects.create(supplier=cast.acme, plate_agency="UN", plate_company="1234567")
    (line,) = fresh_lines(confirmed(cast))
    shipment = sent(cast, row(line, 10, within="A"), units=[{"ref": "A", "kind": "box"}])
    [unit] = paper_of(cast, shipment).units
    assert unit.plate == mh10.Plate("UN", "1234567", "000000000")
    with doing(cast.actor("sven")):
        NumberSeries.objects.filter(pk=series.pk).update(plate_agency="OD", plate_company="7")
    [after] = paper_of(cast, shipment).units
    assert after.plate is not None
    assert after.plate.value == unit.plate.value
    assert mh10.plate_fault(after.plate) is None


@pytest.mark.parametrize("who", ["sven", "bea"])
def test_a_gtin_counts_items_in_their_own_unit(cast: Cast, who: str) -> None:
    with doing():
        Unit.objects.filter(pk=cast.kilograms.pk).update(size=1)
        tonne = Unit.objects.create(name="t", category="Weight", step=Decimal("0.001"), size=1000)
    item = cast.granulate.pk
    order = confirmed(cast, cast.line(5, item_id=item, unit_id=tonne.pk))
    with doing():
        OrderLine.objects.filter(order=order).update(gtin=GTIN)
    (line,) = fresh_lines(order)
    shipment = sent(cast, row(line, 2500, unit="kg"))
    [one] = paper_of(cast, shipment, who).contents
    assert (one.quantity, one.unit, one.packed, one.packed_unit) == (Decimal("2.5"), "t", Decimal(2500), "kg")
    assert (one.gtin, one.pieces) == (GTIN, 2500)
    with doing():
        Item.objects.filter(pk=item).update(unit=Unit.objects.exclude(category="Weight")[0])
    [one] = paper_of(cast, shipment, who).contents
    assert one.gtin == ""  # what it counts is not known


def test_a_paper_costs_the_same_for_many_lines(cast: Cast, django_assert_num_queries: Any) -> None:
    actor = cast.actor("sven")
    for count in (1, 30):
        (line,) = fresh_lines(confirmed(cast))
        rows = [row(line, 1, within=str(at)) for at in range(count)]
        units = [{"ref": str(at), "kind": "box"} for at in range(count)]
        shipment = sent(cast, *rows, units=units, delivery_note=f"LS-{count}")
        with acting(actor), django_assert_num_queries(4):
            assert len(shipping_paper(actor, shipment.pk, 1).units) == count


# --- Who asks, and what comes of it -----------------------------------------------------------------------------------


def test_stocks_are_those_that_can_be_drawn() -> None:
    assert {stock.value for stock in STOCKS_OF[ShipmentPaper.LABELS]} == set(STOCKS)


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"what": "menu"}, "/what"),
        ({"stock": "letter"}, "/stock"),
        ({"what": "delivery_note", "stock": "a6"}, "/stock"),
        ({"language": "tlh"}, "/language"),
    ],
)
def test_what_we_do_not_know_is_refused(cast: Cast, boxed: Shipment, given: dict[str, str], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(cast.actor("sven"), boxed, **given)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    with everything():
        assert not ShipmentPrint.objects.exists()


def test_there_are_no_labels_without_units_and_no_papers_without_a_notice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sven = cast.actor("sven")
    (line,) = fresh_lines(confirmed(cast))
    draft = shipments.start(actor=sven, supplier=cast.acme, plant=cast.ham, body=body(row(line, 5)), at=timezone.now())
    with pytest.raises(WrongState):
        ask(sven, draft)
    loose = sent(cast, row(line, 5))
    with pytest.raises(Invalid) as refused:
        ask(sven, loose)
    assert [fault.code for fault in refused.value.faults] == ["no_units"]
    assert ask(sven, loose, "delivery_note").stock == "a4"
    shipments.cancel(actor=sven, shipment=loose, reason="Truck broke", at=timezone.now())
    with everything():
        loose.refresh_from_db()
    with pytest.raises(WrongState):
        ask(sven, loose, "packing_list")


def test_no_pdf_takes_longer_than_a_task_may(cast: Cast, boxed: Shipment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipment_prints, "MOST_UNITS", 2)
    with pytest.raises(Invalid) as refused:
        ask(cast.actor("sven"), boxed)
    assert [fault.code for fault in refused.value.faults] == ["too_many"]


def test_a_second_wish_joins_the_first_until_it_is_drawn(cast: Cast, boxed: Shipment) -> None:
    first = ask(cast.actor("sven"), boxed)
    assert ask(cast.actor("anna"), boxed).pk == first.pk
    assert ask(cast.actor("anna"), boxed, stock="4x6").pk != first.pk
    shipment_prints.begin(actor=PRINTER, shipment_print=first, at=timezone.now())
    assert ask(cast.actor("bea"), boxed).pk == first.pk


def test_a_correction_makes_papers_outdated_and_new_ones_say_the_new(
    cast: Cast, boxed: Shipment, people: dict[str, User], client: Client
) -> None:
    sven = cast.actor("sven")
    first = ask(sven, boxed, "delivery_note")
    client.force_login(people["sven"])
    here = f"/shipments/{boxed.pk}/papers/{first.pk}/"
    assert "Outdated" not in client.get(here).content.decode()
    with everything():
        line = OrderLine.objects.get(order__shipments__shipment=boxed)
    again = body(row(line, 20, lot="NEW-7"), carrier="Other Cargo")
    shipments.send(actor=sven, shipment=boxed, body=again, channel="page", at=timezone.now())
    with everything():
        boxed.refresh_from_db()
    second = ask(sven, boxed, "delivery_note")
    old, new = text_of(content(drawn(first))), text_of(content(drawn(second)))
    assert ("L1" in old, "Elbe Cargo" in old, "NEW-7" in old) == (True, True, False)
    assert ("L1" in new, "Other Cargo" in new, "NEW-7" in new) == (False, True, True)
    assert "Outdated" in client.get(here).content.decode()
    assert "Outdated: version 1" in client.get(f"/shipments/{boxed.pk}/papers/").content.decode()


def test_nobody_else_has_it(cast: Cast, boxed: Shipment) -> None:
    one = ask(cast.actor("sven"), boxed)
    file = drawn(one)
    for name in ("sven", "anna", "bea", "rita"):
        actor = cast.actor(name)
        with acting(actor):
            assert find_file(actor, file.pk)
    boris, dora = cast.actor("boris"), cast.actor("dora")
    with acting(boris), pytest.raises(NotFound):
        find_file(boris, file.pk)
    with acting(dora), pytest.raises(NotPermitted):  # she works for another plant
        find_file(dora, file.pk)
    for actor in (boris, dora):
        with acting(actor), pytest.raises(NotFound):
            find_shipment_print(actor, boxed, one.pk)


def test_a_worker_that_died_is_replaced(cast: Cast, boxed: Shipment) -> None:
    one = ask(cast.actor("sven"), boxed, "packing_list")
    began = timezone.now() - dt.timedelta(minutes=4)
    shipment_prints.begin(actor=PRINTER, shipment_print=one, at=began)
    tasks.print_shipments()
    with everything():
        assert ShipmentPrint.objects.get(pk=one.pk).state == PrintState.DRAWING  # many labels take that long
    with doing(PRINTER):
        ShipmentPrint.objects.filter(pk=one.pk).update(drawing_since=began - dt.timedelta(minutes=7))
    drawn(one)


def test_what_cannot_be_drawn_is_tried_three_times_and_said(
    cast: Cast, boxed: Shipment, monkeypatch: pytest.MonkeyPatch, people: dict[str, User], client: Client
) -> None:
    tries = []

    def broken(*_: object) -> bytes:
        tries.append(1)
        raise RuntimeError("no ink")

    monkeypatch.setattr(printing, "shipment_pdf", broken)
    one = ask(cast.actor("sven"), boxed)
    tasks.print_shipments()
    assert len(tries) == 3
    client.force_login(people["sven"])
    assert "could not be drawn" in client.get(f"/shipments/{boxed.pk}/papers/{one.pk}/").content.decode()


# --- Doors ------------------------------------------------------------------------------------------------------------


def test_the_page_leads_to_the_file(cast: Cast, boxed: Shipment, people: dict[str, User], client: Client) -> None:
    client.force_login(people["sven"])
    here = f"/shipments/{boxed.pk}/papers/"
    assert f"{here}?what=labels" in client.get(f"/shipments/{boxed.pk}/").content.decode()
    refused = client.post(here, {"what": "labels", "stock": "letter"})
    assert (refused.status_code, "Choose one of the formats" in refused.content.decode()) == (422, True)
    answer = client.post(here, {"what": "labels", "stock": "4x6", "language": "de"})
    waiting = client.get(answer["Location"]).content.decode()
    assert "is being drawn" in waiting
    assert "hx-get" in waiting
    with everything():
        one = ShipmentPrint.objects.get()
    assert (one.what, one.stock, one.language) == ("labels", "4x6", "de")
    file = drawn(one)
    page = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert f"/files/{file.pk}/" in page
    assert "hx-get" not in page
    assert client.get(f"/files/{file.pk}/").status_code == 302


def test_what_labels_leave_out_is_said_before_printing(cast: Cast, people: dict[str, User], client: Client) -> None:
    with_gs1(cast)
    line = line_with_gtin(cast)
    shipment = sent(cast, row(line, 10, within="A", lot="Löt 7"), units=[{"ref": "A", "kind": "box"}])
    client.force_login(people["sven"])
    here = f"/shipments/{shipment.pk}/papers/"
    labels = client.get(here).content.decode()
    assert "leave out" in labels
    assert gs1.sscc("4012345", 0) in labels
    assert "Löt 7" in labels
    assert "leave out" not in client.get(f"{here}?what=packing_list").content.decode()


def test_a_program_asks_and_is_told_how_far_it_is(cast: Cast, boxed: Shipment, client: Client) -> None:
    bearer = {"Authorization": f"Bearer {cast.tokens['writer'].secret}"}
    here = f"/api/v1/shipments/{boxed.pk}/papers/"

    def post(**given: Any) -> Any:
        return client.post(here, given, content_type="application/json", headers=bearer)

    made = post(what="labels")
    assert made.status_code == 202
    said = made.json()
    assert (said["state"], said["stock"], said["version"], said["outdated"]) == ("waiting", "a6", 1, False)
    with everything():
        one = ShipmentPrint.objects.get(pk=said["id"])
    file = drawn(one)
    told = client.get(f"{here}{said['id']}/", headers=bearer).json()
    assert (told["state"], told["file"]) == ("drawn", str(file.pk))
    wrong = post(what="labels", stock="letter")
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/stock")
