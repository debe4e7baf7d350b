from django.urls import path

from integrations.office.api import desk

app_name = "office_api"
urlpatterns = [
    path("exceptions/", desk.ExceptionsView.as_view(), name="exceptions"),
    path("letters/<uuid:key>/retry/", desk.RetryView.as_view(), name="retry"),
    path("mappings/", desk.MappingsView.as_view(), name="mappings"),
    path("mappings/records/<uuid:key>/answer/", desk.AnswerView.as_view(), name="answer"),
]
