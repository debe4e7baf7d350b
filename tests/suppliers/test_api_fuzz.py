"""Whatever is sent, the API answers as its schema says: no 500, no undeclared status, no undeclared shape."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from suppliers.states import AnswerKind
from tests.cast import Cast, ReleaseOrder, fresh_lines
from tests.documents.test_api_fuzz import OPERATIONS as OF_FILES

CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]
THOROUGH, QUICK = 60, 20
"""Requests an operation: the one that everything hangs on gets more of them."""
BY_SUPPLIERS = [
    "orders_list", "orders_read", "acknowledgements_create", "last_time_read", "changes_list", "changes_read",
    "changes_create", "changes_create_many", "changes_accept", "changes_counter", "changes_decline", "changes_withdraw",
    "comments_list", "comments_create", "orders_print", "orders_print_read", "suppliers_list", "suppliers_read",
    "people_list", "people_read", "people_set_roles", "people_deactivate", "people_reactivate", "invitations_list",
    "invitations_create", "invitations_resend", "invitations_revoke",
    "master_requests_list", "master_requests_read", "master_requests_create", "master_requests_withdraw",
]  # fmt: skip
BY_BUYERS = [
    "decisions_list", "decisions_create", "decisions_create_many", "corrections_decide", "expediting_list",
    "moves_list", "moves_state_cause", "approvals_create", "approvals_list", "exceptions_list", "letters_retry",
    "mappings_answer", "mappings_list", "order_links_list", "order_links_revoke", "orders_send",
    "suppliers_order_links", "contacts_list", "contacts_invite",
    "master_requests_approve", "master_requests_decline",
]  # fmt: skip
BY_PEOPLE = [
    "tolerances_list", "tolerances_set", "tolerances_try", "branding_read", "branding_set", "my_mails_read",
    "my_mails_update",
]  # fmt: skip
"""No client may; who signs in is tested elsewhere."""
OPERATIONS = [*BY_SUPPLIERS, *BY_BUYERS, *BY_PEOPLE]


@pytest.mark.committed
@pytest.mark.parametrize("operation", OPERATIONS)
def test_anything_at_all(operation: str, cast: Cast, release_order: ReleaseOrder) -> None:
    """Half the time at an order that exists, so that the fuzz reaches the act behind the door."""
    from portal.wsgi import application

    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", application)
    token = cast.tokens["decider" if operation in BY_BUYERS else "writer"]
    order = release_order()
    (line,) = fresh_lines(order)

    examples = THOROUGH if operation == "acknowledgements_create" else QUICK

    @settings(
        max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None
    )
    @given(schema.find_operation_by_id(operation).as_strategy(), st.booleans())
    def send(case: Any, known: bool) -> None:
        if known:
            for name, key in (("order_id", order.pk), ("line_id", line.pk)):
                if name in case.path_parameters:
                    case.path_parameters[name] = str(key)
            asks = case.body.get("changes", []) if isinstance(case.body, dict) else []
            for ask in asks if isinstance(asks, list) else []:
                if isinstance(ask, dict) and ask.get("reason"):
                    ask |= {"line": str(line.pk), "revision": line.revision}
            for answer in case.body.get("lines", []) if isinstance(case.body, dict) else []:
                if isinstance(answer, dict) and answer.get("answer") in AnswerKind.values:
                    answer |= {"line": str(line.pk), "revision": line.revision}
        response = case.call(headers={"Authorization": f"Bearer {token.secret}"})
        case.validate_response(response, checks=CHECKS)

    send()


def test_every_operation_is_fuzzed(db: None) -> None:
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(request=None, public=True)
    found = {method["operationId"] for path in schema["paths"].values() for method in path.values()}
    assert found - {"schema_retrieve"} == {*OPERATIONS, *OF_FILES}
