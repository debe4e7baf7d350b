from django.urls import path

from suppliers.api import changes, desk, last_time, links, me, orders, papers, policies, vendors, waves

app_name = "orders_api"
urlpatterns = [
    path("orders/", orders.OrdersView.as_view(), name="orders"),
    path("orders/<uuid:order_id>/", orders.OrderView.as_view(), name="order"),
    path("orders/<uuid:order_id>/same-as-last-time/", last_time.LastTimeView.as_view(), name="last_time"),
    path("orders/<uuid:order_id>/acknowledgements/", orders.AcknowledgementsView.as_view(), name="acknowledgements"),
    path("me/mails/", me.MailsView.as_view(), name="my_mails"),
    path("order-lines/<uuid:line_id>/changes/", changes.LineChangesView.as_view(), name="ask_change"),
    path("changes/", changes.ChangesView.as_view(), name="changes"),
    path("changes/<uuid:change_id>/", changes.ChangeView.as_view(), name="change"),
    path("changes/<uuid:change_id>/accept/", changes.AcceptView.as_view(), name="accept_change"),
    path("changes/<uuid:change_id>/counter/", changes.CounterView.as_view(), name="counter_change"),
    path("changes/<uuid:change_id>/decline/", changes.DeclineView.as_view(), name="decline_change"),
    path("changes/<uuid:change_id>/withdraw/", changes.WithdrawView.as_view(), name="withdraw_change"),
    path("orders/<uuid:order_id>/pdf/", papers.PrintsView.as_view(), name="prints"),
    path("orders/<uuid:order_id>/pdf/<uuid:print_id>/", papers.PrintView.as_view(), name="print"),
    path("branding/", papers.BrandingView.as_view(), name="branding"),
    path("suppliers/", vendors.SuppliersView.as_view(), name="suppliers"),
    path("suppliers/<uuid:key>/", vendors.SupplierView.as_view(), name="supplier"),
    path("approvals/", vendors.ApprovalsView.as_view(), name="approvals"),
    path("orders/<uuid:order_id>/send/", links.SendView.as_view(), name="send"),
    path("orders/<uuid:order_id>/links/", links.OrderLinksView.as_view(), name="links"),
    path("orders/<uuid:order_id>/links/<uuid:link_id>/revoke/", links.RevokeView.as_view(), name="revoke_link"),
    path("suppliers/<uuid:supplier_id>/order-links/", links.SupplierLinksView.as_view(), name="order_links"),
    path("decisions/", desk.DecisionsView.as_view(), name="decisions"),
    path(
        "order-lines/<uuid:line_id>/corrections/<uuid:correction_id>/decision/",
        orders.CorrectionView.as_view(),
        name="correction",
    ),
    path("order-lines/<uuid:line_id>/conflict/", desk.ConflictView.as_view(), name="conflict"),
    path("order-lines/<uuid:line_id>/decision/", orders.DecisionView.as_view(), name="decision"),
    path("expediting/", desk.ExpeditingView.as_view(), name="expediting"),
    path("moves/", desk.MovesView.as_view(), name="moves"),
    path("moves/<uuid:move_id>/", desk.MoveView.as_view(), name="move"),
    path("go-live/", waves.WavesView.as_view(), name="waves"),
    path("tolerances/", policies.PoliciesView.as_view(), name="tolerances"),
    path("tolerances/trial/", policies.TrialView.as_view(), name="tolerances_trial"),
]
