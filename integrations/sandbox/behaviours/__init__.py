"""What the models do, one module per subject. Importing this package puts all of it in force."""

from integrations.sandbox.behaviours import (
    accounts,
    base,
    lots,
    move_lines,
    moves,
    order_lines,
    production,
    purchase,
    returns,
    stock,
)
from integrations.sandbox.hooks import install

for _subject in (base, purchase, order_lines, moves, move_lines, stock, lots, returns, production, accounts):
    install(_subject.HOOKS, _subject.METHODS, _subject.VALUES)
