"""A stand-in for Odoo 18: it speaks the same JSON-RPC, refuses what the real one refuses, and keeps its own data.

A process of its own with a store of its own. It imports nothing of the portal, and nothing of the portal imports it
but the management command that starts it.
"""
