#!/usr/bin/env bash
# Installs Chromium, if it is missing, for the tests that look at HTML reports as a browser shows them. Without it they are skipped, so that
# nothing here is an error.
set -uo pipefail

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
skip() {
    echo "eng/setup-browser.sh: $1; the tests of the HTML report in a browser are skipped."
    exit 0
}
command -v apt-get >/dev/null || skip "no Chromium, and this is not a Debian or Ubuntu system"
as_root=()
if ((EUID != 0)); then
    sudo -n true 2>/dev/null || skip "no Chromium, and only root may install it (apt-get install chromium)"
    as_root=(sudo)
fi
echo "Installing chromium ..."
"${as_root[@]}" apt-get update -qq >/dev/null 2>&1 || true
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 || skip "apt-get could not install chromium"
