#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the symbols between the library's own files local in the installed archive, so
that a program that links it can only clash with names that begin with netshare_.

    localise.py LIBDIR OBJCOPY AR COMPILER...

An install script of Meson's, which tells the prefix in its environment. The archive's
members are linked into one object, whose other symbols objcopy makes local.
"""
import os
import subprocess
import sys
import tempfile


def localise(archive, objcopy, ar, compiler):
    with tempfile.TemporaryDirectory() as folder:
        whole = os.path.join(folder, "netshare.o")
        fresh = os.path.join(folder, "libnetshare.a")
        subprocess.run([*compiler, "-r", "-nostdlib", "-o", whole, "-Wl,--whole-archive",
                        archive, "-Wl,--no-whole-archive"], check=True)
        subprocess.run([objcopy, "--wildcard", "--keep-global-symbol=netshare_*", whole],
                       check=True)
        subprocess.run([ar, "rcs", fresh, whole], check=True)
        with open(fresh, "rb") as source, open(archive, "wb") as target:
            target.write(source.read())


def main(libdir, objcopy, ar, *compiler):
    prefix = os.environ["MESON_INSTALL_DESTDIR_PREFIX"]
    archive = os.path.join(prefix, libdir, "libnetshare.a")
    if os.path.exists(archive):
        localise(archive, objcopy, ar, compiler)


if __name__ == "__main__":
    main(*sys.argv[1:])
