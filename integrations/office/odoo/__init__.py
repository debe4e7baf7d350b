"""Everything that knows Odoo: how it is called, how its values are written, how its records are read and written."""
