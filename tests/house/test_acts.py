"""How the world is changed here: by acts, each with its permission inside, and by nothing else."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from portal.shared.act import Act
from portal.shared.ownership import Permission
from tests.house import catalog

Function = ast.FunctionDef | ast.AsyncFunctionDef


def action_modules() -> list[tuple[catalog.Source, ModuleType]]:
    return [
        (source, importlib.import_module(source.name)) for source in catalog.sources() if ".actions." in source.name
    ]


def acts() -> dict[str, Act[..., Any]]:
    """Every act, by its full name."""
    return {
        f"{module.__name__}.{name}": value
        for _source, module in action_modules()
        for name, value in vars(module).items()
        if isinstance(value, Act) and value.function.__module__ == module.__name__
    }


def permissions() -> list[Permission]:
    found: list[Permission] = []
    for source in catalog.sources():
        if source.name.endswith(".permissions"):
            module = importlib.import_module(source.name)
            found += list(module.Act)
    return found


def functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def meant(node: ast.expr, module: ModuleType) -> Any:
    """What a name or a dotted name stands for in a module; None where only running would tell."""
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        return getattr(meant(node.value, module), node.attr, None)
    return None


def test_there_are_acts() -> None:
    assert len(acts()) >= 7


def test_every_act_asks_a_permission_of_its_own_app() -> None:
    for name, one in acts().items():
        app = name.partition(".actions.")[0]
        assert type(one.permission).__module__ == f"{app}.permissions", f"{name} asks {one.permission!r}"


def test_every_act_is_called_by_keyword_with_who_and_when() -> None:
    for name, one in acts().items():
        parameters = inspect.signature(one.function).parameters
        assert all(each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters.values()), (
            f"{name}: keywords only"
        )
        assert {"actor", "at"} <= set(parameters), f"{name} takes actor and at: who acts and when is never guessed"
        assert {one.about, one.within} <= {None, *parameters}, f"{name}: about or within is no parameter"
        assert (one.function.__doc__ or "").strip(), f"{name} says nothing of what it does and raises"


def test_acts_do_not_call_acts() -> None:
    """Nor does anything an act calls: what two acts share is a plain function, which opens no transaction."""
    bodies: dict[Any, list[tuple[str, Any]]] = {}
    for source, module in action_modules():
        for function in source.tree.body:
            if isinstance(function, Function):
                found = getattr(module, function.name)
                key = found.function if isinstance(found, Act) else found
                called = [(f"{source.where}:{call.lineno}", meant(call.func, module)) for call in calls(function)]
                bodies[key] = called
    waiting, seen = [one.function for one in acts().values()], set()
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        for where, target in bodies.get(function, []):
            act = target if isinstance(target, Act) else getattr(target, "__self__", None)
            assert not isinstance(act, Act), f"{where} calls the act {act.function.__name__} from inside an act"
            if inspect.isfunction(target):
                waiting.append(target)
    assert len(seen) > len(acts())


def test_every_permission_is_asked_somewhere() -> None:
    """By an act; or, to see something, by a page, a view or a query."""
    asked = {one.permission for one in acts().values()}
    named = {
        node.attr
        for source in catalog.sources()
        if not source.name.endswith(".permissions")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute)
    }
    for permission in permissions():
        if permission.name.startswith("SEE_"):
            assert permission.name in named, f"{permission!r} guards nothing"
        else:
            assert permission in asked, f"{permission!r} belongs to no act: is the button's act missing?"


def test_every_permission_is_somebodys() -> None:
    for permission in permissions():
        row = permission.value
        assert row.supplier or row.staff or row.scopes or row.systems, f"{permission!r}: nobody may"
        assert row.title[0].isupper(), f"{permission!r}"
        assert not row.title.endswith("."), f"{permission!r}"


def test_only_transitions_assigns_a_state() -> None:
    for source in catalog.sources():
        if source.name == "portal.shared.transitions":
            continue
        for node in ast.walk(source.tree):
            targets: list[ast.expr] = []
            if isinstance(node, ast.Assign):
                targets = node.targets
            elif isinstance(node, ast.AugAssign | ast.AnnAssign) and node.value is not None:
                targets = [node.target]
            for target in targets:
                assert not (isinstance(target, ast.Attribute) and target.attr == "state"), (
                    f"{source.where}:{node.lineno} assigns a state: transitions.move() does"
                )
        for call in calls(source.tree):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "update":
                assert "state" not in {keyword.arg for keyword in call.keywords}, (
                    f"{source.where}:{call.lineno} updates a state past transitions.move()"
                )


CLOCKS = {"now", "utcnow", "today", "localdate", "localtime", "time"}
TIMELESS = (".actions.", ".models.", ".queries", ".permissions", ".states", ".statements", ".tolerances")


def test_what_decides_reads_no_clock() -> None:
    for source in catalog.sources():
        if not any(room in f"{source.name}." for room in TIMELESS):
            continue
        for call in calls(source.tree):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in CLOCKS and not call.args:
                where = ast.unparse(call.func)
                assert where.split(".")[0] not in {"timezone", "datetime", "dt", "date", "time"}, (
                    f"{source.where}:{call.lineno} reads the clock: pass at="
                )


def test_tasks_are_woken_by_name_after_the_commit() -> None:
    for source in catalog.sources():
        for call in calls(source.tree):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            assert name not in {"delay", "apply_async"}, f"{source.where}:{call.lineno}: use portal.shared.jobs.wake"
            assert name != "send_task" or source.name == "portal.shared.jobs", f"{source.where}:{call.lineno}"


# Where a transaction or a savepoint is opened: everybody else is inside one.
OPENS = {
    "portal.shared.acting",
    "integrations.slot.once",  # a savepoint: the key may be there already
    "integrations.office.actions.pulling",  # a savepoint a record: a bad one stops itself, not the run
}


def test_only_the_floor_opens_transactions() -> None:
    for source in catalog.sources():
        if source.name in OPENS:
            continue
        for node in ast.walk(source.tree):
            assert not (isinstance(node, ast.Attribute) and node.attr == "atomic"), (
                f"{source.where}:{node.lineno} opens a transaction: use @act or acting()"
            )


WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
DOORS = (".pages.", ".api.", ".tasks.", ".queries.", ".templatetags.", ".permissions.", ".tolerances.")


def test_doors_write_nothing_themselves() -> None:
    for source in catalog.sources():
        if not any(door in f"{source.name}." for door in DOORS):
            continue
        for call in calls(source.tree):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            assert name not in WRITES, f"{source.where}:{call.lineno} writes: doors call one act"


def test_nothing_happens_behind_the_scenes() -> None:
    """No signals: what follows from an act stands in the act, or leaves through the outbox."""
    allowed = {("portal.celery", "celery.signals")}
    for source in catalog.sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.ImportFrom | ast.Import):
                names = {node.module or ""} if isinstance(node, ast.ImportFrom) else {one.name for one in node.names}
                for name in names:
                    if "signals" in name.split(".") or name == "django.dispatch":
                        assert (source.name, name) in allowed, f"{source.where}:{node.lineno} imports {name}"


def test_there_is_no_admin() -> None:
    from django.conf import settings

    assert not [app for app in settings.INSTALLED_APPS if "admin" in app]
    for source in catalog.sources():
        assert not source.name.endswith(".admin"), f"{source.where}: the admin is no room of this house"
        assert "django.contrib.admin" not in source.path.read_text(), source.where


def test_requests_open_no_transaction() -> None:
    from django.conf import settings

    assert settings.DATABASES["default"]["ATOMIC_REQUESTS"] is False
