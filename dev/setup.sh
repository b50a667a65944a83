#!/bin/sh
# Makes this checkout ready: system packages (one guarded apt step), venv, locked packages.
# `sh dev/setup.sh` for running, `sh dev/setup.sh test` for the tests' browser and PDF tools too.
# The Dockerfile calls `packages` (system packages alone) and then `production` (no development tools).
# Safe to repeat; with nothing to do it takes a fraction of a second.
set -eu
cd "$(dirname "$0")/.."
umask 022
LC_ALL=C; export LC_ALL
PATH="$PATH:/usr/sbin:/sbin"; export PATH
purpose="${1:-run}"
locked=requirements-dev.txt
[ "$purpose" != production ] || locked=requirements.txt

fail() { printf '\n%s\n' "$*" >&2; exit 1; }

# A Python of 3.11 or newer that can make a virtual environment with pip in it.
usable() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() {
    for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if usable "$name"; then command -v "$name"; return 0; fi
    done
    return 1
}

has_library() { ldconfig -p 2>/dev/null | grep -q "$1"; }
has_command() { command -v "$1" >/dev/null 2>&1; }

missing=""
need() { missing="$missing $1"; }

list_missing() {
    missing=""
    [ -x .venv/bin/python ] || find_python >/dev/null || need "python3 python3-venv"
    has_library libpango-1.0.so.0 || need libpango-1.0-0
    has_library libpangoft2-1.0.so.0 || need libpangoft2-1.0-0
    has_library libharfbuzz-subset.so.0 || need libharfbuzz-subset0
    has_library libmagic.so.1 || need libmagic1
    if [ "$purpose" = packages ]; then
        [ -s /etc/ssl/certs/ca-certificates.crt ] || need ca-certificates # mail servers' TLS
    fi
    if [ "$purpose" = test ]; then
        [ -n "${CHROMIUM:-}" ] || has_command chromium || has_command chromium-browser ||
            has_command google-chrome || need chromium
        has_command pdftoppm || need poppler-utils
        has_command qpdf || need qpdf
        has_command curl || need curl # what docs/how-to/use-the-api.md says is run
        has_library libatomic.so.1 || need libatomic1 # the node program that drives the browser
    fi
    missing="${missing# }"
}

install_missing() {
    line="apt-get install -y --no-install-recommends $missing"
    if ! has_command apt-get; then
        fail "Missing: $missing. There is no apt-get here: install them and try again."
    elif [ "$(id -u)" = 0 ]; then
        as_root=""
    elif has_command sudo && sudo -n true 2>/dev/null; then
        as_root="sudo -n"
    else
        fail "System packages are missing and this account may not install them. Run this once:

    sudo $line

and then try again."
    fi
    echo "Installing system packages: $missing"
    aptlog=$(mktemp)
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get update >"$aptlog" 2>&1 || true
    # shellcheck disable=SC2086
    if ! $as_root env DEBIAN_FRONTEND=noninteractive $line >>"$aptlog" 2>&1; then
        tail -n 15 "$aptlog" >&2
        fail "Could not install them. Try it yourself:

    sudo $line"
    fi
    rm -f "$aptlog"
}

list_missing
if [ -n "$missing" ]; then
    install_missing
    list_missing
    [ -z "$missing" ] || case "$missing" in
        *python3*) fail "Python 3.11 or newer is needed, with its venv module; found: $(
            python3 --version 2>/dev/null || echo none). On Ubuntu 22.04: sudo apt-get install -y python3.11 python3.11-venv" ;;
        *) fail "Still missing after the installation: $missing" ;;
    esac
fi

[ "$purpose" != packages ] || exit 0
[ "$purpose" != test ] || sh dev/clamd.sh

# A venv names its folder and its Python: after a move or an upgrade it has to be made again.
here=$(pwd -P)
want="$here $(sha256sum "$locked" dev/uv.txt dev/setup.sh | sha256sum)"
if [ -x .venv/bin/python ] && [ "$(cat .venv/stamp 2>/dev/null)" = "$want" ] &&
    .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

if ! .venv/bin/python -c 'import pip' 2>/dev/null || ! grep -qs "$here/.venv/" .venv/bin/pip; then
    python=$(find_python) || fail "Python 3.11 or newer with its venv module is needed."
    echo "Making the virtual environment with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

echo "Installing the locked packages"
export PIP_DISABLE_PIP_VERSION_CHECK=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
attempt() { "$@" >>"$log" 2>&1; }
give_up() { cat "$log" >&2; fail "$1 Is the Python package index reachable from here?"; }

attempt .venv/bin/python -m pip install --quiet --require-hashes -r dev/uv.txt ||
    give_up "Could not install uv."
# An account without a home folder has no cache of its own.
[ -w "${HOME:-/nonexistent}" ] || export UV_CACHE_DIR="$here/.local/cache/uv"
sync() {
    attempt .venv/bin/uv pip sync --quiet "$@" --python .venv/bin/python \
        --require-hashes "$locked"
}
# Second: a network with a certificate of its own. Third: uv does not read pip's configuration,
# so where that names another index, pip has to do it (half a minute).
sync || sync --system-certs ||
    attempt .venv/bin/python -m pip install --quiet --require-hashes -r "$locked" ||
    give_up "Could not install the packages."
printf '%s\n' "$want" >.venv/stamp
