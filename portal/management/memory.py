"""What a program loads at its start it keeps: nobody need look there for what is no longer used."""

from __future__ import annotations

import gc


def settle() -> None:
    """Take what is loaded out of the garbage collector's rounds. Once, when all of it is, and before processes fork.

    A full round over the modules, models and pages of the portal takes a fifth of a second, in the middle of
    somebody's request; and it would write into every page of memory that the processes have in common.
    """
    gc.collect()
    gc.freeze()
