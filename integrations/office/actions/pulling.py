"""What Odoo says is taken in: master data, orders, and the troubles of what cannot be.

Every order is an act of its own, so that one bad record stops itself and not the run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import DatabaseError, models, transaction
from django.db import connection as database
from django.db.models import Case, Value, When

from integrations.office.models import Awaited, Connection, Cursor, Delivery, Trouble
from integrations.office.models import Mapping as Mapped
from integrations.office.obstacles import Obstacle, Why
from integrations.office.permissions import Act
from integrations.office.routes import MAIN, ODOO, destination
from integrations.office.states import UNSETTLED, MappingAnswer, Standing
from integrations.slot import ledger
from integrations.slot.models import Exchange, Outcome
from portal.shared import audit, transitions
from portal.shared.act import act
from portal.shared.acting import acting
from portal.shared.actor import Actor, system_actor
from portal.shared.identifiers import correlation_id
from suppliers.actions import links, orders
from suppliers.models import Plant, PurchaseOrder, ScheduleLine
from suppliers.statements import OrderStatement

PULL = system_actor("pull")
ORDER = "purchase.order"
LINE = "purchase.order.line"


class StaleReading(Exception):
    """The object was taken in or written since this reading began: read it again."""


@act(Act.OPEN_CONNECTION)
def open_connection(*, actor: Actor, name: str, at: dt.datetime) -> Connection:
    """Enter a connection; the same name twice is one."""
    found, _made = Connection.objects.get_or_create(name=name)
    return found


def the_connection(actor: Actor, at: dt.datetime) -> Connection:
    """The connection of the settings, entered at its first use."""
    with acting(actor):
        found = Connection.objects.filter(name=MAIN).first()
    return found or open_connection(actor=actor, name=MAIN, at=at)


def next_reading() -> int:
    """Draw the number of a reading, before Odoo is asked. See ``Mapping.reading``. Runs in a transaction."""
    with database.cursor() as cursor:
        cursor.execute("select nextval('office_reading')")
        (number,) = cursor.fetchone()
    return int(number)


@act(Act.TAKE_MASTER_DATA, about="connection")
def take_master_data(
    *,
    actor: Actor,
    connection: Connection,
    model: str,
    kind: type[models.Model],
    values: Mapping[int, Any],
    at: dt.datetime,
) -> Connection:
    """Make or change one object of ``kind`` for every record; ``values`` are its fields, by Odoo's id.

    Fields under ``first`` are set when the object is made and are the portal's own from then on. A record the database
    refuses becomes a trouble, the others go in.
    """
    serialise(connection, model)
    known = dict(
        Mapped.objects.filter(connection=connection, model=model, remote_id__in=values).values_list(
            "remote_id", "object_id"
        )
    )
    objects = {str(key): found for key, found in kind._default_manager.in_bulk(list(known.values())).items()}
    for remote_id, fields in values.items():
        try:
            with transaction.atomic():
                _take(connection, model, remote_id, kind, objects.get(known.get(remote_id, "")), dict(fields))
        except DatabaseError as error:
            label = str(fields.get("item_name") or fields.get("name") or model)
            obstacle = Obstacle("not_stored", {"name": label, "said": str(error).splitlines()[0]})
            _keep_trouble(connection, model, remote_id, label, obstacle, at)
    _resolve(connection, model, values, at)
    return connection


def _take(
    connection: Connection,
    model: str,
    remote_id: int,
    kind: type[models.Model],
    known: models.Model | None,
    values: dict[str, Any],
) -> None:
    first = values.pop("first", {})
    if known is None:
        made = kind(**values, **first)
        if isinstance(made, Plant) and Plant.objects.filter(code=made.code).exists():
            made.code = f"{made.code}-{remote_id}"  # Odoo's codes are unique in their company only
        made.save(force_insert=True)
        Mapped.objects.create(
            connection=connection,
            model=model,
            remote_id=remote_id,
            object_type=kind._meta.label_lower,
            object_id=made.pk,
            made_at=audit.current_deed().at,
            standing=Standing.IN_USE,
            compared_at=audit.current_deed().at,
        )
        audit.note(made, name=("", str(made)))
        return
    changed = {name: value for name, value in values.items() if getattr(known, name) != value}
    for name, value in changed.items():
        audit.note(known, **{name: (getattr(known, name), value)})
        setattr(known, name, value)
    if changed:
        known.save(update_fields=list(changed))


@act(Act.TAKE_ORDER)
def take_order(
    *,
    actor: Actor,
    connection: Connection,
    remote_id: int,
    statement: OrderStatement,
    said: Mapping[str, Any],
    moves: frozenset[int],
    digest: str,
    reading: int,
    at: dt.datetime,
) -> PurchaseOrder:
    """Take in one order. ``said`` is what Odoo answered, for the ledger; ``moves`` are those behind its lines.

    Where Odoo gave it to another supplier or plant it is another order of ours from now on. An order that is new to
    its supplier is announced.
    Raises :class:`StaleReading` where somebody who read later, or wrote, was quicker.
    """
    serialise(connection, f"{ORDER}:{remote_id}")
    mapped = Mapped.objects.filter(connection=connection, model=ORDER, remote_id=remote_id).first()
    order = transitions.hold(PurchaseOrder(pk=UUID(mapped.object_id))) if mapped else None
    if mapped is not None:
        # Again, now that the order is held: whoever settles a letter holds it too while he draws the later number.
        mapped.refresh_from_db()
        if mapped.reading >= reading:
            raise StaleReading
        statement = _recognised(connection, statement, _sent(mapped))
    known = order
    order, refs = orders.state_order(order, statement)
    if mapped is None:
        mapped = Mapped(
            connection=connection,
            model=ORDER,
            remote_id=remote_id,
            object_type=order._meta.label_lower,
            object_id=str(order.pk),
        )
    elif known is not None and order.pk != known.pk:
        _hand_over(mapped, order, [int(ref) for ref in refs])
    if known is None or order.pk != known.pk:
        links.announce(order, at)
    mapped.digest, mapped.reading = digest, reading
    mapped.save()
    map_lines(connection, {int(ref): schedule for ref, schedule in refs.items()})
    _keep_moves(connection, remote_id, moves)
    _resolve(connection, ORDER, [remote_id], at)
    ledger.record([_exchange(connection, remote_id, said, order, at)])
    return order


def _hand_over(mapped: Mapped, order: PurchaseOrder, lines: Iterable[int]) -> None:
    """The records of Odoo are those of another order of ours now; nothing that is still sent about the former one
    finds them.
    """
    audit.note(mapped, object_id=(mapped.object_id, str(order.pk)))
    mapped.object_id = str(order.pk)
    Mapped.objects.filter(connection=mapped.connection_id, model=LINE, remote_id__in=lines).delete()


def _keep_moves(connection: Connection, remote_id: int, moves: frozenset[int]) -> None:
    kept = Awaited.objects.filter(connection=connection, order_id=remote_id)
    known = set(kept.values_list("move_id", flat=True))
    kept.exclude(move_id__in=moves).delete()
    Awaited.objects.bulk_create(
        Awaited(connection=connection, order_id=remote_id, move_id=move) for move in moves - known
    )


def _recognised(
    connection: Connection, statement: OrderStatement, sent: Mapping[UUID, tuple[Decimal, Decimal, dt.date]]
) -> OrderStatement:
    """The statement with all that is known only now that the order is held: lines that somebody mapped since it was
    translated, and what letters on their way have ``sent``, by schedule line.
    """
    strangers = [int(line.ref) for line in statement.lines if line.schedule_id is None]
    known = dict(
        Mapped.objects.filter(connection=connection, model=LINE, remote_id__in=strangers).values_list(
            "remote_id", "object_id"
        )
    )
    lines = []
    for line in statement.lines:
        key = known.get(int(line.ref))
        schedule = line.schedule_id or (UUID(key) if key else None)
        lines.append(replace(line, schedule_id=schedule, ours=sent.get(schedule) if schedule else None))
    return replace(statement, lines=tuple(lines))


def _sent(mapped: Mapped) -> dict[UUID, tuple[Decimal, Decimal, dt.date]]:
    """What letters about this order sent without having looked since, by schedule line.

    Of lines that were revised since nothing: whatever Odoo says of those is a person's work. The order is held.
    """
    letters = Delivery.objects.filter(
        destination=destination(ODOO, mapped.connection.name),
        about_id=mapped.object_id,
        state__in=UNSETTLED,
        steps__has_key="sent",
    ).exclude(steps__has_key="lines")
    sent = {}
    for letter in letters:
        revisions = {UUID(line["line"]): line["revision"] for line in letter.body["lines"]}
        for row in ScheduleLine.objects.filter(pk__in=letter.steps["sent"]).select_related("line"):
            if row.line.revision == revisions.get(row.line_id):
                said = letter.steps["sent"][str(row.pk)]
                sent[row.pk] = Decimal(said["quantity"]), Decimal(said["price"]), dt.date.fromisoformat(said["date"])
    return sent


def map_lines(connection: Connection, lines: Mapping[int, UUID]) -> None:
    """Remember which order line of Odoo is which schedule line; what is known already stays."""
    Mapped.objects.bulk_create(
        (
            Mapped(
                connection=connection,
                model=LINE,
                remote_id=remote_id,
                object_type=ScheduleLine._meta.label_lower,
                object_id=str(schedule),
            )
            for remote_id, schedule in lines.items()
        ),
        ignore_conflicts=True,
    )


@act(Act.NOTE_TROUBLE, about="connection")
def note_trouble(
    *,
    actor: Actor,
    connection: Connection,
    model: str,
    remote_id: int,
    label: str,
    obstacle: Obstacle,
    at: dt.datetime,
    plant_id: int | None = None,
    need_date: dt.date | None = None,
) -> Connection:
    """Keep that a record cannot be taken in, who must do what, and whom it holds up: the plant, and from when on."""
    _keep_trouble(connection, model, remote_id, label, obstacle, at, plant_id=plant_id, need_date=need_date)
    return connection


def _keep_trouble(
    connection: Connection, model: str, remote_id: int, label: str, obstacle: Obstacle, at: dt.datetime, **impact: Any
) -> None:
    because = obstacle.because or ("", None)
    told = {
        "label": label[:200] or f"{model} {remote_id}",
        "code": obstacle.code,
        "message": obstacle.message,
        "why": obstacle.why,
        "owner": obstacle.owner,
        "remedy": obstacle.remedy,
        "because_model": because[0],
        "because_id": because[1],
        "suggestions": list(obstacle.suggestions),
        "last_at": at,
        **impact,
    }
    Trouble.objects.update_or_create(
        connection=connection,
        model=model,
        remote_id=remote_id,
        resolved_at=None,
        defaults=told,
        create_defaults={**told, "first_at": at},
    )


def _resolve(connection: Connection, model: str, remote_ids: Iterable[int], at: dt.datetime) -> None:
    by = Case(When(answered_by="", then=Value(audit.current_deed().actor.name)), default="answered_by")
    Trouble.objects.filter(
        connection=connection, model=model, remote_id__in=list(remote_ids), resolved_at=None, last_at__lt=at
    ).update(resolved_at=at, resolved_by=by)


@act(Act.NOTE_TROUBLE, about="connection")
def let_go(
    *, actor: Actor, connection: Connection, model: str, remote_ids: Iterable[int], at: dt.datetime
) -> Connection:
    """Records that Odoo has no more trouble nobody."""
    _resolve(connection, model, remote_ids, at)
    return connection


def troubled(connection: Connection, model: str, remote_ids: Iterable[int]) -> set[int]:
    """Which of these records wait for a person. Runs in a transaction."""
    open_ones = Trouble.objects.filter(
        connection=connection, model=model, remote_id__in=list(remote_ids), resolved_at=None
    )
    return set(open_ones.values_list("remote_id", flat=True))


def said_to_be_new(connection: Connection, model: str, remote_ids: Iterable[int]) -> set[int]:
    """Which of these records a person said are new ones. Runs in a transaction."""
    said = Trouble.objects.filter(
        connection=connection, model=model, remote_id__in=list(remote_ids), answer=MappingAnswer.NEW
    )
    return set(said.values_list("remote_id", flat=True))


def serialise(connection: Connection, what: str) -> None:
    """Two pulls at once take the same thing in one after the other."""
    with database.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"office:{connection.pk}:{what}"])


def _exchange(
    connection: Connection, remote_id: int, said: Mapping[str, Any], order: PurchaseOrder, at: dt.datetime
) -> Exchange:
    """What Odoo said of this order. Orders are read many at a time; the ledger keeps each one's own part."""
    return Exchange(
        at=at,
        destination=f"odoo:{connection.name}",
        direction="in",
        operation=f"{ORDER}.search_read",
        supplier_id=order.supplier_id,
        about_type=order._meta.label_lower,
        about_id=order.pk,
        request={"id": remote_id},
        answer=dict(said),
        outcome=Outcome.DONE,
        correlation_id=correlation_id(),
    )


