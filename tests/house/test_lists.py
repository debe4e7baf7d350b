"""Every list, for everybody who sees it: its files hold the rows of its page, and money only who sees prices."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from integrations.office.pages import exporting as office
from suppliers.models import OrderLine
from suppliers.pages import exporting
from suppliers.permissions import Act
from tests.cast import Cast, doing, working_day
from tests.house.asking import PEOPLE
from tests.house.routes import ROUTES
from tests.house.test_routes import Scene, doors, scene, worlds
from tests.suppliers.test_export import read_csv, read_xlsx

__all__ = ["doors", "scene", "worlds"]  # fixtures
pytestmark = pytest.mark.django_db
LISTS = [*(set(exporting.LISTS) - {"order_lines"}), *(f"office:{name}" for name in office.LISTS)]
ALL = {"owner": "all", "view": "all", "kind": "too_late"}
"""Nothing narrowed to what waits for the reader."""
MONEY = {"Unit price", "Price asked", "Currency"}


def shown(page: str) -> int:
    """How many rows a page shows."""
    tables = re.findall(r"<table class=\"list\".*?</table>", page, re.DOTALL)
    return sum(table.count('<tr role="row">') - 1 for table in tables) or page.count('class="line-card"')


def taken(client: Client, page: str) -> tuple[list[list[str]], list[Any]]:
    """A list by the links to its files that stand on its page."""
    found = re.findall(r'<a href="([^"]*export\.(?:csv|xlsx)[^"]*)">(CSV|Excel)</a>', page)
    address = {title: unescape(href) for href, title in found}
    return read_csv(client.get(address["CSV"]).content), read_xlsx(client.get(address["Excel"]).content)


def test_the_files_of_a_list_hold_what_its_reader_sees(cast: Cast, scene: Scene, doors: dict[str, Client]) -> None:
    with doing():
        OrderLine.objects.filter(pk=scene.agreed_line.pk).update(needed_date=working_day(1))
    answers = {route.name: route.answers for route in ROUTES if route.method == "get"}
    full, wrong = set(), []
    for name in LISTS:
        for who in PEOPLE:
            if answers[name][who] != 200:
                continue
            page = doors[who].get(reverse(name), ALL).content.decode()
            if not shown(page):
                continue
            (header, *rows), sheet = taken(doors[who], page)
            full.add(name)
            if not len(rows) == len(sheet) - 1 == shown(page):
                wrong.append(
                    f"{name} for {who}: {shown(page)} rows seen, {len(rows)} and {len(sheet) - 1} in the files"
                )
            wrong += [f"{name} for {who}: {row[0]} is not on the page" for row in rows if row[0] not in unescape(page)]
            if MONEY & {*header} and not Act.SEE_PRICES.allows(cast.actor(who)):
                wrong.append(f"{name} for {who}: tells money")
            if "Supplier" in header and not cast.actor(who).sees_several and name != "suppliers":
                wrong.append(f"{name} for {who}: names suppliers to one of them")
            if cast.actor(who).behind_wall and ("Supplier" in header) != (">Supplier</th>" in page):
                wrong.append(f"{name} for {who}: page and file differ in naming suppliers")
    assert wrong == []
    assert full == set(LISTS), "compared with rows in it, every one of them"
