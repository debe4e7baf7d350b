"""The addresses of orders, answers and decisions."""

from __future__ import annotations

from django.urls import path

from suppliers.pages import (
    account,
    activation,
    arriving,
    by_mail,
    comments,
    decisions,
    home,
    links,
    orders,
    people,
    policies,
    revisions,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("orders/", orders.orders, name="orders"),
    path("orders/export.csv", orders.export, {"kind": "csv"}, name="orders_csv"),
    path("orders/export.xlsx", orders.export, {"kind": "xlsx"}, name="orders_xlsx"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
    path("orders/<uuid:order_id>/revisions/<int:number>/", revisions.compare, name="revision"),
    path("orders/<uuid:order_id>/leave/", by_mail.leave, name="leave_order"),
    path("orders/<uuid:order_id>/send/", links.send_again, name="send_order"),
    path("orders/<uuid:order_id>/links/<uuid:link_id>/revoke/", links.revoke, name="revoke_order_link"),
    path("orders/<uuid:order_id>/comments/", comments.comments, name="order_comments"),
    path("orders/<uuid:order_id>/verdicts/", orders.verdicts, name="order_verdicts"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<uuid:line_id>/", decisions.decide_line, name="decide"),
    path(
        "decisions/<uuid:line_id>/corrections/<uuid:correction_id>/",
        decisions.decide_on_correction,
        name="decide_correction",
    ),
    path("decisions/<uuid:line_id>/conflict/", decisions.resolve_line, name="resolve_conflict"),
    path("order-links/", links.suppliers, name="order_links"),
    path("tolerances/", policies.tolerances, name="tolerances"),
    path("go-live/", activation.waves, name="waves"),
    path("language/", account.language, name="language"),
    path("acting-for/", account.acting_for, name="acting_for"),
    path("account/", account.show, name="account"),
    path("account/address/", account.address, name="account_address"),
    path("account/sessions/end/", account.end_other_sessions, name="end_other_sessions"),
    path("account/sessions/<str:key>/end/", account.end_session, name="end_session"),
    path("people/", people.index, name="people"),
    path("people/invite/", people.invite, name="invite"),
    path("people/factor/", people.require_factor, name="require_factor"),
    path("people/invitations/<uuid:key>/resend/", people.resend, name="resend_invitation"),
    path("people/invitations/<uuid:key>/revoke/", people.revoke, name="revoke_invitation"),
    path("people/<str:at>/<uuid:key>/", people.person, name="person"),
    path("people/<str:at>/<uuid:key>/roles/", people.set_roles, name="set_roles"),
    path("people/<str:at>/<uuid:key>/deactivate/", people.deactivate, name="deactivate"),
    path("people/<str:at>/<uuid:key>/reactivate/", people.reactivate, name="reactivate"),
    path("by-mail/<uuid:key>/<str:secret>/", by_mail.open_link, name="open_link"),
    path("invitations/<uuid:key>/<str:secret>/", arriving.invitation, name="invitation"),
    path("invitations/<uuid:key>/<str:secret>/address/", arriving.correct_address, name="correct_address"),
    path("addresses/<uuid:key>/<str:secret>/", arriving.prove_address, name="prove_address"),
]
