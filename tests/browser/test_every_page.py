"""Every page, light and dark, at a desk and on a phone: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from integrations.office import delivery as office
from integrations.office.actions.delivering import POST_OFFICE
from integrations.office.models import Connection, Cursor, Delivery, Mapping, Trouble
from integrations.office.routes import MAIL, ODOO
from suppliers.actions.accounts import ask_for_address, door
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.approvals import set_approval
from suppliers.actions.assessing import LineAnswer, PromisedDelivery
from suppliers.actions.changes import request_change
from suppliers.actions.comments import comment
from suppliers.actions.decisions import Choice, decide_many
from suppliers.actions.invitations import invite_colleague
from suppliers.actions.negotiating import Wish
from suppliers.actions.orders import open_order
from suppliers.actions.prints import print_order
from suppliers.actions.wishes import stop_secret
from suppliers.models import AnswerLine, OrderLink, PurchaseOrder
from suppliers.statements import Content, FileStatement, Text
from suppliers.states import AnswerKind, Decision, ListStanding, StaffRole
from tests.browser.conftest import PHONE, Portal, keep, what_is_wrong
from tests.cast import PASSWORD, Cast, ReleaseOrder, ReviseOrder, doing, everything, fresh_lines, working_day
from tests.masters import ask, listed

pytestmark = pytest.mark.committed

# who (empty: nobody), address; {order} has a line with the buyer, {open} one to answer
PAGES = [
    ("", "/accounts/login/"),
    ("", "/accounts/password/reset/"),
    ("", "/accounts/signup/"),
    ("", "/accounts/password/reset/done/"),
    ("", "/accounts/password/reset/key/1-old/"),
    ("", "/accounts/password/reset/key/done/"),
    ("", "/accounts/inactive/"),
    ("", "/accounts/3rdparty/login/error/"),
    ("", "{invitation}"),
    ("", "{invitation}wrong/"),
    ("", "{proof}"),
    ("", "{by_mail}"),
    ("", "{stop}"),
    ("anna", "/account/"),
    ("anna", "/accounts/2fa/"),
    ("anna", "/accounts/2fa/totp/activate/"),
    ("anna", "/accounts/2fa/webauthn/"),
    ("anna", "/accounts/2fa/webauthn/add/"),
    ("anna", "/accounts/logout/"),
    ("anna", "{invitation}"),
    ("aron", "/people/"),
    ("aron", "/people/invite/"),
    ("aron", "/people/{acme}/{anna}/"),
    ("ada", "/people/"),
    ("ada", "/people/invite/?at=staff"),
    ("ada", "/people/staff/{bea}/"),
    ("ada", "/people/contacts/"),
    ("anna", "/"),
    ("anna", "/orders/"),
    ("anna", "/orders/?q=nothing-like-it"),
    ("anna", "/orders/{open}/"),
    ("anna", "/orders/{order}/"),
    ("anna", "/orders/{revised}/revisions/2/"),
    ("anna", "/no-such-page/"),
    ("anna", "/decisions/"),
    ("anna", "/accounts/password/change/"),
    ("bea", "/"),
    ("bea", "/decisions/"),
    ("bea", "/orders/"),
    ("bea", "/orders/{order}/"),
    ("bea", "/expediting/?days=0"),
    ("bea", "/expediting/moves/"),
    ("ada", "/order-links/"),
    ("bea", "/changes/?view=all"),
    ("bea", "/orders/{agreed}/changes/{change}/"),
    ("anna", "/changes/"),
    ("anna", "/orders/{agreed}/changes/{change}/"),
    ("anna", "/orders/{agreed}/changes/"),
    ("anna", "/account/mails/"),
    ("anna", "/account/mails/sent/"),
    ("ines", "/ledger/mails/"),
    ("ines", "/ledger/"),
    ("ines", "/ledger/orders/{order}/"),
    ("ines", "/ledger/connection/"),
    ("ines", "/ledger/exceptions/?owner=all"),
    ("bea", "/ledger/exceptions/"),
    ("ines", "/ledger/mappings/"),
    ("ines", "/ledger/mappings/{mapping}/"),
    ("ada", "/tolerances/"),
    ("quentin", "/approved-vendors/"),
    ("bea", "/suppliers/"),
    ("bea", "/suppliers/{acme}/"),
    ("anna", "/suppliers/{acme}/"),
    ("ada", "/go-live/"),
    ("ada", "/branding/"),
    ("anna", "/orders/{order}/pdf/"),
    ("anna", "/orders/{order}/pdf/{print}/"),
    ("anna", "/orders/{order}/comments/"),
    ("bea", "/orders/{order}/comments/"),
    ("bea", "/decisions/many/{batch}/"),
    ("ines", "/ledger/letters/{letter}/"),
    ("ines", "/ledger/letters/{mail}/"),
    ("bea", "/ledger/orders/{order}/"),
    ("anna", "/suppliers/{acme}/ask/lead_time/?term={term}"),
    ("anna", "/suppliers/{acme}/ask/address/"),
    ("anna", "/suppliers/requests/"),
    ("anna", "/suppliers/requests/{wish}/"),
    ("bea", "/suppliers/requests/?view=all"),
    ("bea", "/suppliers/requests/{wish}/"),
]

BEFORE = Content(
    payment_terms="30 days net",
    ship_to="Nordwerk GmbH\nQuay 1\n20457 Hamburg",
    terms="Pack dry.",
    layout=(Text("note", "Deburr all edges."),),
    files=(FileStatement("7", "Plan.pdf", None, "aa", 10), FileStatement("8", "Quality terms.pdf", None, "cc", 10)),
)
AFTER = Content(
    payment_terms="14 days 2 %, 30 days net",
    ship_to="Nordwerk GmbH\nQuay 12\n20457 Hamburg",
    terms="Pack dry, on pallets of at most 800 kg, and name the order on every one of them.",
    layout=(Text("note", "Deburr all edges and wash."), Text("note", "Castings of one melt together.")),
    files=(FileStatement("7", "Plan.pdf", None, "bb", 10),),
)
REFUSED = {
    ("", "{invitation}wrong/"),
    ("", "/accounts/3rdparty/login/error/"),
    ("anna", "/no-such-page/"),
    ("anna", "/decisions/"),
}
"""Pages that say no."""


@pytest.fixture
def places(portal: Portal, release_order: ReleaseOrder, revise_order: ReviseOrder) -> dict[str, object]:
    order = release_order(portal.cast.line(400), incoterm="FCA", incoterm_place="Leipzig")
    line = fresh_lines(order)[0]
    promises = (PromisedDelivery(Decimal(250), working_day(30)), PromisedDelivery(Decimal(150), working_day(60)))
    answer = LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, promises, reason="capacity", comment="Furnace two.")
    actor = portal.cast.actor("anna")
    acknowledge(actor=actor, order=order, answers=[answer], channel="page", at=order.released_at)
    with doing(POST_OFFICE):
        connection = Connection.objects.create(name="main", pulled_at=order.released_at)
        for model in ("purchase.order", "res.partner", "uom.uom"):
            Cursor.objects.create(connection=connection, model=model, until=order.released_at)
        words = {"first_at": order.released_at, "last_at": order.released_at, "owner": StaffRole.BUYER}
        told = {"message": "Line 4 of P00014 names no product.", "remedy": "Choose a product on the line in Odoo."}
        Trouble.objects.create(
            connection=connection,
            model="purchase.order",
            remote_id=14,
            label="P00014",
            code="item_missing",
            **told,
            **words,
        )
        places = _doubtful(connection, portal.cast, order)
    revised = release_order(portal.cast.line(100, item_revision="B"), portal.cast.line(40), content=BEFORE)
    open_order(actor=actor, order=revised, at=revised.released_at)
    changed = {"quantity": Decimal(80), "price": Decimal("11.20"), "item_revision": "C"}
    revise_order(revised, **changed, description="Bearing bracket, GG25\nOiled, in boxes of 20", content=AFTER)
    fresh = release_order(portal.cast.line(80))
    now = timezone.now()
    set_approval(
        actor=portal.cast.actor("quentin"), supplier=portal.cast.acme, item=portal.cast.bracket, at=now,
        standing=ListStanding.BLOCKED, effective=now.date(), reason="Cracks in three lots of May.",
    )  # fmt: skip
    wanted = Wish((PromisedDelivery(Decimal(50), working_day(60)),), reason="capacity", comment="The furnace is down.")
    agreed = _agreed(portal, release_order)
    changed = fresh_lines(agreed)[0]
    change = request_change(actor=actor, line=changed, wish=wanted, at=now)
    return {
        "change": change.pk,
        "agreed": agreed.pk,
        "revised": revised.pk,
        "order": order.pk,
        "open": fresh.pk,
        **places,
        **_people(portal),
        **_written(portal, order),
        **_decided(portal, release_order),
        **_letters(agreed),
    }


def _written(portal: Portal, order: PurchaseOrder) -> dict[str, object]:
    """What Anna asked for and said: a PDF, a comment, another lead time; and links that mails would have."""
    cast, now = portal.cast, timezone.now()
    anna, actor = cast.people["anna"], cast.actor("anna")
    comment(actor=actor, order=order, text="The drawing shows 4 mm, the order 5 mm.", at=now)
    comment(actor=cast.actor("bea"), order=order, text="5 mm is right. A new drawing comes tomorrow.", at=now)
    term = listed(cast.acme, cast.bracket)
    other = listed(cast.acme, cast.granulate, code="AC-2")
    made = print_order(actor=actor, order=order, paper="a4", language="en", time_zone="UTC", at=now)
    with everything():
        link = OrderLink.objects.get(order=order, email=anna.email)  # the buyer's comment was mailed with it
    return {
        "term": term.pk,
        "wish": ask(actor, other, comment="A new furnace, and fewer shifts.").pk,
        "print": made.pk,
        "by_mail": f"/by-mail/{link.pk}/{link.secret}/",
        "stop": f"/mails/stop/{anna.pk}/answer_due/{stop_secret(anna.pk, 'answer_due')}/",
    }


def _decided(portal: Portal, release_order: ReleaseOrder) -> dict[str, object]:
    """Two answers decided at once, of which one was answered again meanwhile."""
    order = release_order(portal.cast.line(20), portal.cast.line(70))
    promises = (PromisedDelivery(Decimal(10), working_day(60)),)
    answers = [
        LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, promises, reason="capacity")
        for line in fresh_lines(order)
    ]
    actor, now = portal.cast.actor("anna"), timezone.now()
    acknowledge(actor=actor, order=order, answers=answers, channel="page", at=now)
    with everything():
        rows = list(AnswerLine.objects.filter(line__order=order).order_by("line__position"))
    acknowledge(actor=actor, order=order, answers=answers[1:], channel="page", at=now)
    choices = [Choice(row.line_id, row.pk) for row in rows]
    batch = decide_many(
        actor=portal.cast.actor("bea"), choices=choices, decision=Decision.DECLINED, reason="Too late.", at=now
    )
    return {"batch": batch.pk}


def _letters(order: PurchaseOrder) -> dict[str, object]:
    """What was agreed on its way to Odoo, and a mail."""
    office.fan_out(timezone.now())
    with everything():
        return {
            "letter": Delivery.objects.filter(about_id=order.pk, destination__startswith=ODOO).latest("id").pk,
            "mail": Delivery.objects.filter(destination__startswith=MAIL).latest("id").pk,
        }


def _agreed(portal: Portal, release_order: ReleaseOrder) -> PurchaseOrder:
    order = release_order(portal.cast.line(50), portal.cast.line(30))
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    acknowledge(actor=portal.cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    return order


def _doubtful(connection: Connection, cast: Cast, order: PurchaseOrder) -> dict[str, object]:
    """A vendor that looks like Acme, which holds up an order. Runs in a unit of work."""
    at = order.released_at
    known = Mapping.objects.create(
        connection=connection, model="res.partner", remote_id=12, object_type="suppliers.supplier",
        object_id=str(cast.acme.pk), made_at=at, compared_at=at, standing="gone",
    )  # fmt: skip
    words = {"connection": connection, "first_at": at, "last_at": at}
    twin = {"mapping": known.pk, "object": str(cast.acme.pk), "name": "Acme Castings", "remote_id": 12}
    Trouble.objects.create(
        **words, model="res.partner", remote_id=57, label="Acme Castings Ltd", code="twin", owner=StaffRole.BUYER,
        message="The vendor Acme Castings Ltd is new in Odoo and looks like Acme Castings, whose own record is"
        " archived, deleted or merged.",
        remedy="Say on the page of mappings whether it is the same or a new one.",
        suggestions=[{**twin, "standing": "gone", "why": ["reference", "vat"]}],
    )  # fmt: skip
    Trouble.objects.create(
        **words, model="purchase.order", remote_id=15, label="P00015", code="supplier_unknown", plant=cast.ham,
        owner=StaffRole.INTEGRATION_OWNER, message="The vendor of P00015 could not be taken in.",
        remedy="Look for the vendor among the exceptions.", need_date=working_day(9),
        because_model="res.partner", because_id=57,
    )  # fmt: skip
    return {"mapping": known.pk}


def _people(portal: Portal) -> dict[str, object]:
    """An invitation, an address to confirm, and whom the people pages are about."""
    cast, now = portal.cast, timezone.now()
    actor = cast.actor("aron")
    invitation = invite_colleague(
        actor=actor, supplier=cast.acme, email="nina@acme.example", name="Nina Neu", roles=["quality"], language="en",
        at=now,
    )  # fmt: skip
    anna = cast.people["anna"]
    proof = ask_for_address(actor=door(anna.name), person=anna, email="anna@new.example", at=now)
    return {
        "invitation": f"/invitations/{invitation.pk}/{invitation.secret}/",
        "proof": f"/addresses/{proof.pk}/{proof.secret}/",
        "acme": cast.acme.public_id,
        "anna": anna.pk,
        "bea": cast.people["bea"].pk,
    }


@pytest.mark.long
def test_every_page(portal: Portal, places: dict[str, object]) -> None:
    assert what_is_wrong(portal, PAGES, places, refused=REFUSED) == []


def test_sign_in_and_look(portal: Portal) -> None:
    user = portal.cast.people["anna"]
    user.set_password(PASSWORD)
    user.save()
    page = portal.visit()
    page.goto("/")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill("not-the-password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_focused()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing waits for you.")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.locator("details.people summary").click()
    page.get_by_role("button", name="Dark").click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.locator("details.people summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_by_keyboard(portal: Portal, places: dict[str, object]) -> None:
    """The first stop leads past the menu; the line's answer is chosen with the arrow keys."""
    page = portal.visit("anna")
    page.goto(f"/orders/{places['open']}/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.locator("#line-1 input[type=radio]:checked").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#line-1 input[value=accepted]")).to_be_checked()
    expect(page.locator("#verdict-1")).to_contain_text("Accepted at once")


def test_in_german(portal: Portal, places: dict[str, object]) -> None:
    page = portal.visit("", PHONE)
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anmelden")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    keep(page, "login-de")
    page = portal.visit("anna")
    page.goto("/")
    page.locator("details.people summary").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("4 Bestellpositionen warten auf Ihre Antwort.")
