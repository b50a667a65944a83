"""The API's description of itself, for programs and for people."""

from threading import Lock
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

_making = Lock()


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
