from integrations.office.models.connections import Awaited, Connection, Cursor, Mapping, Trouble
from integrations.office.models.deliveries import Delivery
from integrations.office.models.exceptions import DeskException

__all__ = ["Awaited", "Connection", "Cursor", "Delivery", "DeskException", "Mapping", "Trouble"]
