from suppliers.models.acknowledgements import (
    Acknowledgement,
    AnswerAttachment,
    AnswerDraft,
    AnswerLine,
    Commitment,
    Correction,
    Promise,
    Substitute,
)
from suppliers.models.activation import Activation
from suppliers.models.approvals import Approval
from suppliers.models.catalogue import Item, SupplierItem, Unit
from suppliers.models.desk import DateMove, DecisionBatch
from suppliers.models.invitations import AddressProof, Invitation
from suppliers.models.links import OrderLink
from suppliers.models.orders import OrderLine, OrderRevision, PurchaseOrder, ScheduleLine
from suppliers.models.organisations import Plant, Supplier, SupplierGroup, TolerancePolicy, TransitTime
from suppliers.models.papers import OrderFile
from suppliers.models.people import ApiToken, Membership, Posting, StaffRules, User

__all__ = [
    "Acknowledgement",
    "Activation",
    "AddressProof",
    "AnswerAttachment",
    "AnswerDraft",
    "AnswerLine",
    "ApiToken",
    "Approval",
    "Commitment",
    "Correction",
    "DateMove",
    "DecisionBatch",
    "Invitation",
    "Item",
    "Membership",
    "OrderFile",
    "OrderLine",
    "OrderLink",
    "OrderRevision",
    "Plant",
    "Posting",
    "Promise",
    "PurchaseOrder",
    "ScheduleLine",
    "StaffRules",
    "Substitute",
    "Supplier",
    "SupplierGroup",
    "SupplierItem",
    "TolerancePolicy",
    "TransitTime",
    "Unit",
    "User",
]
