"""A plain browser for one person: cookies, CSRF, forms; no scripts, many can run at once."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CSRF = "a" * 32


@dataclass(frozen=True)
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """Each call is a connection of its own, as from many machines."""

    port: int
    session: str = ""
    token: str = ""
    timeout: float = 60
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Answered:
        return self.send("GET", path)

    def post(self, path: str, fields: dict[str, Any]) -> Answered:
        """As a form does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}
        return self.send("POST", path, urlencode(fields), headers)

    def send(
        self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> Answered:
        """One request. Raises OSError or HTTPException when the server dies before it answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, path, body, {**self._identity(), **(headers or {})})
            response = connection.getresponse()
            return Answered(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def _identity(self) -> dict[str, str]:
        cookies = {"session": self.session, "csrf": CSRF, **self.cookies}
        found = {"Host": "localhost", "Connection": "close"}
        found["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items() if value)
        if self.token:
            found["Authorization"] = f"Bearer {self.token}"
        return found
