"""Every way a call can fail has one meaning: may it have taken effect, is it tried again, who must act."""

from __future__ import annotations

import socket
from typing import Any

import odoorpc
import pytest

from integrations.office.actions.delivering import LeaseLost
from integrations.office.odoo.gateway import Gateway, LoadRefused, translated
from integrations.slot.models import Outcome
from portal.shared.errors import DeliveryFailed, Misconfigured, Permanent, Temporary
from tests.integrations.office.sandbox import SandboxProcess

READ = ("purchase.order", "search_read", [[], ["name"]], {"limit": 1})


def write(gateway: Gateway) -> Any:
    return gateway.load("mail.message", ["id", "model"], [["portal_sync.test_never", "res.partner"]])


def failure_of(gateway: Gateway, call: Any) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        call(gateway)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "code", "answered"),
    [
        ({"kind": "down"}, "away", False),
        ({"kind": "close"}, "broken", False),
        ({"kind": "lose"}, "broken", False),
        ({"kind": "slow", "seconds": 3}, "timeout", False),
        ({"kind": "garbage"}, "garbage", False),
        ({"kind": "garbage", "commit": True}, "garbage", False),
        ({"kind": "serialization"}, "busy", True),
    ],
)
def test_a_write_without_an_answer_may_have_taken_effect(
    sandbox: SandboxProcess, settings: Any, fault: dict[str, Any], code: str, answered: bool
) -> None:
    gateway = Gateway("odoo:main")
    gateway.call(*READ)  # signed in
    settings.ODOO_TIMEOUT_SECONDS = 1
    gateway = Gateway("odoo:main")
    gateway.call(*READ)
    sandbox.fault(**fault, model="mail.message", times=1)
    failure = failure_of(gateway, write)
    assert isinstance(failure, Temporary)
    assert (failure.code, failure.answered) == (code, answered)
    assert gateway.exchanges[-1].outcome == (Outcome.FAILED if answered else Outcome.NO_ANSWER)


@pytest.mark.parametrize("kind", ["down", "close", "garbage"])
def test_a_read_changes_nothing_whatever_became_of_it(sandbox: SandboxProcess, kind: str) -> None:
    gateway = Gateway("odoo:main")
    sandbox.fault(kind, model="purchase.order", times=1)
    failure = failure_of(gateway, lambda gateway: gateway.call(*READ))
    assert isinstance(failure, Temporary)
    assert failure.answered


def test_a_refused_connection_surely_did_nothing(sandbox: SandboxProcess, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.ODOO_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
    failure = failure_of(Gateway("odoo:main"), write)
    assert isinstance(failure, Temporary)
    assert (failure.code, failure.answered) == ("unreachable", True)


@pytest.mark.parametrize(
    ("call", "kind", "code"),
    [
        (("purchase.order", "search_read", [[["bogus", "=", 1]], ["name"]]), Misconfigured, "unknown"),
        (("purchase.order", "search_read", [[], ["bogus"]]), Misconfigured, "unknown"),
        (("no.such.model", "search_read", [[], ["name"]]), Misconfigured, "unknown"),
        (("purchase.order", "no_such_method", [[1]]), Misconfigured, "unknown"),
        (("ir.model.data", "search_read", [[], ["name"]]), Misconfigured, "access"),
        (("purchase.order", "write", [[99999999], {"partner_ref": "x"}]), Permanent, "missing"),
    ],
)
def test_refusals_of_odoo_wait_for_a_person(
    sandbox: SandboxProcess, call: tuple[Any, ...], kind: type[DeliveryFailed], code: str
) -> None:
    failure = failure_of(Gateway("odoo:main"), lambda gateway: gateway.call(*call))
    assert type(failure) is kind
    assert failure.code == code


def test_wrong_credentials_and_a_wrong_database(sandbox: SandboxProcess, settings: Any) -> None:
    settings.ODOO_PASSWORD = "wrong"
    assert failure_of(Gateway("odoo:main"), write).code == "login_refused"
    settings.ODOO_PASSWORD = "portal-sync-sandbox"
    settings.ODOO_DB = "elsewhere"
    failure = failure_of(Gateway("odoo:main"), write)
    assert isinstance(failure, Misconfigured)
    assert failure.code == "database"
    settings.ODOO_URL = "ftp://somewhere"
    assert failure_of(Gateway("odoo:main"), write).code == "address"


def test_a_refused_load_names_its_rows(sandbox: SandboxProcess) -> None:
    gateway = Gateway("odoo:main")
    with pytest.raises(LoadRefused) as caught:
        gateway.load("purchase.order.line", ["id", ".id"], [["", "99999999"]])
    assert caught.value.rows == {0}
    assert "99999999" in caught.value.message
    assert gateway.exchanges[-1].outcome == Outcome.REFUSED


def test_the_ledger_sees_no_password_and_no_traceback(sandbox: SandboxProcess) -> None:
    gateway = Gateway("odoo:main")
    failure_of(gateway, lambda gateway: gateway.call("purchase.order", "search_read", [[], ["bogus"]]))
    gateway.call("res.users", "search_read", [[["login", "=", "x"]], ["name"]], {"context": {"api_key": "hush"}})
    kept = str([(one.request, one.answer, one.error) for one in gateway.exchanges])
    assert "portal-sync-sandbox" not in kept
    assert "hush" not in kept
    assert "Traceback" not in kept


def test_one_login_serves_a_process(sandbox: SandboxProcess) -> None:
    Gateway("odoo:main").call(*READ)
    sandbox.forget_calls()
    Gateway("odoo:main").call(*READ)
    Gateway("odoo:main").call(*READ)
    assert sandbox.counts() == {"purchase.order.search_read": 2}


def test_a_lost_right_to_send_stops_the_call(sandbox: SandboxProcess) -> None:
    def stop() -> None:
        raise LeaseLost

    gateway = Gateway("odoo:main")
    gateway.before_call = stop
    with pytest.raises(LeaseLost):
        gateway.call(*READ)
    assert gateway.exchanges == []


@pytest.mark.parametrize(
    ("name", "message", "kind"),
    [
        ("psycopg2.errors.SerializationFailure", "could not serialize access due to concurrent update", Temporary),
        ("psycopg2.errors.DeadlockDetected", "deadlock detected", Temporary),
        ("psycopg2.OperationalError", "connection to server failed: too many clients", Temporary),
        ("odoo.exceptions.UserError", "You cannot do that.", Permanent),
        ("odoo.exceptions.ValidationError", "The operation cannot be completed", Permanent),
        ("builtins.ValueError", "Invalid field name 'x'", Misconfigured),
        ("something.Else", "", Permanent),
    ],
)
def test_names_of_errors(name: str, message: str, kind: type[DeliveryFailed]) -> None:
    error = odoorpc.error.RPCError(message, {"data": {"name": name, "message": message, "debug": "Traceback"}})
    assert type(translated(error)) is kind
