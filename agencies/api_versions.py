"""Versions over the API: who changes something says with If-Match which version was seen."""

from __future__ import annotations

from typing import Protocol

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


class Versioned(Protocol):
    version: int


def etag(row: Versioned) -> str:
    return f'"{row.version}"'


def version_seen(request: Request, row: Versioned) -> int:
    """The version of `row` if the request has seen it, else UNSEEN.

    Raises PreconditionRequired where the request does not say what it saw, or says "any".
    """
    seen = parse_etags(request.headers.get("If-Match", ""))
    if not seen or seen == ["*"]:
        raise PreconditionRequired
    return row.version if etag(row) in seen else UNSEEN
