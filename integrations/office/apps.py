from django.apps import AppConfig


class OfficeConfig(AppConfig):
    name = "integrations.office"
    label = "office"
    verbose_name = "Post office"

    def ready(self) -> None:
        from integrations.office import obstacles
        from integrations.office.pages.slots import origin, tiles
        from portal.web import slots

        slots.on_home(tiles)
        slots.on_supplier(origin)
        slots.on_obstacle(obstacles.message_of)
