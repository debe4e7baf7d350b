"""Files that the holder of an order's link brings: with his answer to that order, and nowhere else."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from documents.actions.inspecting import INSPECTOR, begin, settle
from documents.inspection.subject import PASSED, REFUSED, finding
from documents.models import StoredFile
from portal.shared.acting import acting
from portal.shared.errors import Invalid, NotFound
from suppliers.actions import links
from suppliers.actions.acknowledgements import acknowledge
from suppliers.actions.assessing import LineAnswer
from suppliers.models import Acknowledgement, AnswerAttachment, OrderLink, PurchaseOrder
from suppliers.queries.orders import find_order_file
from suppliers.states import AnswerKind
from tests.by_mail import form, link_of, mailed_order, opened, rows, tell
from tests.cast import SET_UP, Cast, ReleaseOrder, everything, fresh_lines
from tests.house.stage import accepted_file

pytestmark = pytest.mark.django_db
__all__ = ["mailed_order"]
ANNA = "anna@acme.example"


@pytest.fixture
def order(mailed_order: PurchaseOrder) -> PurchaseOrder:
    return mailed_order


def letter(content: bytes = b"Dear buyer,") -> SimpleUploadedFile:
    return SimpleUploadedFile("letter.txt", content)


def bring(client: Client, order: PurchaseOrder, content: bytes = b"Dear buyer,") -> Any:
    return client.post(f"/orders/{order.pk}/files/", {"file": letter(content), "field": "files"})


def inspected(key: UUID | None = None, *, refused: bool = False) -> StoredFile:
    """The file that waits longest, as the inspector leaves it."""
    now = timezone.now()
    with everything():
        waiting = StoredFile.objects.filter(state="quarantined").order_by("uploaded_at")
        file = waiting.get(pk=key) if key else waiting[0]
    found = [finding("size", PASSED)] + ([finding("malware", REFUSED, "malware", name="EICAR")] if refused else [])
    file = begin(actor=INSPECTOR, file=file, at=now)
    return settle(actor=INSPECTOR, file=file, findings=found, media_type="text/plain", pages=None, at=now)


def brought(client: Client, order: PurchaseOrder, content: bytes = b"Dear buyer,") -> StoredFile:
    """A file that came by the link and was accepted."""
    answer = bring(client, order, content)
    assert answer.status_code == 201, answer.content.decode()
    return inspected()


def test_from_the_upload_to_the_buyers_page(order: PurchaseOrder, cast: Cast) -> None:
    client = opened(order)
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert f'data-action="/orders/{order.pk}/files/"' in page
    line = bring(client, order)
    (file,) = rows(StoredFile)
    assert line.status_code == 201
    assert f'hx-get="/orders/{order.pk}/files/{file.pk}/state/?field=files"' in line.content.decode()
    assert (file.supplier_id, file.kind, file.state) == (order.supplier_id, "attachment", "quarantined")
    assert (file.actor_kind, file.actor_id) == ("link", str(link_of(order).pk))
    early = client.post(f"/orders/{order.pk}/", form(order, 1, files=file.pk))
    assert early.status_code == 422
    assert "is still being inspected" in early.content.decode()
    inspected()
    assert "Accepted" in client.get(f"/orders/{order.pk}/files/{file.pk}/state/").content.decode()
    assert client.post(f"/orders/{order.pk}/", form(order, 1, files=file.pk)).status_code == 302
    (link,) = rows(AnswerAttachment)
    assert (link.file_id, link.answer_id, link.supplier_id) == (file.pk, None, order.supplier_id)
    found = client.get(f"/orders/{order.pk}/files/{file.pk}/")
    assert (found.status_code, client.get(found["Location"]).status_code) == (302, 200)
    bea = Client()
    bea.force_login(cast.people["bea"])
    assert "letter.txt" in bea.get(f"/orders/{order.pk}/").content.decode()
    assert bea.get(f"/orders/{order.pk}/files/{file.pk}/").status_code == 302


def test_without_script_the_form_carries_it(order: PurchaseOrder) -> None:
    client = opened(order)
    body = form(order, 1, do="attach") | {"upload-line-1-files": letter()}
    page = client.post(f"/orders/{order.pk}/", body).content.decode()
    (file,) = rows(StoredFile)
    assert f'name="line-1-files" value="{file.pk}"' in page
    inspected()
    client.post(f"/orders/{order.pk}/", form(order, 1, **{"line-1-files": file.pk}))
    (link,) = rows(AnswerAttachment)
    assert link.answer_id is not None


def test_what_the_inspection_refuses_is_not_enclosed(order: PurchaseOrder) -> None:
    client = opened(order)
    bring(client, order)
    file = inspected(refused=True)
    page = client.post(f"/orders/{order.pk}/", form(order, 1, files=file.pk))
    assert page.status_code == 422
    assert "was not accepted" in page.content.decode()
    assert client.get(f"/orders/{order.pk}/files/{file.pk}/").status_code == 409
    assert rows(Acknowledgement) == []


def test_no_file_of_anybody_else_is_enclosed_or_shown(
    order: PurchaseOrder, cast: Cast, release_order: ReleaseOrder
) -> None:
    other = release_order()
    tell(other)
    strange = [
        accepted_file(cast.actor("anna"), cast.acme.pk, b"A colleague's."),
        brought(opened(other), other, b"By the link to another order."),
        brought(opened(order, ANNA), order, b"By somebody else's link to this order."),
        accepted_file(cast.actor("boris"), cast.borealis.pk, b"Of another supplier."),
    ]
    client = opened(order)
    for file in strange:
        assert client.get(f"/orders/{order.pk}/files/{file.pk}/").status_code == 404
        assert client.get(f"/orders/{order.pk}/files/{file.pk}/state/").status_code == 404
        page = client.post(f"/orders/{order.pk}/", form(order, 1, files=file.pk))
        assert (page.status_code, "There is no such file." in page.content.decode()) == (422, True)
        assert file.name not in page.content.decode()
        verdict = client.post(f"/orders/{order.pk}/verdicts/", form(order, 1, **{"line-1-files": file.pk}))
        assert "There is no such file." in verdict.content.decode()
    assert rows(AnswerAttachment) == []


def test_the_act_itself_knows_of_no_other_file(order: PurchaseOrder, cast: Cast) -> None:
    theirs = accepted_file(cast.actor("anna"), cast.acme.pk, b"A colleague's.")
    holder = links.find(link_of(order).pk, timezone.now())
    assert holder is not None
    line = fresh_lines(order)[0]
    answer = LineAnswer(line.pk, line.revision, AnswerKind.ACCEPTED, files=(theirs.pk, uuid4()))
    with pytest.raises(Invalid) as refusal:
        acknowledge(
            actor=holder.actor,
            order=order,
            answers=[answer],
            files=[theirs.pk],
            channel="link",
            at=timezone.now(),
            seen=0,
        )
    assert [fault.code for fault in refusal.value.faults] == ["unknown_file"] * 3
    with acting(holder.actor):
        assert not StoredFile.objects.visible_to(holder.actor).exists()
        with pytest.raises(NotFound):
            find_order_file(holder.actor, order.pk, theirs.pk)


def test_the_same_bytes_say_nothing_of_what_others_brought(order: PurchaseOrder, cast: Cast) -> None:
    theirs = accepted_file(cast.actor("anna"), cast.acme.pk, b"The same letter.")
    client = opened(order)
    mine = brought(client, order, b"The same letter.")
    assert mine.pk != theirs.pk
    bring(client, order, b"The same letter.")
    assert len(rows(StoredFile)) == 2, "his own are known again"


def test_it_is_brought_nowhere_else(order: PurchaseOrder, cast: Cast, release_order: ReleaseOrder) -> None:
    other, client = release_order(), opened(order)
    assert bring(client, other).status_code == 302, "to the sign-in"
    given = {"kind": "attachment", "supplier": str(cast.acme.public_id)}
    assert client.post("/files/", given | {"file": letter()})["Location"].startswith("/accounts/login/")
    assert client.post("/api/v1/files/", given | {"file": letter()}).status_code == 401
    assert rows(StoredFile) == []


@pytest.mark.parametrize("fate", ["revoked", "expired", "renewed", "used"])
def test_a_link_that_opens_nothing_brings_nothing(order: PurchaseOrder, cast: Cast, fate: str) -> None:
    client = opened(order)
    file = brought(client, order)
    used = form(order, 1, 2, 3, files=file.pk)
    now = timezone.now()
    if fate == "revoked":
        links.revoke(actor=cast.actor("bea"), link=link_of(order), at=now)
    elif fate == "used":
        assert client.post(f"/orders/{order.pk}/", used).status_code == 302
    else:
        key = link_of(order).pk
        with acting(SET_UP, write=True):
            link = OrderLink.objects.filter(pk=key)
            link.update(**({"expires_at": now} if fate == "expired" else {"version": 9}))
    before = len(rows(AnswerAttachment))
    if fate == "used":  # the order stays readable, and what was sent stays as it is
        again = client.post(f"/orders/{order.pk}/", used)
        assert again.status_code == 409
    else:
        assert bring(client, order, b"More.").status_code == (302 if fate == "renewed" else 409)
        assert len(rows(StoredFile)) == 1
        assert client.post(f"/orders/{order.pk}/", used).status_code in (302, 409)
        for path in (f"{file.pk}/", f"{file.pk}/state/"):
            assert client.get(f"/orders/{order.pk}/files/{path}").status_code in (302, 409)
    assert len(rows(AnswerAttachment)) == before


def test_limits_are_those_of_everybody_and_a_link_has_one_more(
    order: PurchaseOrder, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FILES_MOST_BYTES = 100_000
    client = opened(order)
    large = bring(client, order, b"a" * 200_000)
    assert (large.status_code, "larger than" in large.content.decode()) == (422, True)
    assert bring(client, order, b"").status_code == 422
    assert client.post(f"/orders/{order.pk}/files/", {}).status_code == 422
    monkeypatch.setattr("suppliers.pages.attaching.BY_ONE_LINK", "2/h/key")
    answers = [bring(client, order, content) for content in (b"1", b"2", b"3")]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert "Too many files came by this link." in answers[-1].content.decode()
    body = form(order, 1, do="attach") | {"upload-files": letter(b"4")}
    assert client.post(f"/orders/{order.pk}/", body).status_code == 429
    assert len(rows(StoredFile)) == 2
