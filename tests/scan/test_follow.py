# SPDX-License-Identifier: Apache-2.0
"""Files that grow."""
import gzip
import json
import os
import signal
import subprocess
import unittest

from common import HIT, MISS, SCAN, ScanTest


class Follow(ScanTest):
    def start(self, *arguments):
        process = subprocess.Popen([SCAN, "--follow", *arguments], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def append(self, path, content):
        with open(path, "ab") as file:
            file.write(content)

    def next(self, process):
        alert = json.loads(process.stdout.readline())["netshare"]
        return os.path.basename(alert["file"]), alert["line"]

    def end(self, process):
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=60), 128 + signal.SIGINT)
        self.assertEqual(process.stdout.read(), b"")
        return process.stderr.read().decode()

    def test_growth(self):
        path = self.file(HIT)
        process = self.start(path)
        self.assertEqual(self.next(process), ("events.ndjson", 1))
        self.append(path, MISS + HIT[:50])
        self.append(path, HIT[50:] + HIT[:20])
        self.assertEqual(self.next(process), ("events.ndjson", 3))
        self.assertIn("2 matches in 3 events (3 lines: 0 blank, 0 malformed)", self.end(process))

    def test_rotation(self):
        path = self.file(HIT)
        process = self.start(path)
        self.next(process)
        os.rename(path, path + ".1")
        self.append(path + ".1", MISS + HIT.rstrip(b"\n"))
        self.file(HIT)
        self.assertEqual(self.next(process), ("events.ndjson", 3), "end of the old file")
        self.assertEqual(self.next(process), ("events.ndjson", 1))
        self.append(path, HIT)
        self.assertEqual(self.next(process), ("events.ndjson", 2))
        self.assertIn("events.ndjson: was replaced", self.end(process))

    def test_truncation(self):
        path = self.file(HIT * 3)
        process = self.start(path)
        for number in (1, 2, 3):
            self.assertEqual(self.next(process)[1], number)
        self.file(HIT)
        self.assertEqual(self.next(process)[1], 1)
        self.assertIn("was truncated", self.end(process))

    def test_several_files_and_one_to_come(self):
        first, later = self.file(HIT, "first"), os.path.join(self.folder.name, "later")
        process = self.start("-j2", first, later)
        self.assertEqual(self.next(process), ("first", 1))
        self.assertIn(b"later: not there yet", process.stderr.readline())
        self.file(HIT, "later")
        self.assertEqual(self.next(process), ("later", 1))
        self.append(first, HIT)
        self.assertEqual(self.next(process), ("first", 2))
        self.assertIn("3 matches", self.end(process))

    def test_compressed_files(self):
        path = self.file(gzip.compress(HIT), "events.ndjson.gz")
        process = self.start(path)
        out, err = process.communicate(timeout=60)
        if b"built without zlib" in err:
            self.skipTest("built without zlib")
        self.assertEqual(process.returncode, 2)
        self.assertEqual(out.count(b"\n"), 1, "what is there")
        self.assertIn(b"events.ndjson.gz: compressed files and event logs cannot be followed", err)

    def test_nothing_left_to_follow(self):
        self.file(HIT)
        process = self.start("/dev/null/x", self.folder.name + "/events.ndjson/x")
        self.assertEqual(process.wait(timeout=60), 2)


if __name__ == "__main__":
    unittest.main()
