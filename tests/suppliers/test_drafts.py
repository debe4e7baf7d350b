"""What is typed and not sent is kept for whoever typed it, and for nobody else."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.shared.actor import Actor
from portal.shared.errors import NotPermitted
from portal.shared.models import AuditEntry
from suppliers.actions import drafts
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.models import AnswerDraft, PurchaseOrder, User
from suppliers.pages.orders import PRESENT
from suppliers.states import AnswerKind
from tests.by_mail import DESK, form, mailed_order, opened
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines

__all__ = ["mailed_order"]
NOW = timezone.now()


def kept() -> list[tuple[str, dict[str, list[str]]]]:
    with everything():
        return list(AnswerDraft.objects.order_by("actor_name").values_list("actor_name", "typed"))


def test_the_last_state_of_each_person_is_kept_until_he_sends(
    anna: Actor, aron: Actor, release_order: ReleaseOrder
) -> None:
    order = release_order()
    for text in ("first", "second"):
        drafts.keep(anna, order, {"comment": [text]}, NOW, answers=0)
    drafts.keep(aron, order, {"comment": ["mine"]}, NOW, answers=0)
    assert kept() == [("Anna Abel", {"comment": ["second"]}), ("Aron Adler", {"comment": ["mine"]})]
    answer = LineAnswer(fresh_lines(order)[0].pk, 1, AnswerKind.ACCEPTED)
    acknowledge(actor=anna, order=order, answers=[answer], channel="page", at=NOW)
    assert kept() == [("Aron Adler", {"comment": ["mine"]})]
    drafts.keep(anna, order, {"comment": ["on its way while I sent"]}, NOW, answers=0)
    assert kept() == [("Aron Adler", {"comment": ["mine"]})]
    drafts.discard(aron, order)
    assert kept() == []
    with everything():
        assert set(AuditEntry.objects.values_list("act", flat=True)) == {"acknowledge_order"}


def test_only_whoever_may_answer_keeps_a_draft_and_none_is_endless(
    anna: Actor, asta: Actor, boris: Actor, release_order: ReleaseOrder
) -> None:
    order = release_order()
    for nobody in (asta, boris):
        with pytest.raises(NotPermitted):
            drafts.keep(nobody, order, {"comment": ["x"]}, NOW, answers=0)
    drafts.keep(anna, order, {"comment": ["x" * (drafts.LARGEST + 1)]}, NOW, answers=0)
    assert kept() == []


def test_a_draft_takes_only_the_forms_own_fields(
    client: Client, people: dict[str, User], release_order: ReleaseOrder
) -> None:
    order = release_order()
    client.force_login(people["anna"])
    date = (NOW.date() + dt.timedelta(days=30)).isoformat()
    typed_form = {
        "line-1-kind": "changed",
        "line-1-revision": "1",
        "line-1-quantity": ["60", "40"],
        "line-1-date": [date] * 2,
    }
    answer = client.post(
        f"/orders/{order.pk}/verdicts/",
        typed_form | {"answers": "0", "csrfmiddlewaretoken": "secret", "line-1-x y": "z"},
    )
    assert answer.status_code == 200
    ((_name, typed),) = kept()
    assert set(typed) == set(typed_form)
    assert typed["line-1-quantity"] == ["60", "40"]
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "Your draft of" in page
    assert 'value="40"' in page


def typing(client: Client, order: PurchaseOrder, comment: str, answers: int = 0) -> str:
    """What somebody who types is told of the others."""
    typed = {"comment": comment, "answers": answers}
    words = client.post(f"/orders/{order.pk}/verdicts/", typed).content.decode()
    (told,) = re.findall(r'<div id="colleagues" hx-swap-oob="innerMorph">(.*?)</div>', words, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", told).split())


def test_whoever_types_is_told_of_the_others_until_they_send_or_stop(
    cast: Cast, people: dict[str, User], mailed_order: PurchaseOrder
) -> None:
    order = mailed_order
    anna, aron, desk = Client(), Client(), opened(order)
    anna.force_login(people["anna"])
    aron.force_login(people["aron"])
    assert typing(anna, order, "mine") == ""
    then = timezone.now() - dt.timedelta(minutes=3)
    drafts.keep(cast.actor("anna"), order, {"comment": ["mine"]}, then, answers=0)
    clock = then.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M")
    of_anna = f"Anna Abel is answering this order too, last at {clock}."
    assert typing(aron, order, "mine too") == f"{of_anna} Whoever sends first is taken; the other is told."
    assert of_anna in " ".join(aron.get(f"/orders/{order.pk}/").content.decode().split())
    by_link = typing(desk, order, "and mine")
    assert by_link.index("Aron Adler is") < by_link.index("Anna Abel is"), "whoever typed last comes first"
    told = typing(anna, order, "more")
    assert (told.count("answering"), f"{DESK} is" in told, "Aron Adler is" in told) == (2, True, True)

    desk.post(f"/orders/{order.pk}/", {"do": "discard"})
    assert DESK not in typing(anna, order, "more")
    sent = aron.post(f"/orders/{order.pk}/", form(order, 1))
    assert sent.status_code == 302
    assert typing(anna, order, "more", answers=1) == ""
    long_ago = timezone.now() - PRESENT
    drafts.keep(cast.actor("aron"), order, {"comment": ["again"]}, long_ago, answers=1)
    assert typing(anna, order, "more", answers=1) == "", "he went away long ago"


def test_telling_of_colleagues_asks_nothing_more(people: dict[str, User], release_order: ReleaseOrder) -> None:
    order, counts = release_order(), []
    for who in ("anna", "aron"):
        client = Client()
        client.force_login(people[who])
        with CaptureQueriesContext(connection) as captured:
            told = typing(client, order, "mine")
        counts.append(len(captured))
    assert "Anna Abel is" in told
    assert counts[0] == counts[1]
