"""Whatever is sent to the addresses of files, they answer as the schema says."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.cast import Cast
from tests.documents.world import bring

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
OPERATIONS = ["files_create", "files_read", "files_link", "sheets_create"]


@pytest.mark.committed
@pytest.mark.parametrize("operation", OPERATIONS)
def test_anything_at_all(operation: str, cast: Cast) -> None:
    from portal.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    file = bring(cast.actor("anna"))
    statuses: set[int] = set()

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(schema.find_operation_by_id(operation).as_strategy(), st.booleans())
    def send(case: Any, known: bool) -> None:
        if known and "file_id" in case.path_parameters:
            case.path_parameters["file_id"] = str(file.pk)
        if known and isinstance(case.body, dict) and "kind" in case.body:
            case.body["kind"] = "attachment"
        response = case.call_and_validate(
            headers={"Authorization": f"Bearer {cast.tokens['writer'].secret}"}, checks=CHECKS
        )
        statuses.add(response.status_code)

    send()
    assert statuses - {401, 403, 404, 429}, "nobody came through the door"
