"""Price lists come in from Odoo; what is asked for and approved gets there once, and overwrites nobody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from integrations.office.actions import desk
from integrations.office.models import Delivery, DeskException, Trouble
from integrations.office.odoo import pull as pulling
from integrations.office.states import DeliveryState
from portal.shared.actor import Actor
from portal.shared.errors import NotFound, Stale, WrongState
from suppliers.actions import master_requests
from suppliers.models import MasterRequest, PriceTerm, Supplier
from suppliers.states import MasterField, MasterState, SyncMark
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed


def term(code: str = "AC-H40") -> PriceTerm:
    with everything():
        return PriceTerm.objects.select_related("supplier").get(code=code)


def acme() -> Supplier:
    with everything():
        return Supplier.objects.get(name="Acme Castings")


def seller(of: PriceTerm) -> int:
    (found,) = world.admin()("product.supplierinfo", "search", [[["product_code", "=", of.code]]])
    return int(found)


def in_odoo(model: str, key: int, name: str) -> Any:
    (row,) = world.admin()(model, "read", [[key], [name]])
    return row[name]


def let_the_portal_write() -> None:
    """Give the integration user what it needs to change master data by itself."""
    call = world.admin()
    (user,) = call("res.users", "search", [[["login", "=", "portal_sync"]]])
    groups = call("res.groups", "search", [[["full_name", "in", ["Purchase / Administrator"]]]])
    assert groups
    call("res.users", "write", [[user], {"groups_id": [[4, group, 0] for group in groups]}])


def ask(field: MasterField, values: dict[str, str], **more: Any) -> MasterRequest:
    supplier = acme()
    clerk = world.clerk_of(supplier.pk)
    return master_requests.request_master_change(
        actor=clerk, supplier=supplier, field=field, values=values, at=timezone.now(), **more
    )


def ask_days(days: int, of: PriceTerm) -> MasterRequest:
    return ask(MasterField.LEAD_TIME, {"lead_time": str(days)}, term=of.pk)


def approve(request: MasterRequest, actor: Actor = world.BUYER) -> MasterRequest:
    return master_requests.approve_master_change(actor=actor, request=request, at=timezone.now())


def decline(request: MasterRequest) -> MasterRequest:
    return master_requests.decline_master_change(
        actor=world.BUYER, request=fresh(request), reason="It stays.", at=timezone.now()
    )


def fresh(request: MasterRequest) -> MasterRequest:
    with everything():
        return MasterRequest.objects.get(pk=request.pk)


def letters(request: MasterRequest) -> list[Delivery]:
    with everything():
        rows = Delivery.objects.filter(about_id=request.pk, destination__startswith="odoo:")
        return list(rows.order_by("position"))


def retry(request: MasterRequest) -> None:
    desk.retry(actor=world.BUYER, delivery=letters(request)[0], at=timezone.now())


def test_price_lists_come_with_the_items_and_again_when_they_change(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    found = term()
    assert (found.item_code, found.supplier.name, found.unit_name) == ("PH-1040", "Acme Castings", "Units")
    assert found.supplier.payment_terms == "30 days net"
    assert all(contact["ref"] for contact in found.supplier.contacts)
    call = world.admin()
    changes = {"delay": 44, "price": 91.25, "min_qty": 30, "date_end": "2027-12-31", "discount": 2.5}
    call("product.supplierinfo", "write", [[seller(found)], changes])
    world.pull()
    now = term()
    assert (now.pk, now.lead_time, now.price, now.min_quantity, str(now.valid_until), now.discount) == (
        found.pk, 44, Decimal("91.25"), Decimal(30), "2027-12-31", Decimal("2.5"),
    )  # fmt: skip
    call("product.supplierinfo", "unlink", [[seller(found)]])
    world.pull()
    assert not term().gone  # nothing tells of it but its absence
    pulling.compare(world.gateway(), timezone.now)
    assert term().gone
    with pytest.raises(NotFound):
        ask_days(3, term())


def test_an_entry_that_cannot_be_kept_waits_for_a_person_and_is_tried_again(
    clone: Clone, sandbox: SandboxProcess
) -> None:
    world.pull()
    found = term()
    call = world.admin()
    call("product.supplierinfo", "write", [[seller(found)], {"price": 1e15}])
    world.pull()
    with everything():
        (trouble,) = Trouble.objects.filter(model="product.supplierinfo")
    assert (trouble.code, trouble.label, term().price) == ("not_stored", found.item_name, found.price)
    call("product.supplierinfo", "write", [[seller(found)], {"price": 1e24}])
    world.pull()
    with everything():
        assert [one.code for one in Trouble.objects.filter(resolved_at=None)] == ["term_not_taken"]
    call("product.supplierinfo", "write", [[seller(found)], {"price": 95.0}])
    world.pull()
    with everything():
        assert not Trouble.objects.filter(resolved_at=None).exists()
    assert term().price == 95


def test_an_item_ordered_for_the_first_time_brings_its_terms(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    call = world.admin()
    (vendor,) = call("res.partner", "search", [[["name", "=", "Acme Castings"]]])
    (unit,) = call("uom.uom", "search", [[["name", "=", "Units"]]])
    product = call(
        "product.product", "create", [{"name": "New", "default_code": "NW-1", "uom_id": unit, "uom_po_id": unit}]
    )
    product = product[0] if isinstance(product, list) else product
    (row,) = call("product.product", "read", [[product], ["product_tmpl_id"]])
    (currency,) = call("res.currency", "search", [[["name", "=", "EUR"]]])
    entry = {"partner_id": vendor, "product_tmpl_id": row["product_tmpl_id"][0], "price": 3.5, "delay": 7,
             "product_code": "AC-NEW", "currency_id": currency}  # fmt: skip
    call("product.supplierinfo", "create", [entry])
    world.pull()
    with everything():
        assert not PriceTerm.objects.filter(code="AC-NEW").exists()  # no supplier has seen the item
    sandbox.release(lines=[{"product": "NW-1", "quantity": 5, "date": "2027-03-01 11:00:00", "price": 3.5}])
    world.pull()
    assert (term("AC-NEW").lead_time, term("AC-NEW").item_code) == (7, "NW-1")


def test_without_the_right_a_person_enters_it_and_retry_settles(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    before = term()
    request = ask_days(61, before)
    approve(request)
    world.work()
    (letter,) = letters(request)
    assert (letter.state, letter.failure_code, letter.owner) == (DeliveryState.NEEDS_PERSON, "master_access", "buyer")
    assert "Enter the new value in Odoo yourself" in letter.remedy
    assert fresh(request).sync == SyncMark.NEEDS_PERSON
    with everything():
        (row,) = DeskException.objects.filter(subject_id=letter.pk)
    assert (row.label, row.business, row.supplier_name) == (f"{before} (M1)", True, "Acme Castings")
    retry(request)
    world.work()
    assert letters(request)[0].state == DeliveryState.NEEDS_PERSON  # nobody entered it: it says so again
    world.admin()("product.supplierinfo", "write", [[seller(before)], {"delay": 61}])
    retry(request)
    world.work()
    (letter,) = letters(request)
    assert (letter.state, letter.steps["value"]) == (DeliveryState.DONE, "equal")
    assert (fresh(request).sync, term().lead_time) == (SyncMark.IN_ODOO, 61)
    world.pull()
    assert term().lead_time == 61


@pytest.mark.parametrize(
    ("field", "values", "column", "said"),
    [
        (MasterField.LEAD_TIME, {"lead_time": "33"}, "delay", 33),
        (MasterField.MIN_QUANTITY, {"min_quantity": "12.5"}, "min_qty", 12.5),
        (MasterField.PRICE, {"price": "88.10"}, "price", 88.1),
        (MasterField.PART_NUMBER, {"code": "AC-H41"}, "product_code", "AC-H41"),
        (MasterField.PART_NAME, {"name": ""}, "product_name", False),
    ],
)
def test_with_the_right_it_is_written_and_read_back(
    clone: Clone, sandbox: SandboxProcess, field: MasterField, values: dict[str, str], column: str, said: Any
) -> None:
    let_the_portal_write()
    world.pull()
    before = term()
    key = seller(before)
    request = ask(field, values, term=before.pk)
    approve(request)
    world.work()
    assert in_odoo("product.supplierinfo", key, column) == said
    assert (letters(request)[0].state, fresh(request).sync) == (DeliveryState.DONE, SyncMark.IN_ODOO)
    known = fresh_term(before)
    world.pull()
    assert fresh_term(before).__dict__.keys() == known.__dict__.keys()
    assert str(getattr(fresh_term(before), next(iter(values)))).rstrip("0").rstrip(".") == str(
        getattr(known, next(iter(values)))
    ).rstrip("0").rstrip(".")


def fresh_term(of: PriceTerm) -> PriceTerm:
    with everything():
        return PriceTerm.objects.get(pk=of.pk)


def test_a_contact_and_the_address(clone: Clone, sandbox: SandboxProcess) -> None:
    let_the_portal_write()
    world.pull()
    ref = acme().contacts[0]["ref"]
    mail = ask(MasterField.CONTACT_EMAIL, {"email": "new@acme.example"}, contact=ref)
    home = ask(MasterField.ADDRESS, {"street": "Hafenstr. 1", "postcode": "20457", "city": "Hamburg"})
    for one in (mail, home):
        approve(one)
    world.work()
    assert in_odoo("res.partner", int(ref), "email") == "new@acme.example"
    with everything():
        written = Delivery.objects.filter(destination="odoo:main", state=DeliveryState.DONE).count()
    assert written == 2
    assert (acme().street, acme().postcode, acme().contacts[0]["email"]) == ("Hafenstr. 1", "20457", "new@acme.example")
    world.pull()
    assert (acme().street, acme().street2, acme().contacts[0]["email"]) == ("Hafenstr. 1", "", "new@acme.example")


def test_what_somebody_changed_meanwhile_is_left_and_the_buyer_may_let_it_stand(
    clone: Clone, sandbox: SandboxProcess
) -> None:
    let_the_portal_write()
    world.pull()
    before = term()
    request = ask_days(70, before)
    world.admin()("product.supplierinfo", "write", [[seller(before)], {"delay": 5}])
    approve(request)  # nothing was read since
    world.work()
    (letter,) = letters(request)
    assert (letter.state, letter.failure_code) == (DeliveryState.NEEDS_PERSON, "value_changed")
    assert in_odoo("product.supplierinfo", seller(before), "delay") == 5
    with pytest.raises(WrongState):
        ask_days(71, before)
    decline(request)
    world.work()
    assert [(one.state, one.steps.get("revoked")) for one in letters(request)] == [
        (DeliveryState.SUPERSEDED, None),
        (DeliveryState.DONE, True),
    ]
    assert (fresh(request).state, fresh(request).sync) == (MasterState.DECLINED, SyncMark.NONE)
    assert in_odoo("product.supplierinfo", seller(before), "delay") == 5
    with everything():
        assert not DeskException.objects.filter(resolved_at=None, source="letter").exists()
    world.pull()
    assert ask_days(70, term()).before == {"lead_time": "5"}


def test_the_former_value_restored_lets_it_through(clone: Clone, sandbox: SandboxProcess) -> None:
    let_the_portal_write()
    world.pull()
    before = term()
    request = ask_days(70, before)
    world.admin()("product.supplierinfo", "write", [[seller(before)], {"delay": 5}])
    approve(request)
    world.work()
    world.admin()("product.supplierinfo", "write", [[seller(before)], {"delay": before.lead_time}])
    retry(request)
    world.work()
    assert (in_odoo("product.supplierinfo", seller(before), "delay"), fresh(request).sync) == (70, SyncMark.IN_ODOO)


def test_a_change_that_was_read_stops_the_approval(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    before = term()
    request = ask_days(70, before)
    world.admin()("product.supplierinfo", "write", [[seller(before)], {"delay": 5}])
    world.pull()
    with pytest.raises(Stale):
        approve(request)
    world.admin()("product.supplierinfo", "write", [[seller(before)], {"delay": 70}])
    world.pull()
    approve(request)  # somebody has entered what was asked for
    world.work()
    assert letters(request)[0].steps["value"] == "equal"


@pytest.mark.parametrize("kind", ["lose", "close"])
def test_a_lost_answer_is_found_by_looking(clone: Clone, sandbox: SandboxProcess, kind: str) -> None:
    let_the_portal_write()
    world.pull()

    request = ask_days(70, term())
    approve(request)
    sandbox.fault(kind, model="product.supplierinfo", method="write", times=1)
    sandbox.forget_calls()
    world.work()
    (letter,) = letters(request)
    assert (letter.state, bool(letter.steps["rest"])) == (DeliveryState.WAITING, True)
    world.work(world.later(60))
    writes = [call for call in sandbox.calls() if call.get("method") == "write"]
    assert letters(request)[0].state == DeliveryState.DONE
    assert in_odoo("product.supplierinfo", seller(term()), "delay") == 70
    assert len(writes) == (1 if kind == "lose" else 2)


def test_on_trial_nothing_is_written(clone: Clone, sandbox: SandboxProcess) -> None:
    let_the_portal_write()
    pulling.pull(world.gateway(), timezone.now)  # nobody has gone live
    before = term()
    request = ask_days(70, before)
    approve(request)
    world.work()
    assert (letters(request)[0].state, fresh(request).sync) == (DeliveryState.DONE, SyncMark.OBSERVED)
    assert in_odoo("product.supplierinfo", seller(before), "delay") == before.lead_time
