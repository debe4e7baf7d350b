"""placeholder"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    body: str = ""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    location: str = ""


def respond(sandbox: Any, verb: str, path: str, asked: dict[str, str], form: dict[str, str]) -> Page:
    return Page("<h1>Odoo sandbox</h1>") if path == "/" else Page("<html>404</html>", 404)
