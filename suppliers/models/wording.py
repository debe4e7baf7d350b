"""What is kept of an answer as codes and facts, in the reader's language: why a buyer decides, what is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.web.templatetags.portal import quantity
from suppliers.states import Correctable


def why(finding: dict[str, str]) -> str:
    """A stored finding in the reader's language: it was kept in the words of whoever answered."""
    code, limit, actual = finding["code"], finding["limit"], finding["actual"]
    if code in ("late", "early"):
        days = int(actual)
        if code == "late":
            words = ngettext("%(by)d working day later than asked", "%(by)d working days later than asked", days)
        else:
            words = ngettext("%(by)d working day earlier than asked", "%(by)d working days earlier than asked", days)
        return _("%(what)s; %(limit)s allowed.") % {"what": words % {"by": days}, "limit": limit}
    if code in _PERCENTS:
        # Rounded up, so that "2.5 % over, 2.5 % allowed" cannot be read of something just outside.
        by = Decimal(actual).quantize(Decimal("0.1"), rounding="ROUND_CEILING")
        return _PERCENTS[code]() % {"by": quantity(by), "limit": quantity(limit)}
    return _ALWAYS[code]() if code in _ALWAYS else finding["message"]


_PERCENTS = {
    "quantity_over": lambda: _("The quantity is %(by)s%% over the order; %(limit)s%% is allowed."),
    "quantity_under": lambda: _("The quantity is %(by)s%% under the order; %(limit)s%% is allowed."),
    "price_up": lambda: _("The price is %(by)s%% above the order; %(limit)s%% is allowed."),
    "price_down": lambda: _("The price is %(by)s%% below the order; %(limit)s%% is allowed."),
}
_ALWAYS = {
    "rejected": lambda: _("A rejected line is always decided by the buyer."),
    "substituted": lambda: _("A substitute is always decided by the buyer."),
    "price_asked": lambda: _("A new price is always decided by a person."),
    "unit": lambda: _("Another unit is always decided by the buyer."),
    "no_date": lambda: _("A backorder without a date is always decided by the buyer."),
}


def correction(told: Mapping[str, Any]) -> str:
    """What a supplier corrects, as one sentence."""
    if told["field"] == Correctable.PART_NUMBER:
        return _("The supplier's part number is “%(theirs)s”") % told
    factor = quantity(Decimal(told["factor"]))
    return _("The supplier sells it by the “%(theirs)s”: one holds %(factor)s %(ours)s") % {**told, "factor": factor}
