"""Mappings: what Odoo merges or makes anew is asked about, answered by a person, and read at once; nothing silently."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from integrations.office import mappings
from integrations.office.actions import desk
from integrations.office.models import Mapping, Trouble
from integrations.office.odoo import pull as pulling
from integrations.office.states import Standing
from portal.shared.actor import Actor
from portal.shared.errors import Invalid, WrongState
from portal.shared.models import AuditEntry
from suppliers.models import PurchaseOrder, Supplier
from tests.cast import Cast, everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed


def acme_again(sandbox: SandboxProcess, **changes: Any) -> tuple[int, int, dict[str, Any]]:
    """Acme is archived in Odoo and made anew under its old number; an order names the new one."""
    admin = world.admin()
    (old,) = admin("res.partner", "search", [[["name", "=", "Acme Castings"]]])
    admin("res.partner", "write", [[old], {"active": False}])
    words = {"name": "Acme Castings Ltd", "ref": "AC-001", "is_company": True, "supplier_rank": 1, **changes}
    new = admin("res.partner", "create", [words])
    new = new[0] if isinstance(new, list) else new
    return old, new, sandbox.release(vendor=new)


def open_troubles() -> list[Trouble]:
    with everything():
        return list(Trouble.objects.filter(resolved_at=None).select_related("connection").order_by("model"))


def the_vendor(troubles: list[Trouble]) -> Trouble:
    return next(trouble for trouble in troubles if trouble.model == "res.partner")


def test_a_vendor_made_anew_is_asked_about_and_what_waited_comes_in(
    cast: Cast, bea: Actor, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pull()
    old, new, released = acme_again(sandbox)
    world.pull()
    troubles = open_troubles()
    vendor = the_vendor(troubles)
    assert [(trouble.model, trouble.code) for trouble in troubles] == [
        ("purchase.order", "supplier_unknown"),
        ("res.partner", "twin"),
    ]
    assert (troubles[0].because_model, troubles[0].because_id) == ("res.partner", new)
    assert troubles[0].need_date is not None
    (suggestion,) = vendor.suggestions
    assert (suggestion["remote_id"], suggestion["why"], suggestion["standing"]) == (old, ["reference"], "archived")
    with everything():
        known = Mapping.objects.get(pk=suggestion["mapping"])
        suppliers = Supplier.objects.count()
    woken: list[str] = []
    monkeypatch.setattr("integrations.office.actions.desk.jobs.wake", woken.append)
    desk.map_to(actor=bea, mapping=known, trouble=vendor, at=timezone.now())
    assert woken == [desk.PULL]
    with pytest.raises(WrongState):
        desk.map_to(actor=bea, mapping=known, trouble=vendor, at=timezone.now())
    world.pull()
    assert open_troubles() == []
    with everything():
        acme = Supplier.objects.get(pk=known.object_id)
        assert (acme.name, acme.active) == ("Acme Castings Ltd", True)
        assert PurchaseOrder.objects.get(number=released["name"]).supplier_id == acme.pk
        assert Supplier.objects.count() == suppliers
        vendor.refresh_from_db()
        assert (vendor.resolved_by, vendor.answer) == ("Bea Brandt", "same")
        (entry,) = AuditEntry.objects.filter(object_type="office.mapping", object_id=str(known.pk))
        assert (entry.actor_name, entry.changes[0]["before"], entry.changes[0]["after"]) == ("Bea Brandt", old, new)
        assert mappings.story(known.pk).history[0].pk == entry.pk
    # An order that still names the former record is about the same supplier, and the former one changes nothing.
    admin = world.admin()
    admin("res.partner", "write", [[old], {"phone": "1"}])
    late = sandbox.release(vendor=old)
    world.pull()
    with everything():
        acme.refresh_from_db()
        assert (acme.name, acme.active, acme.phone) == ("Acme Castings Ltd", True, "")
        assert PurchaseOrder.objects.get(number=late["name"]).supplier_id == acme.pk


def test_a_person_may_say_that_it_is_a_new_one(cast: Cast, bea: Actor, sandbox: SandboxProcess) -> None:
    world.pull()
    _old, new, released = acme_again(sandbox)
    world.pull()
    desk.take_as_new(actor=bea, trouble=the_vendor(open_troubles()), at=timezone.now())
    world.pull()
    assert open_troubles() == []
    with everything():
        order = PurchaseOrder.objects.select_related("supplier").get(number=released["name"])
        assert order.supplier.name == "Acme Castings Ltd"
        assert Mapping.objects.get(model="res.partner", remote_id=new).object_id == str(order.supplier_id)
        assert Supplier.objects.filter(reference="AC-001").count() == 2
    assert world.pull().troubles == 0


def test_two_that_are_both_in_use_are_two(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    admin = world.admin()
    admin("res.partner", "create", [{"name": "Acme North", "ref": "AC-001", "is_company": True, "supplier_rank": 1}])
    assert world.pull().troubles == 0
    with everything():
        assert Supplier.objects.filter(reference="AC-001").count() == 2


def test_only_what_looks_alike_can_be_chosen(cast: Cast, bea: Actor, sandbox: SandboxProcess) -> None:
    world.pull()
    acme_again(sandbox)
    world.pull()
    vendor = the_vendor(open_troubles())
    with everything():
        other = Mapping.objects.filter(model="res.partner").exclude(pk=vendor.suggestions[0]["mapping"])[0]
    before = other.remote_id
    with pytest.raises(Invalid):
        desk.map_to(actor=bea, mapping=other, trouble=vendor, at=timezone.now())
    with everything():
        other.refresh_from_db()
    assert other.remote_id == before
    assert the_vendor(open_troubles()).answer == ""


def test_what_was_deleted_or_archived_in_odoo_is_said(
    cast: Cast, sandbox: SandboxProcess, client: Client, settings: Any
) -> None:
    world.pull()
    admin = world.admin()
    (granulate,) = admin("product.product", "search", [[["default_code", "=", "PH-1040"]]])
    admin("product.product", "write", [[granulate], {"active": False}])
    with everything():
        lost = Mapping.objects.filter(model="uom.uom").order_by("-remote_id")[0]
    with world.acting(world.SET_UP, write=True):
        Mapping.objects.filter(pk=lost.pk).update(remote_id=9999)
    assert pulling.compare(world.gateway(), timezone.now) > 5
    with everything():
        standing = dict(Mapping.objects.filter(standing__in=["archived", "gone"]).values_list("remote_id", "standing"))
    assert standing == {granulate: Standing.ARCHIVED, 9999: Standing.GONE}
    client.force_login(cast.people["ines"])
    shown = client.get(reverse("office:mappings"), {"kind": "uom.uom", "standing": "gone"}).content.decode()
    assert reverse("office:mapping", args=[lost.pk]) in shown
    assert "deleted or merged" in client.get(reverse("office:mapping", args=[lost.pk])).content.decode()


def test_a_trouble_of_a_record_that_is_gone_goes_too(clone: Clone, sandbox: SandboxProcess) -> None:
    world.pull()
    admin = world.admin()
    (unit,) = admin("uom.uom", "search", [[["name", "=", "Units"]]])
    new = admin("res.partner", "create", [{"name": "Passing", "is_company": True, "supplier_rank": 1}])
    new = new[0] if isinstance(new, list) else new
    connection = pulling.pulling.the_connection(pulling.PULL, timezone.now())
    obstacle = pulling.Obstacle("name_missing", {"id": 9998, "what": "uom.uom"})
    for remote_id in (unit, 9998):
        pulling.pulling.note_trouble(
            actor=pulling.PULL, connection=connection, model="uom.uom", remote_id=remote_id, label="?",
            obstacle=obstacle, at=timezone.now(),
        )  # fmt: skip
    world.pull()
    assert open_troubles() == []
