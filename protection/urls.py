"""Addresses below /data-protection/."""

from django.urls import include, path

from protection.views import disposals, exports, redactions

app_name = "protection"

of_exports = [
    path("", exports.ListView.as_view(), name="exports"),
    path("<uuid:pk>/", exports.DetailView.as_view(), name="export"),
    path("<uuid:pk>/status/", exports.StatusView.as_view(), name="export_status"),
    path("<uuid:pk>/retry/", exports.RetryView.as_view(), name="export_retry"),
    path("<uuid:pk>/file/", exports.DownloadView.as_view(), name="export_download"),
]

of_disposals = [
    path("", disposals.DisposalListView.as_view(), name="disposals"),
    path("due/", disposals.DueView.as_view(), name="disposal_due"),
    path("<uuid:pk>/", disposals.DisposalView.as_view(), name="disposal"),
    path("<uuid:pk>/confirm/", disposals.ConfirmDisposalView.as_view(), name="disposal_confirm"),
    path("<uuid:pk>/refuse/", disposals.RefuseDisposalView.as_view(), name="disposal_refuse"),
    path("<uuid:pk>/withdraw/", disposals.WithdrawDisposalView.as_view(), name="disposal_withdraw"),
]

urlpatterns = [
    path("", redactions.RedactionListView.as_view(), name="list"),
    path(
        "answers/<uuid:answer>/remove/",
        redactions.RequestAnswerView.as_view(),
        name="request_answer",
    ),
    path(
        "evidence/<uuid:version>/remove/",
        redactions.RequestEvidenceView.as_view(),
        name="request_evidence",
    ),
    path("<uuid:pk>/", redactions.DetailView.as_view(), name="detail"),
    path("<uuid:pk>/confirm/", redactions.ConfirmView.as_view(), name="confirm"),
    path("<uuid:pk>/refuse/", redactions.RefuseView.as_view(), name="refuse"),
    path("<uuid:pk>/withdraw/", redactions.WithdrawView.as_view(), name="withdraw"),
    path("exports/", include(of_exports)),
    path("disposals/", include(of_disposals)),
]
