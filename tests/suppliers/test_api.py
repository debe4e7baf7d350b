"""The API: the same acts, refusals and codes as the pages; safe to rehearse and to repeat."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator

from integrations.slot.models import Event
from portal.shared.models import AuditEntry
from suppliers.models import Acknowledgement, ApiToken, PurchaseOrder
from suppliers.permissions import SET_UP as SET_UP_NAME
from suppliers.statements import Need
from suppliers.states import DemandKind, LineState
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines, working_day


class Api:
    """A client of the API with a bearer token."""

    def __init__(self, secret: str) -> None:
        self.client = Client()
        self.headers = {"Authorization": f"Bearer {secret}"}

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query, headers=self.headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.client.post(
            f"/api/v1/{path}", json.dumps(body), content_type="application/json", headers=self.headers | headers
        )


@pytest.fixture
def api(cast: Cast) -> Api:
    return Api(cast.tokens["writer"].secret)


@pytest.fixture
def order(release_order: ReleaseOrder) -> PurchaseOrder:
    return release_order()


def test_what_a_line_is_needed_for_is_the_buyers_to_know(cast: Cast, release_order: ReleaseOrder) -> None:
    need = Need(working_day(20), DemandKind.PRODUCTION, "HAM/MO/00007")
    order = release_order(cast.line(need=need), cast.line())
    told = {"date": need.date.isoformat(), "kind": "production", "number": "HAM/MO/00007"}
    for name, expected in (("reader", [None, None]), ("decider", [told, None])):
        lines = Api(cast.tokens[name].secret).get(f"orders/{order.pk}/").json()["lines"]
        assert [line["needed"] for line in lines] == expected


def accepted(order: PurchaseOrder, **changes: Any) -> dict[str, Any]:
    (line,) = fresh_lines(order)
    return {"lines": [{"line": str(line.pk), "revision": line.revision, "answer": "accepted"} | changes]}


def late(order: PurchaseOrder) -> dict[str, Any]:
    promises = [{"quantity": "100", "date": working_day(60).isoformat()}]
    return accepted(order, answer="changed", reason="capacity", promises=promises)


def test_an_order_is_listed_read_and_answered(api: Api, order: PurchaseOrder) -> None:
    rows = api.get("orders/", needs="answer").json()
    assert [row["number"] for row in rows["results"]] == [order.number]
    detail = api.get(f"orders/{order.pk}/").json()
    assert detail["lines"][0]["quantity"] == "100"
    assert detail["lines"][0]["price"] == "12.5"
    answer = api.post(f"orders/{order.pk}/acknowledgements/", accepted(order))
    assert answer.status_code == 201, answer.json()
    assert [line["verdict"] for line in answer.json()["lines"]] == ["within"]
    assert api.get(f"orders/{order.pk}/").json()["state"] == "agreed"


def test_a_rehearsal_tells_the_verdict_and_changes_nothing(api: Api, order: PurchaseOrder) -> None:
    answer = api.post(f"orders/{order.pk}/acknowledgements/?dry_run=true", late(order))
    assert answer.status_code == 200
    assert answer.json()["dry_run"] is True
    assert [finding["code"] for finding in answer.json()["lines"][0]["findings"]] == ["late"]
    assert answer.json()["lines"][0]["promises"][0]["quantity"] == "100"
    with everything():
        assert not Acknowledgement.objects.exists()


def test_the_same_key_gets_the_same_answer_and_another_body_is_refused(api: Api, order: PurchaseOrder) -> None:
    path, body = f"orders/{order.pk}/acknowledgements/", accepted(order)
    first = api.post(path, body, **{"Idempotency-Key": "k1"})
    again = api.post(path, body, **{"Idempotency-Key": "k1"})
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    other = api.post(path, late(order), **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    with everything():
        assert Acknowledgement.objects.count() == 1
        assert Event.objects.count() == 1
        assert AuditEntry.objects.filter(act="acknowledge_order").count() == 1


def test_a_refused_request_may_be_mended_under_the_same_key_only_as_a_new_one(api: Api, order: PurchaseOrder) -> None:
    path = f"orders/{order.pk}/acknowledgements/"
    refused = api.post(path, accepted(order, revision=7), **{"Idempotency-Key": "k2"})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert api.post(path, accepted(order), **{"Idempotency-Key": "k3"}).status_code == 201


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"answer": "maybe"}, "/lines/0/answer", "invalid_choice"),
        ({"revision": "x"}, "/lines/0/revision", "invalid"),
        ({"line": "7"}, "/lines/0/line", "invalid"),
        ({"colour": "red"}, "/lines/0/colour", "unknown_field"),
        ({"promises": [{"quantity": "1e400", "date": None}]}, "/lines/0/promises/0/quantity", "max_digits"),
        ({"promises": [{"quantity": "NaN", "date": None}]}, "/lines/0/promises/0/quantity", "invalid"),
        ({"promises": [{"quantity": "1", "date": "soon"}]}, "/lines/0/promises/0/date", "invalid"),
        ({"answer": "changed", "promises": []}, "/lines/0/promises", "required"),
    ],
)
def test_every_fault_has_a_pointer_and_a_code(
    api: Api, order: PurchaseOrder, changes: dict[str, Any], pointer: str, code: str
) -> None:
    answer = api.post(f"orders/{order.pk}/acknowledgements/", accepted(order, **changes))
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "null", '{"lines": 1}', '{"lines": [1]}', '{"lines": []}'])
def test_garbage_is_refused_politely(api: Api, order: PurchaseOrder, body: str) -> None:
    answer = api.client.post(
        f"/api/v1/orders/{order.pk}/acknowledgements/", body, content_type="application/json", headers=api.headers
    )
    assert answer.status_code in (400, 422)
    assert answer.json()["code"] in ("malformed", "invalid")


@pytest.mark.parametrize("body", ["[" * 100_000 + "]" * 100_000, '{"lines": ' + "[" * 20_000 + "]" * 20_000 + "}"])
def test_what_is_nested_too_deeply_is_refused_politely(api: Api, order: PurchaseOrder, body: str) -> None:
    path = f"/api/v1/orders/{order.pk}/acknowledgements/"
    answer = api.client.post(path, body, content_type="application/json", headers=api.headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_whatever_goes_wrong_under_the_apis_address_is_a_problem_document(api: Api, order: PurchaseOrder) -> None:
    huge = b'{"comment": "' + b"x" * 30_000_000 + b'"}'
    path = f"/api/v1/orders/{order.pk}/acknowledgements/"
    too_large = api.client.post(path, huge, content_type="application/json", headers=api.headers)
    nowhere = api.get("nope/")
    for answer, status, code in ((too_large, 413, "too_large"), (nowhere, 404, "not_found")):
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
        assert answer.json()["code"] == code
        assert answer.json()["correlation_id"]


def test_decisions_by_a_machine_of_the_buyer(cast: Cast, api: Api, order: PurchaseOrder, people: Any) -> None:
    api.post(f"orders/{order.pk}/acknowledgements/", late(order))
    staff = Client()
    staff.force_login(people["bea"])
    (row,) = staff.get("/api/v1/decisions/").json()["results"]
    path = f"/api/v1/order-lines/{row['line']}/decision/"
    body = {"answer": row["answer"]["id"], "decision": "declined"}
    refused = staff.post(path, json.dumps(body), content_type="application/json")
    assert [(error["pointer"], error["code"]) for error in refused.json()["errors"]] == [("/reason", "required")]
    decided = staff.post(path, json.dumps(body | {"reason": "Too late"}), content_type="application/json")
    assert (decided.status_code, decided.json()["state"]) == (200, LineState.OPEN)
    again = staff.post(path, json.dumps(body | {"reason": "Too late"}), content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


def test_a_decision_repeated_under_its_key_tells_what_it_was_not_what_became_of_it(
    cast: Cast, api: Api, order: PurchaseOrder, people: Any
) -> None:
    api.post(f"orders/{order.pk}/acknowledgements/", late(order))
    staff = Client()
    staff.force_login(people["bea"])
    (row,) = staff.get("/api/v1/decisions/").json()["results"]
    path = f"/api/v1/order-lines/{row['line']}/decision/"
    body = json.dumps({"answer": row["answer"]["id"], "decision": "declined", "reason": "Too late"})
    key = {"Idempotency-Key": "d1"}
    first = staff.post(path, body, content_type="application/json", headers=key)
    api.post(f"orders/{order.pk}/acknowledgements/", accepted(order))
    assert fresh_lines(order)[0].state == LineState.AGREED
    again = staff.post(path, body, content_type="application/json", headers=key)
    assert first.json() == again.json()
    assert first.json()["decision"] == "declined"


def test_tokens_expire_are_revoked_and_know_their_scope(cast: Cast, order: PurchaseOrder) -> None:
    reader = Api(cast.tokens["reader"].secret)
    refused = reader.post(f"orders/{order.pk}/acknowledgements/", accepted(order))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    assert Api("portal_nonsense").get("orders/").status_code == 401
    assert Client().get("/api/v1/orders/").status_code == 401
    with everything_writable():
        ApiToken.objects.filter(pk=cast.tokens["reader"].pk).update(expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        ApiToken.objects.filter(pk=cast.tokens["writer"].pk).update(revoked_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    for name in ("reader", "writer"):
        answer = Api(cast.tokens[name].secret).get("orders/")
        assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


def everything_writable() -> Any:
    from portal.shared.acting import acting
    from portal.shared.actor import system_actor

    return acting(system_actor(SET_UP_NAME), write=True)


def test_what_belongs_to_others_does_not_exist(cast: Cast, api: Api, release_order: ReleaseOrder) -> None:
    theirs = release_order(supplier=cast.borealis)
    assert api.get("orders/").json()["results"] == []
    assert api.get(f"orders/{theirs.pk}/").status_code == 404
    answer = api.post(f"orders/{theirs.pk}/acknowledgements/", accepted(theirs))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    mine = release_order()
    mixed = api.post(f"orders/{mine.pk}/acknowledgements/", accepted(theirs))
    assert [error["code"] for error in mixed.json()["errors"]] == ["unknown_line"]


def test_pages_of_a_list_lose_and_repeat_nothing(api: Api, release_order: ReleaseOrder) -> None:
    numbers = [release_order().number for _ in range(7)]
    for sort, expected in (("-released", numbers[::-1]), ("number", sorted(numbers)), ("due", None)):
        seen: list[str] = []
        cursor = ""
        while True:
            page = api.get("orders/", sort=sort, limit=3, cursor=cursor).json()
            seen += [row["number"] for row in page["results"]]
            cursor = page["next"]
            if not cursor:
                break
        assert sorted(seen) == sorted(numbers)
        assert expected is None or seen == expected
        back = api.get("orders/", sort=sort, limit=3, cursor=page["previous"]).json()
        assert [row["number"] for row in back["results"]] == seen[3:6]
    assert api.get("orders/", cursor="nonsense").status_code == 422
    assert api.get("orders/", limit="many").status_code == 422


def test_a_list_costs_the_same_at_two_rows_and_at_twenty(
    api: Api, release_order: ReleaseOrder, django_assert_num_queries: Any
) -> None:
    def cost() -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as queries:
            assert api.get("orders/").status_code == 200
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    release_order()
    release_order()
    few = cost()
    for _ in range(18):
        release_order()
    assert cost() == few
    assert few <= 6


def test_answers_fit_the_schema(api: Api, order: PurchaseOrder, cast: Cast) -> None:
    """Answers are built by hand for speed; this holds them to what the schema says."""
    schema = SchemaGenerator().get_schema(request=None, public=True)
    assert schema["openapi"].startswith("3.1")
    api.post(f"orders/{order.pk}/acknowledgements/", late(order))
    fits(schema, "OrdersOut", api.get("orders/").json())
    fits(schema, "OrderOut", api.get(f"orders/{order.pk}/").json())
    fits(schema, "ProblemOut", api.get(f"orders/{cast.acme.public_id}/").json())


def test_every_shape_has_a_name_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    """Of two shapes with one name the schema shows one, and declares the other's answers wrong."""
    GENERATOR_STATS.reset()
    SchemaGenerator().get_schema(request=None, public=True)
    assert capsys.readouterr().err == ""


def fits(schema: Any, name: str, value: Any) -> None:
    from jsonschema import Draft202012Validator

    root = {"$ref": f"#/components/schemas/{name}", "components": schema["components"]}
    Draft202012Validator(root).validate(value)
    known = set(schema["components"]["schemas"][name]["properties"])
    assert set(value) <= known, "the schema does not name these fields"
