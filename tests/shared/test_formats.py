"""Dates are never to be read the wrong way round."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import formats, translation


@pytest.mark.parametrize(("language", "said"), [("en", "9 Dec 2026"), ("de", "09.12.2026")])
def test_a_short_date_is_read_in_one_way(language: str, said: str) -> None:
    with translation.override(language):
        assert formats.date_format(dt.date(2026, 12, 9), "SHORT_DATE_FORMAT") == said
