#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds for another machine and runs the tests there, in an emulator if need be.
#     sh tests/cross.sh mingw-w64       64-bit Windows, under Wine
#     sh tests/cross.sh linux-i686      32-bit Linux
#     sh tests/cross.sh linux-s390x     a big-endian machine, under qemu
#     sh tests/cross.sh linux-aarch64   64-bit Arm, under qemu
# NETSHARE_BUILD_DIR says where to build, NETSHARE_OPTIONS more options for meson.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
target=$1
build=${NETSHARE_BUILD_DIR:-$root/build-$target}

fail() {
    echo "cross.sh: $1" >&2
    echo '0 passed, 1 failed, 0 skipped'
    exit 1
}

[ -f "$root/cross/$target.ini" ] || fail "no cross/$target.ini"
sh "$root/tests/install.sh" build "$target" || fail 'something that the build needs is missing'

echo "== configuring and building for $target in $build"
if [ ! -f "$build/build.ninja" ]; then
    sh "$root/subprojects/fetch.sh" || fail 'the sources of the dependencies are missing'
    # shellcheck disable=SC2086 # a list of options
    meson setup --cross-file "$root/cross/$target.ini" -Dtests=enabled -Djson=enabled \
        ${NETSHARE_OPTIONS:-} "$build" "$root" || fail 'meson setup failed'
fi
ninja -C "$build" || fail 'the build failed'

echo '== testing'
rm -f "$build/meson-logs/testlog.json"
status=0
export WINEDEBUG="${WINEDEBUG:--all}"
export WINEPREFIX="${WINEPREFIX:-$build/wine}"
if [ "$target" = mingw-w64 ]; then
    # One server from the first program to the last. Between programs it would end Wine's own
    # services, and one that dies of being ended says so on the standard error of a test.
    mkdir -p "$WINEPREFIX"
    wineserver -p || fail 'wineserver does not start'
    trap 'wineserver -k' EXIT
    wine wineboot -i >/dev/null 2>&1 || fail 'wine does not start'
fi
meson test -C "$build" --no-rebuild --print-errorlogs -t 4 || status=$?
python3 "$root/tests/results.py" "$build/meson-logs/testlog.json" || status=1
exit $status
