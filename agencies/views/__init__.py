"""Pages of the ground. Other apps build theirs on what is exported here."""

from agencies.views.base import ActionFormView, CarriesAgency, Permitted, PostView
from agencies.views.pages import Home, healthz

__all__ = ["ActionFormView", "CarriesAgency", "Home", "Permitted", "PostView", "healthz"]
