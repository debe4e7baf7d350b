"""Lists: what a search finds, and that the address says all of what is seen: through pages, files and decisions."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from portal.web.filters import Bar, choice, choice_of_rows
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.models import OrderLine, Plant, PurchaseOrder, User
from suppliers.states import AnswerKind
from tests.cast import Cast, ReleaseOrder, doing, fresh_lines, working_day
from tests.suppliers.test_export import read_csv, read_xlsx

pytestmark = pytest.mark.django_db


def late(cast: Cast, order: PurchaseOrder) -> tuple[OrderLine, UUID]:
    """Anna answers the first line with a date for the buyer to decide: the line, and that answer."""
    line = fresh_lines(order)[0]
    promise = (PromisedDelivery(line.quantity, working_day(60)),)
    answer = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, promise, reason="capacity", comment="=1+1")
    anna = cast.actor("anna")
    sent = acknowledge(actor=anna, order=order, answers=[answer], channel="page", at=timezone.now())
    return line, sent.rehearsed[0].pk


def links(content: bytes, words: str) -> list[str]:
    """Where the links of a page that say this lead."""
    found = re.findall(r'<a\b[^>]*?href="([^"]*)"[^>]*>(.*?)</a>', content.decode(), re.DOTALL)
    return [unescape(href) for href, said in found if words in re.sub(r"<[^>]+>", "", said)]


@pytest.mark.parametrize("text", ["p0777", "BR-77", "AC-77", "acme cast", "Karl Kauf"])
def test_lists_find_by_order_item_suppliers_number_supplier_and_buyer(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder, text: str
) -> None:
    old = timezone.now() - dt.timedelta(days=9)
    sought = release_order(cast.line(100), cast.line(9), number="P07771", buyer_name="Karl Kauf", at=old)
    release_order(cast.line(100), number="P09999", supplier=cast.borealis, at=old)
    with doing():
        OrderLine.objects.filter(order=sought).update(item_code="BR-77", supplier_item_code="AC-77")
    client.force_login(people["bea"])
    for address, rows in (("/orders/export.csv", 1), ("/orders/lines.csv", 2), ("/expediting/export.csv", 2)):
        _header, *found = read_csv(client.get(address, {"q": text}).content)
        assert [row[0] for row in found] == rows * ["P07771"], address
    late(cast, sought)
    _header, *found = read_csv(client.get("/decisions/export.csv", {"q": text}).content)
    assert [row[:2] for row in found] == [["P07771", "1"]]
    client.force_login(people["anna"])
    shown = client.get("/orders/", {"q": text}).content
    assert links(shown, "P07771")
    assert not links(shown, "P09999")


def test_an_address_says_what_is_seen_on_every_page_and_in_the_file(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    numbers = sorted(release_order(number=f"P1{number:04}").number for number in range(35))
    for number in range(3):
        release_order(number=f"P2{number:04}")
    client.force_login(people["bea"])
    first = client.get(f"/orders/?q=P1&sort=number&plant={cast.ham.pk}&needs=answer").content
    (following,) = links(first, "Next")
    for kept in ("q=P1", "sort=number", f"plant={cast.ham.pk}", "needs=answer"):
        assert kept in following
    second = client.get(f"/orders/{following}").content
    seen = [number for page in (first, second) for number in re.findall(r">(P\d{5})</a>", page.decode())]
    assert seen == numbers
    for page in (first, second):
        excel, lines = links(page, "Excel")
        assert "cursor" not in excel
        assert [row[0] for row in read_xlsx(client.get(excel).content)[1:]] == numbers
        assert [row[0] for row in read_xlsx(client.get(lines).content)[1:]] == numbers
    (chip,) = links(second, "Late")
    assert "needs=late" in chip
    assert "q=P1" in chip
    assert "cursor" not in chip


def test_filters_outlast_a_decision_and_a_refusal(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    (first, answer), (second, other), (third, last) = (
        late(cast, release_order(number=f"P0300{number}")) for number in range(3)
    )
    late(cast, release_order(number="P04000"))
    client.force_login(people["bea"])
    here = "/decisions/?q=P0300&finding=date"
    page = client.get(here).content.decode().partition("<main")[2]  # in the head other forms lead back as well
    assert page.count(f'name="back" value="{here.replace("&", "&amp;")}"') == 4, "three answers, and all at once"
    refused = client.post(f"/decisions/{first.pk}/", {"answer": answer, "decision": "declined", "back": here})
    assert refused.status_code == 422
    assert refused.content.decode().count('class="line-card"') == 3, "the list as it was"
    assert links(refused.content, "CSV") == ["/decisions/export.csv?q=P0300&finding=date"]
    assert 'action="/decisions/"' in refused.content.decode(), "to search on leads back to the list"
    done = client.post(f"/decisions/{first.pk}/", {"answer": answer, "decision": "approved", "back": here})
    assert done.headers["Location"] == here
    many = {"choose": [f"{second.pk}:{other}", f"{third.pk}:{last}"], "decision": "approved", "back": here}
    batch = client.post("/decisions/many/", many, follow=True)
    assert links(batch.content, "Back to the decisions") == ["/decisions/?q=P0300&finding=date"]
    assert client.get(here).content.decode().count('class="line-card"') == 0


def test_a_decision_tells_its_price_and_its_reason_to_who_may_read_them(
    client: Client, people: dict[str, User], cast: Cast, release_order: ReleaseOrder
) -> None:
    late(cast, release_order(cast.line(1250), number="P05000"))
    client.force_login(people["bea"])
    header, row = read_csv(client.get("/decisions/export.csv").content)
    said = dict(zip(header, row, strict=True))
    assert (said["Ordered"], said["Promised"], said["Unit price"]) == ("1250", "1250", "12.5")
    assert said["Arrives"] == working_day(60).isoformat()
    assert "working days later than asked" in said["Why the buyer decides"]
    typed = dict(zip(*read_xlsx(client.get("/decisions/export.xlsx").content), strict=True))
    assert (typed["Ordered"], typed["Line"]) == (1250, 1)
    assert isinstance(typed["Arrives"], dt.datetime)
    assert typed["Reason"] == "Capacity =1+1", "a text, no formula"


def test_a_bar_offers_what_there_is_to_choose() -> None:
    plants = [Plant(pk=1000, name="Hamburg"), Plant(pk=2, name="Dresden")]
    (both,) = choice_of_rows("plant", "Plant", plants, 1000)
    assert both.options == [("", "Any"), ("1000", "Hamburg"), ("2", "Dresden")], "keys as they are, in any language"
    assert both.chosen == "1000"
    assert choice_of_rows("plant", "Plant", plants[:1], None) == []
    chips = choice("kind", "Kind", [("late", "Late")], "late", "All")
    bar = Bar("x", chips=chips, choices=[both], keep={"show": "resolved", "empty": ""})
    assert bar.kept == [("kind", "late"), ("show", "resolved")]
