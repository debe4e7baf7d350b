"""Why an agreed line does not stand in Odoo as agreed, in the reader's language.

A line keeps a code and facts (``OrderLine.sync_why``). Of what Odoo says instead of what was known: ``{"code":
"conflict", "differences": [{"what": "quantity", "odoo": "90", "known": "100"}]}``, numbers and dates as plain text.
Whatever else it is (a letter that waits for a person) is said by whoever kept it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from portal.web.templatetags.portal import day, money, quantity

CONFLICT = "conflict"
_VALUES: Mapping[str, tuple[Callable[[str], str], Callable[[], str]]] = {
    "quantity": (quantity, lambda: _("quantity %(odoo)s instead of %(known)s")),
    "price": (money, lambda: _("price %(odoo)s instead of %(known)s")),
    "date": (lambda value: strip_tags(day(value)), lambda: _("date %(odoo)s instead of %(known)s")),
    "received": (quantity, lambda: _("received %(odoo)s instead of %(known)s")),
}
_SENTENCES = {
    "gone": lambda: _("Odoo has this delivery no more."),
    "goods": lambda: _("Odoo names another item or unit."),
    "not_kept": lambda: _("Odoo did not keep what was written."),
}


def words(why: Mapping[str, Any] | str, see_prices: bool) -> str:
    """What Odoo says instead, as sentences; a price only for those who see prices.

    A ``str`` is a sentence as it was kept before there were facts: whether it tells a price, nobody can say.
    """
    if isinstance(why, str):
        return why if see_prices else _something_else()
    found = [one for one in why["differences"] if see_prices or one["what"] != "price"]
    values = [
        text() % {"odoo": shown(one["odoo"]), "known": shown(one["known"])}
        for one in found
        if one["what"] in _VALUES
        for shown, text in [_VALUES[one["what"]]]
    ]
    said = [_SENTENCES[one["what"]]() for one in found if one["what"] in _SENTENCES]
    if values:
        said.insert(0, _("Odoo says %(differences)s.") % {"differences": ", ".join(values)})
    return " ".join(said) or _something_else()


def _something_else() -> str:
    return _("Odoo says something else than was agreed.")
