#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API reference is made without a warning, man pages too, and their example works.

From the environment: NETSHARE_SOURCE_ROOT; CC is the compiler.
"""
import os
import re
import shutil
import subprocess
import tempfile
import unittest

SOURCE = os.environ["NETSHARE_SOURCE_ROOT"]
MAN = os.path.join(SOURCE, "docs", "netshare.3")


def run(*command, text=None):
    return subprocess.run(command, cwd=SOURCE, input=text, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)


@unittest.skipIf(shutil.which("doxygen") is None, "no doxygen")
class Reference(unittest.TestCase):
    def make(self, more=""):
        with open(os.path.join(SOURCE, "docs", "Doxyfile"), encoding="utf-8") as text:
            settings = text.read()
        with tempfile.TemporaryDirectory() as folder:
            done = run("doxygen", "-", text="%s\nOUTPUT_DIRECTORY=%s\n%s" % (settings, folder, more))
            return done, os.path.exists(os.path.join(folder, "html", "matcher_8h.html"))

    def test_without_a_warning(self):
        done, made = self.make()
        self.assertEqual((done.stdout, done.returncode), ("", 0))
        self.assertTrue(made)

    def test_a_warning_fails(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "bad.h"), "w", encoding="utf-8") as header:
                header.write("/** @file */\n/** @param y what */\nvoid f(int x);\n")
            done, _ = self.make("INPUT=%s\n" % folder)
        self.assertNotEqual(done.returncode, 0)


class ManPages(unittest.TestCase):
    @unittest.skipIf(shutil.which("groff") is None, "no groff")
    def test_without_a_warning(self):
        for page in ("netshare.3", "netshare-scan.1"):
            done = run("groff", "-man", "-ww", "-Tutf8", "-z", os.path.join("docs", page))
            self.assertEqual(done.stdout, "", page)

    def test_synopsis_names_what_there_is(self):
        with open(MAN, encoding="utf-8") as text:
            named = set(re.findall(r"\b(netshare_\w+)\s*\(", text.read()))
        declared = ""
        for header in os.listdir(os.path.join(SOURCE, "include", "netshare")):
            with open(os.path.join(SOURCE, "include", "netshare", header),
                      encoding="utf-8") as text:
                declared += text.read()
        self.assertGreater(len(named), 5)
        for name in named:
            self.assertRegex(declared, r"\b%s\(" % name)

    def test_example_compiles(self):
        with open(MAN, encoding="utf-8") as text:
            example = re.search(r"\.SH EXAMPLE\n\.nf\n(.*?)\.fi\n", text.read(), re.S).group(1)
        done = run(*os.environ.get("CC", "cc").split(), "-std=c11", "-Wall", "-Wextra", "-Werror",
                   "-I", "include", "-x", "c", "-fsyntax-only", "-",
                   text=example.replace("\\e", "\\"))
        self.assertEqual(done.stdout, "")


if __name__ == "__main__":
    unittest.main()
