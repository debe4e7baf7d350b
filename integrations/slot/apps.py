from django.apps import AppConfig


class SlotConfig(AppConfig):
    name = "integrations.slot"
    label = "slot"
    verbose_name = "Letter slot"

    def ready(self) -> None:
        from integrations.slot import once
        from portal.web import registry

        registry.fill(keep=once.receive)
