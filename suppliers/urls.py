"""The addresses of orders, answers and decisions."""

from __future__ import annotations

from django.urls import path

from suppliers.pages import account, activation, decisions, home, orders, policies, revisions

urlpatterns = [
    path("", home.home, name="home"),
    path("orders/", orders.orders, name="orders"),
    path("orders/export.csv", orders.export, {"kind": "csv"}, name="orders_csv"),
    path("orders/export.xlsx", orders.export, {"kind": "xlsx"}, name="orders_xlsx"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
    path("orders/<uuid:order_id>/revisions/<int:number>/", revisions.compare, name="revision"),
    path("orders/<uuid:order_id>/verdicts/", orders.verdicts, name="order_verdicts"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<uuid:line_id>/", decisions.decide_line, name="decide"),
    path("decisions/<uuid:line_id>/conflict/", decisions.resolve_line, name="resolve_conflict"),
    path("tolerances/", policies.tolerances, name="tolerances"),
    path("go-live/", activation.waves, name="waves"),
    path("language/", account.language, name="language"),
]
