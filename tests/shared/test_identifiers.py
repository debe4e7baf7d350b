"""Keys in order of time, and the one id that follows a click everywhere."""

from __future__ import annotations

import threading
import uuid

import pytest
import structlog

from portal.shared.identifiers import correlated, correlation_id, new_id, new_ids


def test_keys_are_version_7_and_in_the_order_they_were_made() -> None:
    made = [new_id() for _ in range(10_000)]
    made += map(uuid.UUID, new_ids(10_000))
    assert {(key.version, key.variant) for key in made} == {(7, uuid.RFC_4122)}
    assert made == sorted(made)
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("given", ["abcdefgh", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "a.b:c_d-12"])
def test_an_id_from_outside_is_kept_where_it_is_safe(given: str) -> None:
    with correlated(given):
        assert correlation_id() == given
        assert structlog.contextvars.get_contextvars()["correlation_id"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with space 123", "line\nbreak-123", "<script>12345678", "ünsafe-12345"]
)
def test_an_unsafe_one_is_replaced(given: str) -> None:
    with correlated(given) as value:
        assert value != given
        assert correlation_id() == value


def test_inside_and_outside_do_not_mix() -> None:
    with correlated("outside-1"):
        with correlated("inside-12"):
            assert correlation_id() == "inside-12"
        assert correlation_id() == "outside-1"
        seen: list[str] = []
        thread = threading.Thread(target=lambda: seen.append(correlation_id()))
        thread.start()
        thread.join()
        assert seen != ["outside-1"]


def test_an_id_is_made_once_where_nobody_gave_one() -> None:
    seen: list[tuple[str, str]] = []
    thread = threading.Thread(target=lambda: seen.append((correlation_id(), correlation_id())))
    thread.start()
    thread.join()
    assert seen[0][0] == seen[0][1]
