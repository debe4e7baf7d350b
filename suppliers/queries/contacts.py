"""Whom Odoo knows at suppliers, and what inviting each of them would come to."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from portal.shared.actor import Actor
from portal.shared.errors import NotFound
from portal.web.pagination import Keyset, Page
from suppliers.models import Activation, Invitation, InvitationBatch, Membership, PurchaseOrder, Supplier, User
from suppliers.models.organisations import address_in
from suppliers.permissions import Act
from suppliers.states import INVITABLE, ContactStanding, Role

BY_NAME = Keyset(("name", "id"), name="contacts")
FIRMS = 10
"""Suppliers on one page."""
MOST = 40
"""Contacts shown of one supplier."""
ROLE_OF = (
    (Role.QUALITY, ("quality", "qualität", "qm", "qs")),
    (Role.SHIPPING, ("shipping", "logisti", "dispatch", "warehouse", "versand", "lager")),
)
"""What a function in Odoo suggests; anybody else gets the orders."""


@dataclass(frozen=True)
class ContactFilters:
    """``plant`` keeps suppliers who have orders there or were switched there."""

    plant: int | None = None
    supplier: UUID | None = None
    text: str = ""


@dataclass
class Contact:
    """One whom Odoo names at a supplier, or (``own``) the supplier's own address."""

    name: str
    function: str
    written: str
    """The address as it stands in Odoo."""
    email: str
    """The address in it, empty for none."""
    language: str
    own: bool = False
    standing: ContactStanding = ContactStanding.READY
    elsewhere: Sequence[str] = ()
    """Other suppliers that have the same address in Odoo."""

    @property
    def invitable(self) -> bool:
        return self.standing in INVITABLE

    @property
    def advised(self) -> bool:
        """Whether to invite him unless somebody says otherwise: a person, of one supplier, whom nobody sent away."""
        return self.invitable and not (self.own or self.elsewhere or self.standing == ContactStanding.ENDED)

    @property
    def role(self) -> Role:
        """The role his function suggests. Nobody is made administrator by a word in Odoo."""
        function = self.function.lower()
        return next((role for role, words in ROLE_OF if any(word in function for word in words)), Role.ORDER_DESK)


@dataclass
class Firm:
    """A supplier and everybody Odoo knows there."""

    supplier: Supplier
    contacts: list[Contact] = field(default_factory=list)
    administered: bool = False
    """Whether somebody there is administrator or was invited to be."""

    @property
    def shown(self) -> Sequence[Contact]:
        return self.contacts[:MOST]

    @property
    def more(self) -> int:
        return max(0, len(self.contacts) - MOST)


def contacts(
    actor: Actor, filters: ContactFilters, at: dt.datetime, *, cursor: str = "", size: int = FIRMS
) -> Page[Firm]:
    """One page of active suppliers by name, each with its contacts. Six queries.

    Raises :class:`NotPermitted` for whoever does not decide about the people of all suppliers.
    """
    Act.INVITE_CONTACTS.require(actor)
    rows: QuerySet[Supplier] = Supplier.objects.visible_to(actor).filter(active=True)
    if filters.supplier:
        rows = rows.filter(public_id=filters.supplier)
    if filters.text:
        rows = rows.filter(Q(name__icontains=filters.text) | Q(reference__icontains=filters.text))
    if filters.plant:
        there = {"supplier": OuterRef("pk"), "plant": filters.plant}
        rows = rows.filter(Exists(PurchaseOrder.objects.filter(**there)) | Exists(Activation.objects.filter(**there)))
    page = BY_NAME.page(rows, cursor, size)
    return Page(judged(page.rows, at), page.next, page.previous, page.size)


def judged(suppliers: Sequence[Supplier], at: dt.datetime) -> list[Firm]:
    """The contacts of some suppliers, and how each stands now. Five queries, in a window of the buyer's side."""
    firms = {supplier.pk: Firm(supplier, list(_named(supplier))) for supplier in suppliers}
    addresses = {one.email for firm in firms.values() for one in firm.contacts if one.email}
    kinds = dict(User.objects.filter(email__in=addresses).values_list("email", "kind"))
    members = Membership.objects.filter(supplier__in=firms).values_list("supplier", "role", "user__email", "ended_at")
    works: set[tuple[int, str]] = set()
    left: set[tuple[int, str]] = set()
    for supplier, role, email, ended_at in members:
        (left if ended_at else works).add((supplier, email))
        firms[supplier].administered |= role == Role.ADMINISTRATOR and ended_at is None
    invited = set()
    pending = Invitation.objects.pending(at).filter(Q(supplier__in=firms) | Q(supplier=None, email__in=addresses))
    for supplier, email, roles in pending.values_list("supplier", "email", "roles"):
        if supplier is None:
            kinds[email] = "staff"
            continue
        invited.add((supplier, email))
        firms[supplier].administered |= Role.ADMINISTRATOR in roles
    elsewhere = _elsewhere(addresses)
    for key, firm in firms.items():
        seen: set[str] = set()
        for one in firm.contacts:
            place = (key, one.email)
            checks: Mapping[ContactStanding, bool] = {
                ContactStanding.NO_ADDRESS: not one.written,
                ContactStanding.BAD_ADDRESS: not one.email,
                ContactStanding.TWICE: one.email in seen,
                ContactStanding.STAFF: kinds.get(one.email, "supplier") != "supplier",
                ContactStanding.WORKS_HERE: place in works,
                ContactStanding.INVITED: place in invited,
                ContactStanding.ENDED: place in left,
                ContactStanding.ACCOUNT: one.email in kinds,
            }
            one.standing = next((standing for standing, is_so in checks.items() if is_so), ContactStanding.READY)
            one.elsewhere = [name for other, name in elsewhere[one.email] if other != key]
            seen.add(one.email)
    return list(firms.values())


def _named(supplier: Supplier) -> Iterator[Contact]:
    """People first, so that an address which is also the supplier's own is theirs."""
    spoken = dict(settings.LANGUAGES)
    for one in supplier.contacts:
        written = one.get("email", "").strip()
        language = one.get("language", "")
        email = address_in(written)
        name = one.get("name", "").strip() or email
        yield Contact(
            name[:200], one.get("function", ""), written, email, language if language in spoken else supplier.language
        )
    if supplier.email.strip():
        yield Contact(supplier.name, "", supplier.email.strip(), supplier.order_address, supplier.language, own=True)


def _elsewhere(addresses: Collection[str]) -> Mapping[str, Sequence[tuple[int, str]]]:
    """By address, the active suppliers that have it in Odoo: keys and names. One query."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    if not addresses:
        return found
    plain = "lower(coalesce(substring(told.email from '<([^<>]+)>'), trim(told.email)))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"select distinct {plain}, s.name, s.id from suppliers_supplier s"  # noqa: S608 (no word of it is given)
            " cross join lateral (select s.email union all"
            " select one ->> 'email' from jsonb_array_elements(s.contacts) one) told (email)"
            f" where s.active and {plain} = any(%s) order by 2, 3",
            [sorted(addresses)],
        )
        for email, name, key in cursor.fetchall():
            found[email].append((key, name))
    return found


def find_invitation_batch(actor: Actor, key: UUID) -> InvitationBatch:
    """A batch of invitations, for whoever made it; else :class:`NotFound`."""
    batch = InvitationBatch.objects.filter(pk=key, actor_kind=actor.kind, actor_id=actor.id).first()
    if batch is None:
        raise NotFound(_("There is no such batch of invitations, or somebody else made it."))
    return batch
