"""What is changed by a new version, and never in place: policies, modes, the approved vendor list."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Model


def keep(row: Model, *scope: str) -> bool:
    """Keep the row as the next version of what stands for its scope, which its fields ``scope`` say.

    False where another took that version at the same moment: then nothing was kept. Runs inside the caller's act.
    """
    manager: Any = type(row)._default_manager
    last = manager.filter(**{name: getattr(row, name) for name in scope}).aggregate(last=Max("version"))["last"]
    row.version = (last or 0) + 1  # type: ignore[attr-defined]
    manager.bulk_create([row], ignore_conflicts=True)
    return bool(manager.filter(pk=row.pk).exists())
