from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    name = "suppliers"
    verbose_name = "Suppliers and orders"

    def ready(self) -> None:
        from documents import kinds
        from portal.web import registry
        from suppliers.kinds import ATTACHMENT, DRAWING, LOGO, ORDER_PDFS, SHEET, SHIPMENT_PDF, SHIPMENT_SHEET
        from suppliers.queries.suppliers import supplier_key
        from suppliers.standing import actor_of

        registry.fill(actor_of=actor_of)
        kinds.fill(find_supplier=supplier_key)
        for kind in (ATTACHMENT, DRAWING, LOGO, SHEET, SHIPMENT_SHEET, *ORDER_PDFS, SHIPMENT_PDF):
            kinds.register(kind)
