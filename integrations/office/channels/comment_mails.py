"""The mail that tells one side of an order what the other wrote."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from integrations.office.channels.readers import Mailing, Reader, Words, address_of
from integrations.slot.models import Event
from suppliers.models import Acknowledgement, Commitment, Membership, OrderComment, Posting, User
from suppliers.permissions import Act
from suppliers.states import Mode, Role, Side, StaffRole


def _comment(event: Event) -> OrderComment:
    return OrderComment.objects.select_related("order", "line").get(pk=event.about_id)


def _readers(event: Event) -> list[Reader]:
    """The other side's people on the order: who answered, decided or wrote; and the buyer it names.

    Where there is nobody yet, the supplier's order desk, or the plant's buyers. Never the author.
    """
    comment = _comment(event)
    if comment.side == Side.BUYER and comment.order.mode == Mode.OFF:
        return []
    people = _suppliers_people(comment) if comment.side == Side.BUYER else _buyers(comment)
    return [Reader.of(user) for user in people]


def _took_part(comment: OrderComment) -> set[str]:
    order = comment.order_id
    keys = set(Acknowledgement.objects.filter(order=order).values_list("actor_id", flat=True))
    keys |= set(Commitment.objects.filter(line__order=order).values_list("actor_id", flat=True))
    return keys | set(OrderComment.objects.filter(order=order).values_list("actor_id", flat=True))


def _suppliers_people(comment: OrderComment) -> Iterable[User]:
    rows = Membership.objects.filter(supplier=comment.supplier_id, ended_at=None, user__is_active=True)
    return _chosen(
        rows.filter(role__in=Act.SEE_ORDERS.value.supplier).select_related("user").order_by("user__email"),
        comment,
        fallback={Role.ORDER_DESK},
    )


def _buyers(comment: OrderComment) -> Iterable[User]:
    here = Q(plant=None) | Q(plant=comment.order.plant_id)
    rows = Posting.objects.filter(here, user__is_active=True).select_related("user").order_by("user__email")
    return _chosen(rows, comment, fallback={StaffRole.BUYER}, named=comment.order.buyer_name)


def _chosen(
    rows: Iterable[Membership | Posting], comment: OrderComment, *, fallback: set[str], named: str = ""
) -> list[User]:
    known = [row for row in rows if str(row.user_id) != comment.actor_id]
    took_part = _took_part(comment)
    on_it = [row for row in known if str(row.user_id) in took_part or (named and row.user.name == named)]
    chosen = on_it or [row for row in known if row.role in fallback]
    return list({row.user_id: row.user for row in chosen}.values())


def _words(event: Event, reader: Reader) -> Words | None:
    comment = _comment(event)
    told = {"name": comment.actor_name, "number": comment.order.number}
    if comment.line is not None:
        told["line"] = str(comment.line.position)
        subject = _("%(name)s on order %(number)s, line %(line)s") % told
    else:
        subject = _("%(name)s on order %(number)s") % told
    return {
        "subject": subject,
        "paragraphs": [_("%(name)s writes:") % told, *comment.text.splitlines()],
        "action": _("Read and answer"),
        "url": address_of("order_comments", comment.order_id),
        "notes": [_("Both sides of the order read all comments. Please answer there, not by mail.")],
    }


COMMENTED = Mailing(_readers, _words)
