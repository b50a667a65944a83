"""Pages of the API by cursor: stable while rows are added."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError
from rest_framework import exceptions, pagination


class Cursor(pagination.CursorPagination):
    """A cursor that was not ours is not found, whatever it holds."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "id"

    def paginate_queryset(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().paginate_queryset(*args, **kwargs)
        except (ValueError, ValidationError, DataError, OverflowError) as error:
            raise exceptions.NotFound(self.invalid_cursor_message) from error
