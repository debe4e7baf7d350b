"""What is kept for ever refuses to change, whoever asks."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import Clone
from tests.house import expected

pytestmark = [pytest.mark.committed, pytest.mark.separate]
SAMPLES = {
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "now()",
    "bigint": "1",
    "integer": "1",
    "smallint": "1",
    "jsonb": "'{}'",
}


def test_what_is_kept_for_ever_refuses_even_the_owner(clone: Clone) -> None:
    with psycopg.connect(clone.url("portal_owner"), autocommit=True) as owner:
        for table in sorted(expected.APPEND_ONLY):
            columns = owner.execute(
                "select column_name, data_type from information_schema.columns where table_name = %s", [table]
            ).fetchall()
            values = ", ".join(SAMPLES.get(kind, "''") for _, kind in columns)
            owner.execute(f"insert into {table} ({', '.join(name for name, _ in columns)}) values ({values})")
            for statement in (f"update {table} set at = now()", f"delete from {table}"):
                with pytest.raises(psycopg.errors.RaiseException, match="Cannot update or delete"):
                    owner.execute(statement)


def test_the_trail_cannot_be_emptied_even_by_the_owner(clone: Clone) -> None:
    with psycopg.connect(clone.url("portal_owner"), autocommit=True) as owner:
        for table in ("portal_audit_entry", "portal_state_change"):
            with pytest.raises(psycopg.errors.RaiseException, match="Cannot truncate"):
                owner.execute(f"truncate {table}")
