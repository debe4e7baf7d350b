"""The addresses of orders, answers and decisions."""

from __future__ import annotations

from django.urls import path

from suppliers.pages import account, arriving, decisions, home, orders, policies

urlpatterns = [
    path("", home.home, name="home"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
    path("orders/<uuid:order_id>/verdicts/", orders.verdicts, name="order_verdicts"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<uuid:line_id>/", decisions.decide_line, name="decide"),
    path("decisions/<uuid:line_id>/conflict/", decisions.resolve_line, name="resolve_conflict"),
    path("tolerances/", policies.tolerances, name="tolerances"),
    path("language/", account.language, name="language"),
    path("acting-for/", account.acting_for, name="acting_for"),
    path("account/", account.show, name="account"),
    path("account/address/", account.address, name="account_address"),
    path("account/sessions/end/", account.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<int:key>/end/", account.end_session, name="end_session"),
    path("invitations/<uuid:key>/<str:secret>/", arriving.invitation, name="invitation"),
    path("invitations/<uuid:key>/<str:secret>/address/", arriving.correct_address, name="correct_address"),
    path("addresses/<uuid:key>/<str:secret>/", arriving.prove_address, name="prove_address"),
]
