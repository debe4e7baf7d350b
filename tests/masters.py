"""A supplier's master data as the reader would have taken it in: a price list entry, a contact; and a request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from portal.shared.acting import acting
from portal.shared.actor import Actor
from suppliers.actions.master_requests import request_master_change
from suppliers.models import Item, MasterRequest, PriceTerm, Supplier
from suppliers.states import MasterField
from tests.cast import PULL

CONTACT = {"ref": "71", "name": "Karl Kern", "function": "Sales", "email": "karl@acme.example", "phone": "040 1"}


def listed(supplier: Supplier, item: Item, **changes: Any) -> PriceTerm:
    """An entry of 12 days, from 10 pieces on, for 4.50 EUR; the supplier has one contact, Karl Kern."""
    said: dict[str, Any] = {
        "unit_name": "Units",
        "code": "AC-1",
        "lead_time": 12,
        "min_quantity": Decimal(10),
        "price": Decimal("4.5"),
        "currency": "EUR",
        **changes,
    }
    with acting(PULL, write=True):
        supplier.contacts = [CONTACT]
        supplier.street, supplier.city, supplier.payment_terms = "Gießerweg 4", "Essen", "30 days net"
        supplier.save(update_fields=["contacts", "street", "city", "payment_terms"])
        term = PriceTerm(supplier=supplier, item=item, item_code=item.code, item_name=item.name, **said)
        term.save(force_insert=True)
    return term


def ask(actor: Actor, term: PriceTerm, days: int = 21, **more: Any) -> MasterRequest:
    """The supplier asks for another lead time of an entry."""
    return request_master_change(
        actor=actor,
        supplier=term.supplier,
        field=MasterField.LEAD_TIME,
        values={"lead_time": str(days)},
        term=term.pk,
        at=timezone.now(),
        **more,
    )
