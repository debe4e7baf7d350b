"""Orders as PDFs, and whose colours they bear."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from documents import storage
from documents import tasks as file_tasks
from documents.brand import BLACK, Brand, contrast
from documents.models import StoredFile
from documents.queries import find_file
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted
from portal.shared.models import AuditEntry
from suppliers import printing, tasks
from suppliers.actions.acknowledgements import LineAnswer, acknowledge
from suppliers.actions.branding import set_branding
from suppliers.actions.prints import PRINTER, begin, print_order
from suppliers.models import Branding, OrderPrint, PurchaseOrder, User
from suppliers.queries.prints import find_print
from suppliers.statements import Content, Text
from suppliers.states import AnswerKind, PrintState
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines
from tests.documents.made import a_png
from tests.documents.read import tags_of, text_of
from tests.documents.world import accepted

pytestmark = pytest.mark.django_db
A_PICTURE = a_png()


@pytest.fixture
def order(cast: Cast, release_order: ReleaseOrder) -> PurchaseOrder:
    first, second = cast.line(100), cast.line(40, description="Long <b>words</b> " * 80)
    layout = (Text("section", "Spring series"), first.ref, Text("note", "Deburr\nall edges"), second.ref)
    return release_order(first, second, content=Content(layout=layout, payment_terms="30 days net"))


def ask(actor: Actor, order: PurchaseOrder, paper: str = "a4", language: str = "en", **rest: Any) -> OrderPrint:
    at = rest.pop("at", timezone.now())
    return print_order(
        actor=actor, order=order, paper=paper, language=language, time_zone="Europe/Berlin", at=at, **rest
    )


def drawn(one: OrderPrint) -> StoredFile:
    """The file, once both workers have run."""
    tasks.print_orders()
    file_tasks.inspect()
    with everything():
        found = OrderPrint.objects.select_related("file").get(pk=one.pk)
    assert found.state == PrintState.DRAWN
    assert found.file is not None
    assert found.file.is_served, found.file.findings
    return found.file


def content(file: StoredFile) -> bytes:
    with storage.opened(file.storage_key) as source:
        return source.read()


def test_an_order_is_drawn_inspected_and_opened(anna: Actor, order: PurchaseOrder) -> None:
    pdf = content(drawn(ask(anna, order)))
    said = text_of(pdf)
    for words in (order.number, "Acme Castings", "Nordwerk GmbH", "Hamburg works", "BR-100", "12.50", "1,750.00 EUR"):
        assert words in said, words
    assert "Long <b>words</b>" in said
    assert "Page 1 / " in said
    assert said.index("Spring series") < said.index("100 Units") < said.index("Deburr") < said.index("40 Units")


def test_it_is_tagged_titled_and_read_in_order(anna: Actor, order: PurchaseOrder) -> None:
    drawing = content(drawn(ask(anna, order, language="de")))
    pdf = pikepdf.open(io.BytesIO(drawing))
    assert pdf.Root.MarkInfo.Marked
    assert str(pdf.Root.Lang) == "de"
    with pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == f"Bestellung {order.number}"
        assert metadata["pdfuaid:part"] == "1"
    names = tags_of(drawing)
    assert names.index("/H1") < names.index("/Table") < names.index("/TH") < names.index("/TD")
    # Terms, head, section, note, two lines, and the words of one of them: rows are rows for those who listen.
    assert names.count("/TR") == 4 + 1 + 2 + 2 + 2
    assert names.count("/H1") == 1


def test_whoever_sees_no_prices_finds_none_and_cannot_have_the_other_paper(
    anna: Actor, sven: Actor, order: PurchaseOrder
) -> None:
    mine, his = ask(anna, order), ask(sven, order)
    assert mine.pk != his.pk
    priced, plain = drawn(mine), drawn(his)
    assert "12.50" in text_of(content(priced))
    assert "12.50" not in text_of(content(plain))
    assert ("30 days net" in text_of(content(priced)), "EUR" in text_of(content(priced))) == (True, True)
    assert ("30 days net" in text_of(content(plain)), "EUR" in text_of(content(plain))) == (False, False)
    with acting(sven):
        assert find_file(sven, plain.pk)
        with pytest.raises(NotPermitted):
            find_file(sven, priced.pk)
        with pytest.raises(NotFound):
            find_print(sven, order, mine.pk)


def test_nobody_else_has_it(anna: Actor, boris: Actor, bea: Actor, dora: Actor, order: PurchaseOrder) -> None:
    file = drawn(ask(anna, order))
    with acting(boris), pytest.raises(NotFound):
        find_file(boris, file.pk)
    with acting(bea):
        assert find_file(bea, file.pk)
    with acting(dora), pytest.raises(NotPermitted):  # she buys for another plant
        find_file(dora, file.pk)


def test_the_same_order_is_the_same_file_until_something_happens(anna: Actor, order: PurchaseOrder) -> None:
    first, again = drawn(ask(anna, order)), drawn(ask(anna, order))
    assert first.pk == again.pk
    lines = fresh_lines(order)
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in lines]
    acknowledge(actor=anna, order=order, answers=answers, channel="page", at=timezone.now())
    after = drawn(ask(anna, order))
    assert after.pk != first.pk
    assert "Agreed arrival" in text_of(content(after))


def test_a_second_wish_joins_the_first_while_it_waits(anna: Actor, asta: Actor, order: PurchaseOrder) -> None:
    assert ask(anna, order).pk == ask(asta, order).pk
    assert ask(anna, order, paper="letter").pk != ask(anna, order).pk


@pytest.mark.parametrize(("paper", "width"), [("a4", 595), ("letter", 612)])
def test_paper_is_as_asked(anna: Actor, order: PurchaseOrder, paper: str, width: int) -> None:
    pdf = pikepdf.open(io.BytesIO(content(drawn(ask(anna, order, paper=paper)))))
    assert round(float(list(pdf.pages[0].mediabox)[2])) == width


@pytest.mark.parametrize(("given", "pointer"), [({"paper": "a0"}, "/paper"), ({"language": "tlh"}, "/language")])
def test_what_we_do_not_know_is_refused(anna: Actor, order: PurchaseOrder, given: dict[str, str], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(anna, order, **given)
    assert refused.value.faults[0].pointer == pointer
    with everything():
        assert not OrderPrint.objects.exists()


def test_what_cannot_be_drawn_is_tried_three_times_and_said(
    anna: Actor, order: PurchaseOrder, monkeypatch: pytest.MonkeyPatch, people: dict[str, User], client: Client
) -> None:
    tries = []

    def broken(*_: object) -> bytes:
        tries.append(1)
        raise RuntimeError("no ink")

    monkeypatch.setattr(printing, "order_pdf", broken)
    one = ask(anna, order)
    tasks.print_orders()
    with everything():
        assert OrderPrint.objects.get(pk=one.pk).state == PrintState.FAILED
        assert not StoredFile.objects.exists()
    assert len(tries) == 3
    client.force_login(people["anna"])
    assert "could not be drawn" in client.get(f"/orders/{order.pk}/pdf/{one.pk}/").content.decode()


def test_a_worker_that_died_is_replaced(anna: Actor, order: PurchaseOrder) -> None:
    one = ask(anna, order)
    begin(actor=PRINTER, order_print=one, at=timezone.now() - dt.timedelta(minutes=11))
    drawn(one)


def test_the_page_leads_to_the_file(anna: Actor, order: PurchaseOrder, people: dict[str, User], client: Client) -> None:
    client.force_login(people["anna"])
    assert f"/orders/{order.pk}/pdf/" in client.get(f"/orders/{order.pk}/").content.decode()
    answer = client.post(f"/orders/{order.pk}/pdf/", {"paper": "a4", "language": "en"})
    assert "is being drawn" in client.get(answer["Location"]).content.decode()
    with everything():
        one = OrderPrint.objects.get()
    file = drawn(one)
    page = client.get(answer["Location"]).content.decode()
    assert f"/files/{file.pk}/" in page
    assert "hx-get" not in page
    assert client.get(f"/files/{file.pk}/").status_code == 302


# --- Branding ---------------------------------------------------------------------------------------------------------


def put(actor: Actor, **changes: Any) -> Branding:
    given = {"name": "Nordwerk GmbH", "ink": "#101820", "accent": "#ffcc00", "logo": None, **changes}
    return set_branding(actor=actor, at=timezone.now(), **given)


def test_the_look_is_on_paper_and_on_the_trail(ada: Actor, anna: Actor, order: PurchaseOrder) -> None:
    logo = accepted(ada, A_PICTURE, "logo.png", "logo")
    put(ada, logo=logo)
    pdf = pikepdf.open(io.BytesIO(content(drawn(ask(anna, order)))))
    pictures = [one for one in pdf.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
    assert [(int(one.Width), int(one.Height)) for one in pictures] == [(4, 3)]
    with everything():
        entry = AuditEntry.objects.get(act="set_branding")
    assert {change["field"] for change in entry.changes} == {"name", "ink", "accent", "logo"}


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"ink": "red"}, "/ink"),
        ({"ink": "#777777"}, "/ink"),  # 4.48 to 1
        ({"accent": "#12345"}, "/accent"),
        ({"accent": "#123456;}"}, "/accent"),
        ({"name": "x" * 101}, "/name"),
    ],
)
def test_a_look_that_cannot_be_read_is_refused(ada: Actor, given: dict[str, str], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        put(ada, **given)
    assert refused.value.faults[0].pointer == pointer
    with everything():
        assert Branding.objects.get().accent == Brand.accent


def test_only_an_accepted_logo_is_one(ada: Actor, anna: Actor, cast: Cast) -> None:
    letter = accepted(anna, b"A letter.", "letter.txt", "attachment", cast.acme.pk)
    with pytest.raises(Invalid) as refused:
        put(ada, logo=letter)
    assert refused.value.faults[0].pointer == "/logo"


def test_contrast_is_what_the_guidelines_say() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == 1
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert Brand("x", accent="#ffcc00").on_accent == BLACK


def test_words_on_every_accent_can_be_read() -> None:
    steps = range(0, 256, 51)
    for colour in (f"#{red:02x}{green:02x}{blue:02x}" for red in steps for green in steps for blue in steps):
        brand = Brand("x", accent=colour)
        assert contrast(brand.on_accent, brand.accent) >= 4.5, colour


def test_the_preview_draws_what_is_typed_and_runs_nothing(people: dict[str, User], client: Client, ada: Actor) -> None:
    accepted(ada, A_PICTURE, "logo.png", "logo")
    client.force_login(people["ada"])
    typed = {"name": "<script>", "ink": "#ffff00", "accent": '#000000" onload="x', "logo": ""}
    said = client.post("/branding/preview/", typed).content.decode()
    assert "<script>" not in said
    assert "onload" not in said
    assert "cannot be read on paper" in said
    with everything():
        assert Branding.objects.get().name == ""


@pytest.mark.parametrize(
    ("language", "row"), [("en", "BR-100 · 1,250 · Wed 9 Dec 2026"), ("de", "BR-100 · 1.250 · Mi, 9. Dez. 2026")]
)
def test_the_preview_writes_as_the_reader_does(
    people: dict[str, User], client: Client, language: str, row: str
) -> None:
    people["ada"].language = language
    people["ada"].save()
    client.force_login(people["ada"])
    typed = {"name": "Nordwerk", "ink": "#112233", "accent": "#0a5a61", "logo": ""}
    assert row in client.post("/branding/preview/", typed).content.decode()


def test_amounts_add_up(anna: Actor, cast: Cast, release_order: ReleaseOrder) -> None:
    lines = [cast.line(Decimal("1.5"), price=Decimal("0.333")), cast.line(3, price=Decimal("1000.10"))]
    lines.append(cast.line(1, price=Decimal("2.125")))  # half a cent is a cent, as in Odoo
    assert "3,002.93 EUR" in text_of(content(drawn(ask(anna, release_order(*lines)))))
    yen = text_of(content(drawn(ask(anna, release_order(cast.line(3, price=Decimal("1250.5")), currency="JPY")))))
    assert "3,752 JPY" in yen
    assert "3,752.00" not in yen


def test_a_description_that_names_the_item_again_is_not_printed(
    anna: Actor, cast: Cast, release_order: ReleaseOrder
) -> None:
    said = f"[{cast.bracket.code}] {cast.bracket.name}\nOiled, in boxes of 20."
    printed = text_of(content(drawn(ask(anna, release_order(cast.line(40, description=said))))))
    assert "Oiled, in boxes of 20." in printed
    assert f"[{cast.bracket.code}]" not in printed
