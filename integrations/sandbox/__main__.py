"""The command line: serve the sandbox, seed it anew, load real orders into it."""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrations.sandbox.csv_orders import Batch
    from integrations.sandbox.store import Store

DEFAULT_PORT = 8169
DEFAULT_STATE = Path("var/sandbox")
SHOWN_FINDINGS = 20
FARTHEST_DAY = 36500


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    return int(options.run(options))


def _whole(least: int, most: int) -> Callable[[str], int]:
    """A whole number within bounds, for an option."""

    def read(word: str) -> int:
        try:
            number = int(word)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{word!r} must be from {least} to {most}")
        return number

    return read


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="A stand-in for Odoo 18 on this machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--state", type=Path, default=DEFAULT_STATE, help="directory of its data (%(default)s)")

    serve = commands.add_parser("serve", parents=[common], help="answer on 127.0.0.1 until interrupted")
    serve.add_argument(
        "--port", type=_whole(0, 65535), default=DEFAULT_PORT, help="port to listen on (%(default)s; 0 picks one)"
    )
    serve.set_defaults(run=_serve)

    reset = commands.add_parser("reset", parents=[common], help="throw its data away and seed it anew")
    reset.set_defaults(run=_reset)

    orders = commands.add_parser("load_orders", parents=[common], help="release the orders of a CSV file")
    orders.add_argument("csv", type=Path, help="the file")
    orders.add_argument(
        "--mapping",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column has a field; repeatable (see docs/sandbox.md)",
    )
    orders.add_argument("--warehouse", default="HAM", help="where the goods go (%(default)s)")
    orders.add_argument("--limit", type=_whole(1, 10**9), help="take the first so many orders only")
    orders.add_argument("--shift-to-today", action="store_true", help="move all dates so that the latest lies ahead")
    days = _whole(-FARTHEST_DAY, FARTHEST_DAY)
    orders.add_argument("--days-ahead", type=days, default=90, help="how far ahead (%(default)s)")
    orders.add_argument("--report", type=Path, help="write every finding to this CSV file")
    orders.set_defaults(run=_load_orders)
    return parser


def _failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _opened(state: Path) -> Store | None:
    """The store in a directory, or nothing when there is no telling it apart from rubbish; then that was said."""
    from integrations.sandbox import seed
    from integrations.sandbox.store import Store

    try:
        store = Store(state)
        seed.fill_if_empty(store)
    except (OSError, sqlite3.Error) as error:
        _failed(f"{state} cannot be used: {getattr(error, 'strerror', None) or error}")
        return None
    return store


def _load_orders(options: argparse.Namespace) -> int:
    from integrations.sandbox import csv_orders, releasing

    mapping = dict(csv_orders.DEFAULT_MAPPING)
    for pair in options.mapping:
        name, _, column = pair.partition("=")
        if name not in mapping or not column:
            print(f"--mapping takes FIELD=COLUMN with a field of {', '.join(mapping)}", file=sys.stderr)
            return 2
        mapping[name] = column
    try:
        batch = csv_orders.read(options.csv, mapping)
    except OSError as error:
        return _failed(f"{options.csv} cannot be used: {error.strerror or error}")
    except csv_orders.UnusableFileError as error:
        return _failed(f"{options.csv} cannot be used: {error}")
    _tell(batch)
    if options.report:
        try:
            csv_orders.write_report(options.report, batch.findings)
        except OSError as error:
            return _failed(f"{options.report} cannot be written: {error.strerror or error}; nothing was released")
    orders = batch.orders[: options.limit] if options.limit else batch.orders
    if options.shift_to_today:
        orders = csv_orders.shifted(orders, datetime.now(UTC).date(), options.days_ahead)
    store = _opened(options.state)
    if store is None:
        return 1
    began = time.monotonic()
    try:
        done = releasing.release(store, orders, options.warehouse)
    except LookupError as error:
        return _failed(str(error.args[0]))
    except sqlite3.Error as error:
        return _failed(f"{options.state} cannot be used: {error}")
    seconds = time.monotonic() - began
    print(
        f"{done.orders} orders with {done.lines} lines released in {seconds:.1f} s "
        f"({done.vendors} new vendors, {done.items} new items, {done.known} orders known already)"
    )
    return 0


def _tell(batch: Batch) -> None:
    """What became of the cells: how often what, and the first findings."""
    print(f"{batch.rows} rows read, {batch.skipped} skipped; {len(batch.findings)} cells not taken as they stand:")
    for column, done_about_it, count in batch.summary():
        print(f"  {count:6d}  {column or '(row)'}: {done_about_it}")
    for finding in batch.findings[:SHOWN_FINDINGS]:
        print(f"  row {finding.row}, {finding.column or '(row)'}: {finding.value!r} - {finding.done}")
    if len(batch.findings) > SHOWN_FINDINGS:
        print(f"  ... and {len(batch.findings) - SHOWN_FINDINGS} more; --report FILE writes them all")


def _serve(options: argparse.Namespace) -> int:
    from integrations.sandbox.server import Sandbox

    if _opened(options.state) is None:
        return 1
    try:
        sandbox = Sandbox(options.state, options.port)
    except OSError as error:
        print(f"The sandbox cannot listen on port {options.port}: {error.strerror or error}", file=sys.stderr)
        return 1

    def stop(*_: object) -> None:
        # The serving loop runs in this thread and must not be waited for from inside it.
        threading.Thread(target=sandbox.server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"Odoo sandbox at {sandbox.url}/ (database sandbox, state in {options.state})", flush=True)
    sandbox.serve()
    sandbox.server.server_close()
    return 0


def _reset(options: argparse.Namespace) -> int:
    from integrations.sandbox import seed

    store = _opened(options.state)
    if store is None:
        return 1
    seed.start_over(store)
    print(f"The sandbox in {options.state} is as new.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
