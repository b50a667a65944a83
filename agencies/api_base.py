"""What API views of all apps share: one effect for each Idempotency-Key, no unknown fields."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, renderers, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.actions import answered

UUID_PATH = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
HEADER = "Idempotency-Key"
LONGEST_KEY = 200
SAME_AGAIN = ("Location", "ETag")
KEY = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Of your choice; sent again within 24 hours, the same request has no second "
    "effect and gets the first answer, with `Idempotent-Replayed: true`.",
)


class KeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = (
        "This Idempotency-Key was used for another request within 24 hours. Nothing was done. "
        "Take a new key for a new request."
    )


class Once:
    """Put it before REST framework's view. A POST with an Idempotency-Key is done once.

    The key is looked up after signing in and scope were checked, so that a token which has ended
    since gets no answer.
    """

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get(HEADER)
        if request.method == "POST" and key is not None:
            if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
                raise exceptions.ParseError(
                    f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters."
                )
            # REST framework looks for the handler after this.
            self.post = partial(_once, key, self.post)


def _once(key: str, handler: Callable[..., Response], request: Request, **kwargs: Any) -> Response:
    token = request._request.api_token
    claimed = answered.claim(
        key,
        request_sha256=_digest(request),
        token_id=token["id"] if token else None,
        by=request._request.membership,
    )
    if claimed.request_sha256 != _digest(request):
        raise KeyReused
    if claimed.code is not None:
        headers = claimed.headers | {"Idempotent-Replayed": "true"}
        return Response(json.loads(claimed.body), status=claimed.code, headers=headers)
    response = handler(request, **kwargs)
    answered.keep(
        claimed,
        code=response.status_code,
        body=renderers.JSONRenderer().render(response.data).decode() or "null",
        headers={name: response[name] for name in SAME_AGAIN if name in response},
    )
    return response


def _digest(request: Request) -> str:
    """Of the address and of what was sent, whatever the order of its parts or its boundary."""
    data = request.data
    if isinstance(data, QueryDict):
        data = [sorted(data.lists(), key=str), _files(request)]
    said = json.dumps([request.get_full_path(), data], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def _files(request: Request) -> list[list[str]]:
    found = []
    for name, files in request._request.FILES.lists():
        for file in files:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            found.append([name, file.name, digest])
    return sorted(found)


class OnlyKnown(serializers.Serializer[Any]):
    """What is not a field is refused by name instead of being passed over."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = sorted(set(data) - set(self.fields))
            if unknown:
                raise serializers.ValidationError(
                    {str(name): ["This is not a field that can be sent."] for name in unknown}
                )
        return super().to_internal_value(data)


class NothingSerializer(OnlyKnown):
    """Nothing needs to be sent."""
