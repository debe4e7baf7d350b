"""The command line: serve the sandbox, seed it anew, load real orders into it."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

DEFAULT_PORT = 8169
DEFAULT_STATE = Path("var/sandbox")


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
    return parser


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
