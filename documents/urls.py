"""The addresses of files: asking for one, its state, and the address that serves."""

from __future__ import annotations

from django.urls import path

from documents.pages import files

app_name = "files"
urlpatterns = [
    path("", files.upload, name="upload"),
    path("<uuid:file_id>/", files.download, name="download"),
    path("<uuid:file_id>/state/", files.state, name="state"),
    path("<uuid:file_id>/<str:token>/", files.serve, name="serve"),
]
