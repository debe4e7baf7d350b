"""Writing a version of a shipment notice, whole. Plain functions: each runs inside the act that sends it."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from portal.shared import audit
from portal.shared.errors import Fault, Invalid
from portal.shared.identifiers import new_id, new_ids
from suppliers.actions.announcing import Judged
from suppliers.models import NumberSeries, Shipment, ShipmentVersion
from suppliers.notices import Notice, NoticeUnit, digest, header_of
from suppliers.numbering import Numbering
from suppliers.tolerances import plain

RETENTION = dt.timedelta(days=366)
"""For how long a number of a handling unit (GS1 General Specifications 2.2.1) or a delivery note is not used again."""

_FREE = """known.used_on < %(free_before)s or not exists (
    select from suppliers_handling_unit u
    join suppliers_shipment_version v on v.id = u.version_id
    join suppliers_shipment s on s.id = v.shipment_id and s.version = v.number and s.state <> 'cancelled'
    where u.plate = known.code and s.id = known.shipment_id
)"""
_TWIN = """select min(number) from suppliers_shipment as other
           where other.supplier_id = %(supplier)s and upper(other.delivery_note) = upper(%(note)s) and %(note)s <> ''
             and other.id <> %(shipment)s and other.state not in ('draft', 'cancelled')
             and (other.state <> 'closed' or other.submitted_at > %(since)s)"""
_USED = """select code from suppliers_licence_plate as known
           where supplier_id = %(supplier)s and code = any(%(codes)s) and not (<free>)""".replace("<free>", _FREE)
# One statement writes it all, the same at 1 and at 10,000 lines: a foreign key is checked when a statement ends.
_KEEP = """
with kept_version as (
    insert into suppliers_shipment_version
        (id, supplier_id, shipment_id, number, at, channel, actor_kind, actor_id, actor_name, header, reason, digest,
         lines_count, units_count)
    values (%(version)s, %(supplier)s, %(shipment)s, %(number)s, %(at)s, %(channel)s, %(actor_kind)s, %(actor_id)s,
            %(actor_name)s, %(header)s::jsonb, %(reason)s, %(digest)s, %(lines_count)s, %(units_count)s)
), kept_orders as (
    insert into suppliers_shipment_order
        (id, supplier_id, plant_id, shipment_id, order_id, sync, sync_note, transfer)
    select key, %(supplier)s, %(plant)s, %(shipment)s, "order", 'waiting', '', ''
    from unnest(%(order_keys)s::uuid[], %(orders)s::uuid[]) as one(key, "order")
    on conflict (shipment_id, order_id) do update
        set sync = excluded.sync, sync_note = excluded.sync_note, sync_why = null, ended_at = null
), kept_units as (
    insert into suppliers_handling_unit
        (id, supplier_id, version_id, parent_id, position, kind, plate, plate_kind, gross_weight, tracking)
    select key, %(supplier)s, %(version)s, parent, place, kind, plate, plate_kind, weight, tracking
    from unnest(%(unit_keys)s::uuid[], %(unit_parents)s::uuid[], %(unit_kinds)s::text[], %(unit_plates)s::text[],
                %(unit_plate_kinds)s::text[], %(unit_weights)s::numeric[], %(unit_tracking)s::text[])
        with ordinality as one(key, parent, kind, plate, plate_kind, weight, tracking, place)
), kept_lines as (
    insert into suppliers_shipment_line
        (id, supplier_id, version_id, line_id, unit_id, position, item_id, item_code, quantity, unit_name,
         packed_quantity, packed_unit, lot, made_on, expires_on, serials, country)
    select key, %(supplier)s, %(version)s, line, unit, place, item, item_code, quantity, unit_name, packed,
           packed_unit, lot, made_on, expires_on,
           case when serials = '' then '{}'::text[] else array(select json_array_elements_text(serials::json)) end,
           country
    from unnest(%(keys)s::uuid[], %(lines)s::uuid[], %(units)s::uuid[], %(items)s::bigint[], %(item_codes)s::text[],
                %(quantities)s::numeric[], %(unit_names)s::text[], %(packed)s::numeric[], %(packed_units)s::text[],
                %(lots)s::text[], %(made_on)s::date[], %(expires_on)s::date[], %(serials)s::text[],
                %(countries)s::text[])
        with ordinality as one(key, line, unit, item, item_code, quantity, unit_name, packed, packed_unit, lot,
                               made_on, expires_on, serials, country, place)
), kept_plates as (
    insert into suppliers_licence_plate as known (id, supplier_id, shipment_id, code, used_on)
    select key, %(supplier)s, %(shipment)s, code, %(used_on)s
    from unnest(%(plate_keys)s::uuid[], %(unit_plates)s::text[]) as one(key, code)
    on conflict (supplier_id, code) do update set shipment_id = excluded.shipment_id, used_on = excluded.used_on
    where known.shipment_id = excluded.shipment_id or <free>
    returning code
)
select code from kept_plates
""".replace("<free>", _FREE)

_DRAW = """
insert into suppliers_number_series as series
    (supplier_id, gs1_prefix, sscc_extension, plate_agency, plate_company, next_shipment, next_unit)
