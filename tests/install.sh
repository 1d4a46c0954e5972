#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing on Debian and Ubuntu, and touches nothing when nothing is.
#   sh tests/install.sh build          what the library and its tools are built with
#   sh tests/install.sh build tests    and what its tests need
#   sh tests/install.sh build bench    and what its benchmarks are compared with
#   sh tests/install.sh build clang    and clang with its sanitizers
#   sh tests/install.sh analysis       and coverage and static analysis
#   sh tests/install.sh abi docs       what the ABI is checked and the reference made with
#   sh tests/install.sh mingw-w64      a cross compiler and emulator, see cross/
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
builds_32_bit() { echo 'int main(void) { return 0; }' | gcc -m32 -x c - -o /dev/null 2>/dev/null; }
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

need_first() { # need_first PACKAGE...: the first that there is, or none
    for package in "$@"; do
        if apt-cache show "$package" >/dev/null 2>&1; then
            missing="$missing $package"
            return 0
        fi
    done
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
        need zlib1g-dev has_library zlib
        need libzstd-dev has_library libzstd
        ;;
    tests)
        need libcriterion-dev has_library criterion
        need valgrind has_command valgrind
        need zstd has_command zstd
        need libevtx-utils has_command evtxexport
        need python3-jsonschema test -e /usr/lib/python3/dist-packages/jsonschema
        need mypy has_command mypy
        need python3-hypothesis test -e /usr/lib/python3/dist-packages/hypothesis
        ;;
    analysis)
        need gcovr has_command gcovr
        need cppcheck has_command cppcheck
        need clang-tidy has_command clang-tidy
        need clang-tools has_command scan-build
        ;;
    clang)
        need clang has_command clang
        install_missing
        has_sanitizers || need "$(sanitizer_package)" false
        ;;
    bench)
        need g++ has_command c++
        need jq has_command jq
        need libpcre2-dev has_library libpcre2-8
        need libre2-dev has_library re2
        need libsimdjson-dev has_library simdjson
        # Vectorscan is Hyperscan for every processor; they cannot be installed together.
        has_library libhs || need_first libvectorscan-dev libhyperscan-dev
        ;;
    abi)
        need abigail-tools has_command abidiff
        need cmake has_command cmake
        need g++ has_command c++
        ;;
    docs)
        need doxygen has_command doxygen
        ;;
    mingw-w64)
        need gcc-mingw-w64-x86-64-win32 has_command x86_64-w64-mingw32-gcc
        need wine has_command wine
        need wine64 has_command wine
        ;;
    linux-i686)
        # gcc-multilib would remove every cross compiler; that of a version does not.
        builds_32_bit || need "gcc-$(gcc -dumpversion)-multilib" false
        ;;
    linux-s390x)
        need gcc-s390x-linux-gnu has_command s390x-linux-gnu-gcc
        need libc6-dev-s390x-cross test -e /usr/s390x-linux-gnu/include/stdio.h
        need qemu-user has_command qemu-s390x
        ;;
    linux-aarch64)
        need gcc-aarch64-linux-gnu has_command aarch64-linux-gnu-gcc
        need libc6-dev-arm64-cross test -e /usr/aarch64-linux-gnu/include/stdio.h
        need qemu-user has_command qemu-aarch64
        ;;
    *)
        echo "install.sh: unknown set '$set': build, tests, bench, clang, abi, docs or a name in" \
            "cross/ was expected" >&2
        exit 2
        ;;
    esac
done
install_missing
