"""ANSI MH10.8.2: licence plates, fields, and the envelope of ISO/IEC 15434."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.errors import Fault
from suppliers import mh10
from suppliers.mh10 import Field, Message, Plate

CHARACTERS = """ !"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"""
texts = st.text(CHARACTERS, min_size=1, max_size=35)
fields = st.one_of(
    st.builds(Field, st.sampled_from(["3S", "V", "P", "1T", "S", "K"]), texts),
    st.builds(Field, st.just("1J"), st.text("ABC123", min_size=1, max_size=18)),
    st.builds(Field, st.just("Q"), st.integers(0, 10**9).map(str)),
    st.builds(Field, st.sampled_from(["14D", "16D"]), st.dates().map(lambda day: f"{day.year:04d}{day:%m%d}")),
)


def test_an_envelope_is_that_of_the_standard() -> None:
    said = [Field("1J", "UN123456789A1"), Field("P", "NW-1"), Field("Q", "24")]
    assert mh10.envelope(said) == "[)>\x1e06\x1d1JUN123456789A1\x1dPNW-1\x1dQ24\x1e\x04"
    assert mh10.envelope(said[1:], "00106141411234567897") == (
        "[)>\x1e05\x1d00106141411234567897\x1e06\x1dPNW-1\x1dQ24\x1e\x04"
    )


@given(st.lists(fields, min_size=1), st.sampled_from(["", "00106141411234567897"]))
def test_an_envelope_is_read_back_as_it_was(said: list[Field], elements: str) -> None:
    assert mh10.parse(mh10.envelope(said, elements)) == Message(tuple(said), elements)


@given(fields)
def test_a_field_is_read_back_from_its_code(field: Field) -> None:
    assert mh10.read(field.code) == field


@given(st.text(max_size=60))
def test_what_a_reader_hands_on_never_raises(text: str) -> None:
    for found in (mh10.parse(text), mh10.parse(f"[)>\x1e06\x1d{text}\x1e\x04"), mh10.read(text)):
        assert isinstance(found, Fault | Message | Field)


@pytest.mark.parametrize(
    ("field", "code"),
    [
        (Field("P", "NW-1"), None),
        (Field("P", "Gehäuse"), "di_value"),
        (Field("P", "A\x1dB"), "di_value"),
        (Field("P", ""), "di_value"),
        (Field("1T", "L" * 40), None),
        (Field("1T", "L" * 91), "di_value"),
        (Field("Q", "12.5"), None),
        (Field("Q", "1,5"), "di_value"),
        (Field("Q", "1" * 31), "di_value"),
        (Field("14D", "20261301"), "di_date"),
        (Field("4L", "de"), "di_value"),
        (Field("1J", "UN12-3"), "di_value"),
        (Field("9X", "1"), "di_unknown"),
    ],
)
def test_what_a_field_may_hold(field: Field, code: str | None) -> None:
    fault = mh10.field_fault(field)
    assert (fault and fault.code) == code


@pytest.mark.parametrize(
    ("plate", "code"),
    [
        (Plate("UN", "123456789", "A000001"), None),
        (Plate("LE", "XYZ", "1" * 13), None),
        (Plate("LE", "XYZ", "1" * 14), "plate_length"),
        (Plate("", "ACME", "1"), "plate_agency"),
        (Plate("4", "012345", "1"), "plate_agency"),
        (Plate("ABCD", "1", "1"), "plate_agency"),
        (Plate("UN", "", "1"), "plate_characters"),
        (Plate("UN", "123456789", "a1"), "plate_characters"),
        (Plate("UN", "123456789", "1-1"), "plate_characters"),
    ],
)
def test_a_licence_plate_is_of_an_agency_and_of_20_characters_at_most(plate: Plate, code: str | None) -> None:
    fault = mh10.plate_fault(plate, "/plate")
    assert (fault and fault.code) == code


@pytest.mark.parametrize(
    ("nested", "alike", "one_order", "plate", "package"),
    [
        (False, True, True, "1J", "3S"),
        (False, True, False, "1J", "3S"),
        (False, False, True, "5J", "5S"),
        (False, False, False, "1J", "7S"),
        (True, True, True, "6J", "4S"),
        (True, True, False, "2J", "6S"),
        (True, False, True, "5J", "5S"),
        (True, False, False, "2J", "7S"),
    ],
)
def test_the_identifier_tells_what_kind_of_unit_it_is(
    nested: bool, alike: bool, one_order: bool, plate: str, package: str
) -> None:
    assert mh10.plate_identifier(nested=nested, alike=alike, one_order=one_order) == plate
    assert mh10.package_identifier(nested=nested, alike=alike, one_order=one_order) == package
