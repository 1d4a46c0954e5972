#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Compares the ABI of a built library with the recorded one. New functions are welcome,
# anything else fails.
#     sh abi/check.sh BUILD_DIRECTORY_OR_LIBRARY [RECORDED]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
recorded=${2:-$(printf '%s\n' "$root"/abi/libnetshare-*.abi | sort -V | tail -n 1)}
current=$(mktemp --suffix=.abi)
trap 'rm -f "$current"' EXIT
sh "$root/abi/record.sh" "$1" "$current"

echo "comparing with $(basename "$recorded")"
abidiff --no-added-syms "$recorded" "$current"
