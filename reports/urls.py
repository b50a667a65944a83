"""Addresses below /reports/."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("assessments/<uuid:pk>/", views.ListView.as_view(), name="list"),
    path("assessments/<uuid:pk>/request/", views.RequestView.as_view(), name="request"),
    path("<uuid:pk>/", views.DetailView.as_view(), name="detail"),
    path("<uuid:pk>/status/", views.StatusView.as_view(), name="status"),
    path("<uuid:pk>/retry/", views.RetryView.as_view(), name="retry"),
    path("<uuid:pk>/file/", views.DownloadView.as_view(), name="download"),
]
