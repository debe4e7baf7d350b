from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "integrations.office"
    label = "office"
    verbose_name = "Post office"
