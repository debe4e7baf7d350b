"""The list of orders as a supplier's page."""

from __future__ import annotations

from unittest import mock

from tests.benchmarks.figures import Figure, Note, Result, alternate
from tests.benchmarks.people import browser, person
from tests.benchmarks.world import ACME, World


def measure(world: World) -> Result:
    """The whole request (session, person, wall, rows, template), against the template with the same rows in memory."""
    from django.db import connection
    from django.shortcuts import render

    from suppliers.pages import orders

    get = browser(person("anna@bench.example", ACME))
    with mock.patch.object(orders, "render", side_effect=render) as seen:
        get("/orders/")
    request, template, context = seen.call_args.args

    def ours() -> None:
        assert get("/orders/").content

    def literal() -> None:
        assert render(request, template, context).content

    def connecting() -> None:
        connection.close()
        get("/orders/")

    took, limit, alone = alternate(ours, literal, connecting, runs=60)
    return [
        Figure.dearer(f"order list page, {len(context['page'].rows)} rows / template, literal rows", took, limit, 1.6),
        Note(f"the same page on a connection of its own, as without DATABASE_POOL: {alone:.1f} ms"),
    ]
