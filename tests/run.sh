#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds, and runs every test. From the environment:
#   CC, NETSHARE_CC      the compiler (for a new build directory)
#   NETSHARE_BUILD_DIR   where to build; build/ in the source tree if not given
#   NETSHARE_OPTIONS     more options for meson, as -Dwerror=true
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${NETSHARE_BUILD_DIR:-$root/build}
if [ -n "${NETSHARE_CC:-}" ]; then
    CC=$NETSHARE_CC
    export CC
fi

fail() {
    echo "run.sh: $1" >&2
    echo '0 passed, 1 failed, 0 skipped'
    exit 1
}

sh "$root/tests/install.sh" build tests || fail 'something that the tests need is missing'

echo "== configuring and building in $build"
if [ -f "$build/build.ninja" ]; then
    # shellcheck disable=SC2086 # a list of options
    meson configure "$build" -Dtests=enabled ${NETSHARE_OPTIONS:-} || fail 'meson configure failed'
else
    # shellcheck disable=SC2086
    meson setup "$build" "$root" -Dtests=enabled ${NETSHARE_OPTIONS:-} || fail 'meson setup failed'
fi
ninja -C "$build" || fail 'the build failed'

echo '== testing'
rm -f "$build/meson-logs/testlog.json"
status=0
export CRITERION_VERBOSITY_LEVEL=1 # names skipped tests, which are counted too
meson test -C "$build" --no-rebuild --print-errorlogs || status=$?
python3 "$root/tests/results.py" "$build/meson-logs/testlog.json" || status=1
exit $status
