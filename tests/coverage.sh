#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the suite with counters and reports the coverage of lib/ by gcovr; fails below the
# limits: sh tests/coverage.sh [LEAST_LINES LEAST_BRANCHES], in percent.
# NETSHARE_COVERAGE_DIR says where to build; report.html is left there.
set -eu
cd "$(dirname "$0")/.."
lines=${1:-98}
branches=${2:-93}
dir=${NETSHARE_COVERAGE_DIR:-$PWD/build-coverage}

[ -e "$dir/build.ninja" ] || env CC=gcc meson setup "$dir" -Db_coverage=true \
    -Dharden=false -Doptimization=0 >/dev/null
ninja -C "$dir" >"$dir/build.log" 2>&1 || { tail -n 30 "$dir/build.log"; exit 1; }
find "$dir" -name '*.gcda' -exec rm -f {} +
meson test -C "$dir" --no-rebuild --print-errorlogs --timeout-multiplier 4 \
    --suite unit --suite fuzz --suite conformance --suite tools || exit 1
# Only the static library, which the tests link: the shared one is the same code once more.
gcovr --root . --filter 'lib/' --object-directory "$dir" \
    --gcov-ignore-parse-errors --exclude-unreachable-branches --exclude-throw-branches \
    --sort uncovered-number \
    --html-details "$dir/report.html" \
    --fail-under-line "$lines" --fail-under-branch "$branches" --txt "$dir/report.txt" \
    "$dir/lib/libnetshare-internal.a.p" && result=0 || result=$?
cat "$dir/report.txt"
exit "$result"
