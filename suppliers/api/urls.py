from django.urls import path

from suppliers.api import orders, papers

app_name = "orders_api"
urlpatterns = [
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<uuid:order_id>/", orders.OrderView.as_view(), name="order"),
    path("orders/<uuid:order_id>/acknowledgements/", orders.AcknowledgementsView.as_view(), name="acknowledgements"),
    path("orders/<uuid:order_id>/pdf/", papers.PrintsView.as_view(), name="prints"),
    path("orders/<uuid:order_id>/pdf/<uuid:print_id>/", papers.PrintView.as_view(), name="print"),
    path("branding/", papers.BrandingView.as_view(), name="branding"),
    path("decisions/", orders.DecisionsView.as_view(), name="decisions"),
    path("order-lines/<uuid:line_id>/decision/", orders.DecisionView.as_view(), name="decision"),
]
