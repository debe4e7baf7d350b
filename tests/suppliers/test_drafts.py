"""What is typed and not sent is kept for whoever typed it, and for nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared.actor import Actor
from portal.shared.errors import NotPermitted
from portal.shared.models import AuditEntry
from suppliers.actions import drafts
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.models import AnswerDraft, User
from suppliers.states import AnswerKind
from tests.cast import ReleaseOrder, everything, fresh_lines

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
    form = {
        "line-1-kind": "changed",
        "line-1-revision": "1",
        "line-1-quantity": ["60", "40"],
        "line-1-date": [date] * 2,
    }
    answer = client.post(
        f"/orders/{order.pk}/verdicts/", form | {"answers": "0", "csrfmiddlewaretoken": "secret", "line-1-x y": "z"}
    )
    assert answer.status_code == 200
    ((_name, typed),) = kept()
    assert set(typed) == set(form)
    assert typed["line-1-quantity"] == ["60", "40"]
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "Your draft of" in page
    assert 'value="40"' in page
