"""How long lots must keep on arrival: set and ended, by plant and for all of them, and what a notice is held to."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.shared.errors import Invalid, NotPermitted, WrongState
from portal.shared.models import AuditEntry
from suppliers.actions.shelf_rules import LONGEST, set_shelf_rule
from suppliers.models import OrderLine, Plant, Posting, ShelfRule
from suppliers.shipping_states import Tracking
from suppliers.states import StaffRole
from tests.cast import Cast, doing, everything, fresh_lines
from tests.shipping import ARRIVES, confirmed, row, sent

pytestmark = pytest.mark.django_db
SHORT = ["shelf_life"]


def put(cast: Cast, plant: Plant | None, days: int | None) -> ShelfRule:
    actor, now = cast.actor("quentin"), timezone.now()
    return set_shelf_rule(actor=actor, item=cast.bracket, plant=plant, days=days, at=now)


def dated_line(cast: Cast) -> OrderLine:
    (line,) = fresh_lines(confirmed(cast, cast.line(1000, tracking=Tracking.LOT, dated=True)))
    return line


def refused(cast: Cast, line: OrderLine, days: int) -> list[str]:
    """What speaks against announcing a lot that keeps so many days on arrival; it is announced if nothing does."""
    lot = {"lot": "L1", "expires_on": (ARRIVES + dt.timedelta(days=days)).isoformat()}
    try:
        sent(cast, row(line, 1, **lot), delivery_note=f"LS-{timezone.now().timestamp()}")
    except Invalid as refusal:
        return [fault.code for fault in refusal.faults]
    return []


def test_a_plants_own_rule_counts_until_it_ends(cast: Cast) -> None:
    line = dated_line(cast)
    assert refused(cast, line, 1) == []
    put(cast, None, 30)
    assert (refused(cast, line, 29), refused(cast, line, 30)) == (SHORT, [])
    put(cast, cast.ham, 90)
    put(cast, cast.drs, 900)
    assert (refused(cast, line, 89), refused(cast, line, 90)) == (SHORT, [])
    put(cast, cast.ham, 0)  # any lot will do here, whatever holds elsewhere
    assert refused(cast, line, 1) == []
    put(cast, cast.ham, None)  # as everywhere, again
    assert (refused(cast, line, 29), refused(cast, line, 30)) == (SHORT, [])
    ended = put(cast, None, None)
    assert refused(cast, line, 1) == []
    assert (ended.version, ended.days) == (2, None)


def test_what_cannot_be_set_leaves_nothing(cast: Cast) -> None:
    for days in (-1, LONGEST + 1):
        with pytest.raises(Invalid) as refusal:
            put(cast, None, days)
        assert [(fault.code, fault.pointer) for fault in refusal.value.faults] == [("out_of_range", "/days")]
    with pytest.raises(WrongState):
        put(cast, cast.ham, None)
    actor, now = cast.actor("bea"), timezone.now()
    with pytest.raises(NotPermitted):
        set_shelf_rule(actor=actor, item=cast.bracket, plant=cast.ham, days=30, at=now)
    with everything():
        assert not ShelfRule.objects.exists()
        assert not AuditEntry.objects.filter(act="set_shelf_rule").exists()
    put(cast, cast.ham, 30)
    put(cast, cast.ham, None)
    with pytest.raises(WrongState):
        put(cast, cast.ham, None)


def test_the_page_lists_what_is_in_force_and_what_was(cast: Cast, client: Client) -> None:
    put(cast, None, 30)
    put(cast, cast.ham, 60)
    put(cast, cast.ham, 90)
    client.force_login(cast.people["quentin"])
    address = reverse("shelf_rules")
    shown = client.get(address).context
    assert [(rule.plant_id, rule.days, [old.days for old in before]) for rule, before, _mine in shown["rules"]] == [
        (cast.ham.pk, 90, [60]),
        (None, 30, []),
    ]
    assert client.get(address, {"q": "granulate"}).context["rules"] == []
    assert len(client.get(address, {"q": "bracket", "plant": cast.drs.pk}).context["rules"]) == 1
    form = {"item": "br-100", "plant": cast.ham.pk, "days": "", "do": "end"}
    assert client.post(address, form).status_code == 302
    assert [rule.days for rule, *_rest in client.get(address).context["rules"]] == [30]
    assert [rule.days for rule, *_rest in client.get(address, {"show": "ended"}).context["rules"]] == [None, 30]
    refused = client.post(address, {**form, "do": "set", "days": "2.5"})
    assert refused.status_code == 422
    assert refused.context["faults"] == [("Give whole days.", "new-days")]


def test_somebody_of_one_plant_sees_its_rules_and_sets_no_other(cast: Cast, client: Client) -> None:
    put(cast, None, 30)
    put(cast, cast.ham, 60)
    put(cast, cast.drs, 90)
    with doing():
        Posting.objects.filter(user=cast.people["dora"]).update(role=StaffRole.QUALITY_ENGINEER)
    client.force_login(cast.people["dora"])
    address = reverse("shelf_rules")
    assert [(rule.days, mine) for rule, _before, mine in client.get(address).context["rules"]] == [
        (90, True),
        (30, False),
    ]
    assert client.post(address, {"item": "BR-100", "plant": "", "days": "1"}).status_code == 403
    assert client.post(address, {"item": "BR-100", "plant": cast.ham.pk, "days": "1"}).status_code == 403
    assert client.post(address, {"item": "BR-100", "plant": cast.drs.pk, "days": "1"}).status_code == 302


def test_the_rules_by_program(cast: Cast, client: Client) -> None:
    client.force_login(cast.people["quentin"])
    address = reverse("orders_api:shelf_rules")
    rule = {"item": "BR-100", "plant": "HAM", "days": 60}
    tried = client.post(f"{address}?dry_run=true", rule, content_type="application/json")
    assert (tried.status_code, tried.json()["dry_run"], tried.json()["days"]) == (200, True, 60)
    assert client.get(address).json()["results"] == []
    key = {"headers": {"Idempotency-Key": "once"}, "content_type": "application/json"}
    first = client.post(address, rule, **key)
    assert (first.status_code, client.post(address, rule, **key).json()) == (201, first.json())
    ended = client.post(address, {**rule, "days": None}, content_type="application/json").json()
    assert (ended["version"], ended["days"]) == (2, None)
    assert client.get(address).json()["results"] == []
    assert [one["version"] for one in client.get(address, {"ended": "true"}).json()["results"]] == [2]
    assert [one["version"] for one in client.get(address, {"history": "true"}).json()["results"]] == [2, 1]
    again = client.post(address, {**rule, "days": None}, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "wrong_state")
    assert client.post(address, {"item": "BR-100"}, content_type="application/json").status_code == 422
