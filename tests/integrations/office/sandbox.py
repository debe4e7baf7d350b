"""The Odoo sandbox as a process of its own, played by tests through its control API."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class SandboxProcess:
    """One running sandbox. Tests are its buyer, its warehouse clerk and its misfortune."""

    def __init__(self, state: Path) -> None:
        command = [sys.executable, "-m", "integrations.sandbox", "serve", "--port", "0", "--state", str(state)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        # "Odoo sandbox at http://127.0.0.1:<port>/ (...)": said once it listens.
        self.url = self.process.stdout.readline().split()[3].rstrip("/")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def ask(self, verb: str, path: str, words: dict[str, Any] | None = None) -> Any:
        body = json.dumps(words).encode() if words is not None else None
        request = urllib.request.Request(f"{self.url}/sandbox/api/{path}", data=body, method=verb)
        with _OPENER.open(request, timeout=30) as answer:
            return json.load(answer)

    def reset(self) -> None:
        self.ask("POST", "reset", {})

    def fault(self, kind: str, **words: Any) -> int:
        return int(self.ask("POST", "faults", {"kind": kind, **words})["id"])

    def heal(self) -> None:
        self.ask("DELETE", "faults")

    def faults(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "faults")["faults"])

    def counts(self) -> dict[str, int]:
        return dict(self.ask("GET", "calls")["counts"])

    def calls(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "calls")["calls"])

    def forget_calls(self) -> None:
        self.ask("DELETE", "calls")

    def release(self, vendor: str = "Acme Castings", **words: Any) -> dict[str, Any]:
        words.setdefault(
            "lines", [{"product": "PH-1040", "quantity": 100, "date": "2027-03-01 11:00:00", "price": 92.5}]
        )
        return dict(self.ask("POST", "orders", {"vendor": vendor, "warehouse": "HAM", **words}))

    def order(self, key: str | int) -> dict[str, Any]:
        return dict(self.ask("GET", f"orders/{key}"))

    def orders(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "orders")["orders"])

    def act(self, key: str | int, act: str, **words: Any) -> dict[str, Any]:
        return dict(self.ask("POST", f"orders/{key}/{act}", words))
