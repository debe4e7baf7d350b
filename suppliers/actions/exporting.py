"""Lists that people take along as files."""

from __future__ import annotations

import datetime as dt

from portal.shared import audit
from portal.shared.act import act
from portal.shared.actor import Actor
from suppliers.permissions import Act


@act(Act.EXPORT_LIST)
def take_along(*, actor: Actor, at: dt.datetime, listed: str, narrowed: str) -> None:
    """A person takes a list along as a file; the audit trail keeps who, when, which, and to what it was narrowed."""
    audit.remark(list=listed, narrowed=narrowed)
