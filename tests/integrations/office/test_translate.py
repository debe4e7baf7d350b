"""Values cross the border and come back as they were, in every zone and through every clock change."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.office.odoo import translate

ZONES = sorted(available_timezones())
dates = st.dates(dt.date(2020, 1, 1), dt.date(2060, 12, 31))
zones = st.sampled_from(ZONES).map(ZoneInfo)


@given(dates, zones)
def test_a_day_at_the_plant_survives_the_way_to_odoo_and_back(date: dt.date, zone: ZoneInfo) -> None:
    assert translate.plant_date(translate.plant_noon(date, zone), zone) == date


@given(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2060, 1, 1), timezones=zones))
def test_a_moment_keeps_its_second(moment: dt.datetime) -> None:
    text = translate.moment_text(moment)
    assert "T" not in text
    assert translate.moment(text) == moment.astimezone(dt.UTC).replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "zone", "date"),
    [
        ("2026-12-01 00:00:00", "Europe/Berlin", dt.date(2026, 12, 1)),
        ("2026-12-01 00:00:00", "America/New_York", dt.date(2026, 11, 30)),
        ("2026-03-28 23:30:00", "Europe/Berlin", dt.date(2026, 3, 29)),  # half past midnight, the clocks go forward
        ("2026-10-24 22:30:00", "Europe/Berlin", dt.date(2026, 10, 25)),
        ("2026-12-01 12:00:00", "Pacific/Kiritimati", dt.date(2026, 12, 2)),
    ],
)
def test_the_plants_clock_decides_the_day(text: str, zone: str, date: dt.date) -> None:
    assert translate.plant_date(text, ZoneInfo(zone)) == date


def test_noon_is_noon_in_summer_and_in_winter() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert translate.plant_noon(dt.date(2026, 7, 1), berlin) == "2026-07-01 10:00:00"
    assert translate.plant_noon(dt.date(2026, 12, 1), berlin) == "2026-12-01 11:00:00"


@given(st.decimals("0", "99999999", places=2), st.sampled_from(["0.01", "1", "0.001", "0.5"]).map(Decimal))
def test_a_quantity_survives_being_a_float(quantity: Decimal, step: Decimal) -> None:
    assert translate.quantity(float(quantity), step) == quantity
    assert Decimal(translate.number_text(quantity)) == quantity


def test_noise_of_floats_is_gone_and_real_digits_stay() -> None:
    assert translate.quantity(0.1 + 0.2, Decimal("0.01")) == Decimal("0.3")
    assert translate.quantity(2.675 * 100, Decimal("0.01")) == Decimal("267.5")
    assert translate.quantity(33.335, Decimal("0.01")) == Decimal("33.335")
    assert translate.number(1e-7) == 0
    assert translate.number_text(Decimal("1E+3")) == "1000"


def test_nothing_is_false() -> None:
    assert translate.pair(False) is None
    assert translate.pair_id([7, "x"]) == 7
    assert translate.text(False) == ""
    assert translate.text("  a ") == "a"


def test_external_ids_name_schedule_lines_and_nothing_else() -> None:
    schedule = uuid4()
    assert translate.schedule_of(translate.schedule_key(schedule)) == schedule
    for other in ("", "__import__.x", "portal_sync.note_1", "portal_sync.schedule_x", "other.schedule_" + schedule.hex):
        assert translate.schedule_of(other) is None


@given(st.text(), st.lists(st.text()))
def test_a_note_is_words_and_never_markup(title: str, lines: list[str]) -> None:
    html = translate.note_html(title, lines)
    for tag in ("<p>", "</p>", "<b>", "</b>", "<ul>", "</ul>", "<li>", "</li>"):
        html = html.replace(tag, "")
    assert "<" not in html
    assert ">" not in html
