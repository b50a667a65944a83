"""Addresses below /assessments/personal-data/, in the namespace `assessments`."""

from django.urls import path

from assessments.models import Answer, Evidence, EvidenceVersion
from assessments.views.guarding import ClearView, DeclareView

urlpatterns = [
    path("answers/<uuid:pk>/clear/", ClearView.as_view(model=Answer), name="clear_answer"),
    path("evidence/<uuid:pk>/clear/", ClearView.as_view(model=Evidence), name="clear_evidence"),
    path("files/<uuid:pk>/clear/", ClearView.as_view(model=EvidenceVersion), name="clear_version"),
    path("files/<uuid:pk>/declare/", DeclareView.as_view(), name="declare_version"),
]
