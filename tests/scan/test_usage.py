# SPDX-License-Identifier: Apache-2.0
"""The command line, the streams and the exit status."""
import json
import os
import re
import signal
import subprocess
import time
import unittest

from common import HIT, MISS, ROOT, RULE_ID, SCAN, ScanTest, event, line, scan

class Usage(ScanTest):
    def test_help_fits_a_screen(self):
        result = scan("--help")
        self.assertEqual(result.status, 0)
        self.assertEqual(result.err, "")
        text = result.out.decode()
        for word in ("Usage:", "--rules", "--query", "--explain", "Exit status"):
            self.assertIn(word, text)
        self.assertIn(len(text.splitlines()), range(24, 41))
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_every_option_is_documented(self):
        help_text = scan("--help").out.decode()
        options = set(re.findall(r"--[a-z-]+", help_text)) | {"--verbose"}
        self.assertGreater(len(options), 18)
        completions = os.path.join(ROOT, "examples", "scan", "completions")
        for path in [os.path.join(ROOT, "docs", "netshare-scan.1"),
                     os.path.join(ROOT, "docs", "netshare-scan.md"),
                     *(os.path.join(completions, name) for name in os.listdir(completions))]:
            with open(path, encoding="utf-8") as file:
                text = file.read().replace("\\-", "-")
            for option in options:
                written = "-l " + option[2:] + " " if path.endswith(".fish") else option
                self.assertIn(written, text, path)

    def test_version(self):
        result = scan("--version")
        self.assertEqual(result.status, 0)
        self.assertRegex(result.out.decode(), r"^netshare-scan \d+\.\d+\.\d+\n$")

    def test_wrong_options(self):
        for arguments in (["--nonsense"], ["--rules"], ["--explain=some"], ["--format=xml"],
                          ["--format=csv", "--text"], ["--jobs=many"], ["--jobs=257"],
                          ["--max-signals=0"], ["--max-signals=1x"], ["--source=syslog"],
                          ["--schedule", "--follow"], ["--schedule", "--explain"],
                          ["--junit=x"], ["test"], ["test", "--schedule", "."],
                          ["--explain-format", "xml", "--explain"],
                          ["--explain-format", "json"], ["--text", "--explain"]):
            result = scan(*arguments)
            self.assertEqual(result.status, 2, arguments)
            self.assertEqual(result.out, b"")
            self.assertIn("--help", result.err)

    def test_missing_file(self):
        path = self.file(HIT)
        result = scan("/nonexistent/x", path)
        self.assertEqual(result.status, 2)
        self.assertIn("/nonexistent/x: No such file", result.err)
        self.assertEqual(result.lines, [1], "the other file is still scanned")

    def test_empty_folder(self):
        empty = os.path.join(self.folder.name, "empty")
        os.mkdir(empty)
        result = scan(empty, self.file(HIT))
        self.assertEqual(result.status, 2)
        self.assertIn("no event files", result.err)
        self.assertEqual(result.lines, [1])

    def test_unreadable_file(self):
        path = self.file(HIT)
        os.chmod(path, 0)
        nobody = 65534
        become_nobody = None if os.geteuid() else lambda: os.setuid(nobody)
        try:
            result = scan(path, preexec_fn=become_nobody)
        except PermissionError:
            self.skipTest("root, and nobody else can run the program")
        self.assertEqual(result.status, 2)
        self.assertIn("Permission denied", result.err)

    def test_read_error(self):
        if not os.path.exists("/proc/self/mem"):
            self.skipTest("no /proc/self/mem, whose first page cannot be read")
        result = scan("/proc/self/mem", self.file(HIT))
        self.assertEqual(result.status, 2)
        self.assertIn("/proc/self/mem: Input/output error", result.err)
        self.assertIn("1 file was not read to its end", result.err)
        self.assertEqual(result.lines, [1])

    def test_closed_standard_input(self):
        result = scan(preexec_fn=lambda: os.close(0))
        self.assertEqual(result.status, 2)
        self.assertIn("Bad file descriptor", result.err)

    def test_quiet(self):
        self.assertEqual(scan("--quiet", stdin=HIT + MISS).err, "")
        self.assertIn("<stdin>:1:", scan("-q", stdin=b"x\n").err)

    def test_summary(self):
        result = scan(stdin=HIT + b"\n" + MISS + b"{\n" + HIT)
        self.assertIn("2 matches in 3 events (5 lines: 1 blank, 1 malformed)", result.err)
        self.assertRegex(result.err, r"(?m)^ +2  medium +Mounting Hidden .*" + RULE_ID)
        self.assertIn("0 matches in 0 events (0 lines", scan().err)


