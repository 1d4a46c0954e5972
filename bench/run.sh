#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds a release, and measures everything beside its peers:
#   sh bench/run.sh [quick] [instructions]
# quick: a tenth of the events, few runs. instructions: counts them too, by callgrind.
# Writes results.jsonl in the build directory; python3 bench/report.py turns it into the tables
# of bench/README.md. From the environment:
#   NETSHARE_BUILD_DIR         where to build; build-bench/ in the source tree if not given
#   NETSHARE_CONFORMANCE_DIR   where detection-rules/rules.ndjson is; generated rules without
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${NETSHARE_BUILD_DIR:-$root/build-bench}
quick='' instructions=''
for word in "$@"; do
    case $word in
    quick) quick=--quick ;;
    instructions) instructions=--instructions ;;
    *)
        echo "run.sh: unknown word '$word': quick or instructions was expected" >&2
        exit 2
        ;;
    esac
done

sh "$root/tests/install.sh" build bench
if [ -n "$instructions" ] && ! command -v valgrind >/dev/null; then
    echo 'run.sh: counting instructions needs valgrind' >&2
    exit 2
fi

[ -f "$build/build.ninja" ] ||
    meson setup "$build" "$root" --buildtype=release -Dbench=enabled -Dtests=disabled
ninja -C "$build"

# python-eql is a peer that need not be there: without network there is none.
python=$build/python/bin/python3
if [ ! -x "$python" ] || ! "$python" -c 'import eql' 2>/dev/null; then
    { python3 -m venv "$build/python" && "$python" -m pip install -q 'eql==1.0.1'; } ||
        echo 'run.sh: python-eql could not be installed; going on without' >&2
fi
[ -x "$python" ] || python=$(command -v python3)

# shellcheck disable=SC2086 # options that are there or not
"$python" "$root/bench/suite.py" "$build" $quick $instructions && status=0 || status=$?
"$python" "$root/bench/report.py" --print "$build/results.jsonl"
exit "$status"
