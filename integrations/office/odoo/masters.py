"""Send an approved change of master data to Odoo: look, write what is still as the supplier saw it, look again.

Everything written is an absolute value on a record that exists, so a lost answer shows itself in the next look. What
somebody changed meanwhile is left alone. Where the portal's user may not write it, a person enters it in Odoo, and the
look of the next try finds it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.office.actions import delivering
from integrations.office.actions.delivering import POST_OFFICE, Sending
from integrations.office.models import Mapping as Mapped
from integrations.office.obstacles import misconfigured, permanent
from integrations.office.odoo import translate
from integrations.office.odoo.catalogue import PARTNER
from integrations.office.odoo.contents import SELLER
from integrations.office.odoo.gateway import Gateway
from portal.shared.acting import acting
from portal.shared.errors import Misconfigured
from suppliers import masterdata
from suppliers.actions.master_standing import is_live
from suppliers.masterdata import Of
from suppliers.models import MasterRequest
from suppliers.states import MasterState

COLUMNS: Mapping[Of, tuple[str, Mapping[str, str]]] = {
    Of.TERM: (
        SELLER,
        {
            "lead_time": "delay",
            "min_quantity": "min_qty",
            "price": "price",
            "code": "product_code",
            "name": "product_name",
        },
    ),
    Of.CONTACT: (PARTNER, {name: name for name in ("name", "email", "phone")}),
    Of.SUPPLIER: (
        PARTNER,
        {
            **{name: name for name in ("street", "street2", "city", "email", "phone")},
            "postcode": "zip",
        },
    ),
}
"""Odoo's model and field for each attribute that a request may be about."""


@dataclass(frozen=True)
class _Letter:
    """What one letter wants, and of which record of Odoo."""

    model: str
    record: int
    domain: Sequence[Any]
    columns: Mapping[str, str]
    """Odoo's field, by attribute."""
    before: Mapping[str, str]
    after: Mapping[str, str]
    facts: Mapping[str, str]
    """What a failure is told with."""
    live: bool

    @classmethod
    def of(cls, sending: Sending) -> _Letter | None:
        """None where the approval was taken back."""
        with acting(POST_OFFICE):
            request = MasterRequest.objects.get(pk=sending.delivery.about_id)
            if request.state != MasterState.APPROVED:
                return None
            of = masterdata.of(request.field)
            model, columns = COLUMNS[of]
            vendor = _record(sending, PARTNER, str(request.supplier_id))
            record = vendor if of is Of.SUPPLIER else int(request.contact or 0)
            if of is Of.TERM:
                record = _record(sending, SELLER, str(request.term_id))
            owner = "partner_id.commercial_partner_id" if of is Of.TERM else "commercial_partner_id"
            return cls(
                model=model,
                record=record,
                domain=[["id", "=", record], [owner, "=", vendor]],
                columns={name: columns[name] for name in masterdata.names(request.field)},
                before=request.before,
                after=request.after,
                facts={"subject": request.subject, "wanted": _said(request.after)},
                live=is_live(request.supplier_id),
            )

    @property
    def values(self) -> dict[str, Any]:
        """What is written, by Odoo's field."""
        return {column: _value(name, self.after[name]) for name, column in self.columns.items()}


def send_approved(sending: Sending, gateway: Gateway) -> dict[str, Any]:
    """Deliver one ``master_request.approved``. Raises :class:`~portal.shared.errors.DeliveryFailed`."""
    letter = _Letter.of(sending)
    if letter is None:
        return {"revoked": True}
    found = _look(gateway, letter)
    if found == letter.after:
        return _settle(sending, written=True, value="equal")
    if found != letter.before:
        _all_is_known(sending)
        raise permanent("value_changed", **letter.facts, found=_said(found), before=_said(letter.before))
    if not letter.live:
        gateway.would_call(letter.model, "write", [[letter.record], letter.values])
        return _settle(sending, written=False, value="observed")
    _write(sending, gateway, letter)
    found = _look(gateway, letter)
    if found != letter.after:
        _all_is_known(sending)
        raise permanent("value_not_kept", **letter.facts, found=_said(found))
    return _settle(sending, written=True, value="written")


def send_revoked(sending: Sending, gateway: Gateway) -> dict[str, Any]:
    """Deliver one ``master_request.revoked``: it took the place of the letter that was not to be sent any more."""
    return {"revoked": True}


def _record(sending: Sending, model: str, key: str) -> int:
    connection = delivering.connection_of(sending.delivery)
    rows = Mapped.objects.filter(connection=connection, model=model, object_id=key, current=True)
    found = rows.values_list("remote_id", flat=True).first()
    if found is None:
        raise permanent("record_gone", subject=model)
    return int(found)


def _look(gateway: Gateway, letter: _Letter) -> dict[str, str]:
    """What Odoo says of the values a letter is about."""
    rows = gateway.search_read(
        letter.model, letter.domain, list(letter.columns.values()), context={"active_test": False}
    )
    if not rows:
        raise permanent("record_gone", **letter.facts)
    return {name: text(name, rows[0][column]) for name, column in letter.columns.items()}


def _write(sending: Sending, gateway: Gateway, letter: _Letter) -> None:
    sending.about_to_write(f"{letter.model}.write")
    try:
        gateway.call(letter.model, "write", [[letter.record], letter.values])
    except Misconfigured as refusal:
        if refusal.code != "access":
            raise
        raise misconfigured("master_access", **letter.facts) from None
    sending.wrote = True


def _settle(sending: Sending, *, written: bool, value: str) -> dict[str, Any]:
    delivering.settle_change(
        actor=POST_OFFICE, delivery=sending.delivery, sending=sending, written=written, at=sending.clock()
    )
    return {"value": value}


def _all_is_known(sending: Sending) -> None:
    """A look has shown what came of every earlier try: a newer letter may take this one's place."""
    sending.wrote = False
    sending.keep(rest=None, wrote=None, calling=None)


def text(name: str, value: Any) -> str:
    """A value of Odoo as requests keep it."""
    if name == "lead_time":
        return str(int(value))
    return translate.number_text(translate.number(value)) if name in masterdata.NUMBERS else translate.text(value)


def _value(name: str, wanted: str) -> Any:
    if name == "lead_time":
        return int(wanted)
    return float(wanted) if name in masterdata.NUMBERS else wanted or False


def _said(values: Mapping[str, str]) -> str:
    return ", ".join(filter(None, values.values())) or "–"
