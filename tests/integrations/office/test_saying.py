"""What was kept as code and facts is said in the reader's language, and prices only to those who see them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import override

from integrations.office import exceptions
from integrations.office.actions import pulling
from integrations.office.actions.pulling import PULL
from integrations.office.models import Connection, Delivery, Trouble
from integrations.office.obstacles import KINDS, REASONS, Obstacle, message_of, permanent, remedy_of
from integrations.office.templatetags.office import exchange_error
from integrations.slot.models import Exchange
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Permanent
from suppliers.actions import settling
from suppliers.models import OrderLine, PurchaseOrder, User
from suppliers.models.standing import words
from suppliers.states import SyncMark
from tests.cast import Cast, ReleaseOrder, doing, everything, fresh_lines
from tests.integrations.office.dummy import Dummy, drain, dummy, publish

pytestmark = pytest.mark.django_db
__all__ = ["dummy"]
PLACES = re.compile(r"%\((\w+)\)s")
BUILDERS = {"temporary", "misconfigured", "permanent", "Unmappable", "Obstacle"}
NO_FACTS = {"because", "suggestions", "waits_for", "answered"}


# --- The table --------------------------------------------------------------------------------------------------------


def raised() -> Iterator[tuple[str, set[str], bool]]:
    """Every code that the post office names in its own sources: with its facts, and whether that is all of them."""
    for file in (Path(settings.BASE_DIR) / "integrations" / "office").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in BUILDERS:
                continue
            code, *more = node.args or [None]
            if not isinstance(code, ast.Constant):
                continue
            facts = {word.arg for word in node.keywords if word.arg} - NO_FACTS
            facts |= {key.value for one in more if isinstance(one, ast.Dict) for key in one.keys}  # type: ignore[union-attr]
            yield code.value, facts, all(word.arg for word in node.keywords)


def test_every_code_has_its_sentence_with_a_place_for_each_fact() -> None:
    found = list(raised())
    for code, facts, whole in found:
        places = set(PLACES.findall(str(REASONS[code].message)))
        assert (facts == places) if whole else (facts <= places), code
    beside = {"load_refused"}  # a class of its own
    assert REASONS.keys() == {code for code, _facts, _whole in found} | beside


def test_a_reason_speaks_the_readers_language() -> None:
    why = {"code": "quantity_negative", "line": 2, "order": "P1", "quantity": "-1234.5", "unit": "kg"}
    with override("de"):
        assert message_of(why, "") == "Position 2 von P1 bestellt -1.234,5 kg."
        assert remedy_of(why, "") == "In Odoo eine Rücksendung anlegen statt einer negativen Position."
        assert "(Lager)" in message_of({"code": "name_missing", "id": 7, "what": "stock.warehouse"}, "")
    assert Obstacle("name_missing", {"id": 7, "what": "uom.uom"}).message == "Odoo's record 7 (unit) has no name."
    assert {str(kind) for kind in KINDS.values()} == {"vendor", "product", "unit", "warehouse"}


@pytest.mark.parametrize("why", [None, {"code": "of_a_later_release"}, {"code": "order_locked", "other": "facts"}])
def test_what_nobody_can_say_is_shown_as_it_was_kept(why: dict[str, Any] | None) -> None:
    with override("de"):
        assert message_of(why, "It was locked.") == "It was locked."
    assert exchange_error(Exchange(error="It was locked.", why=why)) == "It was locked."


# --- The desk, the ledger, the connection, the mappings ---------------------------------------------------------------


@pytest.fixture
def german(people: dict[str, User], client: Client) -> Any:
    def sign_in(name: str) -> Client:
        people[name].language = "de"
        people[name].save()
        client.force_login(people[name])
        return client

    return sign_in


def text(response: Any) -> str:
    assert response.status_code == 200
    return " ".join(unescape(strip_tags(response.content.decode())).split())


def test_a_rejected_letter_is_told_in_german_wherever_it_stands(
    dummy: Dummy, release_order: ReleaseOrder, german: Any, bea: Actor
) -> None:
    order = release_order()
    (line,) = fresh_lines(order)
    with doing():
        OrderLine.objects.filter(pk=line.pk).update(sync=SyncMark.WAITING)
    publish(order, 1)
    dummy.fail = lambda _letter: permanent("order_locked", order=order.number)
    drain(timezone.now())
    with everything():
        letter = Delivery.objects.get()
    assert (letter.why, letter.failure) == (
        {"code": "order_locked", "order": order.number}, f"{order.number} is locked in Odoo."
    )  # fmt: skip
    said, todo = f"{order.number} ist in Odoo gesperrt.", "Die Bestellung in Odoo entsperren"
    client = german("bea")
    desk = text(client.get(reverse("office:exceptions"), {"q": "gesperrt"}))
    assert said in desk
    assert todo in desk
    assert said not in text(client.get(reverse("office:exceptions"), {"q": "Währung"}))
    assert said in text(client.get(reverse("office:ledger")))
    page = text(client.get(reverse("office:delivery", args=[letter.pk])))
    assert said in page
    assert todo in page
    (row,) = client.get(reverse("office_api:exceptions")).json()["results"]
    assert (row["code"], row["message"]) == ("order_locked", said)
    assert row["remedy"].startswith(todo)
    client.post(reverse("office:retry_many"), {"letter": [str(letter.pk)]})
    dummy.fail = lambda _letter: None
    drain(timezone.now())
    (row,) = client.get(reverse("office_api:exceptions"), {"resolved": "true"}).json()["results"]
    assert (row["code"], row["message"], row["remedy"]) == ("order_locked", said, "")
    assert said in text(client.get(reverse("office:exceptions"), {"owner": "all", "show": "resolved"}))


def test_a_line_whose_letter_waits_says_why_on_the_page_of_the_order(
    release_order: ReleaseOrder, german: Any, client: Client, people: dict[str, User]
) -> None:
    order = release_order()
    why = {"code": "order_locked", "order": order.number}
    lines = fresh_lines(order)
    with doing():
        settling.mark_needs_person(lines, "kept", why)
    assert f"{order.number} ist in Odoo gesperrt." in text(german("bea").get(f"/orders/{order.pk}/"))
    client.force_login(people["anna"])
    assert "locked in Odoo" not in text(client.get(f"/orders/{order.pk}/"))


def test_a_letter_from_before_is_shown_as_it_was_kept(dummy: Dummy, release_order: ReleaseOrder, german: Any) -> None:
    publish(release_order(), 1)
    dummy.fail = lambda _letter: Permanent("It was locked.", code="order_locked")
    drain(timezone.now())
    client = german("bea")
    assert "It was locked." in text(client.get(reverse("office:exceptions"), {"q": "was locked"}))
    (row,) = client.get(reverse("office_api:exceptions")).json()["results"]
    assert (row["code"], row["message"]) == ("order_locked", "It was locked.")


def test_troubles_and_a_broken_connection_are_told_in_german(german: Any, people: dict[str, User]) -> None:
    connection = pulling.the_connection(PULL, timezone.now())
    for model, obstacle in (
        ("purchase.order", Obstacle("date_missing", {"line": 1, "order": "P9"})),
        ("uom.uom", Obstacle("unit_incomplete", {"unit": "Ft"})),
    ):
        pulling.note_trouble(
            actor=PULL, connection=connection, model=model, remote_id=9, label="P9", obstacle=obstacle,
            at=timezone.now(),
        )  # fmt: skip
    pulling.finish_pull(
        connection, until={}, failure="Odoo is away: HTTP 502.", why={"code": "away", "status": 502}, exchanges=[],
        still={}, at=timezone.now(),
    )  # fmt: skip
    client = german("ines")
    page = text(client.get(reverse("office:connection")))
    for said in (
        "Odoo ist nicht da: HTTP 502.",
        "Position 1 von P9 hat keine erwartete Ankunft.",
        "Die erwartete Ankunft der Position in Odoo eintragen.",
    ):
        assert said in page
    mapped = text(client.get(reverse("office:mappings"), {"kind": "uom.uom"}))
    assert "Die Einheit Ft hat keine Kategorie oder keine Rundungsgenauigkeit." in mapped
    assert "Die Einheit in den Einstellungen von Odoo vervollständigen." in mapped
    (row,) = client.get(reverse("office_api:mappings"), {"model": "uom.uom"}).json()["unmapped"]
    assert row["message"].startswith("Die Einheit Ft hat keine Kategorie")
    with doing():
        Trouble.objects.update(why=None)
        Connection.objects.update(why=None)
    page = text(client.get(reverse("office:connection")))
    assert "Line 1 of P9 has no expected arrival." in page
    assert "Odoo is away: HTTP 502." in page


# --- What Odoo says instead -------------------------------------------------------------------------------------------

DIFFERENCES = [
    {"what": "quantity", "odoo": "90", "known": "100"},
    {"what": "price", "odoo": "99.99", "known": "12.5"},
]
WHY = {"code": "conflict", "differences": DIFFERENCES}


@pytest.mark.parametrize(
    ("differences", "said", "without"),
    [
        (DIFFERENCES, "Odoo sagt: Menge 90 statt 100, Preis 99,99 statt 12,50.", "Odoo sagt: Menge 90 statt 100."),
        (DIFFERENCES[1:], "Odoo sagt: Preis 99,99 statt 12,50.", "Odoo sagt etwas anderes, als vereinbart wurde."),
        (
            [{"what": "date", "odoo": "2026-12-09", "known": "2026-12-08"}, {"what": "gone"}],
            "Odoo sagt: Datum Mi, 9. Dez. 2026 statt Di, 8. Dez. 2026. Odoo hat diese Lieferung nicht mehr.",
            None,
        ),
    ],
)
def test_what_differs_in_words(differences: list[dict[str, str]], said: str, without: str | None) -> None:
    with override("de"):
        assert words({"code": "conflict", "differences": differences}, True) == said
        assert words({"code": "conflict", "differences": differences}, False) == (without or said)


@pytest.fixture
def conflict(release_order: ReleaseOrder) -> PurchaseOrder:
    """An order whose line was edited in Odoo after it was agreed: quantity and price."""
    order = release_order()
    (line,) = fresh_lines(order)
    with everything():
        row = line.schedule.get()
    actual = {"schedule": str(row.pk), "quantity": "90", "price": "99.99", "date": str(row.date), "received": "0"}
    with doing():
        settling.mark_conflict(line, WHY, [actual])
        PurchaseOrder.objects.filter(pk=order.pk).update(conflict_lines=1)
    return order


def doors(order: PurchaseOrder) -> list[str]:
    return [
        reverse("home"), f"/orders/{order.pk}/", reverse("decisions"), reverse("office:exceptions") + "?owner=all",
        reverse("orders"), reverse("orders_csv"), reverse("expediting"), reverse("expediting_csv"),
        f"/api/v1/orders/{order.pk}/", "/api/v1/orders/", "/api/v1/decisions/", "/api/v1/expediting/",
        "/api/v1/exceptions/",
    ]  # fmt: skip


SAYS = {"en": "quantity 90 instead of 100", "de": "Menge 90 statt 100"}
PRICES = {"en": "price 99.99 instead of 12.50", "de": "Preis 99,99 statt 12,50"}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    ("name", "told", "prices"),
    [
        ("sven", False, False),
        ("quinn", False, False),
        ("quentin", True, False),
        ("rita", True, False),
        ("bea", True, True),
    ],
)
def test_a_conflict_tells_prices_to_those_who_see_them_by_every_door(
    conflict: PurchaseOrder, people: dict[str, User], client: Client, name: str, told: bool, prices: bool, language: str
) -> None:
    people[name].language = language
    people[name].save()
    client.force_login(people[name])
    shown = {}
    for door in doors(conflict):
        answer = client.get(door)
        assert answer.status_code in (200, 403), door
        if answer.status_code == 200:
            body = b"".join(answer) if answer.streaming else answer.content
            shown[door] = " ".join(unescape(strip_tags(body.decode())).split())
    page = shown[f"/orders/{conflict.pk}/"]
    assert (SAYS[language] in page, PRICES[language] in page) == (told, prices)
    other = "de" if language == "en" else "en"
    for door, body in shown.items():
        assert SAYS[other] not in body, door
        assert "instead of" not in body or language == "en", door
        if not prices:
            assert not re.search(r"99[.,]99", body), door
    if prices:
        for door in (reverse("home"), reverse("decisions"), reverse("office:exceptions") + "?owner=all"):
            assert f"{SAYS[language]}, {PRICES[language]}" in shown[door], door
        (row,) = json.loads(shown["/api/v1/exceptions/"])["results"]
        assert PRICES[language] in row["message"]


def test_a_sentence_from_before_is_for_those_who_see_prices(
    conflict: PurchaseOrder, people: dict[str, User], client: Client, bea: Actor, cast: Cast
) -> None:
    with doing():
        OrderLine.objects.filter(order=conflict).update(sync_why=None, sync_note="Odoo says price 99.99, not 12.5.")
    for name, seen in (("bea", True), ("quentin", False), ("rita", False)):
        client.force_login(people[name])
        page = text(client.get(f"/orders/{conflict.pk}/"))
        assert ("99.99" in page, "Odoo says something else than was agreed." in page) == (seen, not seen)
    with acting(bea):
        (row,) = exceptions.listed(bea, exceptions.DeskFilters()).rows
        case = exceptions.case(bea, row, timezone.now())
    assert case.message == "Odoo says price 99.99, not 12.5."
    assert case.remedy == "Decide whether the agreement or Odoo's values hold."
