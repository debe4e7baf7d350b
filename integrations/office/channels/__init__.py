"""Ways out of the house other than Odoo, one file each."""
