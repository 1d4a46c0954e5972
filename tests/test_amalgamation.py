#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The library as netshare.c and netshare.h: compiled in one call, and used.

From the environment: NETSHARE_SOURCE_ROOT; CC is the compiler.
"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = os.environ["NETSHARE_SOURCE_ROOT"]
COMPILERS = [name for name in ("gcc", "clang") if shutil.which(name)]
NAME = "Mounting Hidden or WebDav Remote Shares"


def output(*command):
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise AssertionError("%s failed:\n%s" % (" ".join(command), done.stdout))
    return done.stdout


class Amalgamation(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = cls.folder.name
        cls.tool = os.path.join(SOURCE, "tools", "amalgamate.py")
        output(sys.executable, cls.tool, cls.root)
        cls.object = os.path.join(cls.root, "netshare.o")
        output(COMPILERS[0], "-std=c11", "-Wall", "-Wextra", "-Werror", "-c",
               os.path.join(cls.root, "netshare.c"), "-o", cls.object)
        # The examples ask for <netshare/netshare.h>.
        os.mkdir(os.path.join(cls.root, "netshare"))
        shutil.copy(os.path.join(cls.root, "netshare.h"), os.path.join(cls.root, "netshare"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_example(self, source):
        program = os.path.join(self.root, os.path.basename(source) + ".out")
        output(COMPILERS[0], "-Wall", "-Wextra", "-Werror", "-I", self.root, source, self.object,
               "-lutf8proc", "-lm", "-pthread", "-o", program)
        return output(program)

    def test_other_compilers(self):
        for compiler in COMPILERS[1:]:
            output(compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
                   os.path.join(self.root, "netshare.c"))

    def test_only_the_api_is_global(self):
        symbols = {line.split()[0] for line in
                   output("nm", "-g", "--defined-only", "-P", self.object).splitlines()}
        declared = set()
        for header in glob.glob(os.path.join(SOURCE, "include", "netshare", "*.h")):
            with open(header, encoding="utf-8") as text:
                declared.update(re.findall(r"^NETSHARE_API [^;(]*?(\w+)\(", text.read(), re.M))
        self.assertEqual(symbols, declared)

    def test_programs(self):
        consumer = os.path.join(SOURCE, "tests", "consumers", "consumer.c")
        self.assertIn(NAME, self.run_example(consumer))
        for name in ("edr_agent.c", "windows_agent.c"):
            printed = self.run_example(os.path.join(SOURCE, "examples", name))
            self.assertIn(NAME, printed)
            self.assertIn("no match", printed)

    def test_hot_reload_under_thread_sanitizer(self):
        program = os.path.join(self.root, "hot_reload")
        flags = [COMPILERS[0], "-fsanitize=thread", "-g", "-O1", "-I", self.root]
        with open(os.path.join(self.root, "empty.c"), "w", encoding="utf-8") as empty:
            empty.write("int main(void) { return 0; }\n")
        if subprocess.run([*flags, empty.name, "-o", program], capture_output=True).returncode:
            self.skipTest("no ThreadSanitizer")
        output(*flags, os.path.join(SOURCE, "examples", "hot_reload.c"),
               os.path.join(self.root, "netshare.c"), "-lutf8proc", "-lm", "-pthread", "-o",
               program)
        output(program)

    def test_header_in_cpp(self):
        if shutil.which("g++") is None:
            self.skipTest("no g++")
        output("g++", "-std=c++17", "-x", "c++", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
               "-include", os.path.join(self.root, "netshare.h"), "/dev/null")

    def test_with_rule_documents(self):
        if not os.path.exists("/usr/include/json-c/json.h"):
            self.skipTest("no json-c")
        folder = os.path.join(self.root, "json")
        output(sys.executable, self.tool, "--json", folder)
        output(COMPILERS[0], "-std=c11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only",
               os.path.join(folder, "netshare.c"))


if __name__ == "__main__":
    unittest.main()
