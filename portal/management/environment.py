"""What the embedded portal is told: generated once into ``var/secrets.env``, addresses renewed at every start.

A variable that is set outside wins, and this file is never made nor read for production. Run as a module (set-up does,
as the settings refuse to load without a secret key) it only makes the file.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from portal.management.postgres import PORT, Postgres, write_private

PROJECT = Path(__file__).resolve().parents[2]
VAR = PROJECT / "var"
HEADING = (
    "# Made by the portal for this machine alone. Delete it and the next start makes another; everybody logs in again."
)
ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "CELERY_BROKER_URL")
GENERATED = ("SECRET_KEY", "OWNER_PASSWORD", "APP_PASSWORD", "QUEUE_PASSWORD")


@dataclass(frozen=True)
class Secrets:
    """The file, as a mapping that keeps what a person added to it."""

    file: Path

    def read(self) -> dict[str, str]:
        try:
            lines = self.file.read_text().splitlines()
        except FileNotFoundError:
            return {}
        pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
        return {name.strip(): value.strip() for name, _, value in pairs}

    def make(self, addresses: Mapping[str, str] | None = None) -> dict[str, str]:
        """Fill in what is missing, renew the addresses, and return it all."""
        before = self.read()
        made = {name: before.get(name) or secrets.token_urlsafe(48) for name in GENERATED}
        after = {**before, **made, **(addresses or {})}
        if after != before:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            lines = (f"{name}={value}" for name, value in after.items())
            write_private(self.file, "\n".join((HEADING, *lines, "")))
        return after


def embedded_addresses(database: Postgres, generated: Mapping[str, str]) -> dict[str, str]:
    """How each process reaches the embedded server, by the role it logs in as."""
    socket = quote(str(database.socket_directory), safe="")
    return {
        "DATABASE_URL": database.address("portal_app", generated["APP_PASSWORD"], "portal"),
        "DATABASE_OWNER_URL": database.address("portal_owner", generated["OWNER_PASSWORD"], "portal"),
        "CELERY_BROKER_URL": f"pgmq://portal_queue:{generated['QUEUE_PASSWORD']}@{socket}:{PORT}/portal_queue",
    }


def given(environment: Mapping[str, str], generated: Mapping[str, str]) -> dict[str, str]:
    """What a person set, as opposed to what the settings read back from our own file."""
    ours = {name: value for name, value in generated.items() if name in (*GENERATED, *ADDRESSES)}
    return {name: value for name, value in environment.items() if ours.get(name) != value}


if __name__ == "__main__" and os.environ.get("PORTAL_MODE", "embedded") == "embedded":
    Secrets(VAR / "secrets.env").make()
