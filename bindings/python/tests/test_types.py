# SPDX-License-Identifier: Apache-2.0
"""mypy --strict has nothing to say about the package, nor about code that uses it."""

import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import netshare
from common import EXAMPLES, PACKAGE

USE = '''
from typing import List
import netshare

matcher = netshare.Matcher.from_query("any where true")
names: List[str] = [match.rule.name for match in matcher.match({"a": 1})]
tactics: List[str] = [t.id for match in matcher.match(b"{}") for t in match.rule.tactics]
for line, event, matches in matcher.scan("events.ndjson"):
    number: int = line
    rules: List[netshare.Rule] = matches.rules
matched: bool = netshare.Wildcard("a*").match("abc")
text: str = str(matcher.explain({}))
'''
MISUSE = '''
import netshare

netshare.Matcher.from_query(5)
netshare.Wildcard("a").match(None)
name: int = netshare.Matcher().rules[0].name
'''


@unittest.skipUnless(importlib.util.find_spec("mypy"), "mypy is not installed")
class Types(unittest.TestCase):
    def run_mypy(self, *arguments):
        with tempfile.TemporaryDirectory() as cache:
            return subprocess.run(
                [sys.executable, "-m", "mypy", "--strict", "--cache-dir", cache, *arguments],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300, text=True,
                env={**os.environ, "MYPYPATH": str(PACKAGE)})

    def test_the_package(self):
        done = self.run_mypy(str(PACKAGE / "netshare"))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_an_example(self):
        done = self.run_mypy(str(EXAMPLES / "python" / "scan_folder.py"))
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_code_that_uses_it(self):
        for code, errors in ((USE, 0), (MISUSE, 3)):
            with tempfile.TemporaryDirectory() as folder:
                path = pathlib.Path(folder, "code.py")
                path.write_text(code)
                done = self.run_mypy(str(path))
            self.assertEqual(done.stdout.count(": error: "), errors, done.stdout)

    def test_the_package_says_that_it_is_typed(self):
        self.assertTrue(pathlib.Path(netshare.__file__).with_name("py.typed").exists())


if __name__ == "__main__":
    unittest.main()
