"""Bring Odoo's orders in: everything that changed since the last time, each record on its own.

Odoo's clock is its own ``write_date``: the newest one seen when a run begins closes the window, so no other clock is
trusted. ``write_date`` is when a transaction *began*, in whole seconds, so rows can appear behind the mark; every
window reaches back by longer than Odoo's longest transaction, and taking a record in twice changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError

from integrations.office.actions import pulling
from integrations.office.actions.pulling import LINE, ORDER, PULL, StaleReading
from integrations.office.models import Connection, Cursor, Trouble
from integrations.office.models import Mapping as Mapped
from integrations.office.obstacles import Obstacle, Unmappable, Why, of_failure
from integrations.office.odoo import affected, catalogue, records, terms, translate
from integrations.office.odoo.arrivals import Arrivals, RemoteArrivals
from integrations.office.odoo.contents import BILL, SELLER, Contents
from integrations.office.odoo.demand import MOVE, UPWARDS, Demands, LineDemand
from integrations.office.odoo.files import ATTACHMENT, marked
from integrations.office.odoo.gateway import Gateway
from integrations.office.odoo.records import Known, RemoteOrder
from integrations.slot.models import Outcome
from portal.shared.acting import acting
from portal.shared.errors import DeliveryFailed, Misconfigured, Refused

log = structlog.get_logger(__name__)

PAGE = 500
"""Changed ids read in one call."""
BATCH = 100
"""Orders read, with their lines, in one pair of calls."""
ROUNDS = 3
"""How often an order that is being written meanwhile is read again before the next run must do it."""


@dataclass
class Summary:
    """What one run did; ``taken`` counts the orders that brought something new."""

    read: int = 0
    taken: int = 0
    troubles: int = 0
    waiting: int = 0
    failure: str = ""
    why: Why | None = None
    """Why it stopped: the sentence, and the same as code and facts."""
    still: dict[str, set[int]] = field(default_factory=dict)


def pull(gateway: Gateway, clock: Callable[[], dt.datetime]) -> Summary:
    """One run. A failure ends it and is told; what was taken in stays, and the next run begins at the same marks."""
    connection = pulling.the_connection(PULL, clock())
    summary = Summary()
    if connection.paused:
        return summary
    run = _Run(gateway, connection, clock, summary)
    started = clock()
    until: Mapping[str, dt.datetime] = {}
    try:
        until = run.everything()
    except DeliveryFailed as failure:
        summary.failure, summary.why = failure.message, of_failure(failure).why
        log.warning("pull_stopped", reason=failure.message, code=failure.code)
    except Exception as error:
        # A fault of ours must not look like a connection that works: the page says so, the next run tries again.
        fault = Obstacle("pull_fault", {"said": f"{type(error).__name__}: {error}".splitlines()[0]})
        summary.failure, summary.why = fault.message, fault.why
        log.exception("pull_failed")
    # Reads that went well are kept with the orders they brought; the rest would fill the ledger with nothing.
    failed = [exchange for exchange in gateway.exchanges if exchange.outcome != Outcome.DONE]
    gateway.exchanges.clear()
    pulling.finish_pull(
        connection,
        until=until,
        failure=summary.failure,
        why=summary.why,
        exchanges=failed,
        still=summary.still,
        at=started,
    )
    return summary


class _Run:
    def __init__(
        self, gateway: Gateway, connection: Connection, clock: Callable[[], dt.datetime], summary: Summary
    ) -> None:
        self.gateway = gateway
        self.connection = connection
        self.clock = clock
        self.summary = summary
        with acting(PULL):
            self.cursors = dict(Cursor.objects.filter(connection=connection).values_list("model", "until"))
            self.troubled = {
                (model, remote_id): code
                for model, remote_id, code in Trouble.objects.filter(
                    connection=connection, resolved_at=None
                ).values_list("model", "remote_id", "code")
            }
        self.demands = Demands(gateway)
        self.contents = Contents(gateway)
        self.arrivals = Arrivals(gateway)
        self.masters = catalogue.Catalogue(gateway, connection, self.note, clock)
        self.sellers: list[int] = []
        """Price list entries that were written since the last run."""

    def everything(self) -> dict[str, dt.datetime]:
        """Read all that changed; return the new marks."""
        marks = {model: self._mark(model) for model in (*catalogue.MODELS, ORDER, LINE, MOVE)}
        for model in catalogue.MODELS:
            if mark := marks[model]:
                again = {remote_id for troubled, remote_id in self.troubled if troubled == model}
                self.masters.refresh(model, self._changed(model, mark, again), first=model not in self.cursors)
        changed = {remote_id for model, remote_id in self.troubled if model == ORDER}
        if mark := marks[ORDER]:
            first = [["state", "in", list(records.CONFIRMED)]] if ORDER not in self.cursors else []
            changed |= set(self._changed(ORDER, mark, (), *first))
        if (mark := marks[LINE]) and LINE in self.cursors:
            changed |= self._orders_of_changed_lines(mark)
        if (mark := marks[MOVE]) and MOVE in self.cursors:
            changed |= self._orders_of_changed_moves(mark)
        beside, read = self._beside_the_orders()
        waiting = self._take_all(sorted(changed | beside))
        if read.get(SELLER):
            terms.Terms(self.masters).refresh(self.sellers, first=SELLER not in self.cursors)
        self.summary.waiting = len(waiting)
        self.contents.files.fetch(self.clock)
        if waiting:
            # Being written right now: the marks of orders stay, so that the next run reads these again.
            marks[ORDER] = marks[LINE] = marks[MOVE] = None
        else:
            marks |= read
        return {model: mark for model, mark in marks.items() if mark is not None}

    def _mark(self, model: str, *of: Any) -> dt.datetime | None:
        """The end of the window: just behind the newest record. None where there is no record at all."""
        words: dict[str, Any] = {"order": "write_date desc", "limit": 1, "context": {"active_test": False}}
        newest = records.newest(self.gateway.search_read(model, list(of), ["write_date"], **words))
        return newest + dt.timedelta(seconds=1) if newest else None

    def _window(self, model: str, mark: dt.datetime) -> list[Any]:
        bounds: list[Any] = [["write_date", "<", translate.moment_text(mark)]]
        if since := self.cursors.get(model):
            overlap = dt.timedelta(seconds=settings.ODOO_REST_SECONDS)
            bounds.append(["write_date", ">=", translate.moment_text(since - overlap)])
        return bounds

    def _pages(self, model: str, mark: dt.datetime, fields: Sequence[str], *more: Any) -> Iterable[Mapping[str, Any]]:
        last = 0
        while True:
            domain = [*self._window(model, mark), *more, ["id", ">", last]]
            page = self.gateway.search_read(
                model, domain, fields, order="id", limit=PAGE, context={"active_test": False}
            )
            yield from page
            if len(page) < PAGE:
                return
            last = page[-1]["id"]

    def _changed(self, model: str, mark: dt.datetime, again: Iterable[int], *more: Any) -> list[int]:
        return sorted({*again, *(int(row["id"]) for row in self._pages(model, mark, ["id"], *more))})

    def _orders_of_changed_lines(self, mark: dt.datetime) -> set[int]:
        """An order's own ``write_date`` stands still when a later line's date moves."""
        rows = self._pages(LINE, mark, ["order_id"])
        return {order for row in rows if (order := translate.pair_id(row["order_id"])) is not None}

    def _orders_of_changed_moves(self, mark: dt.datetime) -> set[int]:
        """Neither order nor line changes when what their goods are needed for moves, begins or is called off."""
        changed = list(self._pages(MOVE, mark, UPWARDS))
        orders = affected.orders_waited_for(self.connection, [int(row["id"]) for row in changed])
        lines = sorted(self.demands.lines_behind(changed))
        for start in range(0, len(lines), PAGE):
            domain = [["id", "in", lines[start : start + PAGE]]]
            rows = self.gateway.search_read(LINE, domain, ["order_id"], order="id")
            orders |= {row["order_id"][0] for row in rows}
        return orders

    def _beside_the_orders(self) -> tuple[set[int], dict[str, dt.datetime | None]]:
        """Orders whose products, price lists or bills changed while they themselves were not written; and the marks."""
        marks: dict[str, dt.datetime | None] = {}
        changed: dict[str, list[int]] = {}
        for model in (SELLER, BILL):
            try:
                marks[model] = self._mark(model)
            except Misconfigured as refusal:
                if refusal.code not in ("access", "unknown"):
                    raise
                continue  # least privilege: what may not be read is not shown
            mark = marks[model]
            changed[model] = self._changed(model, mark, ()) if mark and model in self.cursors else []
        self.sellers = changed.get(SELLER) or []
        products = self.contents.products_of(self.sellers) if self.sellers else set()
        filed, of_products = self._orders_of_files(marks)
        products |= of_products
        products |= self.masters.changed_products  # how they are received, and their revision
        orders = affected.orders_of_products(self.connection, products)
        return orders | filed | self.contents.orders_of_bills(changed.get(BILL) or []), marks

    def _orders_of_files(self, marks: dict[str, dt.datetime | None]) -> tuple[set[int], set[int]]:
        """Orders and products whose files for suppliers changed, came or went."""
        if not settings.ODOO_FILE_MARKER:
            return set(), set()
        files = self.contents.files
        mark = marks[ATTACHMENT] = self._mark(ATTACHMENT, *marked())
        rows: list[Mapping[str, Any]] = []
        if mark and ATTACHMENT in self.cursors:
            rows = list(self._pages(ATTACHMENT, mark, ["res_model", "res_id"], *marked()))
        orders, products = files.places_of(rows)
        kept = affected.known_files(self.connection)
        gone = files.missing(sorted(kept))
        return orders | {order for ref in gone for order in kept[ref]}, products

    def _take_all(self, ids: list[int]) -> list[int]:
        for _round in range(ROUNDS):
            stale: list[int] = []
            for start in range(0, len(ids), BATCH):
                stale += self._batch(ids[start : start + BATCH])
            if not stale:
                return []
            ids = stale
        return ids

    def _batch(self, ids: Sequence[int]) -> list[int]:
        """Read some orders and take in what is new; return those that were written meanwhile."""
        with acting(PULL, write=True):
            reading = pulling.next_reading()
            taken = dict(
                Mapped.objects.filter(connection=self.connection, model=ORDER, remote_id__in=ids).values_list(
                    "remote_id", "digest"
                )
            )
        stale = []
        read = self._read(ids)
        if gone := {key for key in ids if (ORDER, key) in self.troubled} - {remote.id for remote in read}:
            pulling.let_go(actor=PULL, connection=self.connection, model=ORDER, remote_ids=gone, at=self.clock())
        fresh = [
            remote
            for remote in read
            if (remote.confirmed or remote.id in taken)
            and (remote.digest != taken.get(remote.id) or (ORDER, remote.id) in self.troubled)
        ]
        self.summary.read += len(ids)
        if not fresh:
            return []
        known = self.masters.known_for(fresh)
        known.addresses = self.contents.addresses([remote.record for remote in fresh])
        for remote in fresh:
            try:
                self._take(remote, known, reading)
            except StaleReading:
                stale.append(remote.id)
        return stale

    def _read(self, ids: Sequence[int]) -> list[RemoteOrder]:
        heads = self.gateway.search_read(ORDER, [["id", "in", list(ids)]], list(records.ORDER_FIELDS), order="id")
        lines: dict[int, list[dict[str, Any]]] = {head["id"]: [] for head in heads}
        if heads:
            domain = [["order_id", "in", list(lines)]]
            for line in self.gateway.search_read(
                LINE, domain, list(records.LINE_FIELDS), order="order_id, sequence, id"
            ):
                lines[line["order_id"][0]].append(line)
        demands = self.demands.of_lines([line["id"] for rows in lines.values() for line in rows])
        contents = self.contents.of_orders(heads, lines)
        goods = {order: [row["id"] for row in rows if not row["display_type"]] for order, rows in lines.items()}
        arrivals = self.arrivals.of_orders(goods, affected.orders_with_notices(self.connection, goods))
        return [
            RemoteOrder(
                head,
                rows := lines[head["id"]],
                _of(rows, demands),
                contents[head["id"]],
                arrivals.get(head["id"], RemoteArrivals()),
            )
            for head in heads
        ]

    def _take(self, remote: RemoteOrder, known: Known, reading: int) -> None:
        try:
            pulling.take_order(
                actor=PULL,
                connection=self.connection,
                remote_id=remote.id,
                statement=records.order_statement(remote, known),
                said={"order": dict(remote.record), "lines": [dict(line) for line in remote.lines]},
                moves=remote.moves,
                digest=remote.digest,
                reading=reading,
                at=self.clock(),
            )
            self.summary.taken += 1
        except Unmappable as unmappable:
            self.note_order(remote, known, unmappable.obstacle)
        except Refused as refusal:
            self.note_order(remote, known, _not_taken(refusal.message))
        except (DatabaseError, ArithmeticError, LookupError, ValueError, TypeError) as error:
            if isinstance(error, DatabaseError) and not _of_the_record(error):
                raise
            # One record must never stop the others, whatever is odd about it.
            log.exception("order_not_taken", remote_id=remote.id)
            self.note_order(remote, known, _not_taken(f"{type(error).__name__}: {error}".splitlines()[0]))

    def note_order(self, remote: RemoteOrder, known: Known, obstacle: Obstacle) -> None:
        """Keep an order's trouble, with the plant that waits and from when on."""
        plant = known.plants.get(translate.pair_id(remote.record["picking_type_id"]) or 0)
        need = remote.need_date(plant.zone if plant else dt.UTC)
        self.note(ORDER, remote.id, remote.label, obstacle, plant_id=plant.id if plant else None, need_date=need)

    def note(self, model: str, remote_id: int, label: str, obstacle: Obstacle, **impact: Any) -> None:
        """Keep a trouble; one that is known already is only counted as met again."""
        self.summary.troubles += 1
        self.summary.still.setdefault(model, set()).add(remote_id)
        if self.troubled.get((model, remote_id)) != obstacle.code:
            pulling.note_trouble(
                actor=PULL,
                connection=self.connection,
                model=model,
                remote_id=remote_id,
                label=label,
                obstacle=obstacle,
                at=self.clock(),
                **impact,
            )


