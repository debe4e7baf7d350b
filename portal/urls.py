"""Every address of the portal."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from portal.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("suppliers.urls")),
    path("ledger/", include("integrations.office.urls")),
    path("accounts/", include("allauth.urls")),
    path("files/", include("documents.urls")),
    path("api/v1/", include("suppliers.api.urls")),
    path("api/v1/files/", include("documents.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
