#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# From a fresh Debian or Ubuntu machine to the first alerts: installs what is
# missing, builds in build/, and scans the sample events.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build
events=$root/examples/events

sh "$root/tests/install.sh" build

echo "== building in $build"
[ -f "$build/build.ninja" ] || meson setup "$build" "$root"
ninja -C "$build"
scan=$build/examples/netshare-scan

# netshare-scan's exit status says whether anything matched: 0 no, 1 yes, 2 trouble.
run_scan() { # run_scan EXPECTED OPTION...
    expected=$1
    shift
    status=0
    echo "== netshare-scan $*"
    "$scan" "$@" || status=$?
    if [ "$status" -ne "$expected" ]; then
        echo "quickstart.sh: exit status $status, $expected was expected" >&2
        exit 1
    fi
}

run_scan 1 --text "$events/attacks.ndjson"
run_scan 0 --text "$events/benign.ndjson"

echo '== why the first event matched'
head -n 1 "$events/attacks.ndjson" | "$scan" --quiet --explain || [ $? -eq 1 ]

lines=$(wc -l <"$events/attacks.ndjson")
alerts=$("$scan" --quiet "$events/attacks.ndjson" "$events/benign.ndjson" | wc -l)
echo "== $alerts alerts for $lines attacks; what they are: examples/events/README.md"
[ "$alerts" -eq "$lines" ]
