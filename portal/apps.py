from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The roof as an app, so that its management commands are found."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        # Whoever wakes a worker, web processes too, must speak to the portal's own broker, not to Celery's default.
        from portal import celery

        celery.app.set_default()
