#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Static analysis of lib/ with what there is of gcc -fanalyzer, clang-tidy, cppcheck and
# scan-build: sh tests/analyse.sh [TOOL...]. Any finding fails; what is no fault is marked in
# the source, with the reason. NETSHARE_ANALYSIS_DIR says where to build.
set -u
cd "$(dirname "$0")/.." || exit 1
dir=${NETSHARE_ANALYSIS_DIR:-$PWD/build-analysis}
mkdir -p "$dir"
[ $# -gt 0 ] || set -- gcc clang-tidy cppcheck scan-build
[ -e "$dir/clang/build.ninja" ] ||
    env CC=clang meson setup "$dir/clang" -Dtests=disabled -Dtools=disabled >/dev/null || exit 1
ninja -C "$dir/clang" lib/builtin_rule.c >/dev/null || exit 1
failed=''

# Unoptimised, since parts of split functions confuse the analyser; and without the check of
# shifts, which forgets that at < length < 8 in ns_word_padded() (lib/text/simd.h). One file
# takes hours without summaries of calls, which elsewhere forget what a call has written.
with_gcc() {
    flags="-std=c11 -I include -I lib -DNS_WITH_JSON -DNETSHARE_BUILDING
        $(pkg-config --cflags json-c libutf8proc) -fanalyzer -Wno-analyzer-shift-count-overflow"
    printf '%s\n' lib/*/*.c "$dir/clang/lib/builtin_rule.c" | flags=$flags xargs -P "$(nproc)" -I{} \
        sh -c 'case $1 in lib/text/wildcard.c) flags="$flags -fanalyzer-call-summaries" ;; esac
               gcc $flags -O0 -c "$1" -o /dev/null' - {} >"$dir/gcc.log" 2>&1 ||
        { tail -n 20 "$dir/gcc.log"; return 1; }
    ! grep 'warning:' "$dir/gcc.log"
}

with_clang_tidy() {
    printf '%s\n' lib/*/*.c | xargs -P "$(nproc)" -n 4 clang-tidy --quiet -p "$dir/clang" \
        2>/dev/null >"$dir/clang-tidy.log" && return
    grep -E 'warning:|error:' "$dir/clang-tidy.log" | sort -u
    return 1
}

with_cppcheck() {
    cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability \
        --inline-suppr -DNS_WITH_JSON -I include -I lib lib
}

with_scan_build() {
    rm -rf "$dir/scan"
    scan-build --status-bugs -o "$dir/scan-report" \
        sh -c "meson setup '$dir/scan' -Dtests=disabled -Dtools=disabled \
            -Ddefault_library=static >/dev/null && ninja -C '$dir/scan'" >"$dir/scan.log" 2>&1 &&
        return
    grep 'warning:' "$dir/scan.log" | sort -u || tail -n 20 "$dir/scan.log"
    return 1
}

for tool in "$@"; do
    if ! command -v "$tool" >/dev/null 2>&1; then
        echo "==== $tool: not here, skipped"
        continue
    fi
    if "with_$(echo "$tool" | tr - _)"; then
        echo "==== $tool: no findings"
    else
        echo "==== $tool: FINDINGS"
        failed="$failed $tool"
    fi
done
[ -z "$failed" ]
