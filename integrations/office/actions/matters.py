"""What letters to Odoo are about. What they carry is locked before the letter, and is told where its letter stands.

Plain functions and values: each runs inside the act that settles, parks or retries the letter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from integrations.office.models import Delivery
from integrations.office.routes import ODOO, channel_of
from portal.shared import transitions
from suppliers.actions import master_standing, noticing, orders, settling
from suppliers.models import MasterRequest, OrderLine, PurchaseOrder, Shipment
from suppliers.states import MasterState, SyncMark


class Matter(Protocol):
    """What a letter carries, held until the act ends."""

    @property
    def subject(self) -> object | None:
        """Of which plant and supplier it is; None where a letter is nobody's in particular."""

    def parked(self, held: Delivery) -> None:
        """Its letter waits for a person."""

    def sent_again(self) -> None:
        """Its letter is on its way again."""


@dataclass(frozen=True)
class Nothing:
    """A mail says what is the case, and changes nothing of it."""

    subject: None = None

    def parked(self, held: Delivery) -> None:
        pass

    def sent_again(self) -> None:
        pass


@dataclass(frozen=True)
class AgreedLines:
    """An order with those of its lines that a letter carries and nobody has revised since."""

    subject: PurchaseOrder
    lines: Sequence[OrderLine]

    def parked(self, held: Delivery) -> None:
        settling.mark_needs_person(
            [line for line in self.lines if line.sync == SyncMark.WAITING], held.failure, held.why
        )
        orders.refresh(self.subject)

    def sent_again(self) -> None:
        settling.mark_waiting([line for line in self.lines if line.sync == SyncMark.NEEDS_PERSON])
        orders.refresh(self.subject)


@dataclass(frozen=True)
class MasterChange:
    """A change of master data; the letter of one whose approval was taken back has nothing to say any more."""

    subject: MasterRequest

    def parked(self, held: Delivery) -> None:
        if self.subject.state == MasterState.APPROVED:
            master_standing.mark(self.subject, SyncMark.NEEDS_PERSON, held.failure, held.why)

    def sent_again(self) -> None:
        if self.subject.state == MasterState.APPROVED:
            master_standing.mark(self.subject, SyncMark.WAITING)


@dataclass(frozen=True)
class Announced:
    """A shipment notice."""

    subject: Shipment

    def parked(self, held: Delivery) -> None:
        noticing.mark_needs_person(self.subject, held.failure, held.why)

    def sent_again(self) -> None:
        noticing.mark_waiting(self.subject)


def hold(delivery: Delivery) -> Matter:
    """What a letter is about, held; the caller locks the letter after it."""
    if channel_of(delivery.destination) != ODOO:
        return Nothing()
    return _HOLDERS[delivery.about_type](delivery)


def hold_lines(delivery: Delivery) -> AgreedLines:
    """The order of a letter and its lines; a line revised since is none of the letter's business any more."""
    order = transitions.hold(PurchaseOrder(pk=delivery.about_id))
    revisions = line_revisions(delivery.body)
    lines = transitions.hold_all(OrderLine.objects.filter(order=order, pk__in=revisions))
    return AgreedLines(order, [line for line in lines if line.revision == revisions[line.pk]])


def hold_change(delivery: Delivery) -> MasterChange:
    """The change of master data of a letter."""
    return MasterChange(transitions.hold(MasterRequest(pk=delivery.about_id), "supplier"))


def hold_shipment(delivery: Delivery) -> Announced:
    """The shipment notice of a letter."""
    return Announced(transitions.hold(Shipment(pk=delivery.about_id)))


def line_revisions(body: Mapping[str, Any]) -> dict[UUID, int]:
    """The lines a letter carries, each with the revision that was answered."""
    return {UUID(line["line"]): int(line["revision"]) for line in body["lines"]}


_HOLDERS: Mapping[str, Callable[[Delivery], Matter]] = {
    PurchaseOrder._meta.label_lower: hold_lines,
    MasterRequest._meta.label_lower: hold_change,
    Shipment._meta.label_lower: hold_shipment,
}
"""By what a letter is about."""
