"""What a notice wants of open moves, as pure values: nothing is made or lost, whoever has how much."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from integrations.office.odoo.aiming import Move, Part, aim, spread
from integrations.office.odoo.arrivals import notices_of

OWN, OURS = 1, 2
LINES = [UUID(int=1), UUID(int=2)]
quantities = st.integers(1, 50).map(Decimal)
drawn = st.lists(st.tuples(st.sampled_from(LINES), quantities), max_size=5)


def moves_of(said: list[tuple[UUID, Decimal]], transfer: int, start: int) -> list[Move]:
    return [
        Move(start + at, line, transfer, quantity, f"2027-03-{at + 1:02}") for at, (line, quantity) in enumerate(said)
    ]


def sums(moves: list[Move]) -> Counter[UUID]:
    total: Counter[UUID] = Counter()
    for move in moves:
        total[move.line] += move.quantity  # type: ignore[assignment]
    return total


@given(drawn, drawn, st.dictionaries(st.sampled_from(LINES), quantities))
def test_aims_end_with_what_is_wanted_as_far_as_it_is_open(
    ours: list[tuple[UUID, Decimal]], own: list[tuple[UUID, Decimal]], wanted: dict[UUID, Decimal]
) -> None:
    """Carried out as Odoo does it: whole moves change their transfer, a split parts each move in two."""
    mine, rest = moves_of(ours, OURS, 100), moves_of(own, OWN, 200)
    before = sums(mine + rest)
    for _round in range(3):
        found = aim(wanted, mine, rest)
        if not found.moves_goods:
            break
        rest += [Move(one.id, one.line, OWN, one.quantity, one.date) for one in found.back]
        mine = [one for one in mine if one not in found.back]
        gone = [one for one in rest if one in found.whole]
        rest = [one for one in rest if one not in found.whole]
        for stays in found.split.values():
            assert any(stays.values()), "Odoo refuses to split where nothing stays"
            assert any(left < one.quantity for one in rest if (left := stays[one.id]) is not None)
            assert set(stays) == {one.id for one in rest}
            gone += [
                Move(one.id + 1000, one.line, OWN, one.quantity - stays[one.id], one.date)
                for one in rest
                if stays[one.id] < one.quantity
            ]
            rest = [Move(one.id, one.line, OWN, stays[one.id], one.date) for one in rest if stays[one.id]]
        mine += [Move(one.id, one.line, OURS, one.quantity, one.date) for one in gone]
    else:
        assert not aim(wanted, mine, rest).moves_goods
    assert sums(mine + rest) == before
    for line in LINES:
        assert sums(mine)[line] == min(wanted.get(line, Decimal(0)), before[line])


@given(drawn, drawn)
def test_parts_are_laid_whole_wherever_their_line_has_a_move(
    parts: list[tuple[UUID, Decimal]], there: list[tuple[UUID, Decimal]]
) -> None:
    moves = moves_of(there, OURS, 100)
    said = [Part(uuid4(), line, quantity) for line, quantity in parts]
    laid = spread(said, moves)
    lines = {move.line for move in moves}
    for part in said:
        total = sum((quantity for one, _move, quantity in laid if one is part), Decimal(0))
        assert total == (part.quantity if part.line in lines else 0)
    assert all(part.line == move.line for part, move, _quantity in laid)


def test_what_was_split_off_twice_is_still_the_notices() -> None:
    notice = uuid4()
    rows = [
        {"id": 1, "backorder_id": False},
        {"id": 2, "backorder_id": [1, "IN/1"]},
        {"id": 3, "backorder_id": [2, "IN/2"]},
        {"id": 4, "backorder_id": [9, "IN/9"]},
    ]
    assert notices_of(rows, {1: notice}) == {1: notice, 2: notice, 3: notice}
