from django.urls import path

from documents.api import files

app_name = "files_api"
urlpatterns = [
    path("", files.FilesView.as_view(), name="files"),
    path("<uuid:file_id>/", files.FileView.as_view(), name="file"),
    path("<uuid:file_id>/link/", files.LinkView.as_view(), name="link"),
]
