"""What pages read and write: numbers, dates and stored findings in the person's language."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from portal.web.templatetags.portal import amount, day, money, quantity
from suppliers.models.wording import why
from suppliers.numbers import read_number, write_number


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "1250", "1250"),
        ("en", "1,250", "1250"),
        ("en", "1,250.5", "1250.5"),
        ("en", "0.25", "0.25"),
        ("en", "2,5", "2.5"),
        ("en", " 1 250 ", "1250"),
        ("de", "1250", "1250"),
        ("de", "1.250", "1250"),
        ("de", "1.250,5", "1250.5"),
        ("de", "0,25", "0.25"),
        ("de", "2.5", "2.5"),
        ("de", "12.345.678", "12345678"),
    ],
)
def test_numbers_are_read_as_people_write_them(language: str, text: str, value: str) -> None:
    with translation.override(language):
        assert read_number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", "a", "1,2,3", "1.250.5", "NaN", "Infinity", "1e5", "--1", "1,25,000", "9" * 40])
def test_what_is_no_number_is_refused(text: str) -> None:
    with translation.override("en"), pytest.raises(ValueError, match=r".*"):
        read_number(text)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("value", ["0.5", "1250", "1250.125", "1000", "0.000001"])
def test_what_is_written_is_read_back(language: str, value: str) -> None:
    with translation.override(language):
        assert read_number(write_number(Decimal(value))) == Decimal(value)


def test_numbers_and_dates_are_shown_in_the_language() -> None:
    with translation.override("en"):
        assert (quantity(Decimal("1250.500000")), money(Decimal("3.745"), "EUR")) == ("1,250.5", "3.745 EUR")
        assert "Wed 9 Dec 2026" in day("2026-12-09")
    with translation.override("de"):
        assert (quantity(Decimal("1250.500000")), money(Decimal(3), "EUR")) == ("1.250,5", "3,00 EUR")
        assert "Mi, 9. Dez. 2026" in day("2026-12-09")


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        ("1250.000000", "JPY", "1,250 JPY"),
        ("12.5", "JPY", "12.5 JPY"),
        ("3", "KWD", "3.000 KWD"),
        ("3", "CLF", "3.0000 CLF"),
        ("3", "XXX", "3.00 XXX"),
        ("3", "", "3.00"),
    ],
)
def test_amounts_have_the_decimals_of_their_currency(value: str, currency: str, said: str) -> None:
    with translation.override("en"):
        assert money(Decimal(value), currency) == said
        assert amount(Decimal(value), currency) == said.removesuffix(currency).strip()


@pytest.mark.parametrize(
    ("code", "limit", "actual", "said"),
    [
        ("late", "2", "10", "10 Arbeitstage später als gewünscht; erlaubt: 2."),
        ("early", "3", "1", "1 Arbeitstag früher als gewünscht; erlaubt: 3."),
        ("quantity_over", "2.5", "2.500001", "Die Menge liegt 2,6 % über der Bestellung; erlaubt sind 2,5 %."),
        ("rejected", "", "", "Über eine abgelehnte Position entscheidet immer der Einkauf."),
        ("something_new", "", "", "As it was kept."),
    ],
)
def test_a_stored_finding_speaks_the_readers_language(code: str, limit: str, actual: str, said: str) -> None:
    with translation.override("de"):
        assert why({"code": code, "message": "As it was kept.", "limit": limit, "actual": actual}) == said
