from integrations.office.models.connections import Connection, Cursor, Mapping, Trouble
from integrations.office.models.deliveries import Delivery

__all__ = ["Connection", "Cursor", "Delivery", "Mapping", "Trouble"]
