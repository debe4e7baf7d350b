"""``docs/permissions.md``, made from the permission tables of all apps: acts down, who may across."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.module_loading import module_has_submodule

from portal.shared.actor import ActorKind, Grant
from portal.shared.ownership import Permission, Who
from suppliers.states import Role, StaffRole

PLACE = Path(settings.BASE_DIR) / "docs" / "permissions.md"
YES, EVERYWHERE, BY_KIND = "●", "○", "kind"

HEAD = """# Who may do what

Made by `manage.py permission_table` from the tables that acts and buttons read: change those, never this page. One test
fails while the two differ; another sends every role into every act and holds what happens to this page.

* **Supplier's roles** count for that supplier alone, **staff roles** at the plants somebody is posted to. Where the
  mark is ○ only a role held at every plant counts, since what is done there touches them all.
* **Link** is whoever holds the link that an address was sent with an order: to that order alone, in a role of its
  addressee that has a mark in the row, too. See [people.md](people.md).
* **API** names the scope a token needs. A token of a supplier never does what none of the supplier's people may.
* **System** names the portal's own parts; each does what stands in its rows and nothing else.
* `kind`: the kind of file says who may, see [documents.md](documents.md).
"""


def tables() -> Iterator[tuple[str, type[Permission]]]:
    """Every app's permission table with the app's name, in the order of the storeys."""
    for config in apps.get_app_configs():
        if module_has_submodule(config.module, "permissions"):
            module = importlib.import_module(f"{config.name}.permissions")
            if isinstance(table := getattr(module, "Act", None), type) and issubclass(table, Permission):
                yield config.name, table


def written() -> str:
    """The page as it should stand."""
    with translation.override("en"):
        parts = [HEAD]
        for name, table in tables():
            parts.append(f"\n## `{name}`\n\n" + "\n".join(_rows(table)) + "\n")
    return "".join(parts)


def _rows(table: type[Permission]) -> Iterator[str]:
    sides = [*(str(role.label) for role in Role), *(f"*{role.label}*" for role in StaffRole)]
    yield _row(["Act", *sides, "Link", "API", "System"])
    yield _row(["---", *[":-:"] * len(sides), ":-:", "---", "---"])
    for act in table:
        who: Who = act.value
        yield _row(
            [
                f"{act.title}<br>`{act.name.lower()}`",
                *(_mark(who.supplier, role) for role in Role.values),
                *(_mark(who.staff, role, EVERYWHERE if who.everywhere else YES) for role in StaffRole.values),
                YES if who.by_link else "",
                _clients(who),
                " ".join(f"`{name.removeprefix('system:')}`" for name in sorted(who.systems)),
            ]
        )


def _mark(held: frozenset[str], role: str, mark: str = YES) -> str:
    return mark if role in held else "" if held <= {*Role.values, *StaffRole.values} else BY_KIND


def _clients(who: Who) -> str:
    """The scopes, each with the sides whose tokens get something from it."""
    said = []
    for scope in sorted(who.scopes):
        if ":" not in scope:
            return BY_KIND
        sides = {
            "supplier's": who.covers(ActorKind.MACHINE, Grant(scope, supplier_id=1)),
            "buyer's": who.covers(ActorKind.MACHINE, Grant(scope)),
        }
        said.append(f"`{scope}` ({', '.join(side for side, may in sides.items() if may)})")
    return "<br>".join(said)


def _row(cells: list[str]) -> str:
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"
