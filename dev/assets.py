"""Refresh the vendored front-end files: `make assets` (the one place that needs npm).

Fetches the pinned packages, copies the few compiled files the service uses into `static/`,
takes out what belongs to GOV.UK alone (its typeface and its crest) and writes
`static/vendor/versions.json` with a sha256 for every file. The same version with another
content than recorded stops the run.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "static"
RECORD = STATIC / "vendor" / "versions.json"
FAMILY = '"Atkinson Hyperlegible Next",arial,sans-serif'

GOVUK, MOJ = "govuk-frontend", "@ministryofjustice/frontend"
FONT = "@fontsource/atkinson-hyperlegible-next"
VERSIONS = {GOVUK: "6.6.0", MOJ: "11.1.0", FONT: "5.3.0"}
MOJ_ICONS = (
    "close-cross-black",
    "document",
    "progress-tick",
    "tag-remove-cross",
    "tag-remove-cross-white",
    "toggle-plus-minus",
    "wysiwyg-bold",
    "wysiwyg-italic",
    "wysiwyg-ordered-list",
    "wysiwyg-underline",
    "wysiwyg-unordered-list",
)
FILES = {
    GOVUK: {
        "dist/govuk/govuk-frontend.min.css": "vendor/govuk-frontend/govuk-frontend.min.css",
        "dist/govuk/govuk-frontend.min.js": "vendor/govuk-frontend/govuk-frontend.min.js",
    },
    MOJ: {
        "moj/moj-frontend.min.css": "vendor/moj-frontend/moj-frontend.min.css",
        "moj/moj-frontend.min.js": "vendor/moj-frontend/moj-frontend.min.js",
        **{
            f"moj/assets/images/icon-{icon}.svg": f"vendor/moj-frontend/images/icon-{icon}.svg"
            for icon in MOJ_ICONS
        },
    },
    FONT: {
        "LICENSE": "fonts/LICENCE.txt",
        **{
            f"files/atkinson-hyperlegible-next-{script}-{weight}-normal.woff2": (
                f"fonts/atkinson-hyperlegible-next-{script}-{weight}.woff2"
            )
            for script in ("latin", "latin-ext")
            for weight in (400, 700)
        },
    },
}
# These two packages are MIT but ship no licence file: the texts are kept beside the files.
LICENCES = ("vendor/govuk-frontend/LICENCE.txt", "vendor/moj-frontend/LICENCE.txt")


def main() -> int:
    recorded = json.loads(RECORD.read_text()) if RECORD.exists() else {}
    missing = [name for name in LICENCES if not (STATIC / name).exists()]
    if missing:
        print(f"Licence text missing: {', '.join(missing)}", file=sys.stderr)
        return 1
    record = {}
    with tempfile.TemporaryDirectory() as folder:
        for package, version in VERSIONS.items():
            archive, integrity = fetch(package, version, Path(folder))
            known = recorded.get(package, {})
            if known.get("version") == version and known["integrity"] != integrity:
                print(f"{package} {version} is not the package it was", file=sys.stderr)
                return 1
            files = copy_files(archive, FILES[package])
            record[package] = {"version": version, "integrity": integrity, "files": files}
    RECORD.write_text(json.dumps(record, indent=2, sort_keys=True) + "\n")
    return 0


def fetch(package: str, version: str, folder: Path) -> tuple[Path, str]:
    """Return the downloaded archive and its registry integrity (sha512), checked by npm."""
    command = ["npm", "pack", "--json", "--pack-destination", str(folder), f"{package}@{version}"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder)
    packed = json.loads(answer.stdout)[0]
    archives = sorted(folder.glob("*.tgz"), key=lambda path: path.stat().st_mtime)
    return archives[-1], packed["integrity"]


def copy_files(archive: Path, wanted: dict[str, str]) -> dict[str, str]:
    """Write the wanted members below static/, cleaned; return {path: sha256}."""
    sums = {}
    with tarfile.open(archive) as tar:
        for member, target in wanted.items():
            source = tar.extractfile(f"package/{member}")
            if source is None:
                raise FileNotFoundError(f"{archive.name} has no {member}")
            content = clean(target, source.read())
            path = STATIC / target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            sums[target] = hashlib.sha256(content).hexdigest()
    return sums


def clean(name: str, content: bytes) -> bytes:
    """Take out of a file what this service may not or need not carry; fail if any is left."""
    if not name.endswith((".css", ".js")):
        return content
    text = re.sub(r"\s*(/\*|//)# sourceMappingURL=\S+?map(\s*\*/)?", "", content.decode())
    if name.endswith(".css"):
        text = re.sub(r"@font-face\{[^}]*GDS Transport[^}]*\}", "", text)
        text = text.replace("GDS Transport,arial,sans-serif", FAMILY)
        text = re.sub(r"[a-z-]+:url\(/assets/images/govuk-crest\.svg\);?", "", text)
        text = text.replace("url(/assets/images/", "url(images/")
        left = re.findall(r"GDS Transport|/assets/|crest\.svg|url\((?!images/)", text)
        if left:
            raise ValueError(f"{name} still holds {sorted(set(left))}")
    return (text.strip() + "\n").encode()


if __name__ == "__main__":
    sys.exit(main())
