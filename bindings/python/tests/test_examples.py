# SPDX-License-Identifier: Apache-2.0
"""The example programs, run as their documentation says."""

import gzip
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from common import ATTACKS, BENIGN, EXAMPLES, BUILTIN_ID, events_of


def run(program, *arguments):
    return subprocess.run([sys.executable, str(program), *map(str, arguments)],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          timeout=240, text=True,
                          env={**os.environ, "PYSPARK_PYTHON": sys.executable,
                               "SPARK_LOCAL_IP": "127.0.0.1"})


class Example(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        shutil.copy(BENIGN, self.folder / "benign.ndjson")
        (self.folder / "below").mkdir()
        (self.folder / "below" / "attacks.ndjson.gz").write_bytes(
            gzip.compress(ATTACKS.read_bytes()))


class ScanFolder(Example):
    PROGRAM = EXAMPLES / "python" / "scan_folder.py"

    def test_a_folder(self):
        done = run(self.PROGRAM, self.folder)
        lines = done.stdout.splitlines()
        attacks, benign = len(events_of(ATTACKS)), len(events_of(BENIGN))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(sum("attacks.ndjson.gz:" in line for line in lines), attacks)
        self.assertIn(f"{attacks + benign} events in 2 files", lines)
        self.assertIn(f"{attacks:8}  TA0008 Lateral Movement", lines)

    def test_a_broken_file(self):
        (self.folder / "broken.ndjson.gz").write_bytes(b"not compressed")
        done = run(self.PROGRAM, self.folder, "--jobs", "1")
        self.assertEqual(done.returncode, 2)
        self.assertIn("broken.ndjson.gz: ", done.stderr)
        self.assertIn("attacks.ndjson.gz:1: ", done.stdout)


def why_no_spark():
    if not importlib.util.find_spec("pyspark"):
        return "pyspark is not installed"
    return "" if shutil.which("java") else "java is not installed"


@unittest.skipIf(why_no_spark(), why_no_spark())
class SparkScan(Example):
    PROGRAM = EXAMPLES / "spark_scan.py"

    def check(self, lines):
        alerts = [json.loads(line) for line in lines]
        self.assertEqual(len(alerts), len(events_of(ATTACKS)))
        self.assertEqual({alert["rule_id"] for alert in alerts}, {BUILTIN_ID})
        self.assertTrue(all("attacks" in alert["file"] for alert in alerts))
        self.assertEqual([json.loads(alert["event"]) for alert in alerts], events_of(ATTACKS))
        self.assertEqual(alerts[0]["tactics"], ["TA0008", "TA0001", "TA0007"])
        self.assertIn("T1021.002", alerts[0]["techniques"])

    def test_local_mode(self):
        with open(self.folder / "benign.ndjson", "ab") as file:
            file.write(b'\n\n{"no event\n[]\n')
        output = self.folder / "alerts"
        done = run(self.PROGRAM, "--master", "local[2]", "--output", output,
                   self.folder / "benign.ndjson", self.folder / "below")
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        self.check([line for part in sorted(output.glob("part-*"))
                    for line in part.read_text(encoding="utf-8").splitlines()])
        self.assertIn("2 lines are no events", done.stderr)


if __name__ == "__main__":
    unittest.main()
