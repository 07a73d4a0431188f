#!/usr/bin/env bash
# Runs every test; does its own set-up. The .NET 10 SDK is all it needs.
#   ./test.sh          the quick suite (minutes)
#   ./test.sh --full   also the slow checks and the formatting check
# The last line printed is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")"

full=0
case "${1:-}" in
    --full) full=1 ;;
    "") ;;
    *) echo "usage: ./test.sh [--full]" >&2; exit 2 ;;
esac

export SYNTHAUGMENT_FULL_TESTS=$full

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}

# Adds the counts of one test project.
run_tests() {
    local project=$1 status f p s
    echo "== $(basename "$project" .csproj)"
    dotnet test "$project" -c Release --no-build --nologo 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    read -r f p s < <(grep -oE 'Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+' "$log" | tail -n 1 \
        | grep -oE '[0-9]+' | tr '\n' ' ')
    f=${f:-0} p=${p:-0} s=${s:-0}
    # A test host that died leaves no counts, or counts that look well.
    if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    failed=$((failed + f)) passed=$((passed + p)) skipped=$((skipped + s))
}

if ! command -v dotnet >/dev/null; then
    echo "The .NET 10 SDK is needed: https://dotnet.microsoft.com/download" >&2
    failed=1
    finish
fi
eng/setup-browser.sh
echo "== building"
if ! dotnet build MLNet.SynthAugment.sln -c Release --nologo -v quiet; then
    failed=1
    finish
fi
for project in tests/*.Tests/*.csproj; do
    run_tests "$project"
done
if [ "$full" -eq 1 ]; then
    echo "== formatting"
    dotnet format MLNet.SynthAugment.sln --verify-no-changes --no-restore || failed=$((failed + 1))
fi
finish
