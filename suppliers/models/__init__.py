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
from suppliers.models.catalogue import Item, PriceTerm, ShelfRule, SupplierItem, Unit
from suppliers.models.changes import ChangeOffer, ChangeRequest, OfferedDelivery
from suppliers.models.comments import CommentAttachment, CommentReading, OrderComment
from suppliers.models.desk import DateMove, DecisionBatch
from suppliers.models.invitations import AddressProof, Invitation, InvitationBatch
from suppliers.models.links import OrderLink
from suppliers.models.mails import Digest, DigestItem, MailWish
from suppliers.models.masters import MasterRequest
from suppliers.models.order_files import OrderFile
from suppliers.models.orders import OrderLine, OrderRevision, PurchaseOrder, ScheduleLine, in_turn
from suppliers.models.organisations import Plant, Supplier, SupplierGroup, TolerancePolicy, TransitTime
from suppliers.models.papers import Branding, OrderPrint
from suppliers.models.people import ApiToken, Membership, Posting, StaffRules, User
from suppliers.models.receipts import Receipt
from suppliers.models.sheets import SheetUpload
from suppliers.models.shipments import (
    HandlingUnit,
    LicencePlate,
    NumberSeries,
    Shipment,
    ShipmentDraft,
    ShipmentLine,
    ShipmentOrder,
    ShipmentVersion,
)

__all__ = [
    "Acknowledgement",
    "Activation",
    "AddressProof",
    "AnswerAttachment",
    "AnswerDraft",
    "AnswerLine",
    "ApiToken",
    "Approval",
    "Branding",
    "ChangeOffer",
    "ChangeRequest",
    "CommentAttachment",
    "CommentReading",
    "Commitment",
    "Correction",
    "DateMove",
    "DecisionBatch",
    "Digest",
    "DigestItem",
    "HandlingUnit",
    "Invitation",
    "InvitationBatch",
    "Item",
    "LicencePlate",
    "MailWish",
    "MasterRequest",
    "Membership",
    "NumberSeries",
    "OfferedDelivery",
    "OrderComment",
    "OrderFile",
    "OrderLine",
    "OrderLink",
    "OrderPrint",
    "OrderRevision",
    "Plant",
    "Posting",
    "PriceTerm",
    "Promise",
    "PurchaseOrder",
    "Receipt",
    "ScheduleLine",
    "SheetUpload",
    "ShelfRule",
    "Shipment",
    "ShipmentDraft",
    "ShipmentLine",
    "ShipmentOrder",
    "ShipmentVersion",
    "StaffRules",
    "Substitute",
    "Supplier",
    "SupplierGroup",
    "SupplierItem",
    "TolerancePolicy",
    "TransitTime",
    "Unit",
    "User",
    "in_turn",
]
