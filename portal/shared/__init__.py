"""The floor every app stands on: who acts, how an act is written, what is kept of it."""
