"""Addresses of the standards pages."""

urlpatterns = []
