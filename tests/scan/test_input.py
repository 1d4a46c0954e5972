# SPDX-License-Identifier: Apache-2.0
"""What is read: lines of all kinds, files, folders, compressed or not."""
import gzip
import json
import os
import shutil
import subprocess
import unittest

from common import EVENTS, HIT, MISS, SCAN, SHARE, ScanTest, event, line, scan

class Input(ScanTest):
    def test_match_and_no_match(self):
        self.check(HIT, [1])
        self.check(MISS, [])
        self.check(b"", [])

    def test_standard_input_by_name_and_several_files(self):
        self.check(MISS + HIT, [2], "-")
        path = self.file(HIT)
        result = scan(path, "-", path, stdin=MISS + HIT)
        self.assertEqual([a["netshare"]["file"] for a in result.documents],
                         [path, "<stdin>", path])
        self.assertEqual(result.lines, [1, 2, 1])

    def test_line_ends(self):
        self.check(HIT.rstrip(b"\n"), [1])
        self.check((HIT + MISS + HIT).replace(b"\n", b"\r\n"), [1, 3])
        self.check(b"\n \t\r\n" + HIT + b"\n\n", [3])

    def test_byte_order_mark(self):
        result = self.check(b"\xef\xbb\xbf" + HIT + HIT, [1, 2])
        self.assertIn("0 malformed", result.err)
        self.assertIn("1 malformed", scan(stdin=HIT + b"\xef\xbb\xbf" + HIT).err)

    def test_utf16_is_said_to_be_that(self):
        result = scan(stdin=HIT.decode().encode("utf-16"))
        self.assertEqual(result.status, 2)
        self.assertIn("UTF-16", result.err)

    def test_malformed_lines(self):
        result = self.check(HIT + b'{"a" 1}\n' + b"[1]\n" + b'{"a":1} x\n' + HIT, [1, 5])
        self.assertIn("<stdin>:2:6: not JSON: ':' was expected", result.err)
        self.assertIn("<stdin>:3:1: an array, a JSON object was expected", result.err)
        self.assertIn("<stdin>:4:9: text after", result.err)
        self.assertIn("3 malformed", result.err)
        self.check(b"garbage\n", [])
        self.check(bytes(range(256)) * 4000, [])

    def test_a_flood_of_malformed_lines(self):
        result = self.check(b"x\n" * 1000 + HIT, [1001])
        self.assertLess(len(result.err.splitlines()), 30)
        self.assertIn("only counted", result.err)
        self.assertIn("1000 malformed", result.err)
        first, second = self.file(b"x\n" * 30, "first"), self.file(b"x\n" * 30, "second")
        err = scan(first, second).err
        self.assertIn(second + ":20:", err)
        self.assertNotIn(second + ":21:", err)

    def test_too_deep(self):
        deep = b'{"a":' * 600 + b"1" + b"}" * 600 + b"\n"
        for name in (b"net.exe", b"x"):
            data = deep.replace(b"1", b'"%s"' % name) + HIT
            result = self.check(data, [2], "--strict")
            self.assertIn("512 levels", result.err)
            self.assertIn("(2 lines: 0 blank, 0 malformed, 1 nested too deeply)", result.err)
        self.assertIn("1 nested too deeply", self.check(deep.replace(b"1", b'"net.exe"'), []).err)

    def test_strict_reads_lines_that_cannot_match(self):
        wrong = b'{"a":"' + b"x" * 300 + b'" "b":1}\n'
        self.assertIn("0 malformed", self.check(wrong + HIT, [2]).err)
        result = self.check(wrong + HIT, [2], "--strict")
        self.assertIn("1 malformed", result.err)
        self.assertIn(":1:", result.err)

    def test_nul_bytes(self):
        self.check(b"\0\n" + HIT + b"\0" + HIT, [2])
        document = event()
        document["note"] = "a@b"
        self.check(line(document).replace(b"a@b", b"a\0b"), [1])
        document["process"]["name"] = "net.exe\0"
        self.check(line(document), [])

    def test_invalid_utf8_gives_valid_json(self):
        document = event(user__name="a@b")
        result = self.check(line(document).replace(b"a@b", b"\xff\xc0\xaf"), [1])
        self.assertEqual(result.documents[0]["user"]["name"], "\ufffd" * 3)

    def test_long_lines(self):
        document = event(note="x" * (10 << 20))
        self.check(HIT + line(document) + MISS + HIT, [1, 2, 4])
        document = event(process__args=["x"] * 100000 + ["use", SHARE])
        self.check(line(document), [1])

    def test_a_line_of_100_megabytes(self):
        self.check(HIT + line(event(note="x" * (100 << 20))) + HIT, [1, 2, 3], "-j", "2")
        result = self.check(b"x" * (100 << 20) + b"\n" + HIT, [2])
        self.assertIn("1 malformed", result.err)

    def test_mixed_sources(self):
        sysmon = {"winlog": {"event_id": 1, "channel": "Microsoft-Windows-Sysmon/Operational",
                             "provider_name": "Microsoft-Windows-Sysmon",
                             "event_data": {"Image": "C:\\Windows\\System32\\net.exe",
                                            "CommandLine": "net use " + SHARE,
                                            "User": "EXAMPLE\\j.doe"}}}
        endgame = {"event_type_full": "process_event", "event_subtype_full": "creation_event",
                   "process_name": "net.exe", "command_line": "net use " + SHARE,
                   "user_domain": "NT AUTHORITY", "opcode": 1}
        text = HIT + line(sysmon) + MISS + line(endgame)
        result = self.check(text, [1, 2, 4])
        sysmon_alert = result.documents[1]
        self.assertEqual(sysmon_alert["process"]["args"], ["net", "use", SHARE])
        self.assertEqual(sysmon_alert["process"]["name"], "net.exe")
        self.assertEqual(sysmon_alert["user"], {"domain": "EXAMPLE", "name": "j.doe"})
        self.assertEqual(sysmon_alert["winlog"], sysmon["winlog"])
        self.check(text, [1], "--source=ecs")
        self.check(text, [1, 2], "--source=winlog")
        table = scan("-t", "--schedule", stdin=line({**sysmon, "@timestamp": "2024-05-14"}))
        self.assertIn("j.doe", table.out.decode())

    def test_many_lines(self):
        self.check((HIT + MISS) * 5000, list(range(1, 10000, 2)), "-q")

    def test_events_are_reported_as_they_come(self):
        process = subprocess.Popen([SCAN, "-q"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(HIT)
        process.stdin.flush()
        self.assertEqual(json.loads(process.stdout.readline())["netshare"]["line"], 1)
        process.stdin.close()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=60), 1)

    def test_jobs_change_nothing(self):
        text = (HIT + MISS + b"x\n" + b"\n") * 5000
        one, four = scan(stdin=text), scan("-j", "4", stdin=text)
        self.assertEqual(one.out, four.out)
        self.assertEqual(one.err, four.err)
        self.assertEqual(one.status, four.status)
        self.assertEqual(one.lines, list(range(1, 20000, 4)))
        files = [self.file(HIT * i + b"y\n" * 3, "%d.ndjson" % i) for i in range(20)]
        one, all_jobs = scan(*files), scan("--jobs=0", *files)
        self.assertEqual((one.out, one.err), (all_jobs.out, all_jobs.err))

    def test_folders_and_patterns(self):
        for name in ("b/2.ndjson", "b/deep/1.json", "a.jsonl", "b/.hidden.json", "b/readme.txt",
                     "b/.git/x.json"):
            os.makedirs(os.path.dirname(os.path.join(self.folder.name, name)), exist_ok=True)
            self.file(HIT, name)
        os.symlink("..", os.path.join(self.folder.name, "b", "loop"))

        def files(*arguments):
            result = scan(*arguments)
            self.assertEqual(result.status, 1, result.err)
            return [os.path.relpath(a["netshare"]["file"], self.folder.name)
                    for a in result.documents]
        self.assertEqual(files(self.folder.name), ["a.jsonl", "b/2.ndjson", "b/deep/1.json"])
        self.assertEqual(files(self.folder.name + "/*/*.ndjson"), ["b/2.ndjson"])
        self.assertEqual(files(self.folder.name + "/b*"), ["b/2.ndjson", "b/deep/1.json"])
        self.file(HIT, "[x]*.json")
        self.assertEqual(files(self.folder.name + "/[x]*.json"), ["[x]*.json"])
        self.assertEqual(scan(self.folder.name + "/none*").status, 2)

    def test_sample_events(self):
        attacks = os.path.join(EVENTS, "attacks.ndjson")
        with open(attacks, "rb") as file:
            count = len(file.readlines())
        self.assertEqual(scan(attacks).lines, list(range(1, count + 1)))
        self.assertEqual(scan(os.path.join(EVENTS, "benign.ndjson")).status, 0)


