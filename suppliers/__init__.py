"""Organisations, people, orders and what suppliers promise."""
