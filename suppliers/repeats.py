"""The split of an earlier answer on another quantity. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction


def spread(quantities: Sequence[Decimal], then: Decimal, now: Decimal, step: Decimal) -> list[Decimal]:
    """Deliveries of ``now`` in the proportions that ``quantities`` had of ``then``, in whole ``step``.

    Whoever promised all of it then promises all of it now; whoever promised less or more strays by the same share. What
    whole steps leave over goes to the deliveries that came off worst, the earlier first; a delivery may come to 0.
    """
    promised = sum(map(Fraction, quantities))
    unit = Fraction(step)
    wanted = Fraction(now) if promised == then or not then else Fraction(now) * promised / Fraction(then)
    steps = wanted // unit
    shares = [Fraction(quantity) * steps / promised for quantity in quantities]
    whole = [share // 1 for share in shares]
    worst = sorted(range(len(shares)), key=lambda index: (whole[index] - shares[index], index))
    for index in worst[: steps - sum(whole)]:
        whole[index] += 1
    return [count * step for count in whole]
