#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the usual sanitized run of the suite cannot show, with clang and valgrind:
#   sh tests/sanitize.sh thread      data races, in the tests with threads
#   sh tests/sanitize.sh memory      uninitialised memory, over the fuzz corpora
#   sh tests/sanitize.sh valgrind    the unit tests once more, unsanitized, under memcheck
# The memory sanitizer must see every write, so json-c is left out of that build and Criterion
# not used; utf8proc writes into memory that is initialised before.
# NETSHARE_SANITIZE_DIR says where to build.
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
    CC=clang setup -Db_sanitize=thread -Db_lundef=false -Dtests=disabled
    build lib/libnetshare-internal.a
    # shellcheck disable=SC2046 # lists of flags
    clang -fsanitize=thread -g -D_DEFAULT_SOURCE -DNETSHARE_STATIC \
        -DNETSHARE_SOURCE_ROOT="\"$PWD\"" -Iinclude -Ilib -Itests -isystem tests/criterion_shim \
        tests/test_threads.c tests/support.c tests/criterion_shim/criterion_shim.c \
        tests/criterion_shim/main.c "$dir/lib/libnetshare-internal.a" \
        $(pkg-config --libs json-c libutf8proc) -lm -pthread -o "$dir/test_threads"
    TSAN_OPTIONS=halt_on_error=1 "$dir/test_threads"
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
    setup
    ninja -C "$dir" >"$dir/build.log" 2>&1 || { tail -n 30 "$dir/build.log"; exit 1; }
    meson test -C "$dir" --no-rebuild --setup valgrind --suite unit --suite fuzz \
        --print-errorlogs --timeout-multiplier 10
    ;;
*)
    echo "sanitize.sh: unknown kind: $kind" >&2
    exit 2
    ;;
esac
