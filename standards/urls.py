"""Addresses below /standards/."""

from django.urls import path

from standards import views

app_name = "standards"

urlpatterns = [
    path("", views.EditionList.as_view(), name="edition_list"),
    path("glossary/", views.Glossary.as_view(), name="glossary"),
    path("<slug:code>/", views.EditionDetail.as_view(), name="edition_detail"),
    path("<slug:code>/glossary/", views.Glossary.as_view(), name="glossary"),
]
