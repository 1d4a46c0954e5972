#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a program that links the library can see of it: symbols, headers, the ABI.

From the environment: NETSHARE_SOURCE_ROOT, and NETSHARE_BUILD_ROOT, a built Meson build
directory (native, without sanitizers).
"""
import glob
import os
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ["NETSHARE_SOURCE_ROOT"]
BUILD = os.environ["NETSHARE_BUILD_ROOT"]
HEADERS = sorted(glob.glob(os.path.join(SOURCE, "include", "netshare", "*.h")))
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"]
# All of the C library that the library may call: nothing that prints, opens, ends, raises,
# reads the locale, the environment or the clock, or keeps a state.
MAY_CALL = set("""
    calloc fmod free frexp ldexp malloc memchr memcmp memcpy memmove memrchr memset qsort realloc
    signbit snprintf strchr strcmp strcspn strlen strncmp strspn strstr vsnprintf
    """.split())
# Put there by the compiler.
COMPILED_IN = re.compile(r"_ITM_|__cxa_finalize|__gmon_start__|__stack_chk_fail|json_|utf8proc_")


def run(*command, **options):
    return subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **options)


def output(*command):
    done = run(*command)
    if done.returncode != 0:
        raise AssertionError("%s failed:\n%s" % (" ".join(command), done.stdout))
    return done.stdout


def declared():
    """Functions that the headers declare."""
    names = set()
    for header in HEADERS:
        with open(header, encoding="utf-8") as text:
            names.update(re.findall(r"^NETSHARE_API [^;(]*?(\w+)\(", text.read(), re.M))
    return names


def defined(*options):
    lines = output("nm", "--defined-only", "-P", *options).splitlines()
    return {tuple(line.split()[:2]) for line in lines if len(line.split()) > 2}


class Symbols(unittest.TestCase):
    def test_headers_and_version_map_agree(self):
        with open(os.path.join(SOURCE, "lib", "netshare.map"), encoding="utf-8") as text:
            listed = set(re.findall(r"^    (netshare_\w+);", text.read(), re.M))
        self.assertEqual(listed, declared())

    def test_shared(self):
        library = os.path.join(BUILD, "lib", "libnetshare.so")
        exported = {name.split("@")[0] for name, kind in defined("-D", library) if kind != "A"}
        self.assertEqual(exported, declared())
        self.assertIn("libnetshare.so.0", output("objdump", "-p", library))

    def test_static(self):
        with tempfile.TemporaryDirectory() as folder:
            output("meson", "install", "-C", BUILD, "--no-rebuild", "--quiet", "--destdir", folder)
            (archive,) = glob.glob(os.path.join(folder, "**", "libnetshare.a"), recursive=True)
            self.assertEqual({name for name, _ in defined("-g", archive)}, declared())

    def test_no_globals_that_change(self):
        library = os.path.join(BUILD, "lib", "libnetshare.a")
        changing = {name for name, kind in defined(library) if kind in "dDbBsSC"}
        # Tables of pointers that the loader relocates and then protects are const.
        sections = output("objdump", "-t", library)
        protected = set(re.findall(r"\.data\.rel\.ro\S*\t\S+ (?:\.hidden )?(\S+)$", sections,
                                   re.M))
        self.assertEqual(changing - protected, set())

    def test_calls_nothing_else(self):
        lines = output("nm", "-u", "-P", os.path.join(BUILD, "lib", "libnetshare.so")).splitlines()
        called = {line.split()[0].split("@")[0] for line in lines}
        self.assertIn("memcpy", {re.sub(r"^__(\w+)_chk$", r"\1", name) for name in called})
        for name in called:
            checked = re.fullmatch(r"__(\w+)_chk", name)  # memcpy under _FORTIFY_SOURCE
            plain = checked.group(1) if checked else name
            if not COMPILED_IN.match(plain):
                self.assertIn(plain, MAY_CALL)


class Headers(unittest.TestCase):
    def compile_alone(self, compiler, language, standard):
        if shutil.which(compiler) is None:
            self.skipTest("no " + compiler)
        for header in HEADERS:
            with self.subTest(header=os.path.basename(header)):
                output(compiler, "-x", language, "-std=" + standard, *WARNINGS, "-fsyntax-only",
                       "-I", os.path.join(SOURCE, "include"), "-include", header, "/dev/null")

    def test_gcc_c11(self):
        self.compile_alone("gcc", "c", "c11")

    def test_gcc_cpp17(self):
        self.compile_alone("g++", "c++", "c++17")

    def test_clang_c11(self):
        self.compile_alone("clang", "c", "c11")

    def test_clang_cpp17(self):
        self.compile_alone("clang++", "c++", "c++17")

    def test_the_check_can_fail(self):
        with tempfile.NamedTemporaryFile("w", suffix=".h") as header:
            header.write("static inline char f(int i) { return i; }\n")
            header.flush()
            done = run("cc", "-x", "c", *WARNINGS, "-fsyntax-only", "-include", header.name,
                       "/dev/null")
            self.assertNotEqual(done.returncode, 0)


@unittest.skipIf(shutil.which("abidiff") is None, "no abidiff")
class Abi(unittest.TestCase):
    CHECK = os.path.join(SOURCE, "abi", "check.sh")

    def test_unchanged(self):
        done = run("sh", self.CHECK, BUILD)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_a_break_is_noticed(self):
        (recorded,) = glob.glob(os.path.join(SOURCE, "abi", "libnetshare-*.abi"))
        with open(recorded, encoding="utf-8") as text:
            abi = text.read()
        with tempfile.TemporaryDirectory() as folder:
            library = os.path.join(folder, "libnetshare.so")
            with open(os.path.join(folder, "a.c"), "w", encoding="utf-8") as source:
                source.write("int netshare_version(void); int netshare_version(void) {return 1;}")
            output("cc", "-g", "-shared", "-fPIC", "-Wl,-soname,libnetshare.so.0", source.name,
                   "-o", library)
            done = run("sh", self.CHECK, library)
            self.assertNotEqual(done.returncode, 0, done.stdout)
            # A structure that the caller provides was larger.
            moved = re.sub(r"(<class-decl name='netshare_result' size-in-bits=')192'",
                           r"\g<1>256'", abi)
            self.assertNotEqual(moved, abi)
            other = os.path.join(folder, "moved.abi")
            with open(other, "w", encoding="utf-8") as text:
                text.write(moved)
            done = run("sh", self.CHECK, BUILD, other)
            self.assertNotEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
