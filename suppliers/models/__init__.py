from suppliers.models.acknowledgements import Acknowledgement, AnswerDraft, AnswerLine, Commitment, Promise
from suppliers.models.activation import Activation
from suppliers.models.catalogue import Item, Unit
from suppliers.models.orders import OrderLine, OrderRevision, PurchaseOrder, ScheduleLine
from suppliers.models.organisations import Plant, Supplier, SupplierGroup, TolerancePolicy, TransitTime
from suppliers.models.people import ApiToken, Membership, Posting, User

__all__ = [
    "Acknowledgement",
    "Activation",
    "AnswerDraft",
    "AnswerLine",
    "ApiToken",
    "Commitment",
    "Item",
    "Membership",
    "OrderLine",
    "OrderRevision",
    "Plant",
    "Posting",
    "Promise",
    "PurchaseOrder",
    "ScheduleLine",
    "Supplier",
    "SupplierGroup",
    "TolerancePolicy",
    "TransitTime",
    "Unit",
    "User",
]
