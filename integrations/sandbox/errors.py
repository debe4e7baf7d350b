"""The errors of Odoo, by the names a client sees in ``error.data.name``.

A client of Odoo can tell errors apart only by that name and by the message, so both are kept as the real server
gives them; the Python classes here exist to carry the name.
"""

from __future__ import annotations


class OdooError(Exception):
    """An error that Odoo would answer with HTTP 200 and a JSON-RPC ``error`` object."""

    name = "builtins.Exception"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UserError(OdooError):
    """Odoo refuses for a reason of its own trade: wrong state, quantity below receipts, unknown model."""

    name = "odoo.exceptions.UserError"


class ValidationError(UserError):
    """A constraint of the database or of a model is broken."""

    name = "odoo.exceptions.ValidationError"


class AccessError(UserError):
    """The user's groups do not allow the operation, or the method is private."""

    name = "odoo.exceptions.AccessError"


class MissingError(UserError):
    """The record written to does not exist. (Reading one is no error: the answer is an empty list.)"""

    name = "odoo.exceptions.MissingError"


class AccessDenied(UserError):
    """Wrong login or password."""

    name = "odoo.exceptions.AccessDenied"

    def __init__(self, message: str = "Access Denied") -> None:
        super().__init__(message)


class OdooValueError(OdooError):
    """Unknown field, value outside its selection, date in another format than Odoo's own."""

    name = "builtins.ValueError"


class OdooTypeError(OdooError):
    """A method was called with arguments that its signature does not take."""

    name = "builtins.TypeError"


class OdooAttributeError(OdooError):
    """The model has no such method."""

    name = "builtins.AttributeError"


class OdooIndexError(OdooError):
    """A method that works on records was called without ids."""

    name = "builtins.IndexError"


class OdooKeyError(OdooError):
    """An unknown service or an argument by an unknown key."""

    name = "builtins.KeyError"


class OperationalError(OdooError):
    """The database named by the client does not exist."""

    name = "psycopg2.OperationalError"


class InvalidDatetimeFormat(OdooError):
    """The database cannot read a time in a domain. (What ``write`` cannot read is a ValueError before that.)"""

    name = "psycopg2.errors.InvalidDatetimeFormat"


class SerializationFailure(OdooError):
    """Two transactions touched the same rows and this one lost."""

    name = "psycopg2.errors.SerializationFailure"

    def __init__(self, message: str = "could not serialize access due to concurrent update\n") -> None:
        super().__init__(message)
