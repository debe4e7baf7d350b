from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "integrations.office"
    label = "office"
    verbose_name = "Post office"

    def ready(self) -> None:
        from integrations.office.pages.home import tiles
        from portal.web import slots

        slots.on_home(tiles)
