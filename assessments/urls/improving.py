"""Addresses below /assessments/actions/: the actions of the improvement plans."""

from django.urls import path

from assessments.views import improving

urlpatterns = [
    path("", improving.ActionListView.as_view(), name="improvement_list"),
    path("<uuid:pk>/", improving.ActionDetailView.as_view(), name="improvement"),
    path("<uuid:pk>/edit/", improving.ActionEditView.as_view(), name="improvement_edit"),
    path("<uuid:pk>/step/", improving.ActionStepView.as_view(), name="improvement_step"),
]
