"""Trouble on purpose: killed workers, lost answers, Odoo away, people editing. The test itself is the oracle."""
