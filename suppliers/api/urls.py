from django.urls import path

from suppliers.api import me, orders

app_name = "orders_api"
urlpatterns = [
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<uuid:order_id>/", orders.OrderView.as_view(), name="order"),
    path("orders/<uuid:order_id>/acknowledgements/", orders.AcknowledgementsView.as_view(), name="acknowledgements"),
    path("me/mails/", me.MailsView.as_view(), name="my_mails"),
    path("decisions/", orders.DecisionsView.as_view(), name="decisions"),
    path("order-lines/<uuid:line_id>/decision/", orders.DecisionView.as_view(), name="decision"),
]
