#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Is the library built as SECURITY.md says? hardening.sh LIBRARY CPU checked|unchecked
set -u
library=$1 cpu=$2 checked=$3
failed=0

expect() { # expect WHAT PATTERN READELF_OPTION...
    what=$1 pattern=$2
    shift 2
    readelf -W "$@" "$library" 2>/dev/null | grep -Eq -- "$pattern" && return
    echo "$library: $what is missing"
    failed=1
}

# `both` libraries have a name of their own for each kind.
[ -e "$library" ] || { echo "$library: no such file"; exit 1; }
expect 'the stack protector' '__stack_chk_(fail|guard)' --dyn-syms
expect 'read-only relocations' 'GNU_RELRO' --program-headers
expect 'binding at start' 'BIND_NOW|FLAGS.*NOW' --dynamic
expect 'a stack without execution' 'GNU_STACK.* RW ' --program-headers
# In the code, not the notes: linkers drop those when the C library's start files lack them.
case $cpu in
x86_64) landing='endbr64' ;;
aarch64) landing='bti|paciasp' ;;
*) landing='' ;;
esac
if [ -n "$landing" ] && command -v objdump >/dev/null 2>&1; then
    marks=$(objdump -d "$library" | grep -Ec "$landing")
    if [ "$marks" -lt 50 ]; then
        echo "$library: control-flow protection is missing: $marks landing places"
        failed=1
    fi
fi
if readelf -W --dynamic "$library" | grep -q 'TEXTREL'; then
    echo "$library: has relocations in its code"
    failed=1
fi
if [ "$checked" = checked ]; then
    expect 'the check of C library calls' '__(v?snprintf|mem(cpy|set|move)|printf)_chk' --dyn-syms
fi
exit $failed
