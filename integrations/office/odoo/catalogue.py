"""Master data: which of Odoo's partners, units, products and warehouses are which of ours.

Odoo owns them all. Vendors, units and warehouses come in as they change; a product comes in with the first order that
names it, since a manufacturer has many that no supplier ever sees.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.db.models import Model

from integrations.office import mappings
from integrations.office.actions import pulling
from integrations.office.actions.pulling import LINE, PULL
from integrations.office.models import Connection
from integrations.office.models import Mapping as Mapped
from integrations.office.obstacles import Obstacle, Unmappable
from integrations.office.odoo import records, translate
from integrations.office.odoo.contents import SELLER
from integrations.office.odoo.gateway import Gateway
from integrations.office.odoo.records import Known, KnownPlant, KnownUnit, Record, RemoteOrder
from integrations.office.states import Standing
from portal.shared.acting import acting
from suppliers.models import Item, Plant, PriceTerm, Supplier, Unit
from suppliers.states import StaffRole

PARTNER, UNIT, PRODUCT, WAREHOUSE = "res.partner", "uom.uom", "product.product", "stock.warehouse"
MODELS = (UNIT, WAREHOUSE, PARTNER, PRODUCT)
"""In the order in which they need each other."""
_KINDS: Mapping[str, type[Model]] = {
    **{PARTNER: Supplier, UNIT: Unit, PRODUCT: Item, WAREHOUSE: Plant},
    SELLER: PriceTerm,
}
_FIELDS: Mapping[str, list[str]] = {
    PARTNER: [
        "name",
        "ref",
        "country_id",
        "active",
        "commercial_partner_id",
        "supplier_rank",
        "vat",
        "email",
        "lang",
        "phone",
        "street",
        "street2",
        "zip",
        "city",
        "property_purchase_currency_id",
        "property_supplier_payment_term_id",
    ],
    UNIT: ["name", "category_id", "rounding", "factor_inv"],
    PRODUCT: ["name", "default_code", "uom_id", "active"],
    WAREHOUSE: ["name", "code", "company_id", "partner_id"],
}
TWINS: Mapping[str, tuple[StaffRole, tuple[tuple[str, ...], ...]]] = {
    PARTNER: (StaffRole.BUYER, (("reference",), ("vat",), ("email",))),
    PRODUCT: (StaffRole.BUYER, (("code",),)),
    UNIT: (StaffRole.INTEGRATION_OWNER, (("name", "category"),)),
    WAREHOUSE: (StaffRole.INTEGRATION_OWNER, (("name", "company"),)),
}
"""Who says whether a new record is one we know, and which fields, where equal, make us ask."""
EVERYTHING = {"context": {"active_test": False}}
_BATCH = 200


class Note(Protocol):
    def __call__(self, model: str, remote_id: int, label: str, obstacle: Obstacle) -> None: ...


class Catalogue:
    """The master data of one connection, during one run."""

    def __init__(self, gateway: Gateway, connection: Connection, note: Note, clock: Callable[[], dt.datetime]) -> None:
        self.gateway = gateway
        self.connection = connection
        self.note = note
        self.clock = clock
        self.changed_products: set[int] = set()
        """Products that were written since the last run, of those that are known."""

    def refresh(self, model: str, ids: Sequence[int], *, first: bool) -> None:
        """Take in what changed: all vendors, units and warehouses, but only those products that are known."""
        with acting(PULL):
            troubled = pulling.troubled(self.connection, model, ids)
        if model == PRODUCT:
            ids = [] if first else sorted(troubled | set(self.objects(PRODUCT, ids)))
            self.changed_products = set(ids)
        for start in range(0, len(ids), _BATCH):
            wanted = ids[start : start + _BATCH]
            found = self._read(model, wanted)
            if gone := troubled & set(wanted) - {row["id"] for row in found}:
                pulling.let_go(actor=PULL, connection=self.connection, model=model, remote_ids=gone, at=self.clock())
            if model == PARTNER:
                # A contact that changed is news of its company.
                companies = {row["commercial_partner_id"][0] for row in found} - {row["id"] for row in found}
                found += self._read(PARTNER, self.objects(PARTNER, companies))
                known = self.objects(PARTNER, [row["id"] for row in found])
                found = [row for row in found if row["id"] in known or (row["supplier_rank"] > 0 and _own(row))]
            self._take(model, found)

    def known_for(self, orders: Sequence[RemoteOrder]) -> Known:
        """Everything these orders name; what is not known yet is taken in now, as far as it can be."""
        partners = _ids(orders_field(orders, "partner_id"))
        operations = _ids(orders_field(orders, "picking_type_id"))
        lines = [line for order in orders for line in order.lines if not line["display_type"]]
        units = _ids(line["product_uom"] for line in lines)
        units |= {one.unit for order in orders for one in order.arrivals.booked}
        warehouses = self._warehouses_of(operations)
        self._ensure(UNIT, units)
        self._ensure(PRODUCT, _ids(line["product_id"] for line in lines))
        self._ensure(WAREHOUSE, {warehouse for warehouse in warehouses.values() if warehouse})
        suppliers = self._suppliers(partners)
        plants = self._plants(warehouses.values())
        return Known(
            suppliers=suppliers,
            items={
                remote: int(key)
                for remote, key in self.objects(PRODUCT, _ids(ln["product_id"] for ln in lines)).items()
            },
            units=self.units(units),
            plants={
                operation: plants[warehouse]
                for operation, warehouse in warehouses.items()
                if warehouse is not None and warehouse in plants
            },
            schedules=self._schedules([int(line["id"]) for line in lines]),
            incoterms=self._codes("account.incoterms", _ids(orders_field(orders, "incoterm_id"))),
        )

    def units(self, ids: Iterable[int]) -> dict[int, KnownUnit]:
        keys = {remote: int(key) for remote, key in self.objects(UNIT, ids).items()}
        with acting(PULL):
            rows = Unit.objects.filter(pk__in=keys.values()).values_list("pk", "step", "size")
            found = {key: KnownUnit(key, step, size) for key, step, size in rows}
        return {remote: found[key] for remote, key in keys.items() if key in found}

    def objects(self, model: str, ids: Iterable[int]) -> dict[int, str]:
        """The keys of ours behind those of some records that are known."""
        wanted = list(ids)
        if not wanted:
            return {}
        with acting(PULL):
            return dict(
                Mapped.objects.filter(connection=self.connection, model=model, remote_id__in=wanted).values_list(
                    "remote_id", "object_id"
                )
            )

    def _read(self, model: str, ids: Iterable[int]) -> list[dict[str, Any]]:
        wanted = sorted(ids)
        if not wanted:
            return []
        return self.gateway.search_read(model, [["id", "in", wanted]], _FIELDS[model], order="id", **EVERYTHING)

    def _ensure(self, model: str, ids: Iterable[int]) -> None:
        wanted = set(ids)
        missing = wanted - set(self.objects(model, wanted))
        self._take(model, self._read(model, missing))

    def _take(self, model: str, found: Sequence[Record]) -> None:
        if not found:
            return
        values_of = self._values(model, found)
        values: dict[int, dict[str, Any]] = {}
        for record in found:
            try:
                values[int(record["id"])] = values_of(record)
            except Unmappable as unmappable:
                self.note(model, int(record["id"]), translate.text(record["name"]), unmappable.obstacle)
        for former in self._former(model, values):
            del values[former]  # the object follows another record now
        for remote, obstacle in self._twins(model, values).items():
            self.note(model, remote, str(values.pop(remote)["name"]), obstacle)
        self.take(model, values)

    def take(self, model: str, values: Mapping[int, dict[str, Any]]) -> None:
        """Take in what is new or says something else than what is kept."""
        if changed := self._changed(model, values):
            pulling.take_master_data(
                actor=PULL,
                connection=self.connection,
                model=model,
                kind=_KINDS[model],
                values=changed,
                at=self.clock(),
            )

    def _changed(self, model: str, values: Mapping[int, dict[str, Any]]) -> dict[int, dict[str, Any]]:
        """Those that are new, differ from what is kept, or were in trouble: the others need no act."""
        keys = self.objects(model, values)
        with acting(PULL):
            objects = {
                str(key): found for key, found in _KINDS[model]._default_manager.in_bulk(list(keys.values())).items()
            }
            troubled = pulling.troubled(self.connection, model, values)
        return {
            remote: fields
            for remote, fields in values.items()
            if remote in troubled
            or (kept := objects.get(keys.get(remote, ""))) is None
            or any(getattr(kept, name) != value for name, value in fields.items() if name != "first")
        }

    def _former(self, model: str, ids: Iterable[int]) -> list[int]:
        wanted = list(ids)
        with acting(PULL):
            former = Mapped.objects.filter(connection=self.connection, model=model, remote_id__in=wanted, current=False)
            return list(former.values_list("remote_id", flat=True))

    def _twins(self, model: str, values: Mapping[int, dict[str, Any]]) -> dict[int, Obstacle]:
        """The new records that may be ones we know: equal in a telling field to one whose own record is not in use.

        Two records that are both in use are two, by Odoo's own word. A person says which it is; until then nothing of
        the record is taken in.
        """
        new = set(values) - set(self.objects(model, values))
        if not new:
            return {}
        owner, keys = TWINS[model]
        with acting(PULL):
            new -= pulling.said_to_be_new(self.connection, model, new)
            found = {
                remote: mappings.alike(self.connection, model, _KINDS[model], values[remote], keys) for remote in new
            }
        asked = sorted({twin["remote_id"] for twins in found.values() for twin in twins})
        stands = standing(self.gateway, model, asked) if asked else {}
        doubtful = {}
        for remote, twins in found.items():
            left = [
                {**twin, "standing": stands[twin["remote_id"]]}
                for twin in twins
                if stands[twin["remote_id"]] != Standing.IN_USE
            ]
            if left:
                doubtful[remote] = Obstacle(
                    "twin",
                    {"what": model, "name": str(values[remote]["name"]), "other": left[0]["name"]},
                    suggestions=tuple(left),
                    waits_for=owner,
                )
        return doubtful

    def _values(self, model: str, found: Sequence[Record]) -> Callable[[Record], dict[str, Any]]:
        if model == PARTNER:
            countries = self._codes("res.country", _ids(row["country_id"] for row in found))
            contacts = self._contacts([int(row["id"]) for row in found])
            return lambda record: records.supplier_values(record, countries, contacts)
        if model == PRODUCT:
            self._ensure(UNIT, _ids(row["uom_id"] for row in found))
            units = self.units(_ids(row["uom_id"] for row in found))
            return lambda record: records.item_values(record, units)
        if model == WAREHOUSE:
            zones = self._zones(_ids(row["partner_id"] for row in found))
            return lambda record: records.plant_values(record, zones)
        return records.unit_values

    def _contacts(self, vendors: Sequence[int]) -> dict[int, list[dict[str, str]]]:
        """The people and addresses below each vendor, by vendor; archived ones left out."""
        fields = ["name", "function", "email", "phone"]
        wanted = [["parent_id", "in", list(vendors)]]
        rows = self.gateway.search_read(PARTNER, wanted, [*fields, "parent_id", "lang"], order="id")
        found: dict[int, list[dict[str, str]]] = {}
        for row in rows:
            told = {name: translate.text(row[name])[:254] for name in fields}
            if any(told.values()):
                language = records.language(row["lang"]) if row["lang"] else ""
                found.setdefault(row["parent_id"][0], []).append({"ref": str(row["id"]), **told, "language": language})
        return found

    def _codes(self, model: str, ids: Iterable[int]) -> dict[int, str]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        rows = self.gateway.search_read(model, [["id", "in", wanted]], ["code"], **EVERYTHING)
        return {row["id"]: translate.text(row["code"]) for row in rows}

    def _zones(self, partners: Iterable[int]) -> dict[int, str]:
        wanted = sorted(partners)
        rows = self.gateway.search_read(PARTNER, [["id", "in", wanted]], ["tz"], **EVERYTHING) if wanted else []
        return {row["id"]: row["tz"] for row in rows if row["tz"] in _time_zones()}

    def _warehouses_of(self, operations: Iterable[int]) -> dict[int, int | None]:
        wanted = sorted(operations)
        if not wanted:
            return {}
        rows = self.gateway.search_read("stock.picking.type", [["id", "in", wanted]], ["warehouse_id"], **EVERYTHING)
        return {row["id"]: translate.pair_id(row["warehouse_id"]) for row in rows}

    def _suppliers(self, partners: set[int]) -> dict[int, int]:
        """By partner. An order may name a contact of the company that is the supplier."""
        known = self.objects(PARTNER, partners)
        owners = {partner: partner for partner in known}
        unknown = self._read(PARTNER, partners - set(known))
        owners |= {row["id"]: row["commercial_partner_id"][0] for row in unknown}
        self._ensure(PARTNER, owners.values())
        keys = self.objects(PARTNER, set(owners.values()))
        return {partner: int(keys[owner]) for partner, owner in owners.items() if owner in keys}

    def _plants(self, warehouses: Iterable[int | None]) -> dict[int, KnownPlant]:
        keys = self.objects(WAREHOUSE, [warehouse for warehouse in warehouses if warehouse])
        with acting(PULL):
            zones = dict(
                Plant.objects.filter(pk__in=[int(key) for key in keys.values()]).values_list("pk", "time_zone")
            )
        return {remote: KnownPlant(int(key), ZoneInfo(zones[int(key)])) for remote, key in keys.items()}

    def _schedules(self, lines: Sequence[int]) -> dict[int, UUID]:
        """By order line: as mapped, else as the external id says that we gave the line when we made it."""
        known = {remote: UUID(key) for remote, key in self.objects(LINE, lines).items()}
        named = self.gateway.external_ids(LINE, [line for line in lines if line not in known])
        ours = {line: schedule for line, key in named.items() if (schedule := translate.schedule_of(key))}
        return {**ours, **known}


def standing(gateway: Gateway, model: str, ids: Sequence[int]) -> dict[int, str]:
    """How some records stand in Odoo: by id, in use, archived, or gone."""
    rows = gateway.search_read(model, [["id", "in", list(ids)]], ["active"], order="id", **EVERYTHING)
    active = {int(row["id"]): bool(row["active"]) for row in rows}
    words = {True: Standing.IN_USE, False: Standing.ARCHIVED}
    return {remote: words[active[remote]] if remote in active else Standing.GONE for remote in ids}


def orders_field(orders: Iterable[RemoteOrder], name: str) -> Iterable[Any]:
    """One field of each order."""
    return (order.record[name] for order in orders)


def _ids(pairs: Iterable[Any]) -> set[int]:
    return {pair[0] for value in pairs if (pair := translate.pair(value))}


@cache
def _time_zones() -> frozenset[str]:
    """Their names. They are found by walking through the files of all of them, which takes longer than a quiet pull."""
    return frozenset(available_timezones())


def _own(partner: Record) -> bool:
    """Whether a partner is a company (or a person) of its own, not a contact of one."""
    return translate.pair_id(partner["commercial_partner_id"]) == int(partner["id"])
