from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "portal.web"
    label = "portal_web"
    verbose_name = "Web"
