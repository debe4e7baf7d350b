"""The files of an order that are meant for its supplier: which, in which version, and their bytes."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from documents import storage, tasks
from documents.models import StoredFile
from documents.queries import find_file
from documents.states import FileState
from integrations.office.models import Connection, Cursor
from integrations.office.odoo.files import ATTACHMENT, Files
from integrations.office.odoo.gateway import Gateway
from integrations.sandbox.surroundings import pdf
from portal.shared.acting import acting
from portal.shared.errors import NotPermitted, Permanent
from suppliers.actions.orders import open_order
from suppliers.models import OrderFile, OrderRevision
from suppliers.queries.orders import order_detail
from tests.cast import everything
from tests.conftest import Clone
from tests.integrations.office import world
from tests.integrations.office.sandbox import SandboxProcess

pytestmark = pytest.mark.committed


def attach(model: str, key: int, name: str, content: bytes) -> int:
    values = {"name": name, "res_model": model, "res_id": key, "datas": base64.b64encode(content).decode()}
    return int(world.admin()("ir.attachment", "create", [values]))


def change(attachment: int, **values: Any) -> None:
    if "content" in values:
        values["datas"] = base64.b64encode(values.pop("content")).decode()
    world.admin()("ir.attachment", "write", [[attachment], values])


def product() -> int:
    (found,) = world.admin()("product.product", "search", [[["default_code", "=", "PH-1080"]]])
    return int(found)


def release(sandbox: SandboxProcess) -> dict[str, Any]:
    """An order whose item has no file of its own from the seed."""
    return sandbox.release(lines=[{"product": "PH-1080", "quantity": 10, "date": "2027-03-01 11:00:00", "price": 5}])


def papers(number: str) -> list[tuple[str, int, bool, str]]:
    """Of an order: name, version, whether it is current, and its state."""
    with everything():
        rows = OrderFile.objects.filter(order__number=number).select_related("file").order_by("name", "version")
        return [(row.name, row.version, not (row.replaced_at or row.withdrawn_at),
                 row.file.state if row.file else row.refusal) for row in rows]  # fmt: skip


def test_what_is_marked_comes_and_nothing_else(clone: Clone, sandbox: SandboxProcess) -> None:
    released = release(sandbox)
    attach("purchase.order", released["id"], "[Supplier] Quality terms.pdf", pdf("terms"))
    attach("purchase.order", released["id"], "Calculation.pdf", pdf("secret"))
    attach("product.product", product(), "Housing rev B [supplier].pdf", pdf("drawing"))
    attach("product.product", product(), "Cost.pdf", pdf("secret too"))
    assert world.pull().failure == ""
    assert papers(released["name"]) == [
        ("Housing rev B.pdf", 1, True, FileState.QUARANTINED),
        ("Quality terms.pdf", 1, True, FileState.QUARANTINED),
    ]
    tasks.inspect()
    assert {state for *_rest, state in papers(released["name"])} == {FileState.ACCEPTED}
    order = world.order_named(released["name"])
    clerk = world.clerk_of(order.supplier_id)
    with acting(clerk):
        found = order_detail(clerk, order.pk).files
        assert [(one.name, one.item) for one in found] == [("Quality terms.pdf", ""), ("Housing rev B.pdf", "PH-1080")]
        assert found[0].file
        key = find_file(clerk, found[0].file).storage_key
    with storage.opened(key) as content:
        assert content.read().startswith(b"%PDF")


def test_bytes_come_once(clone: Clone, sandbox: SandboxProcess) -> None:
    """The same drawing on a second order of the supplier, and a second pull, ask Odoo for nothing."""
    first = release(sandbox)
    attach("product.product", product(), "[supplier] Drawing.pdf", pdf("drawing"))
    world.pull()
    sandbox.forget_calls()
    second = release(sandbox)
    world.pull()
    world.pull()
    assert "read" not in {call["method"] for call in sandbox.calls() if call["model"] == "ir.attachment"}
    assert papers(first["name"]) == papers(second["name"]) == [("Drawing.pdf", 1, True, FileState.QUARANTINED)]
    with everything():
        assert StoredFile.objects.filter(name="Drawing.pdf").count() == 1


def test_a_changed_drawing_is_a_revision_and_the_old_one_stays(clone: Clone, sandbox: SandboxProcess) -> None:
    released = release(sandbox)
    drawing = attach("product.product", product(), "[supplier] Drawing.pdf", pdf("rev B"))
    world.pull()
    tasks.inspect()
    order = world.order_named(released["name"])
    clerk = world.clerk_of(order.supplier_id)
    open_order(actor=clerk, order=order, at=world.later(0))
    change(drawing, content=pdf("rev C"))
    world.pull()
    tasks.inspect()
    assert papers(released["name"]) == [
        ("Drawing.pdf", 1, False, FileState.ACCEPTED),
        ("Drawing.pdf", 2, True, FileState.ACCEPTED),
    ]
    with everything():
        newest = OrderRevision.objects.filter(order=order).latest("number")
    assert newest.number == 2
    assert newest.differences == [
        {"line": 1, "field": "drawing", "before": "Drawing.pdf v1", "after": "Drawing.pdf v2"}
    ]
    with acting(clerk):
        assert [one.version for one in order_detail(clerk, order.pk).files] == [2, 1]
        for one in order_detail(clerk, order.pk).files:
            assert one.file
            find_file(clerk, one.file)


def test_a_file_that_is_taken_back(clone: Clone, sandbox: SandboxProcess) -> None:
    """By taking the mark out of its name, or by deleting it: then the supplier cannot have it any more."""
    released = release(sandbox)
    renamed = attach("purchase.order", released["id"], "[supplier] One.pdf", pdf("one"))
    deleted = attach("purchase.order", released["id"], "[supplier] Two.pdf", pdf("two"))
    world.pull()
    tasks.inspect()
    order = world.order_named(released["name"])
    clerk = world.clerk_of(order.supplier_id)
    with acting(clerk):
        files = [one.file for one in order_detail(clerk, order.pk).files if one.file]
    change(renamed, name="One.pdf")
    world.admin()("ir.attachment", "unlink", [[deleted]])
    world.pull()
    assert [current for _name, _version, current, _state in papers(released["name"])] == [False, False]
    with acting(clerk):
        assert order_detail(clerk, order.pk).files == []
        for file in files:
            with pytest.raises(NotPermitted):
                find_file(clerk, file)
    with acting(world.BUYER):
        assert [one.withdrawn for one in order_detail(world.BUYER, order.pk).files] == [True, True]


def test_what_is_refused_is_said(clone: Clone, sandbox: SandboxProcess) -> None:
    released = release(sandbox)
    attach("purchase.order", released["id"], "[supplier] Macro.pdf", b"MZ this is no drawing")
    world.pull()
    tasks.inspect()
    assert papers(released["name"]) == [("Macro.pdf", 1, True, FileState.REJECTED)]
    order = world.order_named(released["name"])
    with acting(world.BUYER):
        (paper,) = order_detail(world.BUYER, order.pk).files
    assert paper.refused
    assert paper.findings


def test_no_file_while_there_is_no_mark(clone: Clone, sandbox: SandboxProcess, settings: Any) -> None:
    settings.ODOO_FILE_MARKER = ""
    released = release(sandbox)
    attach("purchase.order", released["id"], "[supplier] Terms.pdf", pdf("terms"))
    world.pull()
    assert papers(released["name"]) == []


def marks() -> list[Any]:
    with everything():
        return [*Cursor.objects.order_by("model").values_list("until", flat=True), Connection.objects.get().pulled_at]


def asked_for(sandbox: SandboxProcess) -> list[int]:
    return [call["ids"][0] for call in sandbox.calls() if (call["model"], call["method"]) == (ATTACHMENT, "read")]


def test_a_file_that_does_not_come_stops_no_reading(clone: Clone, sandbox: SandboxProcess) -> None:
    """The run ends well, and the next one asks for the other files first."""
    released = release(sandbox)
    attach("purchase.order", released["id"], "[Supplier] Big.pdf", pdf("big"))
    attach("purchase.order", released["id"], "[Supplier] Small.pdf", pdf("small"))
    sandbox.forget_calls()
    sandbox.fault("close", model=ATTACHMENT, method="read", times=1)
    summary = world.pull()
    assert (summary.failure, summary.taken > 0, marks()[-1] is not None) == ("", True, True)
    assert {state for *_rest, state in papers(released["name"])} == {""}
    (failed,) = asked_for(sandbox)
    sandbox.forget_calls()
    world.pull()
    assert len(asked_for(sandbox)) > 1
    assert asked_for(sandbox)[-1] == failed
    assert {state for *_rest, state in papers(released["name"])} == {FileState.QUARANTINED}


def test_a_file_that_odoo_will_never_give_is_refused(
    clone: Clone, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = release(sandbox)
    attach("purchase.order", released["id"], "[Supplier] Broken.pdf", pdf("broken"))
    call = Gateway.call

    def refused(gateway: Gateway, model: str, method: str, *words: Any) -> Any:
        if (model, method) == (ATTACHMENT, "read"):
            raise Permanent("No.", code="refused")
        return call(gateway, model, method, *words)

    monkeypatch.setattr(Gateway, "call", refused)
    assert world.pull().failure == ""
    assert papers(released["name"]) == [("Broken.pdf", 1, True, "refused")]


def test_many_files_are_looked_up_in_pages(clone: Clone, sandbox: SandboxProcess, monkeypatch: Any) -> None:
    monkeypatch.setattr("integrations.office.odoo.files.PAGE", 2)
    released = release(sandbox)
    kept = [attach("purchase.order", released["id"], f"[Supplier] {n}.pdf", pdf(str(n))) for n in range(3)]
    found = Files(world.gateway()).missing([*kept, max(kept) + 1])
    assert found == {max(kept) + 1}
