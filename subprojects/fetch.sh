#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Brings the sources of json-c and utf8proc from the Debian mirror that apt is set up with into
# subprojects/packagefiles, where Meson's wraps look for them: for builds for other machines.
set -eu
cd "$(dirname "$0")"

fetch() { # fetch WRAP POOL_FOLDER
    file=$(sed -n 's/^source_filename = //p' "$1.wrap")
    hash=$(sed -n 's/^source_hash = //p' "$1.wrap")
    target=packagefiles/$file
    if [ -f "$target" ] && echo "$hash  $target" | sha256sum -c --status; then
        return 0
    fi
    for site in $(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sort -u); do
        if python3 -c 'import sys, urllib.request; urllib.request.urlretrieve(*sys.argv[1:])' \
            "$site/pool/main/$2/$1/$file" "$target" 2>/dev/null &&
            echo "$hash  $target" | sha256sum -c --status; then
            return 0
        fi
    done
    rm -f "$target"
    echo "fetch.sh: $file is on none of apt's sites, or another file there; please put it into subprojects/packagefiles" >&2
    return 1
}

fetch json-c j
fetch utf8proc u
