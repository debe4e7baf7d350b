"""What readers hand on at the dock, in all the ways they do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers import gs1, mh10
from suppliers.scanning import LONGEST, understand

SSCC = gs1.sscc("4012345", 17)
WRONG = SSCC[:-1] + str((int(SSCC[-1]) + 1) % 10)
PLATE = "UN123456789A4711"
CONTENT = "02" + gs1.gtin_14("4012345678901")
FNC1 = gs1.SEPARATOR
ENVELOPE = mh10.envelope([mh10.Field("5J", PLATE), mh10.Field("K", "P00042")])
BOTH = mh10.envelope([mh10.Field("K", "P00042")], gs1.element_string([gs1.Element("00", SSCC)]))


@pytest.mark.parametrize(
    ("raw", "orders"),
    [
        ("P00042", ("P00042",)),
        ("p00042", ("p00042", "P00042")),
        ("KP00042", ("P00042", "KP00042")),
        ("]C1400P00042", ("P00042", "400P00042")),
        ("(400)P00042", ("P00042", "(400)P00042")),
        ("(K) P00042", ("P00042", "(K) P00042")),
        (ENVELOPE, ()),  # names a unit: that is what was meant
        (BOTH, ()),
        (f"400P00042{FNC1}00{SSCC}", ()),
        ("]C1", ()),
    ],
)
def test_an_order_is_recognised_where_no_unit_is_named(raw: str, orders: tuple[str, ...]) -> None:
    assert understand(raw).orders == orders


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        (SSCC, SSCC),
        ("00" + SSCC, SSCC),
        ("]C100" + SSCC, SSCC),
        ("]d200" + SSCC, SSCC),
        ("]Q300" + SSCC, SSCC),
        (FNC1 + "00" + SSCC, SSCC),
        ("]C1" + FNC1 + "00" + SSCC + "\r\n", SSCC),
        (f"(00){SSCC}", SSCC),
        (f"(00) {SSCC}", SSCC),
        (f"(02)04012345678901(37)12(00){SSCC}", SSCC),
        (f"00{SSCC}{CONTENT}3712", SSCC),
        (f"]C1{CONTENT}3712{FNC1}00{SSCC}", SSCC),
        (f"400P00042{FNC1}00{SSCC}", SSCC),
        # What follows the SSCC is nothing of ours.
        (f"00{SSCC}4211276000", SSCC),
        ("1J" + PLATE, PLATE),
        ("]C01J" + PLATE, PLATE),
        ("5J" + PLATE, PLATE),
        ("6J" + PLATE, PLATE),
        (f"(1J) {PLATE}", PLATE),
        (f"(6J){PLATE}", PLATE),
        (PLATE, PLATE),
        ("3S000000017", "000000017"),
        ("]C05S000000017", "000000017"),
        ("(4S) 000000017", "000000017"),
        ("000000017", "000000017"),
        ("pal-1", "PAL-1"),
        (ENVELOPE, PLATE),
        ("]d1" + ENVELOPE, PLATE),
        (BOTH, SSCC),
    ],
)
def test_a_handling_unit_is_recognised(raw: str, unit: str) -> None:
    scan = understand(raw)
    assert unit in scan.units
    assert scan.fault is None


@pytest.mark.parametrize(
    ("raw", "text", "number"),
    [
        ("LS-2026/4711", "LS-2026/4711", None),
        ("  1Z999AA10123456784 \n", "1Z999AA10123456784", None),
        ("S12", "S12", 12),
        ("s12", "s12", 12),
        ("12", "12", 12),
        ("1234567890", "1234567890", None),
        ("S\u0661", "S\u0661", None),
        ("P00042", "P00042", None),
    ],
)
def test_any_text_may_be_a_number_of_somebodys(raw: str, text: str, number: int | None) -> None:
    scan = understand(raw)
    assert (scan.text, scan.number) == (text, number)
    assert text in scan.units


@pytest.mark.parametrize("raw", [WRONG, "00" + WRONG, "]C100" + WRONG, f"(00){WRONG}"])
def test_a_misread_sscc_is_told(raw: str) -> None:
    scan = understand(raw)
    assert scan.fault is not None
    assert SSCC not in scan.units


def test_a_label_that_names_no_unit_says_what_it_names() -> None:
    assert understand(f"]C1{CONTENT}3712").read == ("(02)04012345678901", "(37)12")
    assert understand("1TL-77").read == ("(1T) L-77",)


@pytest.mark.parametrize("raw", ["", "  \r\n", "\0", "]C1", FNC1, "]C1" + FNC1])
def test_nothing_is_nothing(raw: str) -> None:
    scan = understand(raw)
    assert (scan.text, scan.units, scan.number) == ("", (), None)


@given(st.text(max_size=60) | st.text("()[]>0123456789JSK\x1d\x1e\x04 ", max_size=60))
def test_whatever_comes_is_read(raw: str) -> None:
    scan = understand(raw)
    assert all(unit and "\0" not in unit for unit in scan.units)
    assert len(scan.text) <= LONGEST
