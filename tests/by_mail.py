"""Orders that went out by mail, and whoever opens them from there without an account."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.shared import transitions
from portal.shared.acting import acting
from suppliers.actions import links
from suppliers.models import Acknowledgement, AnswerDraft, OrderLink, PurchaseOrder, Supplier
from tests.cast import (
    PULL,
    SET_UP,
    Cast,
    ReleaseOrder,
    doing,
    everything,
    fresh_lines,
)

DESK = "orders@acme-castings.example"


@pytest.fixture
def mailed_order(cast: Cast, release_order: ReleaseOrder) -> PurchaseOrder:
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


def rows(model: Any) -> list[Any]:
    with everything():
        return list(model.objects.all())
