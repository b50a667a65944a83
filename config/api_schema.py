"""The API's description of itself, for programs and for people."""

from threading import Lock
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

_making = Lock()
PROBLEM = {
    "type": "object",
    "description": "RFC 9457 problem details. `detail` is a sentence for a person; more fields "
    "may say what was wrong with each field that was sent, or both versions of a conflict.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
REFUSED = {
    "description": "Refused: 400 or 422 as sent, 401 sign in or send a token, 403 not allowed, "
    "404 not there or another agency's, 409 not possible now, 412 somebody saved first, "
    "413 too large or no room in the agency's quota, 428 version missing, 429 too many (see "
    "Retry-After), 503 try again, 507 the service's disk is full.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Every operation may be refused, in one shape (config/api.py)."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault("default", REFUSED)
    return result


class SchemaView(SpectacularAPIView):
    """One at a time: drf-spectacular loads its parts at the first request, and two at once fail."""

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        with _making:
            return super().dispatch(*args, **kwargs)


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI is a page: who is not signed in is led there, as by any other."""

    url_name = "api-schema"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return super().dispatch(request, *args, **kwargs)
