"""HTTP helpers every page and API shares. No tables, no domain."""
