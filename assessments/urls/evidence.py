"""Addresses below /assessments/evidence/, in the namespace `assessments`."""

from django.urls import path

from assessments.views import adding_files, attaching, evidence, keeping, placing, scanning

urlpatterns = [
    path("", evidence.EvidenceListView.as_view(), name="evidence_list"),
    path("add/", evidence.AddView.as_view(), name="evidence_add"),
    path("add-files/", adding_files.AddFilesView.as_view(), name="evidence_add_files"),
    path("<uuid:pk>/", evidence.EvidenceDetailView.as_view(), name="evidence_detail"),
    path("<uuid:pk>/edit/", evidence.EditView.as_view(), name="evidence_edit"),
    path("<uuid:pk>/version/", evidence.NewVersionView.as_view(), name="evidence_version"),
    path("<uuid:pk>/hold/", keeping.HoldView.as_view(), name="evidence_hold"),
    path("lift/<uuid:pk>/", keeping.LiftView.as_view(), name="evidence_lift"),
    path("<uuid:pk>/delete/", evidence.DeleteView.as_view(), name="evidence_delete"),
    path(
        "<uuid:pk>/clauses/<uuid:assessment>/",
        attaching.ClausesView.as_view(),
        name="evidence_clauses",
    ),
    path("attach/<uuid:answer>/", attaching.AttachView.as_view(), name="evidence_attach"),
    path("detach/<uuid:pk>/", attaching.DetachView.as_view(), name="evidence_detach"),
    path("place/<uuid:pk>/", placing.PlaceView.as_view(), name="evidence_place"),
    path("view/<uuid:pk>/", evidence.ShowView.as_view(), name="evidence_view"),
    path("scan/<uuid:pk>/", scanning.RescanView.as_view(), name="evidence_rescan"),
    path("download/<uuid:pk>/", evidence.DownloadView.as_view(), name="evidence_download"),
]