values (%(supplier)s, '', 0, '', '', 1 + %(shipments)s, %(units)s)
on conflict (supplier_id) do update
    set next_shipment = series.next_shipment + %(shipments)s, next_unit = series.next_unit + %(units)s
returning series.gs1_prefix, series.sscc_extension, series.plate_agency, series.plate_company,
          series.next_shipment - %(shipments)s, series.next_unit - %(units)s,
          (<twin>)
""".replace("<twin>", _TWIN)


class Drawn:
    """Numbers drawn for one sending: of the shipment where it is new, of its handling units."""

    def __init__(self, supplier_id: int, shipment: UUID, notice: Notice, at: dt.datetime, *, new: bool) -> None:
        wanted = sum(not unit.plate for unit in notice.units)
        values: dict[str, Any] = {
            "supplier": supplier_id,
            "shipment": shipment,
            "note": notice.delivery_note,
            "shipments": int(new),
            "units": wanted,
            "since": at - RETENTION,
        }
        with connection.cursor() as cursor:
            cursor.execute(_DRAW, values)
            *made_of, self.number, turn, self.twin = cursor.fetchone()
        self.numbering = Numbering(*made_of)
        self.plates = self.numbering.next(turn, wanted)


def keep_version(shipment: Shipment, notice: Notice, judged: Judged, drawn: Drawn, *, channel: str) -> Sequence[str]:
    """Write the shipment's version ``shipment.version``: orders, handling units, lines, numbers. One statement.

    Returns the numbers of its handling units, in turn. Raises :class:`Invalid` where a number that the sender brought
    still belongs to another shipment.
    """
    deed = audit.current_deed()
    plates = iter(drawn.plates)
    codes = [unit.plate or next(plates) for unit in notice.units]
    version = ShipmentVersion(
        supplier_id=shipment.supplier_id,
        shipment=shipment,
        number=shipment.version,
        at=deed.at,
        channel=channel,
        actor_kind=deed.actor.kind,
        actor_id=deed.actor.id,
        actor_name=deed.actor.name,
        header=header_of(notice),
        reason=notice.reason,
        digest=content_digest(notice, judged, codes),
        lines_count=len(notice.lines),
        units_count=len(notice.units),
    )
    _refuse_used(codes, _once(codes))
    units = _units(notice.units, codes, drawn.numbering)
    keys = dict(zip((unit.ref for unit in notice.units), units["unit_keys"], strict=True))
    columns = {**_orders(judged), **units, **_lines(notice, judged, keys)}
    values: dict[str, Any] = {
        **{name: getattr(version, name) for name in _OF_VERSION},
        "version": version.pk,
        "supplier": shipment.supplier_id,
        "shipment": shipment.pk,
        "plant": shipment.plant_id,
        "header": json.dumps(version.header),
        "used_on": notice.departs_on,
        "free_before": judged.today - RETENTION,
        **{name: _array(column) for name, column in columns.items()},
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        free = {code for (code,) in cursor.fetchall()}
    _refuse_used(units["unit_plates"], free)
    return codes


_OF_VERSION = ("number", "at", "channel", "actor_kind", "actor_id", "actor_name", "reason", "digest", "lines_count",
               "units_count")  # fmt: skip


def _array(column: Sequence[object]) -> str:
    """Values as PostgreSQL reads an array. As one text they are quoted once; of a list each would be by itself."""
    # What no row says, or all say alike, is put into words once.
    alike = bool(column) and column.count(column[0]) == len(column)
    cells = _quoted(column[:1]) * len(column) if alike else _quoted(column)
    return f"{{{','.join(cells)}}}"


def _quoted(column: Sequence[object]) -> list[str]:
    texts = ["" if value is None else str(value) for value in column]
    said = "".join(texts)
    if "\\" in said or '"' in said:
        texts = [text.replace("\\", r"\\").replace('"', r"\"") for text in texts]
    return ["null" if value is None else f'"{text}"' for value, text in zip(column, texts, strict=True)]


def _orders(judged: Judged) -> dict[str, list[Any]]:
    orders = sorted({known.order_id for known, _quantity in judged.rows})
    return {"orders": orders, "order_keys": new_ids(len(orders))}


def content_digest(notice: Notice, judged: Judged, codes: Sequence[str]) -> str:
    """Of what is in a shipment, whatever its rows and units are called: ``codes`` are the numbers of its units."""
    place = {unit.ref: index for index, unit in enumerate(notice.units)}
    return digest(
        [
            [
                (unit.kind, code, place.get(unit.within), unit.gross_weight, unit.tracking)
                for unit, code in zip(notice.units, codes, strict=True)
            ],
            [
                (known.id, plain(quantity), said.lot, said.made_on and said.made_on.isoformat(),
                 said.expires_on and said.expires_on.isoformat(), said.serials, said.country, place.get(said.within))
                for said, (known, quantity) in zip(notice.lines, judged.rows, strict=True)
            ],
        ]
    )  # fmt: skip


def _units(units: Sequence[NoticeUnit], codes: Sequence[str], numbering: Numbering) -> dict[str, list[Any]]:
    keys = dict(zip((unit.ref for unit in units), new_ids(len(units)), strict=True))
    return {
        "unit_keys": list(keys.values()),
        "unit_parents": [keys.get(unit.within) for unit in units],
        "unit_kinds": [unit.kind for unit in units],
        "unit_plates": list(codes),
        "unit_plate_kinds": [str(numbering.kind_of(code)) for code in codes],
        "unit_weights": [unit.gross_weight for unit in units],
        "unit_tracking": [unit.tracking for unit in units],
        "plate_keys": new_ids(len(units)),
    }


def _lines(notice: Notice, judged: Judged, units: Mapping[str, str]) -> dict[str, list[Any]]:
    said = notice.lines
    known = [row for row, _quantity in judged.rows]
    other = [bool(line.unit) and line.unit != row.unit for line, row in zip(said, known, strict=True)]
    return {
        "keys": new_ids(len(said)),
        "lines": [row.id for row in known],
        "items": [row.item_id for row in known],
        "item_codes": [row.item for row in known],
        "unit_names": [row.unit for row in known],
        "units": [units.get(line.within) for line in said],
        "quantities": [quantity for _known, quantity in judged.rows],
        "packed": [line.quantity if so else None for line, so in zip(said, other, strict=True)],
        "packed_units": [line.unit if so else "" for line, so in zip(said, other, strict=True)],
        "lots": [line.lot for line in said],
        "made_on": [line.made_on for line in said],
        "expires_on": [line.expires_on for line in said],
        "serials": [json.dumps(line.serials) if line.serials else "" for line in said],
        "countries": [line.country for line in said],
    }


def would_refuse(
    supplier_id: int, notice: Notice, judged: Judged, at: dt.datetime, ahead: Collection[str] = ()
) -> list[Fault]:
    """What keeping a new notice would find in its way, after everything was asked of it: its delivery note, or numbers
    of handling units that its sender brought, are another's, or of what is sent ``ahead``. Two queries at most; nothing
    is written.
    """
    values: dict[str, Any] = {
        "supplier": supplier_id,
        "note": notice.delivery_note,
        "shipment": new_id(),
        "since": at - RETENTION,
    }
    codes = [unit.plate for unit in notice.units if unit.plate]
    with connection.cursor() as cursor:
        cursor.execute(_TWIN, values)
        (twin,) = cursor.fetchone()
        if twin is not None:
            return [twin_of(f" (S{twin})")]
        if not codes:
            return []
        cursor.execute(_USED, {**values, "codes": codes, "free_before": judged.today - RETENTION})
        used = {code for (code,) in cursor.fetchall()}
    return [_used(index) for index, unit in enumerate(notice.units) if unit.plate in used or unit.plate in ahead]


def twin_of(where: str) -> Fault:
    """The fault of a delivery note that stands on another shipment, ``where`` that is known."""
    message = _("This delivery note is announced already%(where)s: correct that one, or use another number.")
    return Fault("delivery_note_used", message % {"where": where}, "/delivery_note")


def _used(index: int) -> Fault:
    message = _("This number stands on a handling unit of another shipment: take another one.")
    return Fault("plate_used", message, f"/units/{index}/plate")


def _once(codes: Sequence[str]) -> set[str]:
    """Those that stand on one unit only."""
    return {code for code, times in Counter(codes).items() if times == 1}


def _refuse_used(wanted: Sequence[str], free: set[str]) -> None:
    if free.issuperset(wanted):
        return
    faults = [_used(index) for index, code in enumerate(wanted) if code not in free]
    raise Invalid(_("Some handling units carry numbers that are in use."), faults=tuple(faults))


def numbering_of(supplier_id: int) -> Numbering:
    """What a supplier's numbers are made of. One query."""
    series = NumberSeries.objects.filter(supplier=supplier_id).first()
    return series.numbering if series else Numbering()
