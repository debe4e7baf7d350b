"""Who may do what to files. Buttons and acts read this one table."""

from __future__ import annotations

from documents import kinds
from portal.shared.actor import Actor, ActorKind
from portal.shared.errors import Invalid
from portal.shared.ownership import Permission, who

INSPECTION = "inspection"
"""The system's own part that inspects, sweeps and inspects again."""

PRINTING = "printing"
"""The part above that draws documents and keeps them here: they are inspected as any other file."""
FETCHING = "pull"
"""The system's own part that brings files from the buyer's system."""

BY_KIND = ("as the kind of file says",)
"""Only the storey above knows whose business a file is: see ``documents.kinds``."""


class Act(Permission):
    RECEIVE_FILE = who(
        "Upload a file",
        supplier=BY_KIND,
        staff=BY_KIND,
        scopes=BY_KIND,
        systems=[PRINTING, FETCHING],
        by_link=True,
    )
    SEE_FILE = who("See a file", supplier=BY_KIND, staff=BY_KIND, scopes=BY_KIND, by_link=True)
    DOWNLOAD_FILE = who("Download a file", supplier=BY_KIND, staff=BY_KIND, scopes=BY_KIND, by_link=True)

    BEGIN_INSPECTION = who("Take a file for inspection", systems=[INSPECTION])
    POSTPONE_INSPECTION = who("Put a file back that could not be inspected", systems=[INSPECTION])
    SETTLE_INSPECTION = who("Accept or reject a file", systems=[INSPECTION])
    DISCARD_UPLOAD = who("Give up an upload that was never finished", systems=[INSPECTION])

    def allows(self, actor: Actor, about: object | None = None) -> bool:
        """As everywhere; for the rows by kind, what the kind of ``about`` says. Without an object: perhaps."""
        if not self.value.supplier:
            return super().allows(actor, about)
        if actor.kind is ActorKind.SYSTEM:
            known = about is None or str(getattr(about, "kind", "")) in kinds.names()
            return known and super().allows(actor, about)
        if about is None:
            return bool(actor.grants)
        try:
            kind = kinds.kind_of(str(getattr(about, "kind", "")))
        except Invalid:
            return False
        if isinstance(about, kinds.Place):
            return kind.may_receive(actor, about.supplier_id)
        return kind.may_see(actor, about)  # type: ignore[arg-type]
