"""Secrets that people carry: the link of an invitation, the key to the API.

Only sha256 of either is stored. The secret of an invitation can be made again from its row and
SECRET_KEY, so that the worker who mails it needs to be told nothing but an id.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
import uuid

from django.utils.crypto import salted_hmac

SALT = "agencies.invitation"
MACHINE_DOMAIN = "machine.invalid"
"""Addresses of machine accounts: reserved for ever (RFC 2606), so that no mail reaches them."""
API_TOKEN = re.compile(r"ep_[\w-]{43}")


def sha256(secret: str) -> str:
    """64 hex digits, as ctx.invitation() and ctx.resolve_token() compare them."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invitation_secret(invitation_id: uuid.UUID, nonce: uuid.UUID) -> str:
    """256 bits in base64url: HMAC-SHA256 over the id and the nonce of the last sending."""
    mac = salted_hmac(SALT, f"{invitation_id}|{nonce}", algorithm="sha256")
    return base64.urlsafe_b64encode(mac.digest()).rstrip(b"=").decode()


def new_api_token() -> str:
    """256 random bits; the prefix lets people and scanners see what it is."""
    return f"ep_{secrets.token_urlsafe(32)}"


def machine_address(user_id: uuid.UUID) -> str:
    """As ctx.new_machine() makes it."""
    return f"machine-{user_id}@{MACHINE_DOMAIN}"


def is_machine_address(email: str) -> bool:
    return email.strip().lower().endswith(f"@{MACHINE_DOMAIN}")
