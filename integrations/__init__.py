"""The letter slot (below everybody), the post office (above everybody) and the Odoo sandbox (beside everything)."""
