"""Row-level security alone, every filter off: nothing of one supplier reaches the other, to read or to write."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, ProgrammingError, models
from psycopg import sql

from portal.shared.acting import acting
from portal.shared.identifiers import new_id
from tests.cast import Cast, everything
from tests.conftest import Clone
from tests.house import catalog, expected
from tests.house.stage import Stage, set_stage

DENIED = "permission denied"
WALL = "row-level security policy"


@pytest.fixture
def stage(cast: Cast) -> tuple[Stage, Stage]:
    return set_stage(cast)


def owned() -> Iterator[tuple[type[models.Model], str]]:
    for model in catalog.walled_models():
        yield model, "pk" if catalog.owner_column(model) == "id" else "supplier_id"


def first_of(model: type[models.Model], owner: str, supplier: int) -> Any:
    with everything():
        row = model._default_manager.filter(**{owner: supplier}).order_by("pk").first()
    assert row is not None, f"{model._meta.label}: set_stage makes no row of it; add one, or nothing proves its wall"
    return row


def copy_of(row: Any, **changes: Any) -> Any:
    """The same row under another key, not yet stored."""
    fresh = copy.copy(row)
    fresh._state = models.base.ModelState()
    fresh._state.fields_cache = {}
    if isinstance(row._meta.pk, models.UUIDField):
        fresh.pk = new_id()
    elif not row._meta.pk.is_relation:
        fresh.pk = row.pk + 10_000
    plain = {field.name for field in row._meta.fields if not field.is_relation}
    for name in ("public_id", "key", "position", "number", "version", "plate", "code", "ref"):
        if name in plain:
            value = getattr(fresh, name)
            field = row._meta.get_field(name)
            setattr(
                fresh,
                name,
                value + 500 if isinstance(value, int) else (new_id() if field.name == "public_id" else "another"),
            )
    for field in row._meta.fields:
        if isinstance(field, models.OneToOneField) and not field.primary_key:  # the row itself has that one
            setattr(fresh, field.attname, first_of(field.related_model, "supplier_id", row.supplier_id).pk)
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh


def may(model: type[models.Model], privilege: str) -> bool:
    words = catalog.granted()[model._meta.db_table].get("portal_supplier", set())
    return any(word.split(" ")[0] == privilege for word in words)


@pytest.mark.django_db
def test_nothing_of_another_supplier_can_be_read(stage: tuple[Stage, Stage]) -> None:
    for model, owner in owned():
        for mine, theirs in (stage, stage[::-1]):
            first_of(model, owner, theirs.supplier.pk)
            if not may(model, "select"):
                with pytest.raises(ProgrammingError, match=DENIED), acting(mine.actor):
                    model._default_manager.exists()
                continue
            with acting(mine.actor):
                seen = set(model._default_manager.values_list(owner, flat=True))
            common = {None} if model._meta.db_table == "suppliers_tolerance_policy" else set()
            assert seen == {mine.supplier.pk} | common, f"{model._meta.label} leaks through the wall"


@pytest.mark.django_db
def test_visible_to_says_the_same_as_the_wall(stage: tuple[Stage, Stage]) -> None:
    for model, owner in owned():
        for mine in stage:
            with everything():
                seen = set(model._default_manager.visible_to(mine.actor).values_list(owner, flat=True))  # type: ignore[attr-defined]
            assert seen == {mine.supplier.pk}, f"{model._meta.label}.visible_to leaks"


@pytest.mark.django_db
def test_nothing_can_be_inserted_for_another_supplier(stage: tuple[Stage, Stage]) -> None:
    mine, theirs = stage
    for model, owner in owned():
        forged = copy_of(first_of(model, owner, theirs.supplier.pk))
        with pytest.raises(ProgrammingError) as refusal, acting(mine.actor, write=True):
            model._default_manager.bulk_create([forged])
        assert (WALL if may(model, "insert") else DENIED) in str(refusal.value), f"{model._meta.label}: {refusal.value}"


@pytest.mark.django_db
def test_a_row_of_ones_own_cannot_hang_on_anothers(stage: tuple[Stage, Stage]) -> None:
    """Nested ids in a payload: even where an act forgot to ask whose they are, the composite key refuses."""
    mine, theirs = stage
    for model, owner in owned():
        for constraint in catalog.same_owners(model):
            field = model._meta.get_field(constraint.field)
            parent = first_of(field.related_model, "supplier_id", theirs.supplier.pk)
            forged = copy_of(first_of(model, owner, mine.supplier.pk), **{field.attname: parent.pk})
            actor = mine.actor if may(model, "insert") else None
            with (
                pytest.raises(IntegrityError, match=constraint.name),
                acting(actor, write=True) if actor else _staff(),
            ):
                model._default_manager.bulk_create([forged])


def _staff() -> Any:
    from tests.cast import SET_UP

    return acting(SET_UP, write=True)


@pytest.mark.django_db
def test_nothing_of_another_supplier_can_be_changed_or_taken(stage: tuple[Stage, Stage]) -> None:
    mine, theirs = stage
    for model, owner in owned():
        row = first_of(model, owner, theirs.supplier.pk)
        before = _values(row)
        for attempt in (_change, _delete, _take):
            touched, refusal = 0, DENIED
            try:
                with acting(mine.actor, write=True):
                    touched = attempt(model, row, owner, mine)
            except ProgrammingError as refused:
                refusal = str(refused)
            assert DENIED in refusal or WALL in refusal, f"{model._meta.label}: {refusal}"
            assert touched == 0, f"{model._meta.label}: {attempt.__name__} reached a row behind the wall"
        with everything():
            assert _values(model._default_manager.get(pk=row.pk)) == before


def _values(row: models.Model) -> dict[str, Any]:
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in values.items()}


def _change(model: type[models.Model], row: Any, owner: str, mine: Stage) -> int:
    """In the column that a supplier's role may write, where there is one."""
    for word in catalog.granted()[model._meta.db_table].get("portal_supplier", ()):
        if word.startswith("update ("):
            column = word.removeprefix("update (").removesuffix(")").split(", ")[0]
            field = next(one for one in model._meta.concrete_fields if one.column == column)
            return model._default_manager.filter(pk=row.pk).update(**{field.attname: getattr(row, field.attname)})
    return model._default_manager.filter(pk=row.pk).update(**{model._meta.pk.attname: row.pk})


