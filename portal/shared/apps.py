from django.apps import AppConfig


class SharedConfig(AppConfig):
    """Audit trail and state history. No foreign key leaves this app."""

    name = "portal.shared"
    label = "portal_shared"
    verbose_name = "Shared floor"
