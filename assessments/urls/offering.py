"""Addresses below /assessments/offers/: what is offered to partners, and by them."""

from django.urls import path

from assessments.views import offering

urlpatterns = [
    path("", offering.OfferListView.as_view(), name="offer_list"),
    path("<uuid:pk>/", offering.OfferView.as_view(), name="offer_detail"),
    path("<uuid:pk>/withdraw/", offering.OfferWithdrawView.as_view(), name="offer_withdraw"),
]
