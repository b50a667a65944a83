"""The agencies' own sign-in (OpenID Connect), as settings: one issuer, known by all of its name."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlsplit


def provider_id(issuer: str) -> str:
    """Names the issuer: another one with the same subjects is another provider."""
    return f"oidc-{hashlib.sha256(issuer.encode()).hexdigest()[:16]}"


def providers(
    issuer: str, *, client_id: str, secret: str, name: str, email_domains: list[str]
) -> dict[str, Any]:
    """For allauth. Who somebody is comes from the token alone, made by exactly this issuer."""
    if not issuer:
        return {"openid_connect": {"APPS": []}}
    app = {
        "provider_id": provider_id(issuer),
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {
            "server_url": issuer,
            "openid_configuration_overrides": {"issuer": issuer},
            "fetch_userinfo": False,
            "oauth_pkce_enabled": True,
            "verified_email": email_domains,
        },
    }
    return {"openid_connect": {"APPS": [app]}}


def origin(issuer: str) -> list[str]:
    """Where forms may lead besides here."""
    parts = urlsplit(issuer)
    return [f"{parts.scheme}://{parts.netloc}"] if issuer else []
