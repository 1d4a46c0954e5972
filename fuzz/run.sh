#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Fuzzes every target with libFuzzer under the address and undefined-behaviour sanitizers:
#   sh fuzz/run.sh SECONDS [TARGET...]
# and prints executions and coverage of each. Two targets run at a time (NETSHARE_FUZZ_JOBS). An
# input that takes longer than NETSHARE_FUZZ_TIMEOUT seconds (25) is a finding; on a machine that
# has other work, give them more.
# New inputs gather in NETSHARE_FUZZ_DIR/corpus (build-fuzz/corpus), findings in .../findings;
# a finding goes into fuzz/corpus/TARGET together with its fix.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?usage: run.sh SECONDS [TARGET...]}
shift
source=$PWD
dir=${NETSHARE_FUZZ_DIR:-$PWD/build-fuzz}
jobs=${NETSHARE_FUZZ_JOBS:-2}
all='wildcard regex eql_parse eql_evaluate pack rule_json event_json evtx command_line accessor'
[ $# -gt 0 ] || set -- $all

if [ ! -e "$dir/build/build.ninja" ]; then
    env CC=clang meson setup "$dir/build" "$source" -Dfuzzing=libfuzzer -Dtests=disabled \
        -Dtools=disabled -Dharden=false -Db_sanitize=address,undefined -Db_lundef=false \
        -Doptimization=1 -Dc_args=-fno-sanitize-recover=undefined >/dev/null
fi
programs=''
for target in "$@"; do
    programs="$programs fuzz/fuzz_$target"
done
# shellcheck disable=SC2086 # a list of programs
ninja -C "$dir/build" $programs >"$dir/build.log" 2>&1 || { cat "$dir/build.log"; exit 1; }

fuzz_one() {
    target=$1
    mkdir -p "$dir/corpus/$target" "$dir/findings/$target"
    set -- -max_total_time="$seconds" -max_len=2048 -rss_limit_mb=2048 \
        -timeout="${NETSHARE_FUZZ_TIMEOUT:-25}" \
        -print_final_stats=1 -artifact_prefix="$dir/findings/$target/"
    [ ! -e "$source/fuzz/$target.dict" ] || set -- "$@" -dict="$source/fuzz/$target.dict"
    if "$dir/build/fuzz/fuzz_$target" "$@" "$dir/corpus/$target" \
        "$source/fuzz/corpus/$target" >"$dir/$target.log" 2>&1; then
        result=ok
    else
        result=FOUND
    fi
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$target.log")
    edges=$(grep -ao 'cov: [0-9]*' "$dir/$target.log" | tail -n 1)
    echo "$target: ${runs:-0} executions, ${edges:-cov: 0} edges, $result"
    [ "$result" = ok ] || tail -n 40 "$dir/$target.log"
    [ "$result" = ok ]
}

failed=0
while [ $# -gt 0 ]; do
    waiting=''
    count=0
    while [ $# -gt 0 ] && [ "$count" -lt "$jobs" ]; do
        fuzz_one "$1" &
        waiting="$waiting $!"
        count=$((count + 1))
        shift
    done
    for job in $waiting; do
        wait "$job" || failed=1
    done
done
exit $failed
