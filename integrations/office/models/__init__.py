from integrations.office.models.connections import Awaited, Connection, Cursor, Mapping, Trouble
from integrations.office.models.deliveries import Delivery

__all__ = ["Awaited", "Connection", "Cursor", "Delivery", "Mapping", "Trouble"]
