"""The command line: serve the sandbox, seed it anew, load real orders into it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

DEFAULT_PORT = 8169
DEFAULT_STATE = Path("var/sandbox")
SHOWN_FINDINGS = 20


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    return int(options.run(options))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="A stand-in for Odoo 18 on this machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--state", type=Path, default=DEFAULT_STATE, help="directory of its data (%(default)s)")

    serve = commands.add_parser("serve", parents=[common], help="answer on 127.0.0.1 until interrupted")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, help="port to listen on (%(default)s; 0 picks one)")
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
    orders.add_argument("--limit", type=int, help="take the first so many orders only")
    orders.add_argument("--shift-to-today", action="store_true", help="move all dates so that the latest lies ahead")
    orders.add_argument("--days-ahead", type=int, default=90, help="how far ahead (%(default)s)")
    orders.add_argument("--report", type=Path, help="write every finding to this CSV file")
    orders.set_defaults(run=_load_orders)
    return parser


def _load_orders(options: argparse.Namespace) -> int:
    from integrations.sandbox import csv_orders, releasing, seed
    from integrations.sandbox.store import Store

    mapping = dict(csv_orders.DEFAULT_MAPPING)
    for pair in options.mapping:
        name, _, column = pair.partition("=")
        if name not in mapping or not column:
            print(f"--mapping takes FIELD=COLUMN with a field of {', '.join(mapping)}", file=sys.stderr)
            return 2
        mapping[name] = column
    try:
        batch = csv_orders.read(options.csv, mapping)
    except (OSError, csv_orders.UnusableFileError) as error:
        print(f"{options.csv} cannot be used: {error}", file=sys.stderr)
        return 1
    orders = batch.orders[: options.limit] if options.limit else batch.orders
    if options.shift_to_today:
        orders = csv_orders.shifted(orders, datetime.now(UTC).date(), options.days_ahead)
    store = Store(options.state)
    seed.fill_if_empty(store)
    began = time.monotonic()
    try:
        done = releasing.release(store, orders, options.warehouse)
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 1
    seconds = time.monotonic() - began
    print(f"{batch.rows} rows read, {batch.skipped} skipped; {len(batch.findings)} cells not taken as they stand:")
    for column, done_about_it, count in batch.summary():
        print(f"  {count:6d}  {column or '(row)'}: {done_about_it}")
    for finding in batch.findings[:SHOWN_FINDINGS]:
        print(f"  row {finding.row}, {finding.column or '(row)'}: {finding.value!r} - {finding.done}")
    if len(batch.findings) > SHOWN_FINDINGS:
        print(f"  ... and {len(batch.findings) - SHOWN_FINDINGS} more; --report FILE writes them all")
    if options.report:
        csv_orders.write_report(options.report, batch.findings)
    print(
        f"{done.orders} orders with {done.lines} lines released in {seconds:.1f} s "
        f"({done.vendors} new vendors, {done.items} new items, {done.known} orders known already)"
    )
    return 0


def _serve(options: argparse.Namespace) -> int:
    from integrations.sandbox.server import Sandbox

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
    from integrations.sandbox.store import Store

    seed.start_over(Store(options.state))
    print(f"The sandbox in {options.state} is as new.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
