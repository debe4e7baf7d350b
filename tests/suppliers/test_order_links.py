"""An order is answered from the e-mail, without an account: once, and nothing else is opened."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from integrations.slot.models import Event, Exchange, Tray
from portal import logs
from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotFound, NotPermitted, Stale
from portal.shared.models import AuditEntry
from suppliers.actions import decisions, links
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.models import Acknowledgement, AnswerDraft, OrderLine, OrderLink, PurchaseOrder, Supplier, User
from suppliers.queries.orders import find_line, find_order, order_detail
from suppliers.states import AnswerKind, Decision
from tests.by_mail import DESK, form, link_of, mailed_order, nothing_changed, opened, path_of, rows
from tests.cast import (
    Cast,
    ReleaseOrder,
    ReviseOrder,
    everything,
    fresh_lines,
    working_day,
)
from tests.house.stage import accepted_file
from tests.mail import link_in, post_mails

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]


@pytest.fixture
def order(mailed_order: PurchaseOrder) -> PurchaseOrder:
    return mailed_order


# --- The way it is meant ----------------------------------------------------------------------------------------------


def test_from_the_mail_to_the_answer(order: PurchaseOrder) -> None:
    sent = {mail.to[0]: mail for mail in post_mails()}
    assert set(sent) == {DESK, "anna@acme.example", "aron@acme.example"}
    mail = sent[DESK]
    assert mail.subject == f"Bestellung {order.number} von Nordwerk GmbH: 3 Positionen zu beantworten"
    assert sent["anna@acme.example"].subject == f"Order {order.number} from Nordwerk GmbH: 3 lines to answer"
    assert "BR-100" in str(mail.body)
    assert "12,50" in str(mail.body)
    assert "<" not in str(mail.body), "plain text"
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


def test_the_trail_names_the_link_and_no_account(order: PurchaseOrder) -> None:
    opened(order).post(f"/orders/{order.pk}/", form(order, 1))
    key = str(link_of(order).pk)
    with everything():
        entry = AuditEntry.objects.get(act="acknowledge_order")
        assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("link", key, DESK)
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


def test_the_holder_knows_of_no_other_order(cast: Cast, order: PurchaseOrder, release_order: ReleaseOrder) -> None:
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
            find_line(holder, line_key(other))
    line = fresh_lines(other)[0]
    answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED)
    with pytest.raises(NotPermitted):
        acknowledge(actor=holder, order=other, answers=[answer], channel="link", at=timezone.now(), seen=0)
    with pytest.raises(Invalid, match="cannot be taken"):
        acknowledge(actor=holder, order=order, answers=[answer], channel="link", at=timezone.now(), seen=0)
    assert rows(Acknowledgement) == []


def line_key(order: PurchaseOrder) -> UUID:
    return OrderLine.objects.filter(order=order).values_list("pk", flat=True)[0]


def test_its_files_come_along_and_no_others(cast: Cast, order: PurchaseOrder, release_order: ReleaseOrder) -> None:
    anna, other = cast.actor("anna"), release_order()
    ours = accepted_file(anna, cast.acme.pk, b"Ours.")
    theirs = accepted_file(anna, cast.acme.pk, b"Of another order.")
    for one, file in ((order, ours), (other, theirs)):
        line = fresh_lines(one)[0]
        answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED, files=(file.pk,))
        acknowledge(actor=anna, order=one, answers=[answer], channel="page", at=timezone.now())
    client = opened(order)
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert f"/orders/{order.pk}/files/{ours.pk}/" in page
    found = client.get(f"/orders/{order.pk}/files/{ours.pk}/")
    assert (found.status_code, client.get(found["Location"]).status_code) == (302, 200)
    assert client.get(f"/orders/{order.pk}/files/{theirs.pk}/").status_code == 404
    for path in (f"/files/{ours.pk}/", f"/files/{theirs.pk}/download/"):
        assert client.get(path).status_code in (302, 404), "to the sign-in"
    with everything():
        assert AuditEntry.objects.get(act="download_file").actor_kind == "link"


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
