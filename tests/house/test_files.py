"""What may not stand in any file of the project."""

from __future__ import annotations

import re

from tests.house import catalog

LONGEST = 400
# Written so that this file does not find itself.
MACHINE = re.compile(r"(?<![\w.])/(?:wor[k]|roo[t]|hom[e]/[a-z]|User[s]/[A-Za-z]|tm[p]/bash)[\w./-]*")
REGISTRY = re.compile(
    r"https?://[\w.:@-]*(?:pyp[i]|npm|artifactor[y]|nexu[s]|devp[i]|registr[y]|mirro[r])[\w.-]*", re.IGNORECASE
)
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KE[Y]|AKI[A][0-9A-Z]{16}|gh[p]_[A-Za-z0-9]{36}")


def test_no_module_is_too_long() -> None:
    for name, text in catalog.tracked_files():
        if name.endswith(".py") and "/migrations/" not in name:
            count = text.count("\n")
            assert count <= LONGEST, f"{name} has {count} lines: split it by journey"


def test_no_file_names_a_machine_or_a_registry() -> None:
    found = [
        f"{name}:{text[: hit.start()].count(chr(10)) + 1}: {hit.group()}"
        for name, text in catalog.tracked_files()
        for pattern in (MACHINE, REGISTRY, SECRET)
        for hit in pattern.finditer(text)
    ]
    assert found == []


def test_there_are_no_drawers_for_odds_and_ends() -> None:
    for name, _text in catalog.tracked_files():
        stem = name.rpartition("/")[2].partition(".")[0]
        assert stem not in {"utils", "util", "helpers", "helper", "misc", "common", "admin", "signals"}, name
