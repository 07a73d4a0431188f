#!/usr/bin/env bash
# Runs every test; does its own set-up.
#   ./test.sh          the quick suite (minutes), on the packages the feed has, else on the stand-ins
#   ./test.sh --full   also the slow checks, the formatting check and the whole suite on the stand-ins
# The last line printed is "N passed, N failed, N skipped".
set -uo pipefail
cd "$(dirname "$0")"

full=0
case "${1:-}" in
    --full) full=1 ;;
    "") ;;
    *) echo "usage: ./test.sh [--full]" >&2; exit 2 ;;
esac

# One thread a test: xunit runs test classes side by side, and OpenMP threads that spin against each other cost tenfold.
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}
export OPENBLAS_NUM_THREADS=${OPENBLAS_NUM_THREADS:-1}
export SYNTHAUGMENT_FULL_TESTS=$full

passed=0 failed=0 skipped=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Arguments: the package mode. Adds the counts of all test projects.
run_suite() {
    local mode=$1 project
    echo "== building ($mode)"
    if ! dotnet build MLNet.SynthAugment.sln -c Release -p:PackageMode="$mode" --nologo -v quiet; then
        failed=$((failed + 1))
        return
    fi
    for project in tests/*/*.csproj; do
        echo "== $(basename "$project" .csproj) ($mode)"
        dotnet test "$project" -c Release --no-build --nologo -p:PackageMode="$mode" 2>&1 | tee "$log"
        local status=${PIPESTATUS[0]}
        local counts
        counts=$(grep -oE 'Failed: +[0-9]+, Passed: +[0-9]+, Skipped: +[0-9]+' "$log" | tail -n 1 | grep -oE '[0-9]+' | tr '\n' ' ')
        read -r f p s <<<"${counts:-0 0 0}"
        # A test host that died leaves no counts, or counts that look well.
        if [ "$status" -ne 0 ] && [ "${f:-0}" -eq 0 ]; then f=1; fi
        failed=$((failed + ${f:-0})) passed=$((passed + ${p:-0})) skipped=$((skipped + ${s:-0}))
    done
}

if ! eng/setup.sh; then
    echo "set-up failed: see the message above"
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
fi
eng/setup-browser.sh
run_suite auto
if [ "$full" -eq 1 ]; then
    run_suite standin
    echo "== formatting"
    dotnet format MLNet.SynthAugment.sln --verify-no-changes --no-restore || failed=$((failed + 1))
fi

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
