"""The second wall, as the database's own catalog has it."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

from portal.shared.ownership import OwnedQuerySet
from tests.house import catalog, expected

pytestmark = pytest.mark.django_db

OWN = (
    "({column} = ANY ((( SELECT string_to_array(NULLIF(current_setting('portal.suppliers'::text, true), ''::text),"
    " ','::text) AS string_to_array))::bigint[]))"
)


def test_every_table_is_walled_or_common_with_a_reason() -> None:
    tables, walled = catalog.tables(), catalog.walled_tables()
    assert tables - walled - set(expected.COMMON) == set(), "wall these tables, or list them as common with a reason"
    assert walled & set(expected.COMMON) == set(), "these tables are walled: take them off the list of common ones"
    assert set(expected.COMMON) - tables == set(), "these common tables are gone"


def test_every_walled_table_has_the_three_policies() -> None:
    found = {
        (table, name): (roles, command, using, check)
        for table, name, roles, command, using, check in catalog.rows(
            "select tablename, policyname, roles::text, cmd, qual, with_check from pg_policies"
            " where permissive = 'PERMISSIVE'"
        )
    }
    wanted = {}
    for model in catalog.walled_models():
        table = model._meta.db_table
        own = OWN.format(column=catalog.owner_column(model))
        common = table == "suppliers_tolerance_policy"
        wanted[table, "owner"] = ("{portal_owner}", "ALL", "true", "true")
        wanted[table, "staff"] = ("{portal_staff}", "ALL", "true", "true")
        read = f"({own} OR (supplier_id IS NULL))" if common else own
        wanted[table, "supplier"] = ("{portal_supplier}", "ALL", read, own)
    # Who signs in is asked outside the wall: for whom he may act, and what is asked of him there.
    wanted["suppliers_membership", "door"] = ("{portal_app}", "SELECT", "true", None)
    wanted["suppliers_supplier", "door"] = ("{portal_app}", "SELECT", "true", None)
    assert found == wanted


def test_every_walled_model_has_its_owner_in_the_row() -> None:
    for model in catalog.walled_models():
        column = next(
            (field for field in model._meta.concrete_fields if field.column == catalog.owner_column(model)), None
        )
        assert column is not None, f"{model._meta.label} has no supplier_id: policies never join"
        assert column.null == (model._meta.db_table in expected.MAY_LACK_OWNER), (
            f"{model._meta.label}.{column.name}: null?"
        )


def test_every_walled_model_can_be_narrowed_to_an_actor() -> None:
    for model in catalog.walled_models():
        rows = model._default_manager.all()
        assert isinstance(rows, OwnedQuerySet), f"{model._meta.label} has no visible_to: give it an OwnedQuerySet"
        assert rows.supplier_path == ("id" if catalog.owner_column(model) == "id" else "supplier_id")
        names = {field.name for field in model._meta.concrete_fields}
        assert (rows.plant_path == "plant_id") == ("plant" in names and model._meta.label not in PLANTLESS), (
            f"{model._meta.label}: staff of one plant are narrowed by plant_path"
        )


# The plant is part of what the row says, not of who may see it.
PLANTLESS = {"suppliers.TransitTime", "suppliers.TolerancePolicy", "suppliers.Activation", "suppliers.Approval"}


def test_privileges_are_the_ones_written_down() -> None:
    found = {
        name: tuple(
            ", ".join(sorted(roles.get(role, ()))) for role in ("portal_supplier", "portal_staff", "portal_app")
        )
        for name, roles in catalog.granted().items()
    }
    assert {name: row for name, row in found.items() if any(row)} == expected.PRIVILEGES
    others = {role for roles in catalog.granted().values() for role in roles}
    assert others <= {"portal_supplier", "portal_staff", "portal_app"}, "somebody else was granted something"


def test_what_is_written_once_cannot_be_changed_by_any_role() -> None:
    for table in expected.WRITTEN_ONCE:
        words = {word.split(" ")[0] for privileges in catalog.granted()[table].values() for word in privileges}
        assert words <= {"select", "insert"}, f"{table}: {words}"


def test_the_application_inherits_nothing_and_owns_nothing() -> None:
    roles = {
        name: flags
        for name, *flags in catalog.rows(
            "select rolname, rolsuper, rolinherit, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin from pg_roles"
            " where rolname like 'portal%%'"
        )
    }
    assert roles["portal_app"] == [False, False, False, False, False, True]
    for part in ("portal_supplier", "portal_staff"):
        assert roles[part] == [False, False, False, False, False, False]
    owned = catalog.rows(
        "select relname from pg_class where relowner in (select oid from pg_roles where rolname like 'portal%%'"
        " and rolname <> 'portal_owner') and relnamespace = 'public'::regnamespace"
    )
    assert owned == []


def test_outside_a_unit_of_work_no_walled_table_answers() -> None:
    for model in catalog.walled_models():
        if model._meta.db_table in expected.READ_AT_THE_DOOR:
            continue
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            model._default_manager.first()


def test_nothing_runs_with_its_authors_rights() -> None:
    found = catalog.rows("select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace")
    assert found == [], "a function with its owner's rights is a door in the wall"


def test_tests_log_in_as_the_application() -> None:
    assert connection.settings_dict["USER"] == "portal_app"
