#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing on Debian and Ubuntu, and touches nothing when nothing is.
#   sh tests/install.sh build          what the library and its tools are built with
#   sh tests/install.sh build tests    and what its tests need
#   sh tests/install.sh build clang    and clang with its sanitizers
set -eu

has_command() { command -v "$1" >/dev/null 2>&1; }
has_library() { has_command pkg-config && pkg-config --exists "$1"; }
# The sanitizers' libraries are a package of their own on some releases.
has_sanitizers() {
    probe=$(mktemp -d)
    echo 'int main(void) { return 0; }' >"$probe/a.c"
    result=0
    clang -fsanitize=address,undefined "$probe/a.c" -o "$probe/a" 2>/dev/null || result=1
    rm -rf "$probe"
    return $result
}
sanitizer_package() {
    version=$(clang -dumpversion | cut -d. -f1)
    echo "libclang-rt-$version-dev"
}

missing=''
need() { # need PACKAGE PROBE...
    package=$1
    shift
    "$@" || missing="$missing $package"
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif has_command sudo; then
        sudo -n "$@"
    else
        echo "install.sh: neither root nor sudo; please install:$missing" >&2
        return 1
    fi
}

install_missing() {
    [ -n "$missing" ] || return 0
    if ! has_command apt-get; then
        echo "install.sh: no apt-get here; please install what Debian calls:$missing" >&2
        return 1
    fi
    echo "== installing:$missing"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get -q -o DPkg::Lock::Timeout=300 update
    # shellcheck disable=SC2086 # a list of packages
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends $missing
    missing=''
}

for set in "$@"; do
    case $set in
    build)
        compiler=${CC:-cc}
        case $compiler in
        clang*) need clang has_command "${compiler%% *}" ;;
        *) need gcc has_command "${compiler%% *}" ;;
        esac
        need libc6-dev test -e /usr/include/stdlib.h
        need meson has_command meson
        need ninja-build has_command ninja
        need pkg-config has_command pkg-config
        need python3 has_command python3
        need libjson-c-dev has_library json-c
        need libutf8proc-dev has_library libutf8proc
        ;;
    tests)
        need libcriterion-dev has_library criterion
        need valgrind has_command valgrind
        ;;
    clang)
        need clang has_command clang
        install_missing
        has_sanitizers || need "$(sanitizer_package)" false
        ;;
    *)
        echo "install.sh: unknown set '$set': build, tests or clang was expected" >&2
        exit 2
        ;;
    esac
done
install_missing
