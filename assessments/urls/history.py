"""Addresses below the page of a clause: a conflict, and what the answer was."""

from django.urls import path

from assessments.views import history, merging

urlpatterns = [
    path("merge/", merging.MergeView.as_view(), name="merge"),
    path("history/", history.HistoryView.as_view(), name="history"),
    path("compare/", history.CompareView.as_view(), name="compare"),
]
