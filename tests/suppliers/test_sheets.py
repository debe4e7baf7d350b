"""Answers by a sheet: downloaded, filled in, brought back, looked at, sent."""

from __future__ import annotations

import pytest

from suppliers.models import Acknowledgement
from suppliers.states import SheetState
from tests.cast import Cast, ReleaseOrder, everything, fresh_lines, working_day
from tests.sheets import Filled, bring, codes, download, previewed, send

pytestmark = pytest.mark.django_db


def test_one_order_goes_out_comes_back_and_is_answered(cast: Cast, release_order: ReleaseOrder) -> None:
    anna = cast.actor("anna")
    order = release_order(cast.line(100), cast.line(40), cast.line(7))
    sheet = Filled(download(anna, cast.acme))
    sheet.fill(3, answer="Accept")
    sheet.fill(4, answer="Change date or quantity", quantity=30, date=working_day(60), reason="Capacity")
    upload = bring(anna, cast.acme.pk, sheet.saved)
    assert upload.refusal is None, str(upload.refusal)
    assert upload.state == SheetState.READ
    preview = previewed(anna, upload)
    assert codes(preview) == {}
    assert [(line.numbers, line.within) for line in preview.good] == [("3", True), ("4", False)]
    assert preview.untouched == 1
    upload = send(anna, upload)
    assert upload.state == SheetState.SENT
    assert [line.state for line in fresh_lines(order)] == ["agreed", "pending_buyer", "open"]
    with everything():
        sent = Acknowledgement.objects.get(order=order)
    assert (sent.channel, sent.actor_name) == ("sheet", "Anna Abel")
