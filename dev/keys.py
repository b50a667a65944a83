"""The secrets of one set of embedded servers: made once, kept in a file with mode 0600."""

import json
import secrets
from pathlib import Path

from dev.places import read_json, write_private

LOGINS = ("superuser", "web", "job", "migrator", "backup", "test", "valkey")


def load(place: Path) -> dict[str, str]:
    """Passwords by login, `secret_key`, `context_key` and `mfa_key` (32 random bytes in hex)."""
    path = place / "keys.json"
    keys = read_json(path)
    missing = {*LOGINS, "secret_key", "context_key", "mfa_key"} - keys.keys()
    if missing:
        keys |= {name: secrets.token_hex(32) for name in missing}
        write_private(path, json.dumps(keys))
    return keys
