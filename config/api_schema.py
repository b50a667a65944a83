"""The API's description of itself."""

from threading import Lock
from typing import Any

from drf_spectacular.views import SpectacularAPIView

_making = Lock()


class SchemaView(SpectacularAPIView):
    """One at a time: drf-spectacular loads its parts at the first request, and two at once fail."""

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        with _making:
            return super().dispatch(*args, **kwargs)
