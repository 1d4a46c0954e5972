#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes the ABI of a built library (with debug information) to abi/, to be checked against
# from then on. To be run for a release, and before one as long as the ABI may change.
#     sh abi/record.sh BUILD_DIRECTORY_OR_LIBRARY [FILE]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
version=$(sed -n "s/^  version: '\([0-9]*\.[0-9]*\)\..*/\1/p" "$root/meson.build")
library=$1
[ ! -d "$library" ] || library=$1/lib/libnetshare.so

# What callers see as pointers only may change inside; a change of it must not hide others.
private=$(mktemp)
trap 'rm -f "$private"' EXIT
names=$(sed -n 's/^typedef struct \(netshare_[a-z_]*\) \1;.*/\1/p' "$root"/include/netshare/*.h |
    sort -u | paste -s -d '|')
printf '[suppress_type]\n  name_regexp = ^(ns_.*|json_.*|printbuf|%s)$\n  drop = yes\n' "$names" \
    >"$private"
abidw --no-corpus-path --no-comp-dir-path --no-show-locs --suppressions "$private" \
    --out-file "${2:-$root/abi/libnetshare-$version.abi}" "$library"
# Where it was built is nobody's business.
sed -i "s#path='[^']*/lib/#path='lib/#" "${2:-$root/abi/libnetshare-$version.abi}"
