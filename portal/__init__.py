"""The roof: wiring only. What the portal does lives in the domain apps."""
