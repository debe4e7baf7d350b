"""Every address of the portal."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("suppliers.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
]
