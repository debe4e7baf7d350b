"""The post office: it delivers letters to Odoo and brings Odoo's orders in. It has all the rooms."""
