"""What went wrong is said in words, by pages that read nothing the wall guards."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.models import PurchaseOrder
from suppliers.pages import orders
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna_at_the_door(cast: Cast) -> Client:
    client = Client(raise_request_exception=False, headers={"X-Correlation-ID": "click-12345678"})
    client.force_login(cast.people["anna"])
    return client


def test_a_fault_of_ours_is_admitted_without_its_details(
    anna_at_the_door: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr(orders, "order_list", fail)
    with CaptureQueriesContext(connection) as captured:
        answer = anna_at_the_door.get("/orders/")
    words = answer.content.decode()
    assert answer.status_code == 500
    assert "click-12345678" in words, "people quote the id, so that the log can be found"
    assert "secret detail" not in words
    assert "Traceback" not in words
    after = captured[-1]["sql"]
    assert "suppliers_purchase" not in after


def test_a_fault_in_the_database_is_one_of_ours_too(anna_at_the_door: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The window's own rollback must not hide it, and the next request works."""

    def fail(*_: object, **__: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select 1 / 0")

    with monkeypatch.context() as patched:
        patched.setattr(orders, "order_list", fail)
        assert anna_at_the_door.get("/orders/").status_code == 500
    assert anna_at_the_door.get("/orders/").status_code == 200


def test_a_view_that_forgets_its_window_fails_loudly(anna_at_the_door: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoWindow:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> None: ...
        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(orders, "acting", NoWindow)
    answer = anna_at_the_door.get("/orders/")
    assert answer.status_code == 500
    assert b"permission denied" not in answer.content


@pytest.mark.parametrize(
    "address", ["/no/such/page/", "/orders/not-a-key/", "/orders/0190b6a0-0000-7000-8000-000000000000/"]
)
def test_what_is_not_there_has_a_page(anna_at_the_door: Client, address: str) -> None:
    answer = anna_at_the_door.get(address)
    assert answer.status_code == 404
    assert b"<h1" in answer.content


def test_a_form_without_its_token_is_refused_kindly(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["anna"])
    answer = client.post("/language/", {"language": "de"})
    assert answer.status_code == 403
    assert b"<h1" in answer.content


def test_a_page_is_kept_by_no_cache(anna_at_the_door: Client) -> None:
    for address in ("/", "/orders/"):
        assert anna_at_the_door.get(address).headers["Cache-Control"] == "private, no-store"


def test_the_wall_stands_after_all_that(anna_at_the_door: Client, anna: Actor) -> None:
    anna_at_the_door.get("/orders/")
    with acting(anna):
        assert PurchaseOrder.objects.count() == 0
