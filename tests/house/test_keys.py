"""Foreign keys point down, like imports; between owned rows the database holds both ends to one supplier."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models

from tests.house import catalog, expected

pytestmark = pytest.mark.django_db


def foreign_keys() -> Iterator[tuple[str, type[models.Model], Any]]:
    """Every foreign key of ours, strings resolved."""
    for model in catalog.own_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                yield f"{model._meta.label}.{field.name}", model, field


def test_foreign_keys_point_down() -> None:
    for name, model, field in foreign_keys():
        assert catalog.storey(field.related_model) <= catalog.storey(model), (
            f"{name} points up to {field.related_model._meta.label}: link from above, or keep a plain id"
        )


def test_the_floor_and_the_letter_slot_know_nobody() -> None:
    for name, model, field in foreign_keys():
        if model._meta.app_config.name in ("portal.shared", "portal.web", "integrations.slot"):
            assert model._meta.app_label == field.related_model._meta.app_label, f"{name}: keep a plain id"


def test_there_are_no_generic_foreign_keys() -> None:
    found = [
        f"{model._meta.label}.{field.name}"
        for model in catalog.own_models()
        for field in model._meta.get_fields()
        if isinstance(field, GenericForeignKey)
    ]
    assert found == []
    assert [model._meta.label for model in catalog.own_models() if model._meta.many_to_many] == []


def test_keys_between_owned_rows_are_held_to_one_owner() -> None:
    walled = set(catalog.walled_models())
    held, loose = set(), set()
    for name, model, field in foreign_keys():
        parent = field.related_model
        if not {model, parent} <= walled or catalog.owner_column(parent) == parent._meta.pk.column:
            continue
        constraint = next((one for one in catalog.same_owners(model) if one.field == field.name), None)
        if constraint is None:
            loose.add(name)
            continue
        held.add(name)
        also = {model._meta.get_field(one).column for one in constraint.also}
        wanted = {parent._meta.pk.column, "supplier_id", *also}
        assert not field.db_constraint, f"{name}: db_constraint=False, {constraint.name} does its work too"
        assert any(
            isinstance(key, models.UniqueConstraint)
            and {parent._meta.get_field(name).column for name in key.fields} == wanted
            for key in parent._meta.constraints
        ), f"{parent._meta.label} needs a unique constraint over (key, supplier, ...) for {constraint.name}"
    assert loose == set(expected.LOOSE_KEYS), "give these keys a SameOwner, or list them with a reason"
    assert len(held) >= 8


def test_every_key_is_enforced_by_the_database() -> None:
    """``db_constraint=False`` without a :class:`SameOwner` would be a key that nothing holds."""
    kept = {
        (table, tuple(sorted(columns)))
        for table, columns in catalog.rows(
            "select c.conrelid::regclass::text, array_agg(a.attname::text) from pg_constraint c"
            " join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)"
            " where c.contype = 'f' and c.convalidated group by c.oid, c.conrelid"
        )
    }
    for name, model, field in foreign_keys():
        table = model._meta.db_table
        constraint = next((one for one in catalog.same_owners(model) if one.field == field.name), None)
        also = [model._meta.get_field(one).column for one in constraint.also] if constraint else []
        owned = (table, tuple(sorted((field.column, "supplier_id", *also))))
        assert owned in kept or (table, (field.column,)) in kept, f"{name} is not held by the database"
