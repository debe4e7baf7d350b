from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The roof as an app, so that its management commands are found."""

    name = "portal"
    verbose_name = "Portal"
