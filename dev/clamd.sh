#!/bin/sh
# A clamd for the tests that ask a real one. It is unpacked below .local/clamd and not installed:
# no service starts by itself, nothing fetches a virus database, and no root is needed where apt's
# lists are there. Where that does not work, those tests are skipped and say so.
set -eu
cd "$(dirname "$0")/.."
PATH="$PATH:/usr/sbin:/sbin"; export PATH
place=.local/clamd
[ ! -x "$place/usr/sbin/clamd" ] || exit 0
! command -v clamd >/dev/null 2>&1 || exit 0

give_up() {
    echo "There is no clamd: $1. The tests that ask a real one will be skipped."
    exit 0
}
command -v apt-get >/dev/null 2>&1 || give_up "no apt-get here"
mkdir -p .local
work=$(mktemp -d "$PWD/.local/clamd-XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/partial"
fetch() {
    apt-get install -y --download-only --no-install-recommends -o Debug::NoLocking=1 \
        -o APT::Sandbox::User="$(id -un)" -o Dir::Cache::archives="$work/" clamav-daemon \
        >"$work/log" 2>&1
}
if ! fetch; then
    [ "$(id -u)" != 0 ] || apt-get update >/dev/null 2>&1 || true
    fetch || give_up "apt-get could not fetch it"
fi
echo "Unpacking clamd for the tests"
for package in "$work"/clamav-daemon_*.deb "$work"/lib*.deb; do
    [ ! -f "$package" ] || dpkg-deb -x "$package" "$work/tree"
done
[ -x "$work/tree/usr/sbin/clamd" ] || give_up "its package holds none"
rm -rf "$place"
mv "$work/tree" "$place"
