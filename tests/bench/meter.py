"""Around everything else: the barest answer, and what an answer cost, told in its headers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

BARE = "/bench/bare/"
COUNT = "X-Bench-Count"
QUERIES, CPU = "X-Bench-Queries", "X-Bench-Cpu"


class Meter:
    """CPU of the thread on every answer; statements only where they are asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == BARE:
            return HttpResponse("ok")
        started = time.thread_time()
        response = self._counted(request) if COUNT in request.headers else self._plain(request)
        response[CPU] = f"{time.thread_time() - started:.6f}"
        return response

    def _plain(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def _counted(self, request: HttpRequest) -> HttpResponse:
        """Entering the tenant transaction is one more, below Django's cursors."""
        count = 0

        def tell(execute: Callable[..., Any], *args: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*args)

        with connection.execute_wrapper(tell):
            response = self.get_response(request)
        response[QUERIES] = str(count)
        return response
