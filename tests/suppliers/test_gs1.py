"""GS1's keys, element strings and associations. Examples are those of the General Specifications."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.errors import Fault
from suppliers import gs1
from suppliers.gs1 import Element

SSCC = "106141411234567897"
GTIN = "04012345000016"
CHARACTERS = """!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"""

digits = st.text("0123456789", min_size=1, max_size=17)
prefixes = st.text("0123456789", min_size=4, max_size=12)
texts = st.text(CHARACTERS, min_size=1, max_size=20)
days = st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)).map(gs1.date_value)
values = {
    "00": st.just(SSCC),
    "02": st.just(GTIN),
    "37": st.integers(1, 99_999_999).map(str),
    "10": texts,
    "11": days,
    "15": days,
    "17": days,
    "400": st.text(CHARACTERS, min_size=1, max_size=30),
    "422": st.just("276"),
}
elements = st.lists(st.sampled_from(sorted(values)), min_size=1, unique=True).flatmap(
    lambda ais: st.tuples(*(st.builds(Element, st.just(ai), values[ai]) for ai in ais))
)


def codes(*pairs: tuple[str, str]) -> set[str]:
    return {fault.code for fault in gs1.faults_of([Element(*pair) for pair in pairs])}


@pytest.mark.parametrize("key", [SSCC, "4006381333931", "036000291452", "96385074", "10614141000415"])
def test_check_digits_known_to_be_right(key: str) -> None:
    assert gs1.check_digit(key[:-1]) == key[-1]


@given(digits, st.data())
def test_a_check_digit_finds_every_single_wrong_digit(body: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != body[at]))
    assert gs1.check_digit(body) != gs1.check_digit(body[:at] + other + body[at + 1 :])


@given(prefixes, st.integers(0, 9), st.data())
def test_an_sscc_of_any_prefix_is_right_and_holds_its_parts(prefix: str, extension: int, data: st.DataObject) -> None:
    serial = data.draw(st.integers(0, gs1.capacity(prefix) - 1))
    made = gs1.sscc(prefix, serial, extension=extension)
    assert gs1.sscc_fault(made) is None
    assert (made[0], made[1 : 1 + len(prefix)]) == (str(extension), prefix)
    assert int(made[1 + len(prefix) : 17]) == serial


@given(prefixes)
def test_a_series_ends_and_never_gives_a_number_twice(prefix: str) -> None:
    last = gs1.capacity(prefix) - 1
    assert len({gs1.sscc(prefix, serial, extension=digit) for serial in (0, 1, last) for digit in range(10)}) == 30
    for serial in (-1, last + 1):
        with pytest.raises(ValueError, match="No SSCC"):
            gs1.sscc(prefix, serial)
    with pytest.raises(ValueError, match="No SSCC"):
        gs1.sscc(prefix, 0, extension=10)


@pytest.mark.parametrize("prefix", ["", "123", "1234567890123", "40l2345", "٤٠١٢٣٤٥", "4012345\n"])
def test_what_is_no_company_prefix(prefix: str) -> None:
    assert gs1.prefix_fault(prefix, "/prefix") == Fault(
        "gs1_prefix", "A GS1 company prefix has 4 to 12 digits.", "/prefix"
    )
    with pytest.raises(ValueError, match="No SSCC"):
        gs1.sscc(prefix, 1)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("4006381333931", None),
        ("4006381333930", "gtin_check_digit"),
        ("400638133393", "gtin_check_digit"),
        ("40063813339", "gtin_shape"),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", "gtin_shape"),
        ("", "gtin_shape"),
        ("4006381333931 ", "gtin_shape"),
    ],
)
def test_a_gtin_that_somebody_typed(value: str, code: str | None) -> None:
    fault = gs1.gtin_fault(value)
    assert (fault and fault.code) == code


@given(elements)
def test_an_element_string_is_read_back_as_it_was(found: tuple[Element, ...]) -> None:
    assert gs1.parse(gs1.element_string(found)) == found


def test_a_separator_follows_what_has_no_fixed_length_unless_it_is_last() -> None:
    said = [Element("37", "24"), Element("02", GTIN), Element("10", "A1"), Element("400", "P1")]
    assert gs1.element_string(said) == f"3724\x1d02{GTIN}10A1\x1d400P1"


@pytest.mark.parametrize(
    "text", ["", "99", "02123", "1020 20", "17261301", "00" + "1" * 18, "10" + "A" * 21, "4221", "\x1d00"]
)
def test_what_a_reader_hands_on_never_raises(text: str) -> None:
    assert gs1.parse(text) == () if not text else isinstance(gs1.parse(text), Fault)


@given(st.text(max_size=60))
def test_neither_does_anything_else(text: str) -> None:
    found = gs1.parse(text)
    if not isinstance(found, Fault):
        assert gs1.parse(gs1.element_string(found)) == found


@given(st.characters().filter(lambda one: one not in CHARACTERS))
def test_values_are_of_character_set_82(character: str) -> None:
    assert len(CHARACTERS) == 82
    fault = gs1.element_fault(Element("10", f"A{character}1"))
    assert fault is not None
    assert fault.code == "ai_value"


def test_who_may_stand_with_whom() -> None:
    sscc, content, count = ("00", SSCC), ("02", GTIN), ("37", "24")
    assert codes(sscc) == codes(sscc, ("400", "P1")) == codes(sscc, content, count) == set()
    assert (
        codes(sscc, content, count, ("10", "L"), ("11", "260131"), ("15", "260131"), ("17", "260100"), ("422", "276"))
        == set()
    )
    assert codes(sscc, ("01", GTIN), ("21", "S"), ("10", "L")) == set()
    assert codes(sscc, content) == codes(sscc, count) == codes(content, count) == {"ai_alone"}
    for ai, value in (("10", "L"), ("11", "260131"), ("15", "260131"), ("17", "260131"), ("422", "276")):
        assert codes(sscc, (ai, value)) == {"ai_alone"}
    assert codes(sscc, content, count, ("21", "S")) == {"ai_alone"}
    assert codes(sscc, ("01", GTIN), content, count) == {"ai_together"}
    assert codes(sscc, ("01", GTIN), ("37", "2")) >= {"ai_together"}
    assert codes(sscc, ("400", "P1"), ("400", "P2")) == {"ai_twice"}
    assert codes(sscc, ("98", "x")) == {"ai_unknown"}


def test_a_measure_stands_with_an_item_sold_by_measure_and_with_no_other() -> None:
    by_measure = "9401234500001"
    by_measure += gs1.check_digit(by_measure)
    unit = (("00", SSCC), ("37", "1"))
    assert codes(*unit, ("02", by_measure), ("3102", "001234")) == set()
    assert codes(*unit, ("02", by_measure)) == codes(*unit, ("02", GTIN), ("3102", "001234")) == {"ai_measure"}
    assert codes(*unit, ("02", by_measure), ("3102", "001234"), ("3101", "000123")) == {"ai_twice"}


@pytest.mark.parametrize(
    ("kilograms", "said"),
    [
        ("12.34", "(3102)001234"),
        ("12", "(3100)000012"),
        ("1200", "(3100)001200"),
        ("0.123456", "(3105)012346"),
        ("1250.5555", "(3102)125056"),
        ("999999.5", None),
        ("999999.4", "(3100)999999"),
        ("0", "(3100)000000"),
        ("-1", None),
    ],
)
def test_a_weight_has_six_digits_and_as_many_decimals_as_they_bear(kilograms: str, said: str | None) -> None:
    found = gs1.weight(Decimal(kilograms))
    assert (found and str(found)) == said


@given(st.decimals("0.001", "999999", places=3))
def test_a_weight_is_never_off_by_more_than_its_last_digit(kilograms: Decimal) -> None:
    found = gs1.weight(kilograms)
    assert found is not None
    assert gs1.element_fault(found) is None
    places = int(found.ai[3])
    assert abs(Decimal(found.value).scaleb(-places) - kilograms) <= Decimal(1).scaleb(-places) / 2


@given(elements, st.integers(1, 4), st.integers(20, 60))
def test_what_is_spread_over_symbols_is_all_there_once(found: tuple[Element, ...], most: int, room: int) -> None:
    spread = gs1.spread(found, most=most, fits=lambda one: len(gs1.element_string(one)) <= room)
    together = [element for symbol in spread.symbols for element in symbol]
    assert sorted(map(str, [*together, *spread.left])) == sorted(map(str, found))
    assert len(spread.symbols) <= most
    assert all(len(gs1.element_string(symbol)) <= min(room, 48) for symbol in spread.symbols)
    if {"02", "37"} <= {element.ai for element in together}:
        assert any({"02", "37"} <= {element.ai for element in symbol} for symbol in spread.symbols)


def test_a_symbol_of_gs1_has_48_characters_at_most() -> None:
    said = [Element("02", GTIN), Element("37", "24"), Element("10", "A" * 20), Element("17", "261231")]
    spread = gs1.spread(said, most=3, fits=lambda _: True)
    assert [[element.ai for element in symbol] for symbol in spread.symbols] == [["02", "10", "37"], ["17"]]
