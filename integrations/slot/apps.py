from django.apps import AppConfig


class SlotConfig(AppConfig):
    name = "integrations.slot"
    label = "slot"
    verbose_name = "Letter slot"
