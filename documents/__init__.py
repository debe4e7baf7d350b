"""Stored files, their inspection, storage and rendering. Knows no order and no lot."""
