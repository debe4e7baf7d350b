"""The limited process that opens files: a fresh interpreter without Django, environment or network to call.

Run as ``python -m documents.inspection.cell <order>``. It limits itself before it imports a parser, writes one line
before and one after each step, and ends. Whatever happens to it, ``warden`` knows which step it was at.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def confine(limits: dict[str, int]) -> None:
    """Take away what a parser could use up. A process may lower its own limits, never raise them again."""
    wanted = {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_FSIZE: limits["output"],
        resource.RLIMIT_NOFILE: 32,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in wanted.items():
        resource.setrlimit(what, (most, most))
    # The soft limit ends it by SIGXCPU, which says why; the hard one a second later in any case.
    resource.setrlimit(resource.RLIMIT_CPU, (limits["seconds"], limits["seconds"] + 1))


def say(**entry: Any) -> None:
    sys.stdout.write(json.dumps(entry) + "\n")
    sys.stdout.flush()


def inspect(order: dict[str, Any]) -> None:
    """Run the steps, telling of each. The first that refuses is the last."""
    from documents.inspection.steps import STEPS
    from documents.inspection.subject import PASSED, REFUSED, Subject, Unfit, finding

    subject = Subject(
        path=Path(order["path"]),
        name=order["name"],
        media_types=frozenset(order["media_types"]),
        most_bytes=order["most_bytes"],
        most_pages=order["most_pages"],
    )
    for step in STEPS:
        if not step.concerns(subject):
            continue
        say(begin=step.name)
        try:
            step.check(subject)
        except Unfit as unfit:
            say(finding=finding(step.name, REFUSED, unfit.code, **unfit.values))
            break
        except (MemoryError, RecursionError):
            say(finding=finding(step.name, REFUSED, "memory"))
            break
        say(finding=finding(step.name, PASSED))
    say(end=True, media_type=subject.media_type, pages=subject.pages)


def read(order: dict[str, Any]) -> None:
    """Say what stands in a sheet, row by row."""
    say(begin="read")
    from documents.inspection.cells import entries

    rows = entries(
        Path(order["path"]), mark=order["mark"], most_rows=order["most_rows"], most_columns=order["most_columns"]
    )
    tell_all("read", rows, order["most_said"])


def letters(order: dict[str, Any]) -> None:
    """Say which words stand where, page by page."""
    say(begin="letters")
    from documents.inspection.letters import pages
    from documents.paper import tell

    found = pages(Path(order["path"]), most_pages=order["most_pages"])
    tell_all("letters", map(tell, found), order["most_said"])


def tell_all(step: str, entries: Iterable[Any], most: int) -> None:
    """Say each entry on a line, and then the end; the reason instead, where a file does not let itself be read."""
    from documents.inspection.subject import REFUSED, Unfit, finding

    said = 0
    try:
        for entry in entries:
            line = json.dumps(entry)
            said += len(line) + 1
            if said > most:
                raise Unfit("too_much_text")
            sys.stdout.write(line + "\n")
    except Unfit as unfit:
        say(finding=finding(step, REFUSED, unfit.code, **unfit.values))
    except (MemoryError, RecursionError):
        say(finding=finding(step, REFUSED, "memory"))
    say(end=True)


def main() -> None:
    order = json.loads(sys.argv[1])
    confine(order["limits"])
    {"inspect": inspect, "read": read, "letters": letters}[order.get("what", "inspect")](order)


if __name__ == "__main__":
    main()
