# SPDX-License-Identifier: Apache-2.0
"""netshare-scan for Windows, under Wine: NETSHARE_WINE runs NETSHARE_SCAN."""
import json
import os
import subprocess
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EVENTS = os.path.join(ROOT, "examples", "events")
ATTACKS = os.path.join(EVENTS, "attacks.ndjson")
BENIGN = os.path.join(EVENTS, "benign.ndjson")
ALERTS = 16  # in ATTACKS
COMMAND = [os.environ["NETSHARE_WINE"], os.environ["NETSHARE_SCAN"]]


def scan(*arguments, stdin=b"", cwd=None):
    done = subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, cwd=cwd,
                          timeout=120, check=False)
    # Wine's services share standard error and may say there that they crashed. A crash of the
    # program itself is not hidden so: its exit status is none of ours.
    lines = done.stderr.decode("utf-8").splitlines(keepends=True)
    err = "".join(line for line in lines if not line.startswith("wine: Unhandled "))
    return done.returncode, done.stdout, err


def read(path):
    with open(path, "rb") as file:
        return file.read()


def windows(path):
    return "Z:" + path.replace("/", "\\")


class WindowsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def check_alerts(self, count, *arguments, **more):
        status, out, err = scan(*arguments, **more)
        self.assertEqual((status, err), (1 if count else 0, ""))
        self.assertNotIn(b"\r", out)
        self.assertEqual(len(out.splitlines()), count)
        return [json.loads(text) for text in out.splitlines()]

    def test_file(self):
        self.check_alerts(ALERTS, "-q", ATTACKS)
        self.check_alerts(0, "-q", BENIGN)

    def test_standard_input(self):
        alerts = self.check_alerts(ALERTS, "-q", stdin=read(ATTACKS))
        self.assertEqual({alert["netshare"]["file"] for alert in alerts}, {"<stdin>"})
        self.check_alerts(0, "-q", "-", stdin=read(BENIGN))

    def test_input_is_binary(self):
        """Ctrl-Z, which ends text there, is a byte like others; so is a carriage return."""
        attacks = read(ATTACKS)
        status, out, err = scan("-q", stdin=attacks + b"\x1a\r\n" + attacks)
        self.assertEqual((status, len(out.splitlines())), (1, 2 * ALERTS))
        self.assertRegex(err, r"^netshare-scan: <stdin>:17:1: not JSON[^\n]*\n$")

    def test_summary(self):
        status, out, err = scan(BENIGN)
        self.assertEqual((status, out), (0, b""))
        self.assertRegex(err, r"^netshare-scan: 0 matches in \d+ events ")

    def test_threads(self):
        one = scan("-q", EVENTS)
        self.assertEqual(one[0], 1)
        self.assertEqual(scan("-q", "-j", "2", EVENTS), one)
        self.assertEqual(scan("-q", "-j0", EVENTS), one)

    def test_folders_and_patterns(self):
        for argument in (EVENTS, EVENTS + "/", windows(EVENTS), windows(EVENTS) + "\\",
                         EVENTS + "/*.ndjson", windows(EVENTS) + "\\A*K?.ndjson",
                         windows(ATTACKS)):
            self.check_alerts(ALERTS, "-q", argument)
        self.check_alerts(ALERTS, "-q", "*s.nd*", cwd=EVENTS)
        self.check_alerts(0, "-q", "b*.ndjson", cwd=EVENTS)

    def test_queries_with_stars(self):
        for query, count in (("process where process.name : \"*\"", ALERTS),
                             ("process where process.name : \"*.no\"", 0)):
            self.check_alerts(count, "-q", "-e", query, ATTACKS)

    def test_text_and_explanations(self):
        status, out, _ = scan("-q", "--text", ATTACKS)
        self.assertEqual((status, len(out.splitlines())), (1, ALERTS + 1))
        status, out, _ = scan("-q", "--explain", ATTACKS)
        self.assertEqual(status, 1)
        self.assertEqual(out.count(b"Mounting Hidden or WebDav Remote Shares"), ALERTS)

    def test_sarif_has_uris(self):
        status, out, _ = scan("-q", "--format", "sarif", windows(ATTACKS))
        self.assertEqual(status, 1)
        self.assertIn(("\"file:///Z:" + ATTACKS + "\"").encode(), out)

    def test_trouble(self):
        for argument in ("nowhere.ndjson", "no*.ndjson"):
            status, out, err = scan("-q", argument, cwd=self.folder)
            self.assertEqual((status, out), (2, b""))
            self.assertIn(argument + ": No such file", err)
        self.assertEqual(scan("--wrong")[0], 2)

    def test_written_files_have_line_feeds_only(self):
        status, _, _ = scan("-q", "--navigator", self.path("layer.json"), ATTACKS)
        self.assertEqual(status, 1)
        layer = read(self.path("layer.json"))
        self.assertNotIn(b"\r", layer)
        json.loads(layer)

    def test_rule_tests(self):
        with open(self.path("rule.json"), "w", encoding="utf-8") as file:
            json.dump({"type": "eql", "language": "eql", "name": "net", "rule_id": "r",
                       "query": "process where process.name : \"net.exe\""}, file)
        os.mkdir(self.path("tests"))
        good = b'{"event":{"category":"process"},"process":{"name":"net.exe"}}\n'
        for name in ("rule.match.ndjson", "tests/rule.match.ndjson"):
            with open(self.path(name), "wb") as file:
                file.write(good)
        for folder in (self.folder, windows(self.folder), windows(self.folder) + "\\"):
            status, _, err = scan("test", folder)
            self.assertEqual(status, 0, err)
            self.assertIn("2 passed, 0 failed; 1 rule", err)
        with open(self.path("rule.no-match.ndjson"), "wb") as file:
            file.write(good)
        self.assertEqual(scan("test", self.folder)[0], 1)

    def wait_for(self, path, count):
        deadline = time.monotonic() + 60
        while read(path).count(b"\n") < count and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual(read(path).count(b"\n"), count)

    def test_follow_through_growth_and_rotation(self):
        attacks, path, found = read(ATTACKS), self.path("log.ndjson"), self.path("found")
        with open(path, "wb") as file:
            file.write(attacks)
        with open(found, "wb") as out, subprocess.Popen(
                [*COMMAND, "-q", "-f", path], stdin=subprocess.DEVNULL, stdout=out,
                stderr=subprocess.DEVNULL) as process:
            try:
                self.wait_for(found, ALERTS)
                with open(path, "ab") as file:
                    file.write(attacks)
                self.wait_for(found, 2 * ALERTS)
                os.rename(path, path + ".1")
                with open(path, "wb") as file:
                    file.write(attacks)
                self.wait_for(found, 3 * ALERTS)
            finally:
                process.kill()


if __name__ == "__main__":
    unittest.main()
