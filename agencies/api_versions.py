"""Versions over the API: who changes something says with If-Match which version was seen."""

from __future__ import annotations

from django.utils.http import parse_etags
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, status
from rest_framework.request import Request

UNSEEN = -1
"""A version that nothing has: what was seen is not what is stored."""

IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="ETag you saw."
)


class PreconditionRequired(exceptions.APIException):
    """A change that does not say which version it saw."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag of the version you saw."


def etag(version: int) -> str:
    return f'"{version}"'


def version_seen(request: Request, version: int) -> int:
    """The version that is stored, if the request has seen it, else UNSEEN.

    Raises PreconditionRequired where the request does not say what it saw, or says "any".
    """
    seen = parse_etags(request.headers.get("If-Match", ""))
    if not seen or seen == ["*"]:
        raise PreconditionRequired
    return version if etag(version) in seen else UNSEEN
