#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the usual sanitized run of the suite cannot show, with clang and valgrind:
#   sh tests/sanitize.sh thread      data races, in the tests with threads
#   sh tests/sanitize.sh memory      uninitialised memory, over the fuzz corpora
#   sh tests/sanitize.sh valgrind    the unit tests once more, unsanitized, under memcheck
# The memory sanitizer must see every write, so json-c is left out of that build and Criterion
# not used; utf8proc writes into memory that is initialised before.
# NETSHARE_SANITIZE_DIR says where to build, NETSHARE_TEST_THINNING how many of the cases of the
# longest tests valgrind sees: one in so many.
set -eu
cd "$(dirname "$0")/.."
kind=${1:?usage: sanitize.sh thread|memory|valgrind}
dir=${NETSHARE_SANITIZE_DIR:-$PWD/build-sanitize}/$kind

setup() {
    [ -e "$dir/build.ninja" ] || meson setup "$dir" -Dtools=disabled -Dharden=false "$@" >/dev/null
}

build() {
    ninja -C "$dir" "$@" >"$dir/build.log" 2>&1 || { tail -n 30 "$dir/build.log"; exit 1; }
}

case $kind in
thread)
    # Criterion's memory and the sanitizer's do not get on: its stand-in runs the tests.
    CC=clang setup -Db_sanitize=thread -Db_lundef=false -Dcriterion_shim=true
    build tests/test_threads
    TSAN_OPTIONS=halt_on_error=1 "$dir/tests/test_threads"
    ;;
memory)
    targets='wildcard regex eql_parse eql_evaluate pack event_json evtx command_line accessor'
    CC=clang setup -Db_sanitize=memory -Db_lundef=false -Djson=disabled -Dtests=disabled \
        -Dfuzzing=afl
    for target in $targets; do
        build "fuzz/fuzz_$target"
        "$dir/fuzz/fuzz_$target" "fuzz/corpus/$target"
    done
    ;;
valgrind)
    # Criterion would start it for each test, which takes longer than most tests. The
    # longest take hours under it: they try one in ten of their cases.
    setup -Dcriterion_shim=true
    build
    NETSHARE_TEST_THINNING=${NETSHARE_TEST_THINNING:-10} \
        meson test -C "$dir" --no-rebuild --setup valgrind --suite unit --suite fuzz --no-suite scripts \
            --print-errorlogs --timeout-multiplier 30
    ;;
*)
    echo "sanitize.sh: unknown kind: $kind" >&2
    exit 2
    ;;
esac
