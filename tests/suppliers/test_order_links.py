"""An order is answered from the e-mail, without an account; and what its link must not do."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from integrations.office import delivery as office
from integrations.slot.models import Event, Exchange, Tray
from portal import logs
from portal.shared import transitions
from portal.shared.acting import acting
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted, Stale, WrongState
from portal.shared.models import AuditEntry
from suppliers.actions import colleagues, decisions, links
from suppliers.actions.acknowledgements import LineAnswer, PromisedDelivery, acknowledge
from suppliers.models import Acknowledgement, AnswerDraft, OrderLink, PurchaseOrder, Supplier, User
from suppliers.queries import find_line, find_order, order_detail
from suppliers.states import AnswerKind, Decision, Mode, Reason, Role, Source
from tests.cast import PULL, SET_UP, Cast, ReleaseOrder, ReviseOrder, doing, everything, fresh_lines, working_day
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db
DESK = "orders@acme-castings.example"
Answer = Callable[..., HttpResponse]


@pytest.fixture
def order(cast: Cast, release_order: ReleaseOrder) -> PurchaseOrder:
    """Three lines at Acme, whose orders go to an address that nobody signs in with, and to Anna and Aron."""
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(email=DESK, language="de")
    order = release_order(cast.line(100), cast.line(40), cast.line(7))
    tell(order)
    return order


def tell(order: PurchaseOrder) -> None:
    """The order came from Odoo: the desk is told."""
    with doing(PULL):
        links.announce(transitions.hold(order, "supplier"), timezone.now())


def link_of(order: PurchaseOrder, email: str = DESK) -> OrderLink:
    with everything():
        return OrderLink.objects.select_related("order__supplier", "order__plant").get(order=order, email=email)


def path_of(link: OrderLink) -> str:
    return f"/by-mail/{link.pk}/{link.secret}/"


def opened(order: PurchaseOrder, email: str = DESK) -> Client:
    """A browser in which somebody pressed the button behind the link."""
    client = Client(headers={"accept-language": "en"})
    client.cookies["django_language"] = "en"
    answer = client.post(path_of(link_of(order, email)))
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{order.pk}/"), answer.content.decode()
    return client


def form(order: PurchaseOrder, *positions: int, kind: str = "accepted", **more: Any) -> dict[str, Any]:
    with everything():
        answers = Acknowledgement.objects.filter(order=order).count()
    body: dict[str, Any] = {"do": "send", "answers": answers, **more}
    for line in fresh_lines(order):
        if line.position in positions:
            body |= {f"line-{line.position}-revision": line.revision, f"line-{line.position}-kind": kind}
    return body


def nothing_changed(order: PurchaseOrder) -> bool:
    with everything():
        seen = PurchaseOrder.objects.get(pk=order.pk).viewed_at
        return seen is None and not Acknowledgement.objects.exists() and not AnswerDraft.objects.exists()


# --- The way it is meant ----------------------------------------------------------------------------------------------


def test_from_the_mail_to_the_answer(order: PurchaseOrder) -> None:
    sent = {mail.to[0]: mail for mail in post_mails()}
    assert set(sent) == {DESK, "anna@acme.example", "aron@acme.example"}
    mail = sent[DESK]
    assert mail.subject == f"Bestellung {order.number} von Nordwerk GmbH: 3 Positionen zu beantworten"
    assert sent["anna@acme.example"].subject == f"Order {order.number} from Nordwerk GmbH: 3 lines to answer"
    assert "BR-100" in str(mail.body)
    assert "12,50" in str(mail.body)
    assert link_in(mail) == path_of(link_of(order))
    client = Client()
    page = client.get(link_in(mail))
    assert (page.status_code, DESK in page.content.decode()) == (200, True)
    assert 'lang="de"' in page.content.decode()
    there = client.post(link_in(mail))
    assert there["Location"] == f"/orders/{order.pk}/"
    shown = client.get(there["Location"]).content.decode()
    assert "12,50" in shown
    assert 'name="line-1-kind"' in shown
    answer = client.post(there["Location"], form(order, 1, 2))
    assert answer["Location"] == f"/orders/{order.pk}/#history"
    (said,) = rows(Acknowledgement)
    assert (said.actor_kind, said.actor_name, said.channel, said.source) == ("link", DESK, "link", "")
    assert [line.state for line in fresh_lines(order)] == ["agreed", "agreed", "open"]
    page = client.get(there["Location"]).content.decode()
    assert f"über den Link an {DESK}" in page
    (told,) = post_mails()
    assert (told.to, told.subject) == ([DESK], f"Bestellung {order.number}: was über Ihren Link geantwortet wurde")
    assert "100" in str(told.body)


def rows(model: Any) -> list[Any]:
    with everything():
        return list(model.objects.all())


def test_the_trail_names_the_link_and_no_account(order: PurchaseOrder) -> None:
    opened(order).post(f"/orders/{order.pk}/", form(order, 1))
    with everything():
        entry = AuditEntry.objects.get(act="acknowledge_order")
        assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("link", str(link_of(order).pk), DESK)
        assert AuditEntry.objects.get(act="open_order").actor_kind == "link"


def test_a_verdict_is_shown_before_sending_and_a_draft_kept(order: PurchaseOrder) -> None:
    client = opened(order)
    late = {"line-1-quantity": "100", "line-1-date": working_day(80).isoformat(), "line-1-reason": "capacity"}
    answer = client.post(f"/orders/{order.pk}/verdicts/", form(order, 1, kind="changed", **late))
    assert "Goes to the buyer" in answer.content.decode()
    (draft,) = rows(AnswerDraft)
    assert (draft.actor_id, draft.actor_name) == (str(link_of(order).pk), DESK)
    assert "Your draft of" in client.get(f"/orders/{order.pk}/").content.decode()


# --- Scanners, previews, forwarding -----------------------------------------------------------------------------------


def test_whoever_only_looks_changes_nothing(order: PurchaseOrder) -> None:
    post_mails()
    path = path_of(link_of(order))
    for _scanner in range(3):
        assert Client().get(path).status_code == 200
        assert Client().head(path).status_code == 200
        assert "order_link" not in Client().get(path).cookies
    assert Client().options(path).status_code == 405
    assert nothing_changed(order)
    assert post_mails() == []
    assert opened(order).get(f"/orders/{order.pk}/").status_code == 200


def test_the_address_of_the_page_goes_nowhere(order: PurchaseOrder) -> None:
    path = path_of(link_of(order))
    page = Client().get(path)
    assert page["Referrer-Policy"] == "strict-origin"
    assert "no-store" in page["Cache-Control"]
    wrong = Client().get(path[:-5] + "0000/")
    assert (wrong.status_code, wrong["Referrer-Policy"]) == (404, "strict-origin")
    said = logs.without_secrets(None, "info", {"request": f"GET {path}", "event": path})
    assert link_of(order).secret not in str(said)


def test_the_secret_is_in_the_mail_alone(order: PurchaseOrder) -> None:
    mails = post_mails()
    link = link_of(order)
    assert any(link.secret in str(mail.body) for mail in mails)
    with everything():
        kept = [*Event.objects.values(), *AuditEntry.objects.values(), *OrderLink.objects.values()]
        kept += [*Exchange.objects.values(), *Tray.objects.values()]
    assert link.secret not in str(kept)
    assert link.secret not in str(opened(order).cookies)


def test_a_forwarded_link_works_and_says_for_whom_it_was_made(order: PurchaseOrder, people: dict[str, User]) -> None:
    boris = Client()
    boris.force_login(people["boris"])  # of another supplier: signed in, and given the mail
    path = path_of(link_of(order))
    assert "You are signed in as Boris Berg." in boris.get(path, headers={"accept-language": "en"}).content.decode()
    assert boris.get(f"/orders/{order.pk}/").status_code == 404
    boris.post(path)
    page = boris.get(f"/orders/{order.pk}/").content.decode()
    assert DESK in page
    assert "Boris Berg" not in page
    boris.post(f"/orders/{order.pk}/", form(order, 1))
    (said,) = rows(Acknowledgement)
    assert (said.actor_kind, said.actor_name) == ("link", DESK)
    boris.post(f"/orders/{order.pk}/leave/")
    assert boris.get(f"/orders/{order.pk}/").status_code == 404
    assert boris.get("/").status_code == 200


def test_the_addressee_who_is_signed_in_acts_under_his_own_name(order: PurchaseOrder, people: dict[str, User]) -> None:
    anna = Client()
    anna.force_login(people["anna"])
    answer = anna.post(path_of(link_of(order, "anna@acme.example")))
    assert (answer["Location"], "order_link" in answer.cookies) == (f"/orders/{order.pk}/", False)
    anna.post(f"/orders/{order.pk}/", form(order, 1))
    (said,) = rows(Acknowledgement)
    assert (said.actor_kind, said.actor_name) == ("supplier", "Anna Abel")


# --- One order, and nothing else --------------------------------------------------------------------------------------


def test_nothing_else_opens(cast: Cast, order: PurchaseOrder, release_order: ReleaseOrder) -> None:
    other, theirs = release_order(), release_order(supplier=cast.borealis)
    client = opened(order)
    (cookie,) = [morsel for name, morsel in client.cookies.items() if name == "order_link"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (f"/orders/{order.pk}/", True, "Strict")
    for one in (other, theirs):
        for path in (f"/orders/{one.pk}/", f"/orders/{one.pk}/revisions/1/"):
            assert client.get(path).status_code == 302, "nobody is signed in here"
        assert client.post(f"/orders/{one.pk}/", form(one, 1)).status_code == 302
        assert client.post(f"/orders/{one.pk}/verdicts/", form(one, 1)).status_code == 302
    for path in ("/", "/orders/", "/orders/export.csv", "/decisions/", "/people/", "/account/", "/order-links/"):
        assert client.get(path)["Location"].startswith("/accounts/login/"), path
    assert client.get("/api/v1/orders/").status_code == 401
    assert client.get(f"/api/v1/orders/{order.pk}/").status_code == 401
    assert client.post(f"/orders/{order.pk}/send/").status_code in (403, 404)
    assert client.post(f"/orders/{order.pk}/links/{link_of(order).pk}/revoke/").status_code in (403, 404)
    assert "sessionid" not in client.cookies


def test_the_holder_knows_of_no_other_order(
    cast: Cast, order: PurchaseOrder, release_order: ReleaseOrder, bea_who_acts: Any = None
) -> None:
    other = release_order()
    found = links.find(link_of(order).pk, timezone.now())
    assert found is not None
    holder = found.actor
    with acting(holder):
        assert [row.pk for row in PurchaseOrder.objects.visible_to(holder)] == [order.pk]
        assert Supplier.objects.visible_to(holder).count() == 0
        assert order_detail(holder, order.pk).order.pk == order.pk
        with pytest.raises(NotFound):
            find_order(holder, other.pk)
        with pytest.raises(NotFound):
            find_line(holder, fresh_line_key(other))
    line = fresh_lines(other)[0]
    answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
    with pytest.raises(NotPermitted):
        acknowledge(actor=holder, order=other, answers=[answer], channel="link", at=timezone.now(), seen=0)
    with pytest.raises(Invalid, match="cannot be taken"):
        acknowledge(actor=holder, order=order, answers=[answer], channel="link", at=timezone.now(), seen=0)
    assert rows(Acknowledgement) == []


def fresh_line_key(order: PurchaseOrder) -> UUID:
    from suppliers.models import OrderLine

    return OrderLine.objects.filter(order=order).values_list("pk", flat=True)[0]


# --- Once -------------------------------------------------------------------------------------------------------------


def test_one_use_for_each_answer(order: PurchaseOrder) -> None:
    client, body = opened(order), form(order, 1)
    assert client.post(f"/orders/{order.pk}/", body).status_code == 302
    again = client.post(f"/orders/{order.pk}/", body)
    assert again.status_code == 409
    assert "This order was answered since you opened the page." in again.content.decode()
    assert len(rows(Acknowledgement)) == 1
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert 'name="line-1-kind"' not in page
    assert 'name="line-2-kind"' in page


def test_what_waits_for_the_buyer_is_not_answered_again_by_a_link(order: PurchaseOrder, cast: Cast) -> None:
    client = opened(order)
    late = {"line-1-quantity": "100", "line-1-date": working_day(80).isoformat(), "line-1-reason": "capacity"}
    client.post(f"/orders/{order.pk}/", form(order, 1, kind="changed", **late))
    assert 'name="line-1-kind"' not in client.get(f"/orders/{order.pk}/").content.decode()
    refused = client.post(f"/orders/{order.pk}/", form(order, 1))
    assert refused.status_code == 422
    assert "This line has been answered already." in refused.content.decode()
    (said,) = rows(Acknowledgement)
    with everything():
        answer = said.lines.get()
    line = fresh_lines(order)[0]
    decisions.decide(
        actor=cast.actor("bea"), line=line, answer=answer.pk, decision=Decision.DECLINED, reason="No", at=timezone.now()
    )
    assert client.post(f"/orders/{order.pk}/", form(order, 1)).status_code == 302
    assert fresh_lines(order)[0].state == "agreed"


def test_a_revision_opens_a_line_for_the_same_link_again(order: PurchaseOrder, revise_order: ReviseOrder) -> None:
    client = opened(order)
    before = form(order, 1, 2, 3)
    client.post(f"/orders/{order.pk}/", before)
    revise_order(order, quantity=Decimal(80))
    assert client.post(f"/orders/{order.pk}/", before).status_code == 409
    assert client.post(f"/orders/{order.pk}/", form(order, 1, 2, 3)).status_code == 302
    assert len(rows(Acknowledgement)) == 2


def test_a_rehearsed_answer_uses_nothing_up(order: PurchaseOrder) -> None:
    found = links.find(link_of(order).pk, timezone.now())
    assert found is not None
    line = fresh_lines(order)[0]
    given: dict[str, Any] = {
        "actor": found.actor,
        "order": order,
        "answers": [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)],
        "channel": "link",
        "at": timezone.now(),
    }
    acknowledge.rehearse(**given, seen=0)
    with pytest.raises(Stale):
        acknowledge(**given)
    acknowledge(**given, seen=0)


# --- Ends -------------------------------------------------------------------------------------------------------------


def ended_by_time(cast: Cast, link: OrderLink) -> None:
    with acting(SET_UP, write=True):
        OrderLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())


def ended_by_the_buyer(cast: Cast, link: OrderLink) -> None:
    links.revoke(actor=cast.actor("bea"), link=link, at=timezone.now())


def ended_by_the_switch(cast: Cast, link: OrderLink) -> None:
    links.switch(actor=cast.actor("bea"), supplier=cast.acme, on=False, at=timezone.now())


def ended_by_a_required_factor(cast: Cast, link: OrderLink) -> None:
    colleagues.require_factor(actor=cast.actor("aron"), supplier=cast.acme, required=True, at=timezone.now())


def ended_with_the_supplier(cast: Cast, link: OrderLink) -> None:
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(active=False)


def ended_with_the_address(cast: Cast, link: OrderLink) -> None:
    with acting(SET_UP, write=True):
        Supplier.objects.filter(pk=cast.acme.pk).update(email="new@acme-castings.example")


def ended_with_the_order(cast: Cast, link: OrderLink) -> None:
    from tests.cast import revise

    revise(link.order, cancelled=True)


def ended_with_its_mode(cast: Cast, link: OrderLink) -> None:
    with acting(SET_UP, write=True):
        PurchaseOrder.objects.filter(pk=link.order_id).update(mode=Mode.OFF)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (ended_by_time, "has expired"),
        (ended_by_the_buyer, "was withdrawn"),
        (ended_by_the_switch, "are not answered from the e-mail"),
        (ended_by_a_required_factor, "are not answered from the e-mail"),
        (ended_with_the_supplier, "are not answered from the e-mail"),
        (ended_with_the_address, "Orders do not go to"),
        (ended_with_the_order, "takes no answers any more"),
        (ended_with_its_mode, "takes no answers any more"),
    ],
)
def test_a_link_and_its_session_end_together(
    cast: Cast, order: PurchaseOrder, end: Callable[[Cast, OrderLink], None], said: str
) -> None:
    link, client, body = link_of(order), opened(order), form(order, 1)
    end(cast, link)
    post_mails()
    for answer in (
        client.get(path_of(link), headers={"accept-language": "en"}),
        client.post(path_of(link)),
        client.get(f"/orders/{order.pk}/"),
    ):
        assert answer.status_code == 409
        assert said in answer.content.decode()
    client.cookies["order_link"] = "stolen before"
    assert client.post(f"/orders/{order.pk}/", body).status_code == 302, "to the sign-in"
    assert rows(Acknowledgement) == []
    assert post_mails() == []


def test_the_session_of_a_dead_link_sends_nothing(cast: Cast, order: PurchaseOrder) -> None:
    client, body = opened(order), form(order, 1)
    ended_by_the_buyer(cast, link_of(order))
    answer = client.post(f"/orders/{order.pk}/", body)
    assert (answer.status_code, answer.cookies["order_link"].value) == (409, "")
    assert rows(Acknowledgement) == []


def test_a_link_ends_with_the_access_of_its_person(cast: Cast, order: PurchaseOrder, people: dict[str, User]) -> None:
    client = opened(order, "anna@acme.example")
    given = {"actor": cast.actor("aron"), "supplier": cast.acme, "person": people["anna"], "at": timezone.now()}
    colleagues.set_roles(**given, roles=[Role.READ_ONLY])
    assert client.get(f"/orders/{order.pk}/").status_code == 409
    colleagues.set_roles(**given, roles=[Role.ORDER_DESK])
    client = opened(order, "anna@acme.example")
    colleagues.deactivate(**given)
    assert client.get(f"/orders/{order.pk}/").status_code == 409
    assert Client().get(path_of(link_of(order, "anna@acme.example"))).status_code == 409
    assert rows(Acknowledgement) == []


def test_sent_again_every_address_has_a_new_link_and_the_old_ones_are_dead(cast: Cast, order: PurchaseOrder) -> None:
    post_mails()
    bea, old, client = cast.actor("bea"), link_of(order), opened(order)
    with pytest.raises(WrongState, match="a moment ago"):
        links.send_again(actor=bea, order=order, at=timezone.now())
    links.revoke(actor=bea, link=old, at=timezone.now())
    later = timezone.now() + dt.timedelta(minutes=2)
    links.send_again(actor=bea, order=order, at=later)
    assert len(post_mails()) == 3
    assert Client().get(path_of(old)).status_code == 404
    assert client.get(f"/orders/{order.pk}/").status_code == 302, "the session of the old link"
    assert Client().get(path_of(link_of(order))).status_code == 200
    with pytest.raises(NotPermitted):
        links.send_again(actor=cast.actor("anna"), order=order, at=later)


def test_a_reminder_carries_the_same_link_for_its_whole_life_again(order: PurchaseOrder) -> None:
    first, later = link_of(order), timezone.now() + dt.timedelta(days=20)
    with doing(PULL, at=later):
        held = transitions.hold(order, "supplier")
        desk = links.order_desk(held.supplier)
        again = links.link_for(held, next(one for one in desk if one.email == DESK), later)
    assert again is not None
    assert (again.pk, again.secret, again.expires_at) == (first.pk, first.secret, later + links.life())
    much_later = later + links.life()
    with doing(PULL, at=much_later):
        renewed = links.link_for(transitions.hold(order, "supplier"), desk[-1], much_later)
    assert renewed is not None
    assert renewed.secret != first.secret


# --- Guessing ---------------------------------------------------------------------------------------------------------


def test_whatever_is_wrong_with_a_link_is_answered_alike(order: PurchaseOrder, cast: Cast) -> None:
    link, other = link_of(order), link_of(order, "anna@acme.example")
    tampered = [
        f"/by-mail/{link.pk}/{other.secret}/",
        f"/by-mail/{link.pk}/{link.secret[:-1]}/",
        f"/by-mail/{link.pk}/{'0' * 40}/",
        f"/by-mail/{order.pk}/{link.secret}/",
    ]
    pages = [Client().get(path, headers={"accept-language": "en"}) for path in tampered]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'name="csrf.*?>|nonce="[^"]*"', "", page.content.decode()) for page in pages}) == 1
    assert all(Client().post(path).status_code == 404 for path in tampered)
    assert nothing_changed(order)


def test_guesses_run_out(order: PurchaseOrder) -> None:
    link = link_of(order)
    guessed = [Client().get(f"/by-mail/{link.pk}/{number:040x}/").status_code for number in range(35)]
    assert guessed == [404] * 30 + [429] * 5
    assert Client().get(path_of(link)).status_code == 200, "who has the link is not locked out by who guesses"


def test_a_cookie_is_worth_its_signature(order: PurchaseOrder, release_order: ReleaseOrder) -> None:
    client, other = opened(order), release_order()
    genuine = client.cookies["order_link"].value
    forged = Client()
    for value in ("", "x", genuine[:-2], f"{link_of(order).pk}:1", genuine.replace(":1:", ":2:")):
        forged.cookies["order_link"] = value
        assert forged.get(f"/orders/{order.pk}/").status_code == 302
    forged.cookies["order_link"] = genuine
    assert forged.get(f"/orders/{order.pk}/").status_code == 200, "a browser of the same person"
    assert forged.get(f"/orders/{other.pk}/").status_code == 302


# --- Who gets it ------------------------------------------------------------------------------------------------------


def test_a_baseline_a_trial_and_an_order_without_readers_mail_nobody(cast: Cast, release_order: ReleaseOrder) -> None:
    for changes in ({"mode": Mode.OBSERVE}, {"mode": Mode.OFF}, {"imported": True}):
        order = release_order()
        with acting(SET_UP, write=True):
            PurchaseOrder.objects.filter(pk=order.pk).update(**changes)
        tell(order)
    with acting(SET_UP, write=True):
        User.objects.filter(email="boris@borealis.example").update(is_active=False)
    tell(release_order(supplier=cast.borealis))
    assert rows(OrderLink) == []
    with everything():
        assert not Event.objects.filter(topic=links.RELEASED).exists()


def test_switched_off_the_mail_leads_to_the_sign_in(cast: Cast, release_order: ReleaseOrder) -> None:
    links.switch(actor=cast.actor("bea"), supplier=cast.acme, on=False, at=timezone.now())
    order = release_order()
    tell(order)
    mails = post_mails()
    assert {link_in(mail) for mail in mails} == {f"/orders/{order.pk}/"}
    assert rows(OrderLink) == []


def test_what_was_answered_before_the_mail_left_is_not_sent(cast: Cast, order: PurchaseOrder) -> None:
    answers = [LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED) for line in fresh_lines(order)]
    acknowledge(actor=cast.actor("anna"), order=order, answers=answers, channel="page", at=timezone.now())
    assert post_mails() == []


def test_the_supplier_is_told_what_was_answered_for_him(cast: Cast, order: PurchaseOrder) -> None:
    post_mails()
    line = fresh_lines(order)[0]
    split = (PromisedDelivery(Decimal(60), working_day(30)), PromisedDelivery(Decimal(40), working_day(32)))
    acknowledge(
        actor=cast.actor("bea"),
        order=order,
        answers=[LineAnswer(line.pk, line.revision, AnswerKind.CHANGED, split, reason=Reason.CAPACITY)],
        channel="page",
        source=Source.PHONE,
        source_note="Anna, 10:15",
        at=timezone.now(),
    )
    sent = {mail.to[0]: mail for mail in post_mails()}
    assert set(sent) == {DESK, "anna@acme.example", "aron@acme.example"}
    body = str(sent["anna@acme.example"].body)
    assert sent["anna@acme.example"].subject == f"Order {order.number}: Bea Brandt answered for you"
    assert "By phone, Anna, 10:15" in body
    assert "60 Units" in body


def test_who_answers_signed_in_gets_no_mail_of_it(cast: Cast, order: PurchaseOrder) -> None:
    post_mails()
    line = fresh_lines(order)[0]
    answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
    acknowledge(actor=cast.actor("anna"), order=order, answers=[answer], channel="page", at=timezone.now())
    assert post_mails() == []


# --- The buyer's side -------------------------------------------------------------------------------------------------


def test_the_buyer_withdraws_and_sends_again_on_the_page(
    order: PurchaseOrder, people: dict[str, User], cast: Cast
) -> None:
    bea = Client()
    bea.force_login(people["bea"])
    assert DESK in bea.get(f"/orders/{order.pk}/").content.decode()
    link = link_of(order)
    assert bea.post(f"/orders/{order.pk}/links/{link.pk}/revoke/").status_code == 302
    assert link_of(order).revoked_at is not None
    assert bea.post(f"/orders/{order.pk}/links/{link.pk}/revoke/").status_code == 409
    dora = Client()
    dora.force_login(people["dora"])
    assert dora.post(f"/orders/{order.pk}/links/{link.pk}/revoke/").status_code == 404
    with pytest.raises(NotPermitted):
        links.revoke(actor=cast.actor("dora"), link=link, at=timezone.now())


def test_the_switch_is_governed(cast: Cast, people: dict[str, User]) -> None:
    for name in ("anna", "aron", "quentin", "ines"):
        with pytest.raises(NotPermitted):
            links.switch(actor=cast.actor(name), supplier=cast.acme, on=False, at=timezone.now())
    bea = Client()
    bea.force_login(people["bea"])
    body = {"supplier": str(cast.acme.public_id), "on": "no"}
    assert bea.post("/order-links/", body).status_code == 302
    assert bea.post("/order-links/", body).status_code == 409
    with everything():
        assert not Supplier.objects.get(pk=cast.acme.pk).order_links
        assert AuditEntry.objects.get(act="set_order_links").actor_name == "Bea Brandt"


def test_the_api_offers_the_same(cast: Cast, order: PurchaseOrder, people: dict[str, User]) -> None:
    bea = Client()
    bea.force_login(people["bea"])
    listed = bea.get(f"/api/v1/orders/{order.pk}/links/").json()["results"]
    assert [row["email"] for row in listed] == ["anna@acme.example", "aron@acme.example", DESK]
    path = f"/api/v1/orders/{order.pk}/links/{listed[2]['id']}/revoke/"
    assert bea.post(f"{path}?dry_run=true").status_code == 200
    assert link_of(order).revoked_at is None
    assert bea.post(path).json()["revoked_at"] is not None
    assert bea.post(path).json()["code"] == "as_it_was"
    place = f"/api/v1/suppliers/{cast.acme.public_id}/order-links/"
    answer = bea.post(place, {"on": False}, content_type="application/json")
    assert answer.json() == {"supplier": str(cast.acme.public_id), "on": False, "dry_run": False}
    assert bea.post(f"/api/v1/orders/{order.pk}/send/").json()["code"] == "too_soon"


def test_mails_about_orders_are_settled_like_any(order: PurchaseOrder) -> None:
    office.fan_out(timezone.now())
    from integrations.office.models import Delivery

    with everything():
        addresses = list(Delivery.objects.values_list("destination", flat=True))
    assert len(addresses) == 3
    assert DESK not in str(addresses)


def actor_of(order: PurchaseOrder) -> Actor:
    found = links.find(link_of(order).pk, timezone.now())
    assert found is not None
    return found.actor