def _of(lines: Sequence[Mapping[str, Any]], demands: Mapping[int, LineDemand]) -> dict[int, LineDemand]:
    return {line["id"]: demands[line["id"]] for line in lines if line["id"] in demands}


def _not_taken(message: str) -> Obstacle:
    return Obstacle("not_taken", {"said": message})


def compare(gateway: Gateway, clock: Callable[[], dt.datetime]) -> int:
    """Look how the records behind all mappings of master data stand in Odoo; return how many were looked at.

    The pull never learns of what was deleted or merged away: it reads what changed. Raises
    :class:`~portal.shared.errors.DeliveryFailed`; what was compared until then is kept.
    """
    connection = pulling.the_connection(PULL, clock())
    if connection.paused:
        return 0
    looked = 0
    for model in catalogue.MODELS:
        with acting(PULL):
            known = sorted(
                Mapped.objects.filter(connection=connection, model=model).values_list("remote_id", flat=True)
            )
        for start in range(0, len(known), PAGE):
            ids = known[start : start + PAGE]
            pulling.keep_standing(connection, model, catalogue.standing(gateway, model, ids), clock())
            looked += len(ids)
    looked += terms.compare(gateway, connection, clock)
    gateway.exchanges.clear()
    return looked


def _of_the_record(error: DatabaseError) -> bool:
    """Whether the database refused the values, rather than being away itself."""
    return isinstance(error, DataError | IntegrityError)
