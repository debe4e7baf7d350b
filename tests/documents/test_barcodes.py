"""Bar codes are drawn as their standards size them, and readers find what went in."""

from __future__ import annotations

import re

import pytest
import zxingcpp

from documents.barcodes import SIZES, CannotEncode, Kind, Symbol, gs1_symbol, symbol

SSCC = ("00", "106141411234567897")


def dark(one: Symbol) -> set[tuple[int, int]]:
    """The modules that are dark, from the path as any viewer reads it."""
    found = set()
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+Z", one.path):
        found |= {(int(x) + dx, int(y) + dy) for dx in range(int(width)) for dy in range(int(height))}
    return found


@pytest.mark.parametrize("kind", [Kind.GS1_128, Kind.GS1_DATA_MATRIX])
def test_elements_with_brackets_in_them_are_read_back(kind: Kind) -> None:
    one = gs1_symbol(kind, (("10", "A(21)B"), ("400", "P_1")))
    assert one.text == "(10)A(21)B(400)P_1"
    assert dark(one)
    made = zxingcpp.create_barcode("[10]A(21)B[400]P_1", zxingcpp.Code128, gs1=True)
    assert made.bytes == b"10A(21)B\x1d400P_1"


@pytest.mark.parametrize("kind", [Kind.GS1_DATA_MATRIX, Kind.DATA_MATRIX, Kind.QR])
def test_two_dimensional_symbols_are_square_with_white_around(kind: Kind) -> None:
    elements = (SSCC, ("02", "04012345000016"), ("37", "24"), ("10", "ABCDEFGHIJ1234567890"))
    one = gs1_symbol(kind, elements) if kind is Kind.GS1_DATA_MATRIX else symbol(kind, "A" * 60)
    quiet = 4 if kind is Kind.QR else 1
    assert one.columns == one.rows
    across = [x for x, _y in dark(one)]
    assert (min(across), max(across)) == (quiet, one.columns - quiet - 1)


@pytest.mark.parametrize("kind", [Kind.GS1_128, Kind.CODE_128])
def test_bars_keep_their_quiet_zones(kind: Kind) -> None:
    one = gs1_symbol(kind, (SSCC,)) if kind is Kind.GS1_128 else symbol(kind, "1JUN123456789A0001")
    bars = [x for x, _y in dark(one)]
    for x in SIZES[kind].x:
        white = (one.width(x) - (max(bars) + 1 - min(bars)) * x) / 2
        assert white >= 10 * x
        assert white >= SIZES[kind].quiet - 0.001


def test_modules_are_those_of_the_standards() -> None:
    assert all(0.495 <= x <= 1.016 for x in SIZES[Kind.GS1_128].x)
    assert all(0.743 <= x <= 1.5 for x in SIZES[Kind.GS1_DATA_MATRIX].x)
    assert all(0.25 <= x <= 0.43 for x in SIZES[Kind.CODE_128].x)
    for size in SIZES.values():  # whole dots of a printer with 8 or with 12 dots per millimetre
        assert all((x * 8).is_integer() or (x * 12).is_integer() for x in size.x)


def test_a_symbol_is_as_large_as_its_place_allows_or_not_drawn() -> None:
    one = symbol(Kind.CODE_128, "1T" + "A" * 20)
    assert one.x_for(200) == 0.375
    assert one.x_for(one.width(0.25)) == 0.25
    assert one.x_for(one.width(0.25) - 0.1) is None
    assert one.least_height(0.375) == pytest.approx(0.15 * one.width(0.375))
    assert symbol(Kind.CODE_128, "1T1").least_height(0.25) == 12.7


def test_what_no_symbol_holds_is_said() -> None:
    with pytest.raises(CannotEncode, match="too long"):
        symbol(Kind.DATA_MATRIX, "A" * 4000)
    with pytest.raises(CannotEncode):
        gs1_symbol(Kind.GS1_128, (("00", "1061414112345678"),))
    with pytest.raises(CannotEncode):
        symbol(Kind.CODE_128, "")


def test_a_picture_is_a_path_and_nothing_else() -> None:
    picture = symbol(Kind.CODE_128, '"><script>').svg(0.25)
    assert re.fullmatch(r'<svg xmlns="[^"]+" viewBox="[-\d. ]+" [^<>]+><path d="[MhvZ\d -]+"/></svg>', picture)
