#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the ABI of a built library with the recorded one. New functions are welcome,
# anything else fails.
#     sh abi/check.sh BUILD_DIRECTORY_OR_LIBRARY [RECORDED]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
recorded=${2:-$(printf '%s\n' "$root"/abi/libnetshare-*.abi | sort -V | tail -n 1)}
current=$(mktemp --suffix=.abi)
opaque=$(mktemp)
trap 'rm -f "$current" "$opaque"' EXIT
sh "$root/abi/record.sh" "$1" "$current"

# What callers see as pointers only may change inside.
names=$(sed -n 's/^typedef struct \(netshare_[a-z_]*\) \1;.*/\1/p' "$root"/include/netshare/*.h |
    sort -u | paste -s -d '|')
printf '[suppress_type]\n  name_regexp = ^(ns_.*|%s)$\n' "$names" >"$opaque"

echo "comparing with $(basename "$recorded")"
abidiff --no-added-syms --suppressions "$opaque" "$recorded" "$current"
