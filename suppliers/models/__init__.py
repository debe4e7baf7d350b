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
from suppliers.models.catalogue import Item, Unit
from suppliers.models.comments import CommentAttachment, CommentReading, OrderComment
from suppliers.models.desk import DateMove, DecisionBatch
from suppliers.models.invitations import AddressProof, Invitation
from suppliers.models.links import OrderLink
from suppliers.models.orders import OrderLine, OrderRevision, PurchaseOrder, ScheduleLine
from suppliers.models.organisations import Plant, Supplier, SupplierGroup, TolerancePolicy, TransitTime
from suppliers.models.people import ApiToken, Membership, Posting, StaffRules, User

__all__ = [
    "Acknowledgement",
    "Activation",
    "AddressProof",
    "AnswerAttachment",
    "AnswerDraft",
    "AnswerLine",
    "ApiToken",
    "CommentAttachment",
    "CommentReading",
    "Commitment",
    "Correction",
    "DateMove",
    "DecisionBatch",
    "Invitation",
    "Item",
    "Membership",
    "OrderComment",
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
    "TolerancePolicy",
    "TransitTime",
    "Unit",
    "User",
]