class Output(ScanTest):
    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_full_device(self):
        for arguments, stdin in (([], HIT), ([], HIT * 2000), (["--text"], MISS),
                                 (["--help"], b""), (["--explain"], HIT)):
            with open("/dev/full", "wb") as full:
                result = scan(*arguments, stdin=stdin, stdout=full)
            self.assertEqual(result.status, 2, arguments)
            self.assertIn("No space left", result.err)

    def test_closed_streams(self):
        layer = os.path.join(self.folder.name, "layer.json")
        for arguments, stdin in (([], HIT), (["--version"], b""), (["--coverage"], b""),
                                 (["--navigator", layer], HIT * 3)):
            result = scan(*arguments, stdin=stdin, preexec_fn=lambda: os.close(1))
            self.assertEqual(result.status, 2, arguments)
            self.assertIn("standard output: Bad file descriptor", result.err)
        self.assertEqual(scan(stdin=MISS, preexec_fn=lambda: os.close(1)).status, 0)
        for close in ([2], [0, 1, 2]):
            process = subprocess.Popen([SCAN, "--navigator", layer, self.file(HIT + b"x\n")],
                                       stdout=subprocess.PIPE,
                                       preexec_fn=lambda: [os.close(file) for file in close])
            out = process.communicate(timeout=60)[0]
            self.assertEqual(process.returncode, 2 if 1 in close else 1)
            self.assertEqual(out.count(b"\n"), 0 if 1 in close else 1)
            with open(layer, encoding="utf-8") as file:
                self.assertEqual(len(json.load(file)["techniques"]), 7)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_messages_that_cannot_be_written(self):
        with open("/dev/full", "wb") as full:
            process = subprocess.run([SCAN], input=HIT + b"x\n", stdout=subprocess.PIPE,
                                     stderr=full, check=False, timeout=60)
        self.assertEqual((process.returncode, process.stdout.count(b"\n")), (1, 1))

    def test_files_that_cannot_be_written(self):
        for path, reason in (("/dev/full", "No space left"), (self.folder.name, "Is a directory")):
            result = scan("--navigator", path, stdin=HIT)
            self.assertEqual((result.status, result.lines), (2, [1]))
            self.assertIn(path + ": " + reason, result.err)

    def test_closed_pipe(self):
        path = self.file(HIT * 5000)
        process = subprocess.Popen([SCAN, "-q", path], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(timeout=60), 2)


class Signals(ScanTest):
    def test_interrupt_ends_with_the_summary(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process = subprocess.Popen([SCAN, "--format=sarif"], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            process.stdin.write(HIT + MISS + b"{half a line")
            process.stdin.flush()
            while b"partialFingerprints" not in process.stdout.readline():
                pass
            process.send_signal(number)
            self.assertEqual(process.wait(timeout=60), 128 + number)
            self.assertIn(b"1 match in 2 events (2 lines", process.stderr.read())
            self.assertEqual(process.stdout.read(), b"]}]}\n")
            for stream in (process.stdin, process.stdout, process.stderr):
                stream.close()


class Terminal(ScanTest):
    """On a pseudo-terminal, whose output is read back."""

    def on_terminal(self, *arguments, stdin=b"", feed=None, **environment):
        master, slave = os.openpty()
        environment = {**os.environ, "TERM": "xterm", **environment}
        process = subprocess.Popen([SCAN, *arguments], stdin=subprocess.PIPE, stdout=slave,
                                   stderr=slave, env=environment)
        os.close(slave)
        if feed:
            feed(process.stdin)
        else:
            process.stdin.write(stdin)
        process.stdin.close()
        text = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError: # how Linux tells of the end
                break
            if not piece:
                break
            text += piece
        os.close(master)
        process.wait(timeout=60)
        return text.decode()

    def test_color(self):
        self.assertIn("\x1b[33mmedium", self.on_terminal("-t", stdin=HIT))
        for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            text = self.on_terminal("-t", stdin=HIT, **environment)
            self.assertIn("medium", text)
            self.assertNotIn("\x1b", text)
        self.assertIn("\x1b[33m", self.on_terminal("-t", stdin=HIT, NO_COLOR=""))
        self.assertNotIn(b"\x1b", scan("-t", stdin=HIT).out)

    def test_progress_of_a_long_scan(self):
        def feed(stdin):
            for _ in range(8):
                stdin.write(MISS * 10)
                stdin.flush()
                time.sleep(0.25)
        text = self.on_terminal(feed=feed)
        self.assertRegex(text, r"\r\d+ events, \d+/s")
        self.assertRegex(text, r"\r\x1b\[Knetshare-scan: 0 matches in 80 events")
        self.assertNotIn("/s", self.on_terminal("-q", feed=feed))
        self.assertNotIn("/s", self.on_terminal(stdin=MISS))


if __name__ == "__main__":
    unittest.main()
