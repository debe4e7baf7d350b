"""Models are tables, constraints and words of one row."""

from __future__ import annotations

import ast
import inspect
import textwrap
from functools import cached_property

import pytest
from django.db import models

from tests.house import catalog

QUERIES = {
    "objects",
    "_default_manager",
    "_base_manager",
    "filter",
    "exists",
    "aggregate",
    "values_list",
    "refresh_from_db",
}


def words_of(model: type[models.Model]) -> list[tuple[str, ast.AST]]:
    """Properties and ``__str__`` of a model, parsed."""
    found = []
    for name, value in vars(model).items():
        function = (
            value.fget if isinstance(value, property) else value.func if isinstance(value, cached_property) else None
        )
        if name == "__str__":
            function = value
        if function is not None:
            found.append((f"{model._meta.label}.{name}", ast.parse(textwrap.dedent(inspect.getsource(function)))))
    return found


def test_words_of_a_row_ask_no_query() -> None:
    for model in catalog.own_models():
        relations = {field.name for field in model._meta.get_fields() if field.is_relation}
        for name, tree in words_of(model):
            for node in ast.walk(tree):
                if isinstance(node, ast.Attribute):
                    assert node.attr not in QUERIES, f"{name} asks the database: put it into queries.py"
                    own = isinstance(node.value, ast.Name) and node.value.id == "self"
                    assert not (own and node.attr in relations), f"{name} follows {node.attr}, a query for each row"


def test_models_call_no_acts() -> None:
    for source in catalog.sources():
        if ".models" in source.name:
            text = source.path.read_text()
            assert ".actions" not in text, f"{source.where}: models know no acts"


def test_moving_models_know_their_steps() -> None:
    for model in catalog.own_models():
        state = next((field for field in model._meta.concrete_fields if field.name == "state"), None)
        if state is None:
            continue
        steps = getattr(model, "STEPS", None)
        assert steps is not None, f"{model._meta.label} has a state and no STEPS"
        names = {value for value, _label in state.choices or ()}
        assert set(steps) == names, f"{model._meta.label}: every state has its row of steps, and nothing else"
        assert {step for row in steps.values() for step in row} <= names
        assert all(state not in row for state, row in steps.items()), f"{model._meta.label}: a step to itself"


@pytest.mark.django_db
def test_what_is_written_once_has_keys_made_by_the_client() -> None:
    """A role that may insert but not select gets nothing back from the database."""
    for model in catalog.walled_models_by_grant("insert"):
        key = model._meta.pk
        assert isinstance(key, models.UUIDField | models.OneToOneField), f"{model._meta.label}: {key}"
        assert not model._meta.db_returning_fields, f"{model._meta.label} reads back {model._meta.db_returning_fields}"


def test_every_key_of_ours_is_indexed_for_its_parent() -> None:
    """Deleting or joining a parent without an index on the child walks the whole table."""
    for model in catalog.own_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey):
                assert field.db_index or field.unique, f"{model._meta.label}.{field.name}"
