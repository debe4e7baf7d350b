"""Addresses of the post office's pages."""

from __future__ import annotations

from django.urls import path

from integrations.office.pages import connection, exceptions, exporting, ledger, mails, mappings
from portal.web.exporting import addresses
from suppliers.actions.exporting import take_along

app_name = "office"
urlpatterns = [
    *addresses(exporting.LISTS, take_along),
    path("", ledger.index, name="ledger"),
    path("letters/<uuid:key>/", ledger.detail, name="delivery"),
    path("letters/<uuid:key>/retry/", ledger.retry, name="retry"),
    path("orders/<uuid:key>/", ledger.order_path, name="order_path"),
    path("mails/", mails.index, name="mails"),
    path("exceptions/", exceptions.index, name="exceptions"),
    path("exceptions/retry/", exceptions.retry, name="retry_many"),
    path("mappings/", mappings.index, name="mappings"),
    path("mappings/compare/", mappings.compare, name="compare"),
    path("mappings/<int:key>/", mappings.detail, name="mapping"),
    path("mappings/records/<uuid:key>/", mappings.answer, name="answer_mapping"),
    path("connection/", connection.show, name="connection"),
    path("connection/pause/", connection.pause, name="pause"),
    path("connection/resume/", connection.resume, name="resume"),
    path("connection/pull/", connection.pull_now, name="pull_now"),
]
