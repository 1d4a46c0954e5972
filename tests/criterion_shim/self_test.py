# SPDX-License-Identifier: Apache-2.0
"""Checks that the stand-in for Criterion reports failures: self_test.py COMMAND..."""
import os
import shlex
import subprocess
import sys
import unittest

COMMAND = shlex.split(os.environ.get("MESON_EXE_WRAPPER", "")) + sys.argv[1:]


class SelfTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.done = subprocess.run(COMMAND, capture_output=True, text=True)
        cls.lines = cls.done.stdout.splitlines()

    def failures(self, test):
        return [line for line in self.lines if line.startswith("[FAIL] %s: " % test)]

    def test_exit_status(self):
        self.assertEqual(self.done.returncode, 1)

    def test_counts(self):
        self.assertIn("Tested: 5 | Passing: 2 | Failing: 3 |", self.lines[-1])

    def test_assert_leaves_the_test(self):
        (line,) = self.failures("shim/assert_leaves")
        self.assertTrue(line.endswith("1 + 1 == 3: sum of 2"), line)

    def test_expect_goes_on(self):
        self.assertEqual(len(self.failures("shim/expect_goes_on")), 2)

    def test_failed_setup_keeps_the_test_from_running(self):
        self.assertEqual(len(self.failures("shim/failed_setup")), 1)

    def test_fail_fast_stops_at_the_first_failure(self):
        done = subprocess.run(COMMAND + ["--fail-fast"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        ran = [line for line in done.stdout.splitlines() if line.startswith("[RUN ]")]
        self.assertIn("Failing: 1 |", done.stdout)
        self.assertLess(len(ran), 5)  # in whichever order the linker put them
        self.assertIn("[FAIL] %s: " % ran[-1].split()[-1], done.stdout)

    def test_skip_is_named(self):
        self.assertIn("[SKIP] shim/skips: on purpose", self.lines)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
