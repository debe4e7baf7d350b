"""Every address of the portal."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from integrations.office.pages import mails
from portal.web import views
from suppliers.pages import account

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("suppliers.urls")),
    path("ledger/", include("integrations.office.urls")),
    path("account/mails/sent/", mails.mine, name="my_sent_mails"),
    # What allauth would keep pages of its own for is done on the account page.
    path("accounts/email/", account.elsewhere, name="account_email"),
    path("accounts/sessions/", account.elsewhere, name="usersessions_list"),
    path("accounts/3rdparty/", account.elsewhere, name="socialaccount_connections"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/3rdparty/", include("allauth.socialaccount.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("files/", include("documents.urls")),
    path("api/v1/", include("suppliers.api.urls")),
    path("api/v1/", include("integrations.office.api.urls")),
    path("api/v1/files/", include("documents.api.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("health/live", views.live, name="live"),
    path("health/ready", views.ready, name="ready"),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
