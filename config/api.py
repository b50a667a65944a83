"""The API: what it offers, and the one place where refusals become problem details."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404
from django.urls import path, re_path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from psycopg.errors import DeadlockDetected
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from agencies import audit
from agencies.api.partners import PartnerViewSet
from agencies.api.people import AuditViewSet, InvitationViewSet, PeopleViewSet
from agencies.api_base import UUID_PATH
from agencies.errors import CROSSED, problem_body, too_much
from agencies.requests import leave_scope
from agencies.workflow import NotAllowed, Stale
from assessments.api.answers import AnswerViewSet
from assessments.api.assessments import AssessmentViewSet
from assessments.api.carrying import CarriedView
from assessments.api.commenting import CommentViewSet, ThreadViewSet
from assessments.api.cycles import ComparisonView
from assessments.api.evidence import EvidenceViewSet
from assessments.api.gaps import GapsView
from assessments.api.history import RevisionViewSet
from assessments.api.improving import ActionViewSet, ForecastView
from assessments.api.noticing import NoticeSettingView, NoticeViewSet
from assessments.api.offering import OfferViewSet, SharedView
from assessments.api.readiness import ReadinessView
from assessments.api.search import SearchView
from assessments.api.sheets import SheetImportView, SheetView
from assessments.api.team import HandOverView, MineView, TeamView, UnassignView
from protection.api.disposals import DisposalViewSet
from protection.api.redactions import RedactionViewSet
from reports.api import AssessmentReportsView, ReportViewSet
from standards.api import EditionViewSet, GuidanceViewSet

router = SimpleRouter()
router.register("editions", EditionViewSet, basename="edition")
router.register("editions/(?P<code>[-a-z0-9]+)/guidance", GuidanceViewSet, basename="guidance")
router.register("assessments", AssessmentViewSet, basename="assessment")
router.register(
    f"assessments/(?P<assessment_id>{UUID_PATH})/answers", AnswerViewSet, basename="answer"
)
router.register(
    f"assessments/(?P<assessment_id>{UUID_PATH})/answers/(?P<code>[0-9A-Za-z.]+)/revisions",
    RevisionViewSet,
    basename="revision",
)
router.register("actions", ActionViewSet, basename="action")
router.register("threads", ThreadViewSet, basename="thread")
router.register("comments", CommentViewSet, basename="comment")
router.register("notices", NoticeViewSet, basename="notice")
router.register("evidence", EvidenceViewSet, basename="evidence")
router.register("disposals", DisposalViewSet, basename="disposal")
router.register("redactions", RedactionViewSet, basename="redaction")
router.register("reports", ReportViewSet, basename="report")
router.register("people", PeopleViewSet, basename="person")
router.register("invitations", InvitationViewSet, basename="invitation")
router.register("offers", OfferViewSet, basename="offer")
router.register("partners", PartnerViewSet, basename="partner")
router.register("audit", AuditViewSet, basename="event")

urlpatterns = [
    *router.urls,
    re_path(
        f"^assessments/(?P<assessment_id>{UUID_PATH})/answers/(?P<code>[0-9A-Za-z.]+)/partners/$",
        SharedView.as_view(),
        name="answer-partners",
    ),
    path("assessments/<uuid:pk>/evidence-gaps/", GapsView.as_view(), name="assessment-gaps"),
    path("assessments/<uuid:pk>/readiness/", ReadinessView.as_view(), name="assessment-readiness"),
    path("assessments/<uuid:pk>/spreadsheet/", SheetView.as_view(), name="assessment-sheet"),
    path(
        "assessments/<uuid:pk>/spreadsheet/import/",
        SheetImportView.as_view(),
        name="assessment-sheet-import",
    ),
    path("assessments/<uuid:pk>/carried-over/", CarriedView.as_view(), name="assessment-carried"),
    path(
        "assessments/<uuid:pk>/comparison/",
        ComparisonView.as_view(),
        name="assessment-comparison",
    ),
    path("assessments/<uuid:pk>/team/", TeamView.as_view(), name="assessment-team"),
    path(
        "assessments/<uuid:pk>/team/unassign/", UnassignView.as_view(), name="assessment-unassign"
    ),
    path("assessments/<uuid:pk>/forecast/", ForecastView.as_view(), name="assessment-forecast"),
    path("notice-setting/", NoticeSettingView.as_view(), name="notice-setting"),
    path("search/", SearchView.as_view(), name="search"),
    path("my-clauses/", MineView.as_view(), name="my-clauses"),
    path("people/<uuid:pk>/handover/", HandOverView.as_view(), name="person-handover"),
    path("assessments/<uuid:pk>/reports/", AssessmentReportsView.as_view(), name="report-request"),
]


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "config.api_base.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionScheme(OpenApiAuthenticationExtension):
    target_class = "config.api_base.SessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """RFC 9457 problem details for every refusal; anything else is a 500 and rolls back."""
    found = _own(error) or _framework(error, context)
    if found is None:
        return None
    code, detail, extra, headers = found
    request = context["request"]._request
    leave_scope(request, error)
    if code == 403:
        audit.record_identity("access.denied", request.user.pk)
    body = problem_body(code, detail) | extra
    return Response(body, status=code, headers=headers, content_type="application/problem+json")


Found = tuple[int, str, dict[str, Any], dict[str, str]]


def _own(error: Exception) -> Found | None:
    if isinstance(error, ValidationError):
        detail = "Some of what was sent cannot be accepted."
        code = getattr(error, "status_code", 400)
        return code, detail, {"errors": serializers.as_serializer_error(error)}, {}
    if isinstance(error, PermissionDenied):
        return 403, str(error) or "You may not do this.", {}, {}
    if isinstance(error, RequestDataTooBig):
        return 413, too_much(), {}, {}
    if isinstance(error, Http404):
        return 404, "There is nothing here, or it is not your agency's.", {}, {}
    if isinstance(error, NotAllowed):
        return 409, str(error), {}, {}
    if isinstance(error.__cause__, DeadlockDetected):
        return 409, CROSSED, {}, {}
    if isinstance(error, Stale):
        return 412, str(error), {"current": error.current, "yours": dict(error.ours)}, {}
    return None


def _framework(error: Exception, context: dict[str, Any]) -> Found | None:
    from rest_framework import views  # that module imports this one

    response = views.exception_handler(error, context)
    if response is None:
        return None
    headers = {k: v for k, v in response.items() if k in ("WWW-Authenticate", "Retry-After")}
    if isinstance(error, exceptions.ValidationError):
        detail = "Some of what was sent cannot be accepted."
        return response.status_code, detail, {"errors": error.detail}, headers
    detail = str(getattr(error, "detail", error))
    return response.status_code, detail, {}, headers
