"""Whose a row is, who may see it, and who may do what to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import models
from django.db.models.constraints import BaseConstraint

from portal.shared.actor import Actor, ActorKind, Grant
from portal.shared.errors import NotPermitted

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

M = TypeVar("M", bound=models.Model)


class OwnedQuerySet(models.QuerySet[M]):
    """Rows that belong to suppliers. ``visible_to`` is the first wall; row-level security is the second."""

    supplier_path: ClassVar[str] = "supplier_id"
    plant_path: ClassVar[str | None] = None
    matter_path: ClassVar[str | None] = None
    """Where a row names what it belongs to (an order). Without it, the holder of a link sees none."""

    def visible_to(self, actor: Actor) -> Self:
        """The rows this actor may know of: none for an actor we do not understand."""
        if actor.kind is ActorKind.SYSTEM:
            return self.all()
        if actor.behind_wall:
            rows = self.filter(**{f"{self.supplier_path}__in": actor.suppliers}) if actor.suppliers else self.none()
            if actor.kind is not ActorKind.LINK:
                return rows
            return rows.filter(**{self.matter_path: actor.matter}) if self.matter_path and actor.matter else rows.none()
        if not actor.grants:
            return self.none()
        if self.plant_path is None or actor.plants is None:
            return self.all()
        return self.filter(**{f"{self.plant_path}__in": actor.plants})


class SameOwner(BaseConstraint):
    """A composite foreign key: the child belongs to the same supplier as its parent, and the database says so.

    ``field`` is a foreign key of the child, declared with ``db_constraint=False`` since this constraint does its work
    too; ``also`` names further foreign keys that child and parent have in common and must agree on. The parent needs a
    unique constraint over (primary key, supplier, those).
    """

    def __init__(
        self, *, field: str, name: str, also: Sequence[str] = (), violation_error_message: str | None = None
    ) -> None:
        super().__init__(name=name, violation_error_message=violation_error_message)
        self.field = field
        self.also = tuple(also)

    def _clause(self, model: type[models.Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        foreign = model._meta.get_field(self.field)
        assert isinstance(foreign, models.ForeignKey)
        parent: type[models.Model] = foreign.related_model
        quote = schema_editor.quote_name
        shared = [model._meta.get_field(name) for name in ("supplier", *self.also)]
        also = [str(one.column) for one in shared if isinstance(one, models.Field)]
        ours = ", ".join(quote(column) for column in (str(foreign.column), *also))
        theirs = ", ".join(quote(column) for column in (str(parent._meta.pk.column), *also))
        return (
            f"CONSTRAINT {quote(self.name)} FOREIGN KEY ({ours}) REFERENCES {quote(parent._meta.db_table)} ({theirs})"
        )

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        return self._clause(model, schema_editor)

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        return f"ALTER TABLE {schema_editor.quote_name(model._meta.db_table)} ADD {self._clause(model, schema_editor)}"

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """The database alone decides: a form has no business choosing an owner."""

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field, **({"also": self.also} if self.also else {})}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SameOwner):
            return NotImplemented
        return (self.name, self.field, self.also) == (other.name, other.field, other.also)

    __hash__ = BaseConstraint.__hash__


@dataclass(frozen=True)
class Who:
    """One row of a permission table: a title people read, and which roles, scopes or system parts may do the act.

    Supplier roles count at the supplier that owns the object, staff roles at the object's plant.
    """

    title: str
    supplier: frozenset[str] = frozenset()
    staff: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    systems: frozenset[str] = frozenset()
    by_link: bool = False
    """Whether the holder of a link may do it too, to the one object of his link, in the role of its addressee."""
    everywhere: bool = False
    """Whether it touches every plant, whatever it is about: staff need the role at all of them."""

    def covers(self, kind: ActorKind, grant: Grant) -> bool:
        """Whether a grant is one of those that allow the act, somewhere."""
        if kind is ActorKind.MACHINE:
            # A client never does what no person on its own side may: a supplier's token does not decide for the buyer.
            side = self.staff if grant.supplier_id is None else self.supplier
            return bool(side) and grant.role in self.scopes
        if kind is ActorKind.LINK:
            return self.by_link and grant.matter is not None and grant.role in self.supplier
        return grant.role in (self.staff if kind is ActorKind.STAFF else self.supplier)


def who(
    title: str,
    *,
    supplier: Iterable[str] = (),
    staff: Iterable[str] = (),
    scopes: Iterable[str] = (),
    systems: Iterable[str] = (),
    by_link: bool = False,
    everywhere: bool = False,
) -> Who:
    """Write one row of a permission table."""
    return Who(
        title,
        frozenset(supplier),
        frozenset(staff),
        frozenset(scopes),
        frozenset(f"system:{name}" for name in systems),
        by_link,
        everywhere,
    )


@dataclass(frozen=True)
class _Everywhere:
    """Stands at no plant that anybody's role could be limited to."""

    plant_id: int = 0


EVERYWHERE = _Everywhere()
"""What a thing without a plant is about: only a role held at every plant reaches it."""


class Permission(Enum):
    """Base of every app's permission table: acts and buttons read the same row, a :class:`Who`."""

    @property
    def title(self) -> str:
        row: Who = self.value
        return row.title

    def allows(self, actor: Actor, about: object | None = None) -> bool:
        """Whether the actor may do this to ``about``; without an object, whether he may do it to anything at all."""
        row: Who = self.value
        if actor.kind is ActorKind.SYSTEM:
            return actor.id in row.systems
        supplier = getattr(about, "supplier_id", None)
        plant = getattr(EVERYWHERE if row.everywhere else about, "plant_id", None)
        matter = getattr(about, "matter", None)
        return any(
            row.covers(actor.kind, grant)
            and (supplier is None or grant.supplier_id is None or grant.supplier_id == supplier)
            and (plant is None or grant.plant_id is None or grant.plant_id == plant)
            and (about is None or grant.matter is None or grant.matter == matter)
            for grant in actor.grants
        )

    def require(self, actor: Actor, about: object | None = None) -> None:
        """Raise :class:`NotPermitted` unless allowed, saying what would have been needed."""
        if not self.allows(actor, about):
            held = " at every plant" if self.value.everywhere and actor.kind is ActorKind.STAFF else ""
            raise NotPermitted(
                f"{actor.name or 'Nobody'} may not do this: {self.title.lower()}.",
                remedy=f"Ask an administrator of your organisation for the role that allows it{held}.",
            )
