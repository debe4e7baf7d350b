"""Messages on records: who wrote what, kept as the HTML that Odoo would keep."""

from __future__ import annotations

import html
import re

from integrations.sandbox.env import SUPERUSER, Env
from integrations.sandbox.errors import UserError
from integrations.sandbox.schema import MODELS

_DANGEROUS = re.compile(r"<(script|style|iframe|object|embed)\b.*?(</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_HANDLER = re.compile(r"""\son\w+\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_SCRIPT_URL = re.compile(r"""(href|src)\s*=\s*["']?\s*javascript:[^"'>\s]*["']?""", re.IGNORECASE)
_BLOCK = re.compile(r"\s*<(p|div|ul|ol|table|h[1-6]|blockquote|pre)\b", re.IGNORECASE)


def as_html(body: str, *, is_html: bool) -> str:
    """A message's body as Odoo stores it: plain text escaped, markup cleaned, everything inside a block."""
    if not body:
        return ""
    clean = (
        _SCRIPT_URL.sub("", _HANDLER.sub("", _DANGEROUS.sub("", body))) if is_html else html.escape(body, quote=False)
    )
    return clean if is_html and _BLOCK.match(clean) else f"<p>{clean}</p>"


def post(
    env: Env,
    model: str,
    record: int,
    body: str,
    *,
    is_html: bool = False,
    kind: str = "notification",
    subtype: str = "mail.mt_note",
    subject: str | None = None,
    author: int | None = None,
) -> int:
    """Put a message on a record."""
    user = env.row("res.users", env.uid)
    address = env.row("res.partner", user["partner_id"])["email"]
    if not address and env.uid != SUPERUSER:
        raise UserError("Unable to send message, please configure the sender's email address.")
    return env.add(
        "mail.message",
        {
            "model": model,
            "res_id": record,
            "record_name": env.name_of(model, record),
            "body": as_html(body, is_html=is_html),
            "subject": subject,
            "message_type": kind,
            "subtype_id": env.reference(subtype),
            "author_id": author or user["partner_id"],
            "email_from": address,
            "date": env.now_second,
            "is_internal": int(subtype == "mail.mt_note"),
            "message_id": f"<{model}-{record}-{env.now}@sandbox>",
        },
    )


def has_chatter(model: str) -> bool:
    return MODELS[model].mail