class Compressed(ScanTest):
    def test_gzip(self):
        packed = gzip.compress(HIT + MISS) + gzip.compress(HIT)
        result = scan(stdin=packed)
        if "built without zlib" in result.err:
            self.skipTest("built without zlib")
        self.assertEqual(result.lines, [1, 3], "two members are one file")
        self.assertEqual(scan(self.file(packed, "events.ndjson.gz")).lines, [1, 3])
        self.check(gzip.compress(b""), [])
        self.check(gzip.compress((HIT + MISS) * 5000), list(range(1, 10000, 2)), "-j2")

    def test_damaged_gzip(self):
        packed = gzip.compress(HIT * 3000)
        result = scan(stdin=packed[:-20])
        if "built without zlib" in result.err:
            self.skipTest("built without zlib")
        self.assertEqual(result.status, 2)
        self.assertIn("compressed data ends too early", result.err)
        for damaged in (packed[:50] + b"\xff" * 20 + packed[70:], packed + b"garbage"):
            result = scan(stdin=damaged)
            self.assertEqual(result.status, 2)
            self.assertIn("damaged gzip data", result.err)
        self.assertEqual(len(result.lines), 3000, "what came before the garbage")

    def test_zstd(self):
        if not shutil.which("zstd"):
            self.skipTest("no zstd program to compress with")
        packed = subprocess.run(["zstd", "-c"], input=HIT + MISS + HIT, capture_output=True,
                                check=True).stdout
        result = scan(stdin=packed + packed)
        if "built without libzstd" in result.err:
            self.skipTest("built without libzstd")
        self.assertEqual(result.lines, [1, 3, 4, 6])
        result = scan(stdin=packed[:-5])
        self.assertEqual(result.status, 2)
        self.assertIn("ends too early", result.err)
        self.assertEqual(scan(stdin=packed[:10] + b"\xff" * 30).status, 2)


if __name__ == "__main__":
    unittest.main()
