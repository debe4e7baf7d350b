"""The body of a notice, read field by field: as if each of its rows were read by itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.errors import Fault, Faults
from suppliers import notice_bodies
from suppliers.notices import LINE_FIELDS, UNIT_FIELDS, Notice

KEY = uuid.UUID("0192f3c4-5d6e-7f80-9a0b-1c2d3e4f5a6b")
CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 50),
    st.floats(),
    st.text(max_size=4),
    st.dates(),
    st.uuids().map(str),
    st.lists(st.one_of(st.none(), st.text(max_size=2), st.integers()), max_size=3),
    st.sampled_from(["", "40", "0.1", "1e14", "NaN", "2026-12-31", "2026-02-30", "carton", "DE", "a\x00", "x" * 100]),
)


def objects(names: Iterable[str]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(st.sampled_from([*names, "a/b"]), CELLS, max_size=6)


def read(**body: Any) -> tuple[Notice, list[Fault]]:
    notice = notice_bodies.read(body, faults := Faults())
    return notice, faults.items


@given(st.lists(objects(UNIT_FIELDS), max_size=4), st.lists(objects(LINE_FIELDS), max_size=4))
def test_every_row_is_read_as_if_it_came_alone(units: list[Any], lines: list[Any]) -> None:
    together, faults = read(units=units, lines=lines)
    alone: list[Any] = []
    told: list[Fault] = []
    for name, rows in (("units", units), ("lines", lines)):
        for index, row in enumerate(rows):
            notice, wrong = read(**{name: [row]})
            alone += [*notice.units, *notice.lines]
            told += [replace(one, pointer=one.pointer.replace("/0/", f"/{index}/", 1)) for one in wrong]
    assert [*together.units, *together.lines] == alone
    assert faults == told


@pytest.mark.parametrize("said", [KEY, str(KEY), str(KEY).upper(), KEY.hex, f"{{{KEY}}}", KEY.urn])
def test_a_key_is_known_however_it_is_written(said: object) -> None:
    notice, faults = read(lines=[{"line": said, "quantity": 1}])
    assert ([line.line for line in notice.lines], faults) == ([str(KEY)], [])


def test_every_serial_number_is_looked_at() -> None:
    notice, faults = read(lines=[{"quantity": 3, "serials": ["S1", "", 7]}, {"serials": ["x" * 81, None]}])
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("required", "/lines/0/serials/1"),
        ("type", "/lines/0/serials/2"),
        ("required", "/lines/1/quantity"),
        ("too_long", "/lines/1/serials/0"),
        ("required", "/lines/1/serials/1"),
    ]
    assert [line.serials for line in notice.lines] == [("S1", "", ""), ("", "")]


def test_what_is_no_object_is_named_and_the_others_keep_their_places() -> None:
    notice, faults = read(lines=["a line", {"quantity": 1}, {}])
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("type", "/lines/0"),
        ("required", "/lines/2/quantity"),
    ]
    assert [line.quantity for line in notice.lines] == [1, 0]
