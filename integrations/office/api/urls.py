from django.urls import path

from integrations.office.api import connection, desk, ledger

app_name = "office_api"
urlpatterns = [
    path("exceptions/", desk.ExceptionsView.as_view(), name="exceptions"),
    path("letters/", ledger.LettersView.as_view(), name="letters"),
    path("letters/<uuid:key>/", ledger.LetterView.as_view(), name="letter"),
    path("letters/<uuid:key>/retry/", desk.RetryView.as_view(), name="retry"),
    path("mails/", ledger.MailsView.as_view(), name="mails"),
    path("connection/", connection.ConnectionView.as_view(), name="connection"),
    path("connection/pause/", connection.PauseView.as_view(), name="pause"),
    path("connection/resume/", connection.ResumeView.as_view(), name="resume"),
    path("connection/pull/", connection.PullView.as_view(), name="pull"),
    path("mappings/", desk.MappingsView.as_view(), name="mappings"),
    path("mappings/compare/", connection.CompareView.as_view(), name="compare"),
    path("mappings/records/<uuid:key>/answer/", desk.AnswerView.as_view(), name="answer"),
]
