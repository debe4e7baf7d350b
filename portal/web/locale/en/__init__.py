"""English: the day before the month, whichever side of an ocean."""
