"""What the tests of the house read: our models, the database's own catalog, and the tree of modules."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models

from portal.shared.ownership import SameOwner

PROJECT = Path(__file__).resolve().parents[2]
# From the ground up. A storey may point at itself and at what stands below it.
STOREYS = (
    "portal.shared",
    "portal.web",
    "integrations.slot",
    "documents",
    "suppliers",
    "quality",
    "integrations.office",
)
PACKAGES = ("portal", "integrations", "documents", "suppliers", "quality")


class Source(NamedTuple):
    """One module of ours."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def where(self) -> str:
        return str(self.path.relative_to(PROJECT))


def own_models() -> list[type[models.Model]]:
    """Every model of ours, links of many-to-many fields included."""
    return [
        model
        for app in apps.get_app_configs()
        if app.name in STOREYS or app.name == "portal"
        for model in app.get_models(include_auto_created=True)
    ]


def walled_models() -> list[type[models.Model]]:
    """The models behind the wall, as the database has it."""
    return [model for model in own_models() if model._meta.db_table in walled_tables()]


def walled_models_by_grant(privilege: str) -> list[type[models.Model]]:
    """The walled models on which a supplier's role holds the privilege."""
    words = {table: roles.get("portal_supplier", set()) for table, roles in granted().items()}
    return [model for model in walled_models() if privilege in words.get(model._meta.db_table, ())]


def owner_column(model: type[models.Model]) -> str:
    """The column that says whose a row is."""
    return model._meta.pk.column if model._meta.label == "suppliers.Supplier" else "supplier_id"


def same_owners(model: type[models.Model]) -> list[SameOwner]:
    return [constraint for constraint in model._meta.constraints if isinstance(constraint, SameOwner)]


def storey(model: Any) -> int:
    """How high a model stands; Django's and other people's apps are the ground."""
    name = model._meta.app_config.name
    return STOREYS.index(name) if name in STOREYS else -1


def rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def tables() -> set[str]:
    """Everything in the schema that holds or shows rows."""
    return {
        name
        for (name,) in rows(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relkind in ('r', 'p', 'v', 'm', 'f')"
        )
    }


def walled_tables() -> set[str]:
    return {
        name
        for (name,) in rows(
            "select relname from pg_class where relnamespace = 'public'::regnamespace"
            " and relrowsecurity and relforcerowsecurity"
        )
    }


def granted() -> dict[str, dict[str, set[str]]]:
    """Table or sequence -> role -> privileges, columns in brackets: ``update (state)``. The owner's are left out."""
    found = rows(
        """
        select c.relname, coalesce(r.rolname, 'public'), lower(a.privilege_type), a.columns
        from pg_class c
        cross join lateral (
            select grantee, privilege_type, null as columns from aclexplode(c.relacl)
            union all
            select x.grantee, x.privilege_type, string_agg(t.attname, ', ' order by t.attname)
            from pg_attribute t, aclexplode(t.attacl) x where t.attrelid = c.oid
            group by x.grantee, x.privilege_type
        ) a
        left join pg_roles r on r.oid = a.grantee
        where c.relnamespace = 'public'::regnamespace and a.grantee <> c.relowner
        """
    )
    table: dict[str, dict[str, set[str]]] = {}
    for name, role, privilege, columns in found:
        word = f"{privilege} ({columns})" if columns else privilege
        table.setdefault(name, {}).setdefault(role, set()).add(word)
    return table


@cache
def sources() -> list[Source]:
    """Every module of ours, parsed; migrations and the sandbox (its own program) left out."""
    found = []
    for package in PACKAGES:
        for path in sorted((PROJECT / package).rglob("*.py")):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            if "migrations" not in parts and parts[:2] != ("integrations", "sandbox"):
                found.append(Source(".".join(parts).removesuffix(".__init__"), path, ast.parse(path.read_text())))
    return found


def tracked_files() -> Iterator[tuple[str, str]]:
    """Every text file under version control, with its text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        try:
            yield name, (PROJECT / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
