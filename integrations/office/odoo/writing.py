"""Calls that change something in Odoo: kept before they are made, remembered once they were answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from integrations.office.actions.delivering import Sending
from integrations.office.odoo.gateway import Gateway


@dataclass(frozen=True)
class Pen:
    """Writes for one letter. Should nobody hear an answer, what it was about to do is all that is known."""

    sending: Sending
    gateway: Gateway

    def call(self, model: str, method: str, args: list[Any]) -> None:
        self.sending.about_to_write(f"{model}.{method}")
        self.gateway.call(model, method, args)
        self.sending.wrote = True

    def load(self, model: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
        """Make records under our keys; return the ids, also of those that were there."""
        self.sending.about_to_write(f"{model}.load")
        made = self.gateway.load(model, columns, rows)
        self.sending.wrote = True
        return made
