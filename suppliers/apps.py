from django.apps import AppConfig


class SuppliersConfig(AppConfig):
    name = "suppliers"
    verbose_name = "Suppliers and orders"

    def ready(self) -> None:
        from portal.web import registry
        from suppliers.standing import actor_of

        registry.fill(actor_of=actor_of)