def _delete(model: type[models.Model], row: Any, owner: str, mine: Stage) -> int:
    return model._default_manager.filter(pk=row.pk)._raw_delete("default")


def _take(model: type[models.Model], row: Any, owner: str, mine: Stage) -> int:
    column = model._meta.pk.attname if owner == "pk" else owner
    return model._default_manager.filter(pk=row.pk).update(**{column: mine.supplier.pk})


@pytest.mark.django_db
def test_a_row_cannot_be_given_away(stage: tuple[Stage, Stage]) -> None:
    mine, theirs = stage
    for model, owner in owned():
        row = first_of(model, owner, mine.supplier.pk)
        column = model._meta.pk.attname if owner == "pk" else owner
        with pytest.raises(ProgrammingError, match=f"{DENIED}|{WALL}"), acting(mine.actor, write=True):
            model._default_manager.filter(pk=row.pk).update(**{column: theirs.supplier.pk})


@pytest.mark.django_db
def test_staff_may_read_every_supplier(stage: tuple[Stage, Stage], ada: Any) -> None:
    both = {one.supplier.pk for one in stage}
    for model, owner in owned():
        with acting(ada):
            assert both <= set(model._default_manager.values_list(owner, flat=True)), model._meta.label


@pytest.mark.django_db
def test_an_actor_without_a_supplier_meets_an_empty_house(stage: tuple[Stage, Stage]) -> None:
    from portal.shared.actor import NOBODY

    for model, _owner in owned():
        if may(model, "select"):
            with acting(NOBODY):
                rows = model._default_manager.all()
                if model._meta.db_table == "suppliers_tolerance_policy":
                    rows = rows.filter(supplier__isnull=False)
                assert not rows.exists(), model._meta.label


@pytest.mark.committed
@pytest.mark.separate
def test_the_policies_hold_even_where_a_privilege_slips(cast: Cast, clone: Clone) -> None:
    """Somebody grants a supplier's role everything by mistake: the policies alone still part the suppliers."""
    mine, theirs = set_stage(cast)
    tables = [(model._meta.db_table, catalog.owner_column(model)) for model, _ in owned()]
    with psycopg.connect(clone.dsn, dbname=clone.name) as superuser:
        for table, _ in tables:
            superuser.execute(sql.SQL("grant all on {} to portal_supplier").format(sql.Identifier(table)))
        superuser.execute("set local role portal_supplier")
        superuser.execute("select set_config('portal.suppliers', %s, true)", [str(mine.supplier.pk)])
        for table, column in tables:
            count = sql.SQL("select array_agg(distinct {}) from {}")
            (seen,) = superuser.execute(count.format(sql.Identifier(column), sql.Identifier(table))).fetchone() or ([],)
            common = {None} if table == "suppliers_tolerance_policy" else set()
            assert set(seen or ()) == {mine.supplier.pk} | common, f"the policy of {table} leaks"
            if table not in expected.WRITTEN_ONCE:
                update = sql.SQL("update {} set {} = {} where {} = %s")
                name = sql.Identifier(column)
                gone = superuser.execute(update.format(sql.Identifier(table), name, name, name), [theirs.supplier.pk])
                assert gone.rowcount == 0, f"the policy of {table} lets changes through"
        superuser.rollback()
