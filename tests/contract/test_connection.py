"""Signing in, the version, and what happens to requests that are none."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import odoorpc
import pytest
from odoorpc.error import RPCError

from tests.contract.target import Client, Target


def post(target: Target, path: str, body: bytes) -> tuple[int, bytes]:
    request = urllib.request.Request(target.url + path, data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def rpc(target: Target, service: str, method: str, *args: Any) -> Any:
    params = {"service": service, "method": method, "args": list(args)}
    body = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 7, "params": params}).encode()
    status, answer = post(target, "/jsonrpc", body)
    assert status == 200
    return json.loads(answer)


def test_odoorpc_finds_version_18(odoo: Client) -> None:
    assert odoo.odoo.version.startswith("18.0")


def test_version_service_tells_the_same(target: Target) -> None:
    answer = rpc(target, "common", "version")
    assert answer["id"] == 7
    assert answer["result"]["server_version_info"][:2] == [18, 0]
    assert answer["result"]["protocol_version"] == 1


def test_login_and_authenticate_answer_the_user_id(target: Target, odoo: Client) -> None:
    for method, more in (("login", []), ("authenticate", [{}])):
        assert rpc(target, "common", method, target.database, target.user, target.password, *more)["result"] == odoo.uid


@pytest.mark.parametrize("method", ["login", "authenticate"])
def test_wrong_password_at_sign_in_is_false(target: Target, method: str) -> None:
    more = [{}] if method == "authenticate" else []
    assert rpc(target, "common", method, target.database, target.user, "wrong", *more)["result"] is False


def test_odoorpc_refuses_a_wrong_password(target: Target) -> None:
    fresh = odoorpc.ODOO(target.host, port=target.port)
    with pytest.raises(RPCError):
        fresh.login(target.database, target.user, "wrong")


def test_wrong_password_at_a_call_is_access_denied(target: Target, odoo: Client) -> None:
    answer = rpc(target, "object", "execute_kw", target.database, odoo.uid, "wrong", "res.partner", "search", [[]], {})
    assert answer["error"]["code"] == 200
    assert answer["error"]["data"]["name"] == "odoo.exceptions.AccessDenied"


def test_unknown_database_is_an_operational_error(target: Target) -> None:
    answer = rpc(target, "common", "login", "no_such_database", target.user, target.password)
    assert answer["error"]["data"]["name"] == "psycopg2.OperationalError"


def test_a_body_that_is_no_json_is_400(target: Target) -> None:
    assert post(target, "/jsonrpc", b"{nonsense") == (400, b"Invalid JSON data")


def test_a_json_list_is_400(target: Target) -> None:
    assert post(target, "/jsonrpc", b"[]") == (400, b"Invalid JSON-RPC data")


def test_another_content_type_is_400(target: Target) -> None:
    request = urllib.request.Request(target.url + "/jsonrpc", data=b"{}", headers={"Content-Type": "text/plain"})
    with pytest.raises(urllib.error.HTTPError) as info:
        urllib.request.urlopen(request, timeout=30)
    assert info.value.code == 400


def test_an_unknown_user_id_is_a_missing_record(target: Target) -> None:
    answer = rpc(target, "object", "execute_kw", target.database, 99999, "x", "res.partner", "search", [[]], {})
    assert answer["error"]["data"]["name"] == "odoo.exceptions.MissingError"


def test_an_unknown_service(target: Target) -> None:
    assert rpc(target, "nope", "nope")["error"]["data"]["name"] == "builtins.KeyError"


def test_another_address_is_404(target: Target) -> None:
    status, body = post(target, "/no/such/address", b"{}")
    assert status == 404
    assert b"<html" in body.lower()


def test_context_of_the_user(odoo: Client) -> None:
    context = odoo("res.users", "context_get")
    assert set(context) >= {"lang", "tz", "uid"}
    assert context["uid"] == odoo.uid


def test_execute_works_like_execute_kw(odoo: Client) -> None:
    assert odoo.odoo.execute("res.users", "search", [["id", "=", odoo.uid]]) == [odoo.uid]


def test_a_method_that_answers_nothing_has_no_result(target: Target, admin: Client, world: Any) -> None:
    order = world.order()
    answer = rpc(
        target, "object", "execute_kw", target.database, admin.uid, target.admin_password,
        "purchase.order", "button_done", [[order.id]], {},
    )  # fmt: skip
    assert "error" not in answer
    assert answer.get("result") is None
