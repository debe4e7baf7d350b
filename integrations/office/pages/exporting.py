"""The post office's lists as files: exactly what their pages show, every page of them."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integrations.office import exceptions as desk
from integrations.office import queries, sent
from integrations.office.models import Delivery
from integrations.office.pages import exceptions, ledger, mails
from integrations.office.permissions import Act
from portal.shared.acting import acting
from portal.web import sheets
from portal.web.exporting import Listed
from portal.web.pagination import Page
from portal.web.sheets import Column, Sheet, sheet
from portal.web.windows import PortalRequest


def state_of(letter: Delivery) -> str:
    """How a letter stands, as its tag says it."""
    return gettext("Not sent") if letter.steps.get("withdrawn") else letter.get_state_display()


LETTERS = (
    Column(_("Letter"), lambda letter, _actor: letter.about or letter.topic),
    Column(_("Supplier"), "supplier_name"),
    Column(_("State"), lambda letter, _actor: state_of(letter)),
    Column(_("What happened"), lambda letter, _actor: letter.what_failed if letter.failure else ""),
    Column(_("Tries"), "attempts"),
    Column(_("Written"), "created_at"),
)


def letters(request: PortalRequest) -> Sheet:
    with acting(request.actor):
        found = queries.ledger(request.actor, ledger.filters_of(request), size=sheets.MOST)
        return sheet("letters", LETTERS, found, request.actor)


MAILS = (
    Column(_("Mail"), lambda mail, _actor: mail.subject or mail.letter.topic),
    Column(_("To"), "name"),
    Column(_("Address"), "address"),
    Column(_("Orders"), "orders"),
    Column(_("State"), lambda mail, _actor: state_of(mail.letter)),
    Column(_("What happened"), lambda mail, _actor: mail.letter.what_failed if mail.letter.failure else ""),
    Column(_("Written"), "letter.created_at"),
)


def sent_mails(request: PortalRequest) -> Sheet:
    with acting(request.actor):
        found = sent.sent_log(request.actor, mails.filters_of(request), size=sheets.MOST)
        return sheet("mails", MAILS, found, request.actor)


EXCEPTIONS = (
    Column(_("What"), "row.label"),
    Column(_("Kind"), lambda case, _actor: case.row.get_source_display()),
    Column(_("What happened"), "message"),
    Column(_("Who must act"), lambda case, _actor: case.row.get_owner_display()),
    Column(_("What to do"), "remedy"),
    Column(_("Order"), "row.order_number"),
    Column(_("Orders held up"), "row.held_up"),
    Column(_("Plant"), "row.plant_name"),
    Column(_("Supplier"), "row.supplier_name"),
    Column(_("Needed"), "row.need_date"),
    Column(_("Since"), "row.since"),
    Column(_("Age, working hours"), lambda case, _actor: round(Decimal(case.age), 1)),
    Column(_("Target, working hours"), "target"),
    Column(_("Resolved by"), "row.resolved_by"),
    Column(_("Resolved"), "row.resolved_at"),
    Column(_("Result"), "resolution"),
)


def cases(request: PortalRequest) -> Sheet:
    now = timezone.now()
    with acting(request.actor):
        found = desk.listed(request.actor, exceptions.filters_of(request), size=sheets.MOST)
        told = Page([desk.case(request.actor, row, now) for row in found.rows], found.next)
        return sheet("exceptions", EXCEPTIONS, told, request.actor)


LISTS = {
    "ledger": Listed("", Act.SEE_LEDGER, letters),
    "mails": Listed("mails/", Act.SEE_SENT_LOG, sent_mails),
    "exceptions": Listed("exceptions/", Act.SEE_EXCEPTIONS, cases),
}
