"""Who may do what: the page in the docs is the oracle, and every role is sent into every act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from portal.management import permission_table
from portal.shared.act import Act
from portal.shared.actor import Actor, ActorKind, Grant, system_actor
from portal.shared.errors import NotPermitted
from portal.shared.ownership import Permission
from suppliers.permissions import Scope
from suppliers.states import Role, StaffRole
from tests.cast import Cast
from tests.house.test_acts import acts

OURS, THEIRS, HERE, THERE = 1_000_001, 1_000_002, 1_000_003, 1_000_004
"""Keys of two suppliers and two plants that need not exist: permissions compare, the rows come later."""
MATTER = UUID(int=1_000_005)
ABOUT = SimpleNamespace(supplier_id=OURS, plant_id=HERE, matter=MATTER)
PERMISSIONS = {f"{app}.{one.name}": one for app, table in permission_table.tables() for one in table}
ACTS = acts()


class Reached(Exception):
    """The act got past its permission."""


def page() -> dict[str, list[str]]:
    """Act by name (with its app) -> the cells of its row in docs/permissions.md."""
    rows, app = {}, ""
    for line in permission_table.PLACE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            app = line.strip("# `")
        elif found := re.search(r"<br>`(\w+)` \|", line):
            rows[f"{app}.{found[1].upper()}"] = [cell.strip() for cell in line.strip("|").split("|")][1:]
    return rows


PAGE = page()


def actors(cells: list[str]) -> Iterator[tuple[Actor, bool]]:
    """Everybody there is, each with one role at the right place, and whether the page lets him."""
    marks = dict(zip([*Role.values, *StaffRole.values], cells[:-3], strict=True))
    for role in Role.values:
        yield holding(ActorKind.SUPPLIER, Grant(role, supplier_id=OURS)), bool(marks[role])
    for role in StaffRole.values:
        # Two roles may bear one name: the administrators'. They are told apart by the column.
        yield holding(ActorKind.STAFF, Grant(role, plant_id=HERE)), marks[role] == permission_table.YES
        yield holding(ActorKind.STAFF, Grant(role)), bool(marks[role])
    for role in Role.values:
        yield holding(ActorKind.LINK, Grant(role, supplier_id=OURS, matter=MATTER)), bool(marks[role] and cells[-3])
    said = cells[-2].split("<br>")
    for scope in Scope.ALL:
        line = next((one for one in said if one.startswith(f"`{scope}`")), "")
        yield holding(ActorKind.MACHINE, Grant(scope, supplier_id=OURS)), "supplier's" in line
        yield holding(ActorKind.MACHINE, Grant(scope)), "buyer's" in line
    yield holding(ActorKind.STAFF), False
    yield holding(ActorKind.SUPPLIER), False
    yield holding(ActorKind.MACHINE), False
    systems = {name for one in PERMISSIONS.values() for name in one.value.systems}
    for name in sorted(systems):
        short = name.removeprefix("system:")
        yield system_actor(short), f"`{short}`" in cells[-1].split(" ")


def holding(kind: ActorKind, *grants: Grant) -> Actor:
    return Actor(kind, "x", f"{kind} with {[grant.role for grant in grants]}", frozenset(grants))


def is_by_kind(cells: list[str]) -> bool:
    return permission_table.BY_KIND in cells


def test_the_page_in_the_docs_says_what_the_tables_say() -> None:
    assert permission_table.PLACE.read_text(encoding="utf-8") == permission_table.written(), (
        "docs/permissions.md is out of date: run manage.py permission_table, and read what changed"
    )
    assert PAGE.keys() == PERMISSIONS.keys()
    assert len(PAGE) > 30


@pytest.mark.parametrize("name", [name for name in PAGE if not is_by_kind(PAGE[name])])
def test_every_role_may_what_the_page_says_and_nothing_else(name: str) -> None:
    permission = PERMISSIONS[name]
    for actor, may in actors(PAGE[name]):
        assert permission.allows(actor, ABOUT) is may, f"{actor.name}: {name}"
        if actor.kind is ActorKind.SYSTEM:
            continue
        # The same roles elsewhere say nothing here.
        elsewhere = frozenset(
            Grant(one.role, THEIRS if one.supplier_id else None, THERE if one.plant_id else None)
            for one in actor.grants
        )
        if elsewhere != actor.grants:
            assert not permission.allows(Actor(actor.kind, "x", "Elsewhere", elsewhere), ABOUT), f"{actor.name}: {name}"


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_act_lets_in_whom_the_page_names_and_refuses_the_rest(
    name: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    one: Act[..., Any] = ACTS[name]
    row = f"{type(one.permission).__module__.removesuffix('.permissions')}.{one.permission.name}"
    if is_by_kind(PAGE[row]):
        pytest.skip("the kinds of files say who may, and have tests of their own")

    def reached(**_given: object) -> None:
        raise Reached

    monkeypatch.setattr(one, "function", reached)
    given = {name: ABOUT for name in (one.about, one.within) if name}
    for actor, may in actors(PAGE[row]):
        with pytest.raises(Reached if may else NotPermitted):
            one(actor=actor, at=timezone.now(), **given)


def test_a_kind_of_file_that_nobody_registered_is_nobodys() -> None:
    for name, cells in PAGE.items():
        if is_by_kind(cells):
            permission: Permission = PERMISSIONS[name]
            for actor, _may in actors(cells):
                if actor.kind is ActorKind.SYSTEM:
                    continue  # parts of the system stand on the page by name
                assert not permission.allows(actor, SimpleNamespace(kind="no such", supplier_id=OURS)), actor.name
