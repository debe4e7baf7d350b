"""What a unit's label tells readers of bar codes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers import gs1, mh10
from suppliers.labelling import Label, labels_of
from suppliers.mh10 import Plate
from suppliers.shipping_papers import Content, Unit
from tests.suppliers.shipping import BY_MEASURE, GTIN, carton, content, shipment, sscc

PLATE = Plate("UN", "123456789", "A0001")


def label(unit: Unit, **given: Any) -> Label:
    return labels_of(shipment(unit, **given))[0]


def said(unit: Unit) -> tuple[list[str], list[str], list[str]]:
    one = label(unit)
    return (
        [str(element) for element in one.elements],
        [field.code for field in one.fields],
        [fault.code for fault in one.untold],
    )


def test_a_unit_of_one_item_says_all_that_is_known_of_it() -> None:
    unit = carton(content(best_before=dt.date(2028, 5, 2)), sscc=sscc(2))
    assert said(unit) == (
        [f"(00){sscc(2)}", f"(02){GTIN}", "(37)240", "(10)LOT7", "(17)281102", "(15)280502", "(400)P00012",
         "(11)261102", "(422)276"],
        [],
        [],
    )  # fmt: skip


def test_a_mixed_unit_is_00_alone() -> None:
    other = content(item="NW-2", gtin="96385074")
    inside = carton(content(), sscc=sscc(3))
    for unit in (
        carton(content(), other, sscc=sscc(1)),
        Unit("Pallet", units=(inside, carton(other, sscc=sscc(4))), sscc=sscc(1)),
        Unit("Pallet", (other,), units=(inside,), sscc=sscc(1)),
        Unit("Pallet", sscc=sscc(1)),
    ):
        assert said(unit) == ([f"(00){sscc(1)}"], [], [])


def test_a_pallet_of_like_cartons_counts_them_and_says_what_they_have_in_common() -> None:
    cartons = [carton(content(lot=lot, order=order), sscc=sscc(2)) for lot, order in (("A", "P1"), ("B", "P1"))]
    elements, fields, _untold = said(Unit("Pallet", units=tuple(cartons), sscc=sscc(1)))
    assert elements == [f"(00){sscc(1)}", f"(02){GTIN}", "(37)480", "(17)281102", "(400)P1", "(11)261102", "(422)276"]
    assert not fields


def test_a_serial_number_stands_only_with_a_unit_that_is_a_trade_item_itself() -> None:
    one = content(quantity=Decimal(1), serials=("SN1",))
    elements, _fields, _untold = said(carton(one, sscc=sscc(1), gtin=GTIN))
    assert elements[:2] == [f"(00){sscc(1)}", f"(01){GTIN}"]
    assert "(21)SN1" in elements
    elements, _fields, _untold = said(carton(one, sscc=sscc(1)))
    assert not [element for element in elements if element.startswith("(21)")]


def test_an_item_sold_by_measure_says_its_weight_and_no_other_does() -> None:
    bulk = {"gtin": BY_MEASURE, "quantity": Decimal("1250.5"), "unit": "kg", "net_weight": Decimal("1250.5")}
    elements, _fields, untold = said(carton(content(**bulk, pieces=1), sscc=sscc(1)))
    assert elements[:5] == [f"(00){sscc(1)}", f"(02){BY_MEASURE}", "(37)1", "(10)LOT7", "(17)281102"]
    assert "(3101)012505" in elements
    assert not untold
    assert said(carton(content(**bulk), sscc=sscc(1)))[2] == ["count"]
    assert said(carton(content(**{**bulk, "net_weight": None}, pieces=1), sscc=sscc(1)))[2] == ["weight"]


@pytest.mark.parametrize(
    ("facts", "code", "missing"),
    [
        ({"lot": "L" * 21}, "ai_value", "(10)"),
        ({"lot": "Größe"}, "ai_value", "(10)"),
        ({"order": "P 12"}, "ai_value", "(400)"),
        ({"origin": "XX"}, "country", "(422)"),
    ],
)
def test_what_cannot_be_said_rightly_is_left_out_and_named(facts: dict[str, Any], code: str, missing: str) -> None:
    elements, fields, untold = said(carton(content(**facts), sscc=sscc(1)))
    assert untold == [code]
    assert f"(02){GTIN}" in elements
    assert not [element for element in elements if element.startswith(missing)]
    assert not fields


def test_a_wrong_gtin_is_named_and_the_item_told_in_data_identifiers() -> None:
    elements, fields, untold = said(carton(content(gtin="04012345000017"), sscc=sscc(1)))
    assert elements == [f"(00){sscc(1)}"]
    assert fields[:3] == ["PNW-4711", "Q240", "1TLOT7"]
    assert untold == ["gtin_check_digit"]


def test_a_wrong_sscc_is_never_printed() -> None:
    elements, fields, untold = said(carton(content(), sscc="340123450000000010"))
    assert (elements, untold[0]) == ([], "sscc_check_digit")
    assert not [field for field in fields if "3401234500000000" in field]


def test_without_a_prefix_a_licence_plate_and_data_identifiers() -> None:
    elements, fields, untold = said(carton(content(serials=("SN1",), quantity=Decimal(1)), plate=PLATE))
    assert not elements
    assert fields == [
        "1JUN123456789A0001",
        "PNW-4711",
        "Q1",
        "1TLOT7",
        "KP00012",
        "14D20281102",
        "16D20261102",
        "SSN1",
        "4LDE",
    ]
    assert not untold


def test_without_an_agency_the_suppliers_own_number_and_no_invented_one() -> None:
    _elements, fields, _untold = said(carton(content(), package_id="ACME-1"))
    assert fields[:3] == ["3SACME-1", "VV-10023", "PNW-4711"]
    _elements, fields, untold = said(carton(content()))
    assert fields[0] == "PNW-4711"
    assert untold == ["no_name"]


def test_a_mixed_unit_without_a_prefix_says_its_name_alone() -> None:
    mixed = (content(gtin=""), content(item="NW-2", gtin=""))
    assert said(carton(*mixed, plate=PLATE))[1] == ["5JUN123456789A0001"]
    assert said(Unit("Pallet", units=(carton(*mixed),), package_id="ACME-1"))[1] == ["5SACME-1", "VV-10023"]


def test_an_envelope_holds_the_sscc_beside_the_fields() -> None:
    one = label(carton(content(gtin=""), sscc=sscc(1)))
    found = mh10.parse(one.envelope)
    assert found == mh10.Message(one.fields, f"00{sscc(1)}")


def test_labels_are_numbered_as_the_tree_is_read() -> None:
    inside = (carton(sscc=sscc(2)), carton(sscc=sscc(3)))
    labels = labels_of(shipment(Unit("Pallet", units=inside, sscc=sscc(1)), carton(sscc=sscc(4))))
    assert [(one.placed.number, one.position, one.of) for one in labels] == [
        ("1", 1, 4), ("1.1", 2, 4), ("1.2", 3, 4), ("2", 4, 4)
    ]  # fmt: skip


items = st.sampled_from([("A", GTIN), ("B", "96385074"), ("C", ""), ("D", BY_MEASURE), ("E", "123")])
contents = st.builds(
    lambda item, quantity, lot, serials, pieces: content(
        item=item[0], gtin=item[1], quantity=quantity, lot=lot, serials=serials, pieces=pieces
    ),
    items,
    st.decimals("0.001", "100000", places=3),
    st.text(max_size=25),
    st.lists(st.text(min_size=1, max_size=25), max_size=2).map(tuple),
    st.none() | st.integers(1, 1000),
)
leaves = st.builds(
    lambda inside, name: Unit("Carton", tuple(inside), sscc=name),
    st.lists(contents, max_size=3),
    st.sampled_from(["", sscc(7), "123"]),
)
trees = st.recursive(leaves, lambda below: st.builds(
    lambda units, inside: Unit("Pallet", tuple(inside), tuple(units), sscc=sscc(8)),
    st.lists(below, max_size=3), st.lists(contents, max_size=2)), max_leaves=6)  # fmt: skip


@given(trees)
def test_whatever_is_packed_no_label_breaks_a_rule(unit: Unit) -> None:
    for one in labels_of(shipment(unit)):
        assert gs1.faults_of(one.elements) == ()
        assert [fault for field in one.fields if (fault := mh10.field_fault(field))] == []
        assert not one.elements or one.elements[0].ai == "00"
        if one.single is None:
            assert len(one.elements) <= 1
            assert {field.di for field in one.fields} <= {"3S", "4S", "5S", "6S", "7S", "V"}


def test_contents_are_those_of_the_units_inside_too() -> None:
    inside: tuple[Content, ...] = (content(), content(item="NW-2"))
    assert Unit("Pallet", units=(carton(*inside),)).everything == inside
