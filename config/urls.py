"""Every address of the service. Each app keeps its own below its prefix."""

from django.urls import include, path

from agencies.views import Home, healthz
from config.api_schema import DocsView, SchemaView

urlpatterns = [
    path("", Home.as_view(), name="home"),
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("agencies.urls_accounts")),
    path("", include("agencies.urls")),
    path("standards/", include("standards.urls")),
    path("assessments/", include("assessments.urls")),
    path("reports/", include("reports.urls")),
    path("data-protection/", include("protection.urls")),
    path("api/v1/", include("config.api")),
    path("api/v1/schema/", SchemaView.as_view(), name="api-schema"),
    path("api/v1/docs/", DocsView.as_view(), name="api-docs"),
]

handler400 = "agencies.errors.bad_request"
handler403 = "agencies.errors.forbidden"
handler404 = "agencies.errors.not_found"
handler500 = "agencies.errors.broken"
