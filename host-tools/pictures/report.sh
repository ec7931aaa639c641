#!/bin/sh
# Makes report.png, the picture of a report in the README: trains `digits` as `train` does, and has
# Chromium draw the page that came of it. tests/setup.sh installs Chromium.
set -eu
cd "$(dirname "$0")/../.."
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cargo run -p host-tools -- train --quiet --out "$directory/trained"
"${CHROME:-/usr/bin/chromium}" --headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars \
    --disable-background-networking --disable-component-update --disable-sync \
    --user-data-dir="$directory/profile" --window-size=1060,1680 --force-device-scale-factor=0.8 \
    --screenshot="$PWD/host-tools/pictures/report.png" \
    "file://$directory/trained/digits.report.html"
