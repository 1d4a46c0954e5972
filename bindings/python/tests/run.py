# SPDX-License-Identifier: Apache-2.0
"""Runs the tests: run.py [MODULE]... ; all modules if none is given. Says by name what was
skipped. Exit status 77 if that was everything."""

import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def main(names):
    loader = unittest.TestLoader()
    # Discovery, as it understands modules that skip themselves.
    suite = unittest.TestSuite(loader.discover(str(HERE), pattern=f"{name}.py")
                               for name in names or ["test_*"])
    result = unittest.TextTestRunner(verbosity=1, warnings="error").run(suite)
    for test, reason in result.skipped:
        print(f"skipped: {test.id()}: {reason}")
    if not result.wasSuccessful():
        return 1
    if not result.testsRun:
        print("no test was found")
        return 1
    return 77 if len(result.skipped) == result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
