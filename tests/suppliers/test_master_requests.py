"""What suppliers ask to be changed of their master data: the rules, who is told, who sees prices."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.actor import Actor
from portal.shared.errors import Invalid, NotFound, NotPermitted, Stale, WrongState
from suppliers import masterdata
from suppliers.actions.master_requests import (
    approve_master_change,
    decline_master_change,
    request_master_change,
    withdraw_master_change,
)
from suppliers.models import Correction, MasterRequest, PriceTerm
from suppliers.queries import masters
from suppliers.states import MasterField, MasterState, SyncMark
from tests.cast import PULL, Cast, doing, everything
from tests.mail import link_in, post_mails
from tests.masters import ask, listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def term(cast: Cast) -> PriceTerm:
    return listed(cast.acme, cast.bracket)


def wish(actor: Actor, term: PriceTerm, field: MasterField, values: dict[str, str], **more: Any) -> MasterRequest:
    of = {"term": term.pk} if masterdata.of(field) is masterdata.Of.TERM else {}
    return request_master_change(
        actor=actor, supplier=term.supplier, field=field, values=values, at=timezone.now(), **of, **more
    )


def approve(actor: Actor, request: MasterRequest) -> MasterRequest:
    return approve_master_change(actor=actor, request=request, at=timezone.now())


def decline(actor: Actor, request: MasterRequest, reason: str = "No.") -> MasterRequest:
    return decline_master_change(actor=actor, request=request, reason=reason, at=timezone.now())


def withdraw(actor: Actor, request: MasterRequest) -> MasterRequest:
    return withdraw_master_change(actor=actor, request=request, at=timezone.now())


def count() -> int:
    with everything():
        return MasterRequest.objects.count()


def test_old_and_new_are_kept_and_the_numbers_count_for_the_supplier(cast: Cast, term: PriceTerm, anna: Actor) -> None:
    first = ask(anna, term, 21, comment="Furnace two.")
    second = wish(anna, term, MasterField.MIN_QUANTITY, {"min_quantity": "12.50"})
    assert (first.number, first.before, first.after) == (1, {"lead_time": "12"}, {"lead_time": "21"})
    assert (second.number, second.unit, second.after) == (2, "Units", {"min_quantity": "12.5"})
    home = wish(anna, term, MasterField.ADDRESS, {"street": "Hafenstr. 1", "city": "Hamburg"})
    assert home.before == {"street": "Gießerweg 4", "street2": "", "postcode": "", "city": "Essen"}
    assert home.after == {"street": "Hafenstr. 1", "street2": "", "postcode": "", "city": "Hamburg"}


def test_one_open_request_for_each_field_of_a_thing(cast: Cast, term: PriceTerm, anna: Actor, bea: Actor) -> None:
    request = ask(anna, term)
    other = listed(cast.acme, cast.granulate, code="AC-2")
    assert ask(anna, other).number == 2
    with pytest.raises(WrongState):
        ask(anna, term, 30)
    withdraw(anna, request)
    request = approve(bea, ask(anna, term, 30))
    assert (request.state, request.sync) == (MasterState.APPROVED, SyncMark.WAITING)
    with pytest.raises(WrongState):
        ask(anna, term, 40)  # Odoo does not have the last one yet
    for act in (lambda: approve(bea, request), lambda: decline(bea, request), lambda: withdraw(anna, request)):
        with pytest.raises(WrongState):
            act()


@pytest.mark.parametrize(
    ("field", "values", "code"),
    [
        (MasterField.LEAD_TIME, {"lead_time": "12"}, "unchanged"),
        (MasterField.LEAD_TIME, {"lead_time": "2.5"}, "out_of_range"),
        (MasterField.LEAD_TIME, {"lead_time": "-1"}, "out_of_range"),
        (MasterField.LEAD_TIME, {"lead_time": "1e999999"}, "out_of_range"),
        (MasterField.LEAD_TIME, {"lead_time": "soon"}, "number"),
        (MasterField.LEAD_TIME, {}, "number"),
        (MasterField.LEAD_TIME, {"lead_time": "3", "price": "1"}, "unknown"),
        (MasterField.PRICE, {"price": "0"}, "out_of_range"),
        (MasterField.PRICE, {"price": "NaN"}, "number"),
        (MasterField.PRICE, {"price": "1.0000001"}, "decimals"),
        (MasterField.PART_NUMBER, {"code": "x" * 101}, "too_long"),
        (MasterField.PART_NUMBER, {"code": "a\nb"}, "characters"),
        (MasterField.EMAIL, {"email": "nobody"}, "email"),
        (MasterField.ADDRESS, {}, "required"),
    ],
)
def test_what_makes_no_sense_is_refused_and_leaves_nothing(
    term: PriceTerm, anna: Actor, field: MasterField, values: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        wish(anna, term, field, values)
    assert code in {fault.code for fault in refusal.value.faults}
    assert (count(), post_mails()) == (0, [])


def test_whose_it_is_and_who_may(cast: Cast, term: PriceTerm, anna: Actor, boris: Actor, bea: Actor) -> None:
    for actor in (boris, cast.actor("rita"), cast.actor("asta"), cast.actor("sven")):
        with pytest.raises(NotPermitted):
            ask(actor, term)
    theirs = listed(cast.borealis, cast.bracket)
    at = {"at": timezone.now(), "actor": anna, "supplier": cast.acme}
    with pytest.raises(NotFound):
        request_master_change(field=MasterField.LEAD_TIME, values={"lead_time": "3"}, term=theirs.pk, **at)
    with pytest.raises(NotFound):
        request_master_change(field=MasterField.CONTACT_NAME, values={"name": "K"}, contact="72", **at)
    with pytest.raises(Invalid):
        request_master_change(field=MasterField.EMAIL, values={"email": "a@b.example"}, term=term.pk, **at)
    assert count() == 0
    request = ask(anna, term)
    for actor in (anna, cast.actor("quentin"), cast.actor("ines")):
        with pytest.raises(NotPermitted):
            approve(actor, request)
    for actor in (boris, bea):
        with pytest.raises(NotPermitted):
            withdraw(actor, request)
    with pytest.raises(Invalid):
        decline(bea, request, " ")
    assert decline(bea, request).state == MasterState.DECLINED


def test_what_odoo_changed_meanwhile_is_not_approved(cast: Cast, term: PriceTerm, anna: Actor, bea: Actor) -> None:
    request = ask(anna, term)
    with doing(PULL):
        PriceTerm.objects.filter(pk=term.pk).update(lead_time=15)
    with pytest.raises(Stale):
        approve(bea, request)
    with doing(PULL):
        PriceTerm.objects.filter(pk=term.pk).update(lead_time=21)
    assert approve(bea, request).state == MasterState.APPROVED  # it says so already


def test_the_other_side_is_told(cast: Cast, term: PriceTerm, anna: Actor, bea: Actor) -> None:
    request = ask(anna, term, comment="Furnace two.")
    told = post_mails()
    assert {one.to[0] for one in told} == {cast.people[name].email for name in ("bea", "dora")}
    body = str(told[0].body)
    assert told[0].subject == "Acme Castings asks for a change: Lead time of BR-100 Bearing bracket"
    assert link_in(told[0]) == f"/suppliers/requests/{request.pk}/"
    assert all(words in body for words in ("Now: 12 days", "Wanted: 21 days", "Furnace two."))
    decline(bea, request, "Too long.")
    told = post_mails()
    assert {one.to[0] for one in told} == {cast.people[name].email for name in ("anna", "aron")}
    assert "Too long." in str(told[0].body)
    price = wish(anna, term, MasterField.PRICE, {"price": "4.75"})
    approve(bea, price)
    assert not any("4.75" in str(one.body) for one in post_mails())


@pytest.mark.parametrize(
    ("who", "sees"), [("anna", True), ("sven", False), ("quinn", False), ("bea", True), ("rita", False)]
)
def test_prices_are_for_those_who_may_see_them(
    cast: Cast, term: PriceTerm, anna: Actor, client: Client, who: str, sees: bool
) -> None:
    request = wish(anna, term, MasterField.PRICE, {"price": "4.75"})
    client.force_login(cast.people[who])
    address = reverse("supplier", args=[cast.acme.public_id])
    pages = (address, reverse("master_request", args=[request.pk]), reverse("master_requests") + "?view=all")
    for page in pages:
        text = client.get(page).content.decode()
        assert ("4.75" in text) is sees, page
    assert ("30 days net" in client.get(address).content.decode()) is sees
    read = client.get(reverse("orders_api:supplier", args=[cast.acme.public_id])).json()
    assert (read["terms"][0]["price"], read["terms"][0]["lead_time"]) == ("4.5" if sees else None, 12)
    assert (read["payment_terms"] == "30 days net") is sees
    row = client.get(reverse("orders_api:master_request", args=[request.pk])).json()
    assert row["after"] == ({"price": "4.75"} if sees else None)


def test_an_acknowledged_part_number_is_offered(cast: Cast, term: PriceTerm, anna: Actor, client: Client) -> None:
    from tests.house.stage import set_stage

    set_stage(cast)
    with doing(PULL):
        row = Correction.objects.filter(supplier=cast.acme).get()
        Correction.objects.filter(pk=row.pk).update(
            field="part_number", theirs="AC-9", factor=None, state="acknowledged", decided_at=timezone.now()
        )
    with everything():
        terms = masters.price_terms(anna, cast.acme)
        assert masters.corrected_numbers(anna, cast.acme, terms) == {one.pk: "AC-9" for one in terms}
    client.force_login(cast.people["anna"])
    page = client.get(reverse("supplier", args=[cast.acme.public_id])).content.decode()
    link = reverse("ask_master_change", args=[cast.acme.public_id, "part_number"]) + f"?term={term.pk}&amp;code=AC-9"
    assert link in page
    form = client.get(link.replace("&amp;", "&")).content.decode()
    assert 'value="AC-9"' in form
    assert "AC-1" in form


@given(st.sampled_from(MasterField), st.dictionaries(st.sampled_from(list(masterdata.TITLES)), st.text(max_size=120)))
def test_whatever_is_typed_is_kept_as_it_compares_or_refused(field: MasterField, typed: dict[str, str]) -> None:
    try:
        kept = masterdata.wanted(field, typed)
    except Invalid:
        return
    assert masterdata.wanted(field, kept) == kept
    assert set(kept) == set(masterdata.names(field))
    assert masterdata.words(field, kept)


def enter(actor: Actor, term: PriceTerm, **told: Any) -> MasterRequest:
    return ask(actor, term, **{"source": "phone", "source_note": "Karl Kern, 10:15", **told})


def test_a_buyer_asks_for_a_supplier_who_phones_and_the_supplier_is_told(
    cast: Cast, term: PriceTerm, bea: Actor, quentin: Actor
) -> None:
    """Whoever phones may have no account: the address that orders go to is told, and of the decision too."""
    with doing():
        type(cast.acme).objects.filter(pk=cast.acme.pk).update(email="orders@acme-castings.example")
    made = enter(bea, term)
    assert (made.asked_by, made.source, made.source_note) == ("Bea Brandt", "phone", "Karl Kern, 10:15")
    sent = {message.to[0]: message for message in post_mails()}
    theirs = {"anna@acme.example", "aron@acme.example", "orders@acme-castings.example"}
    assert {*sent} == {*theirs, "dora@nordwerk.example"}, "another buyer may decide it; bea knows of it"
    for message in sent.values():
        assert "Bea Brandt entered it on behalf of Acme Castings: by phone, Karl Kern, 10:15." in str(message.body)
    assert link_in(sent["anna@acme.example"]) == reverse("master_request", args=[made.pk])
    assert "/suppliers/requests/" not in str(sent["orders@acme-castings.example"].body), "nobody signs in there"
    approve(bea, made)
    assert {message.to[0] for message in post_mails()} == theirs
    other = wish(quentin, term, MasterField.MIN_QUANTITY, {"min_quantity": "12"}, source="email")
    assert {message.to[0] for message in post_mails()} == {*sent, "bea@nordwerk.example"}
    assert other.source_note == ""


def test_who_asks_for_another_says_how_he_was_told_and_nobody_else_does(
    cast: Cast, term: PriceTerm, anna: Actor, bea: Actor, quentin: Actor, rita: Actor
) -> None:
    for actor, told in ((bea, {"source": ""}), (bea, {"source": "pigeon"}), (anna, {})):
        with pytest.raises(Invalid) as refusal:
            enter(actor, term, **told)
        assert [fault.pointer for fault in refusal.value.faults] == ["/source"]
    with pytest.raises(NotPermitted):
        enter(rita, term)
    with pytest.raises(NotPermitted):
        wish(quentin, term, MasterField.PRICE, {"price": "4.4"}, source="phone")
    assert count() == 0
    assert post_mails() == []
    request = enter(bea, term)
    with pytest.raises(NotPermitted):
        withdraw(bea, request)
    assert withdraw(anna, request).state == MasterState.WITHDRAWN


def test_the_page_and_the_api_take_it_and_show_how_it_was_told(
    cast: Cast, term: PriceTerm, client: Client, bea: Actor
) -> None:
    client.force_login(cast.people["bea"])
    supplier = client.get(reverse("supplier", args=[cast.acme.public_id])).content.decode()
    where = reverse("ask_master_change", args=[cast.acme.public_id, "lead_time"])
    assert where in supplier
    assert "You speak for Acme Castings" in client.get(f"{where}?term={term.pk}").content.decode()
    typed = {"term": str(term.pk), "value-lead_time": "21", "source_note": "Karl Kern"}
    refused = client.post(where, typed)
    assert (refused.status_code, "told-source-error" in refused.content.decode()) == (422, True)
    assert "Karl Kern" in refused.content.decode(), "nothing typed is lost"
    kept = client.post(where, {**typed, "source": "phone"})
    client.force_login(cast.people["anna"])
    assert "On behalf of Acme Castings: By phone, Karl Kern" in client.get(kept["Location"]).content.decode()
    client.force_login(cast.people["bea"])
    body = {"supplier": str(cast.acme.public_id), "field": "phone", "values": {"phone": "040 2"}}
    api = "/api/v1/master-data-requests/"
    assert client.post(api, body, content_type="application/json").json()["errors"][0]["pointer"] == "/source"
    made = client.post(api, {**body, "source": "email"}, content_type="application/json").json()
    assert (made["source"], made["source_note"], made["asked_by"]) == ("email", "", "Bea Brandt")
    client.force_login(cast.people["quentin"])
    page = client.get(reverse("supplier", args=[cast.acme.public_id])).content.decode()
    assert reverse("ask_master_change", args=[cast.acme.public_id, "min_quantity"]) in page
    assert reverse("ask_master_change", args=[cast.acme.public_id, "price"]) not in page