# --- Book-keeping: how far the reading came. No act on the world, and none of it is audited --------------------------


def finish_pull(
    connection: Connection,
    *,
    until: Mapping[str, dt.datetime],
    failure: str,
    why: Why | None,
    exchanges: Sequence[Exchange],
    still: Mapping[str, Iterable[int]],
    at: dt.datetime,
) -> None:
    """Keep how far each model was read, which known troubles were met again, and why the run stopped, if it did."""
    with acting(PULL, write=True):
        for model, moment in until.items():
            Cursor.objects.update_or_create(connection=connection, model=model, defaults={"until": moment})
        for model, remote_ids in still.items():
            Trouble.objects.filter(
                connection=connection, model=model, remote_id__in=list(remote_ids), resolved_at=None
            ).update(last_at=at)
        told = {"failure": failure, "why": why, **({} if failure else {"pulled_at": at})}
        Connection.objects.filter(pk=connection.pk).update(**told)
        ledger.record(exchanges)


def keep_standing(connection: Connection, model: str, standing: Mapping[int, str], at: dt.datetime) -> None:
    """Keep how the records behind some mappings stand in Odoo."""
    with acting(PULL, write=True):
        for value in set(standing.values()):
            ids = [remote for remote, found in standing.items() if found == value]
            Mapped.objects.filter(connection=connection, model=model, remote_id__in=ids).update(
                standing=value, compared_at=at
            )
