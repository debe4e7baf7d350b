"""What can be asked of master data: which values each field has, and which of them make sense. Pure.

Values travel as text by the name of the attribute they stand in, numbers plainly written (``{"price": "12.5"}``), so
that what was asked, what Odoo says and what is shown compare without rounding.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.shared.errors import Faults
from suppliers.states import MasterField
from suppliers.tolerances import plain


class Of(StrEnum):
    """What a field belongs to."""

    TERM = "term"
    CONTACT = "contact"
    SUPPLIER = "supplier"


FIELDS: Mapping[str, tuple[Of, tuple[str, ...]]] = {
    MasterField.LEAD_TIME: (Of.TERM, ("lead_time",)),
    MasterField.MIN_QUANTITY: (Of.TERM, ("min_quantity",)),
    MasterField.PRICE: (Of.TERM, ("price",)),
    MasterField.PART_NUMBER: (Of.TERM, ("code",)),
    MasterField.PART_NAME: (Of.TERM, ("name",)),
    MasterField.CONTACT_NAME: (Of.CONTACT, ("name",)),
    MasterField.CONTACT_EMAIL: (Of.CONTACT, ("email",)),
    MasterField.CONTACT_PHONE: (Of.CONTACT, ("phone",)),
    MasterField.ADDRESS: (Of.SUPPLIER, ("street", "street2", "postcode", "city")),
    MasterField.EMAIL: (Of.SUPPLIER, ("email",)),
    MasterField.PHONE: (Of.SUPPLIER, ("phone",)),
}
"""What each field belongs to, and the attributes it stands in: an address is asked for and written as one."""

LONGEST: Mapping[str, int] = {
    **{"code": 100, "name": 200, "email": 254, "phone": 60},
    **{"street": 200, "street2": 200, "postcode": 30, "city": 100},
}
TITLES: Mapping[str, Any] = {
    "lead_time": gettext_lazy("Calendar days from the order to the receipt"),
    "min_quantity": gettext_lazy("Minimum quantity"),
    "price": gettext_lazy("Price"),
    "code": gettext_lazy("Your part number"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail address"),
    "phone": gettext_lazy("Telephone"),
    "street": gettext_lazy("Street"),
    "street2": gettext_lazy("Further address line"),
    "postcode": gettext_lazy("Postcode"),
    "city": gettext_lazy("Town"),
}
"""What each value is called where it is typed."""
MOST_DAYS = 3650
LARGEST = Decimal(10) ** 12
NUMBERS = ("lead_time", "min_quantity", "price")
_NEEDED = (MasterField.CONTACT_NAME, MasterField.ADDRESS)
"""What must not become empty; e-mail addresses must be addresses."""

Values = Mapping[str, str]


def of(field: str) -> Of:
    """What a field belongs to."""
    return FIELDS[field][0]


def names(field: str) -> tuple[str, ...]:
    """The attributes a field stands in."""
    return FIELDS[field][1]


def shown(field: str, thing: Any) -> dict[str, str]:
    """What a price list entry, a contact or a supplier says of a field."""
    get = thing.get if isinstance(thing, Mapping) else lambda name: getattr(thing, name)
    return {name: text_of(get(name)) for name in names(field)}


def text_of(value: Any) -> str:
    """One value as it travels."""
    return plain(value) if isinstance(value, Decimal) else str(value if value is not None else "")


def words(field: str, values: Values, unit: str = "") -> str:
    """The values of a field as people read them, in their own language."""
    said = [_word(name, values.get(name, ""), unit) for name in names(field)]
    return ", ".join(filter(None, said)) or "–"


def _word(name: str, value: str, unit: str) -> str:
    if name not in NUMBERS or not value:
        return value
    if name == "lead_time":
        return ngettext("%(count)d day", "%(count)d days", int(value)) % {"count": int(value)}
    return f"{number_format(value, use_l10n=True, force_grouping=True)} {unit}".strip()


def wanted(field: str, typed: Values) -> dict[str, str]:
    """What somebody asks for, cleaned. Raises :class:`~portal.shared.errors.Invalid` naming every value that is wrong,
    or unknown.
    """
    faults, known = Faults(), names(field)
    for name in typed:
        if name not in known:
            faults.add("unknown", _("This is no value of what is asked for."), f"/values/{name}")
    values = {name: _cleaned(name, str(typed.get(name, "")).strip(), faults) for name in known}
    if field in _NEEDED and not any(values.values()):
        faults.add("required", _("This cannot be empty."), f"/values/{known[0]}")
    faults.refuse(_("This cannot be asked for."))
    return values


def _cleaned(name: str, text: str, faults: Faults) -> str:
    place = f"/values/{name}"
    if name in NUMBERS:
        return _number(name, text, place, faults)
    if len(text) > LONGEST[name]:
        faults.add("too_long", _("At most %(count)d characters.") % {"count": LONGEST[name]}, place)
    if not text.isprintable():
        faults.add("characters", _("Only letters, digits and signs on one line."), place)
    if name == "email":
        try:
            validate_email(text)
        except ValidationError:
            faults.add("email", _("Give one e-mail address."), place)
    return text


def _number(name: str, text: str, place: str, faults: Faults) -> str:
    try:
        number = Decimal(text) if len(text) <= 40 else Decimal("nan")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        faults.add("number", _("Give a number."), place)
        return text
    if name == "lead_time":
        if not 0 <= number <= MOST_DAYS or number != int(number):
            faults.add("out_of_range", _("Give whole days, from 0 to %(most)d.") % {"most": MOST_DAYS}, place)
            return text
        return str(int(number))
    if not 0 <= number < LARGEST or (name == "price" and not number):
        faults.add("out_of_range", _("Give a number above 0.") if name == "price" else _("Give 0 or more."), place)
        return text
    if number != round(number, 6):
        faults.add("decimals", _("At most 6 decimals."), place)
        return text
    return plain(number)
