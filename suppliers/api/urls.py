from django.urls import path

from suppliers.api import comments, desk, last_time, links, orders

app_name = "orders_api"
urlpatterns = [
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<uuid:order_id>/", orders.OrderView.as_view(), name="order"),
    path("orders/<uuid:order_id>/same-as-last-time/", last_time.LastTimeView.as_view(), name="last_time"),
    path("orders/<uuid:order_id>/comments/", comments.CommentsView.as_view(), name="comments"),
    path("orders/<uuid:order_id>/acknowledgements/", orders.AcknowledgementsView.as_view(), name="acknowledgements"),
    path("orders/<uuid:order_id>/send/", links.SendView.as_view(), name="send"),
    path("orders/<uuid:order_id>/links/", links.OrderLinksView.as_view(), name="links"),
    path("orders/<uuid:order_id>/links/<uuid:link_id>/revoke/", links.RevokeView.as_view(), name="revoke_link"),
    path("suppliers/<uuid:supplier_id>/order-links/", links.SupplierLinksView.as_view(), name="order_links"),
    path("decisions/", orders.DecisionsView.as_view(), name="decisions"),
    path(
        "order-lines/<uuid:line_id>/corrections/<uuid:correction_id>/decision/",
        orders.CorrectionView.as_view(),
        name="correction",
    ),
    path("order-lines/<uuid:line_id>/decision/", orders.DecisionView.as_view(), name="decision"),
    path("moves/", desk.MovesView.as_view(), name="moves"),
    path("moves/<uuid:move_id>/", desk.MoveView.as_view(), name="move"),
]
