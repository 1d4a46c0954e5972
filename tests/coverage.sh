#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the suite with counters and reports the coverage of lib/ by gcovr; fails below the
# limits: sh tests/coverage.sh [LEAST_LINES LEAST_BRANCHES], in percent.
# NETSHARE_COVERAGE_DIR says where to build; report/index.html is left there.
set -eu
cd "$(dirname "$0")/.."
lines=${1:-99}
branches=${2:-98}
dir=${NETSHARE_COVERAGE_DIR:-$PWD/build-coverage}

# The counters of tests with threads must not lose any; NS_COVERAGE: see lib/text/simd.h. Without
# Criterion, whose limits of time are for optimised code.
[ -e "$dir/build.ninja" ] || env CC=gcc CFLAGS='-fprofile-update=atomic -DNS_COVERAGE' \
    meson setup "$dir" -Db_coverage=true -Dharden=false -Doptimization=0 \
        -Dcriterion_shim=true >/dev/null
ninja -C "$dir" >"$dir/build.log" 2>&1 || { tail -n 30 "$dir/build.log"; exit 1; }
find "$dir" -name '*.gcda' -exec rm -f {} +
# Not the tests that count instructions, which are others without optimisation.
tests=passed
meson test -C "$dir" --no-rebuild --print-errorlogs --timeout-multiplier 8 \
    --suite unit --suite fuzz --suite conformance --suite tools --suite python \
    --no-suite instructions || tests=failed

gcovr --root . --filter 'lib/' --object-directory "$dir" \
    --exclude-unreachable-branches --exclude-throw-branches \
    --json "$dir/coverage.json" "$dir/lib"
mkdir -p "$dir/report"
for metric in '' --branches; do
    # shellcheck disable=SC2086 # an option or none
    gcovr --root . --add-tracefile "$dir/coverage.json" $metric
done
gcovr --root . --add-tracefile "$dir/coverage.json" --html-details "$dir/report/index.html" \
    --print-summary --fail-under-line "$lines" --fail-under-branch "$branches"
[ "$tests" = passed ]
