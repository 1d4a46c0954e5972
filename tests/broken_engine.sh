#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Do the oracles bite? Breaks the engine in one way after the other, one for each operator
# and each part of the engine, in a copy of the source, and expects the programs that compare
# it with independent references to say so:
#   sh tests/broken_engine.sh [WHAT]
# WHAT is a regular expression that selects among the descriptions.
# tests/broken_engine.txt has the ways: file, pattern and replacement (sed), what it breaks.
set -eu
cd "$(dirname "$0")/.."
source=$PWD
only=${1:-.}
dir=${NETSHARE_BROKEN_DIR:-$(mktemp -d)}
mkdir -p "$dir"
tree=$dir/source
rm -rf "$tree"
mkdir "$tree"
tar --exclude=./.git --exclude='./build*' -cf - . | tar -xf - -C "$tree"

oracles='fuzz/fuzz_wildcard fuzz/fuzz_regex fuzz/fuzz_eql_evaluate fuzz/fuzz_pack'
rm -rf "$dir/build"
meson setup "$dir/build" "$tree" -Dtools=disabled -Dharden=false -Doptimization=1 >/dev/null
build() {
    # shellcheck disable=SC2086 # a list of programs
    ninja -C "$dir/build" $oracles >"$dir/build.log" 2>&1
}
# Pseudo-random inputs beside the corpora, the same in each run.
python3 - "$dir/inputs" <<'PYTHON'
import pathlib
import random
import sys
for target in ('wildcard', 'regex', 'eql_evaluate', 'pack'):
    source = random.Random('broken ' + target)
    folder = pathlib.Path(sys.argv[1], target)
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(30000 if target == 'eql_evaluate' else 1500):
        data = source.randbytes(source.choice((30, 120, 300, 700)))
        if target in ('wildcard', 'regex'):
            data = b'\x01' + bytes([data[0] % 12]) + data
        (folder / f'{number:04}').write_bytes(data)
PYTHON
caught() {
    for oracle in $oracles; do
        name=${oracle#fuzz/fuzz_}
        timeout 120 "$dir/build/$oracle" "$tree/fuzz/corpus/$name" "$dir/inputs/$name" \
            >"$dir/oracle.log" 2>&1 || { by=$name; return 0; }
    done
    return 1
}

build || { cat "$dir/build.log"; exit 1; }
if caught; then
    echo "the engine as it is fails: $by"
    tail -n 3 "$dir/oracle.log"
    exit 1
fi

total=0
missed=0
tab=$(printf '\t')
while IFS=$tab read -r file pattern replacement what; do
    case $file in ''|'#'*) continue ;; esac
    printf '%s\n' "$what" | grep -Eq -- "$only" || continue
    total=$((total + 1))
    cp "$source/lib/$file" "$dir/original"
    sed "s@$pattern@$replacement@" "$dir/original" >"$tree/lib/$file"
    if cmp -s "$dir/original" "$tree/lib/$file"; then
        echo "STALE   $what: '$pattern' is not in lib/$file"
        missed=$((missed + 1))
    elif ! build; then
        echo "STALE   $what: does not compile"
        missed=$((missed + 1))
    elif caught; then
        echo "caught  $what (by $by)"
    else
        echo "MISSED  $what"
        missed=$((missed + 1))
    fi
    cp "$dir/original" "$tree/lib/$file"
done <"$source/tests/broken_engine.txt"
echo "$((total - missed)) of $total broken engines caught"
[ "$missed" -eq 0 ] && [ "$total" -gt 0 ]
