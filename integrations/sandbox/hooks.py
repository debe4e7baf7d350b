"""What a model does beyond storing its fields, hung on the general operations.

``behaviours`` fills the registry once; ``records`` and ``methods`` look things up in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.env import Env
from integrations.sandbox.store import Row

Before = Mapping[int, Row]
Method = Callable[..., Any]
Value = Callable[[Env, list[int]], dict[int, Any]]


def _nothing(*_: Any) -> None:
    """The hook of a model that needs none."""


@dataclass(frozen=True)
class Hooks:
    """``prepare`` completes the values of a new record; the others run around the change they are named after."""

    prepare: Callable[[Env, Row], None] = _nothing
    created: Callable[[Env, int, Row], None] = _nothing
    writing: Callable[[Env, list[int], Row], None] = _nothing
    written: Callable[[Env, list[int], Row, Before], None] = _nothing
    deleting: Callable[[Env, list[int]], None] = _nothing


_NO_HOOKS = Hooks()
_hooks: dict[str, Hooks] = {}
_methods: dict[tuple[str, str], Method] = {}
_values: dict[str, Value] = {}


def install(hooks: Mapping[str, Hooks], methods: Mapping[tuple[str, str], Method], values: Mapping[str, Value]) -> None:
    _hooks.update(hooks)
    _methods.update(methods)
    _values.update(values)


def hooks_of(model: str) -> Hooks:
    return _hooks.get(model, _NO_HOOKS)


def method_of(model: str, name: str) -> Method | None:
    return _methods.get((model, name))


def value_of(name: str) -> Value:
    return _values[name]
