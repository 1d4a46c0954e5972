# SPDX-License-Identifier: Apache-2.0
"""netshare-scan as a person uses it: files and pipes in, streams and status out."""
import json
import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCAN = os.environ.get("NETSHARE_SCAN", os.path.join(ROOT, "build/examples/netshare-scan"))
EVENTS = os.path.join(ROOT, "examples", "events")
CORPUS = os.environ.get("NETSHARE_CORPUS_DIR", os.path.join(ROOT, "..", "shared", "corpus"))
RULE_ID = "c4210e1c-64f2-4f48-b67e-b5a8ffe3aa14"
SHARE = "\\\\fs01\\c$"


def event(**changes):
    """An event that the built-in rule matches, with dotted names changed."""
    document = {
        "@timestamp": "2024-05-14T09:00:00.000Z",
        "event": {"id": "e-1", "code": "1", "category": ["process"], "type": ["start"]},
        "host": {"name": "WS-017", "os": {"type": "windows"}},
        "user": {"name": "j.doe"},
        "process": {"name": "net.exe", "pid": 42, "args": ["net", "use", SHARE],
                    "command_line": "net use " + SHARE, "parent": {"name": "cmd.exe"}},
    }
    for name, value in changes.items():
        target = document
        *path, last = name.split("__")
        for key in path:
            target = target[key]
        target[last] = value
    return document


def line(document):
    return json.dumps(document).encode() + b"\n"


HIT = line(event())
MISS = line(event(process__args=["net", "view"]))


class Result:
    def __init__(self, process, out, err):
        self.status = process.returncode
        self.out = out
        self.err = err.decode("utf-8")

    @property
    def documents(self):
        return [json.loads(text) for text in self.out.decode("utf-8").splitlines()]

    @property
    def lines(self):
        return [alert["netshare"]["line"] for alert in self.documents]


def scan(*arguments, stdin=b"", **more):
    process = subprocess.Popen([SCAN, *arguments], stdin=subprocess.PIPE,
                               stdout=more.pop("stdout", subprocess.PIPE),
                               stderr=subprocess.PIPE, **more)
    out, err = process.communicate(stdin, timeout=120)
    return Result(process, out, err)


class ScanTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, content, name="events.ndjson"):
        path = os.path.join(self.folder.name, name)
        with open(path, "wb") as out:
            out.write(content)
        return path

    def check(self, stdin, lines, *arguments):
        """Scans and compares the numbers of the lines that matched."""
        result = scan(*arguments, stdin=stdin)
        self.assertEqual(result.lines, lines, result.err)
        self.assertEqual(result.status, 1 if lines else 0, result.err)
        return result


class Usage(ScanTest):
    def test_help_fits_a_screen(self):
        result = scan("--help")
        self.assertEqual(result.status, 0)
        self.assertEqual(result.err, "")
        text = result.out.decode()
        for word in ("Usage:", "--rules", "--query", "--explain", "Exit status"):
            self.assertIn(word, text)
        self.assertLessEqual(len(text.splitlines()), 32)
        self.assertLessEqual(max(map(len, text.splitlines())), 80)

    def test_version(self):
        result = scan("--version")
        self.assertEqual(result.status, 0)
        self.assertRegex(result.out.decode(), r"^netshare-scan \d+\.\d+\.\d+\n$")

    def test_wrong_options(self):
        for arguments in (["--nonsense"], ["--rules"], ["--explain=some"],
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

    def test_directory(self):
        result = scan(self.folder.name, self.file(HIT))
        self.assertEqual(result.status, 2)
        self.assertIn("directory", result.err)
        self.assertEqual(result.lines, [1])

    def test_quiet(self):
        self.assertEqual(scan("--quiet", stdin=HIT + MISS).err, "")
        self.assertIn("<stdin>:1:", scan("-q", stdin=b"x\n").err)

    def test_summary(self):
        result = scan(stdin=HIT + b"\n" + MISS + b"{\n" + HIT)
        self.assertIn("2 matches in 3 events (5 lines: 1 blank, 1 malformed)", result.err)
        self.assertRegex(result.err, r"(?m)^ +2  medium +Mounting Hidden .*" + RULE_ID)
        self.assertIn("0 matches in 0 events (0 lines", scan().err)


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
        result = self.check(b'{"a":' * 600 + b"1" + b"}" * 600 + b"\n" + HIT, [2])
        self.assertIn("512 levels", result.err)

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

    def test_sample_events(self):
        attacks = os.path.join(EVENTS, "attacks.ndjson")
        with open(attacks, "rb") as file:
            count = len(file.readlines())
        self.assertEqual(scan(attacks).lines, list(range(1, count + 1)))
        self.assertEqual(scan(os.path.join(EVENTS, "benign.ndjson")).status, 0)


class Alerts(ScanTest):
    def alert(self, document):
        return self.check(line(document), [1]).documents[0]

    def test_event_keeps_time_and_identity(self):
        document = event()
        alert = self.alert(document)
        for key, value in document.items():
            self.assertEqual(alert[key], value)
        self.assertEqual(alert["kibana.alert.original_time"], document["@timestamp"])

    def test_rule(self):
        alert = self.alert(event())
        expected = {
            "uuid": RULE_ID, "rule_id": RULE_ID, "type": "eql", "severity": "medium",
            "name": "Mounting Hidden or WebDav Remote Shares", "risk_score": 47, "version": 109,
            "author": ["Elastic"], "interval": "5m", "from": "now-9m",
        }
        for key, value in expected.items():
            self.assertEqual(alert["kibana.alert.rule." + key], value)
        self.assertIn("Tactic: Lateral Movement", alert["kibana.alert.rule.tags"])
        self.assertIn("net.exe", alert["kibana.alert.rule.description"])
        self.assertEqual(alert["kibana.alert.severity"], "medium")
        self.assertEqual(alert["kibana.alert.risk_score"], 47)
        self.assertEqual(
            alert["kibana.alert.reason"],
            "process event with process net.exe, parent process cmd.exe, by j.doe on WS-017 "
            "created medium alert Mounting Hidden or WebDav Remote Shares.")

    def test_threat(self):
        threat = self.alert(event())["threat"]
        self.assertEqual([t["framework"] for t in threat], ["MITRE ATT&CK"] * 3)
        self.assertEqual([t["tactic"]["id"] for t in threat], ["TA0008", "TA0001", "TA0007"])
        technique = threat[0]["technique"][0]
        self.assertEqual((technique["id"], technique["name"]), ("T1021", "Remote Services"))
        self.assertEqual(technique["subtechnique"], [{
            "id": "T1021.002", "name": "SMB/Windows Admin Shares",
            "reference": "https://attack.mitre.org/techniques/T1021/002/"}])
        self.assertEqual([s["id"] for s in threat[2]["technique"][0]["subtechnique"]],
                         ["T1087.001", "T1087.002"])

    def test_search_hit(self):
        hit = {"_index": "logs-1", "_id": "abc", "_source": event()}
        alert = self.alert(hit)
        self.assertNotIn("_source", alert)
        self.assertEqual(alert["process"]["pid"], 42)
        self.assertEqual(alert["kibana.alert.ancestors"],
                         [{"id": "abc", "index": "logs-1", "type": "event", "depth": 0}])

    def test_dotted_keys_become_nested(self):
        alert = self.alert({
            "@timestamp": "t", "event.category": "process", "event.type": "start",
            "host.os.type": "windows", "host": {"name": "h"}, "process.name": "net.exe",
            "process": {"parent.name": "cmd.exe"}, "process.args": ["use", SHARE]})
        self.assertEqual(alert["host"], {"os": {"type": "windows"}, "name": "h"})
        self.assertEqual(alert["process"], {"name": "net.exe", "parent": {"name": "cmd.exe"},
                                            "args": ["use", SHARE]})

    def test_odd_keys_do_no_harm(self):
        document = event()
        document[".".join("a" * 5000)] = 1
        document[".."] = document["x."] = document[""] = document["process.name.x"] = 1
        document["event.id"] = "twice"
        self.assertEqual(self.alert(document)["event"]["id"], ["e-1", "twice"])

    def test_control_characters_are_escaped(self):
        document = event(user__name="\x1b[31m\x9b\u202e")
        result = self.check(line(document), [1])
        self.assertEqual(result.documents[0]["user"]["name"], "\x1b[31m\x9b\u202e")
        for raw in (b"\x1b", b"\xc2\x9b", "\u202e".encode()):
            self.assertNotIn(raw, result.out)


class Text(ScanTest):
    def test_table(self):
        result = scan("--text", stdin=HIT + MISS)
        self.assertEqual(result.status, 1)
        header, row = result.out.decode().splitlines()
        self.assertRegex(header, "^TIME +HOST +USER +SEVERITY +RULE +COMMAND LINE +ATT&CK")
        for text in ("2024-05-14T09:00:00.000Z", "WS-017", "j.doe", "medium",
                     "Mounting Hidden or WebDav Remote Shares", "TA0008: T1021.002",
                     "net use " + SHARE):
            self.assertIn(text, row)
        for above, below in (("RULE", "Mounting"), ("COMMAND", "net use"), ("ATT&CK", "TA0008")):
            self.assertEqual(header.index(above), row.index(below))

    def test_without_command_line(self):
        document = event()
        del document["process"]["command_line"], document["user"]
        row = scan("-t", stdin=line(document)).out.decode().splitlines()[1]
        self.assertIn("net use " + SHARE, row)
        self.assertIn(" -  ", row)

    def test_no_escape_reaches_the_terminal(self):
        evil = "\x1b]0;owned\x07\r\n\x9b31m\u202egpj.exe\0\x7f"
        document = event(user__name=evil, host__name=evil, process__command_line=evil,
                         **{"@timestamp": evil})
        for arguments in (["--text"], ["--explain"], ["--explain=all"]):
            result = scan(*arguments, stdin=line(document))
            self.assertEqual(result.status, 1)
            text = result.out.decode()
            self.assertFalse([c for c in text if c != "\n" and not c.isprintable()], arguments)
        row = scan("--text", stdin=line(document)).out.decode()
        self.assertEqual(len(row.splitlines()), 2)
        self.assertIn("\\x1B]0;owned\\x07\\x0D\\x0A\\u009B31m\\u202Egpj.exe\\x00\\x7F", row)

    def test_names_of_files_are_escaped(self):
        result = scan("--explain", self.file(HIT + b"x\n", "a\x1b[31m\nb"))
        self.assertNotIn("\x1b", result.err + result.out.decode())
        self.assertIn("a\\x1B[31m\\x0Ab:2:1:", result.err)
        self.assertNotIn("\x1b", scan("/no/\x1b[31m").err)


class Rules(ScanTest):
    QUERY = 'process where process.name : "robocopy.exe"'

    def rule(self, **changes):
        rule = {"type": "eql", "language": "eql", "rule_id": "r-1", "name": "First",
                "query": self.QUERY, "severity": "high", "risk_score": 73}
        rule.update(changes)
        return rule

    def rules(self, *documents):
        return self.file(b"".join(map(line, documents)), "rules.ndjson")

    ROBOCOPY = line(event(process__name="Robocopy.EXE", process__args=["x"]))

    def test_query(self):
        result = self.check(HIT + self.ROBOCOPY, [2], "--query", self.QUERY)
        self.assertEqual(result.documents[0]["kibana.alert.rule.name"], "query")
        self.assertNotIn("threat", result.documents[0])
        result = scan("--builtin", "-e", self.QUERY, "-e", "any where true",
                      stdin=HIT + self.ROBOCOPY)
        self.assertEqual(result.lines, [1, 1, 2, 2])

    def test_wrong_query(self):
        result = scan("--query", 'process where process.name = "x"', stdin=HIT)
        self.assertEqual(result.status, 2)
        self.assertEqual(result.out, b"")
        self.assertIn("1:28", result.err)
        self.assertIn("^", result.err)

    def test_rule_files(self):
        path = self.rules(self.rule(), self.rule(rule_id="r-2", name="Second", severity="low"))
        result = self.check(self.ROBOCOPY + HIT, [1, 1], "--rules", path)
        self.assertEqual([a["kibana.alert.rule.rule_id"] for a in result.documents],
                         ["r-1", "r-2"])
        self.assertEqual(result.documents[0]["kibana.alert.severity"], "high")
        self.assertIn("2 rules", result.err)
        self.assertEqual(scan("-r", path, "-b", stdin=self.ROBOCOPY + HIT).lines, [1, 1, 2])

    def test_refused_rules(self):
        path = self.rules(
            self.rule(), self.rule(rule_id="bad", query="process where ("),
            self.rule(rule_id="seq", query="sequence [any where true] [any where true]"))
        result = self.check(self.ROBOCOPY, [1], "--rules", path)
        self.assertIn("rule 2 left out: bad: ", result.err)
        self.assertIn("1 rule, 1 left out that need several events", result.err)
        self.assertIn("1 left out with errors", result.err)
        self.assertNotIn("seq:", result.err)

    def test_no_rules(self):
        for path in (self.rules(), self.rules({"type": "query", "rule_id": "x"}),
                     self.file(b"{", "broken"), "/nonexistent"):
            result = scan("--rules", path, stdin=HIT)
            self.assertEqual(result.status, 2, path)
            self.assertEqual(result.out, b"")
            self.assertNotEqual(result.err, "")


class Explain(ScanTest):
    def test_tree(self):
        result = scan("--explain", stdin=MISS + HIT)
        self.assertEqual(result.status, 1)
        text = result.out.decode()
        self.assertRegex(text, "^<stdin>:2: \u2713 Mounting Hidden or WebDav Remote Shares")
        self.assertRegex(text, '\u2713 process.name : "net.exe" .*process.name is "net.exe"')
        self.assertRegex(text, '\u2717 process.args : "/d\\*" ')
        self.assertRegex(text, "\u2717 .*original_file_name.* is absent")
        self.assertNotIn("<stdin>:1:", text)

    def test_all(self):
        text = scan("--explain=all", stdin=MISS).out.decode()
        self.assertRegex(text, "^<stdin>:1: \u2717 ")
        self.assertRegex(text, '\u2717 process.args : "use" .* "net", "view"')

    def test_json(self):
        query = 'process where process.name : "net.exe" and not ?user.id == "x"'
        result = scan("--explain=all", "--explain-format=json", "-e", query,
                      stdin=HIT + line(event(process={})))
        matched, unmatched = result.documents
        self.assertEqual((matched["matched"], unmatched["matched"]), (True, False))
        self.assertEqual((matched["file"], matched["line"], matched["rule_id"]),
                         ("<stdin>", 1, "query"))
        for step in matched["steps"]:
            if step["length"]:
                end = step["offset"] + step["length"]
                self.assertEqual(query[step["offset"]:end], step["source"])
        name = next(s for s in matched["steps"] if s.get("field") == "process.name")
        self.assertEqual((name["verdict"], name["reason"], name["value"], name["value_index"]),
                         (True, "value", "net.exe", 0))
        user = next(s for s in matched["steps"] if s.get("field") == "user.id")
        self.assertEqual((user["verdict"], user["reason"]), (False, "absent"))
        self.assertTrue(matched["steps"][0]["verdict"])
        self.assertFalse(unmatched["steps"][0]["verdict"])


class Output(ScanTest):
    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_full_device(self):
        for arguments, stdin in (([], HIT), ([], HIT * 2000), (["--text"], MISS),
                                 (["--help"], b""), (["--explain"], HIT)):
            with open("/dev/full", "wb") as full:
                result = scan(*arguments, stdin=stdin, stdout=full)
            self.assertEqual(result.status, 2, arguments)
            self.assertIn("No space left", result.err)

    def test_closed_pipe(self):
        path = self.file(HIT * 5000)
        process = subprocess.Popen([SCAN, "-q", path], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE)
        process.stdout.readline()
        process.stdout.close()
        self.assertEqual(process.stderr.read(), b"")
        process.stderr.close()
        self.assertEqual(process.wait(timeout=60), 2)


class Corpus(ScanTest):
    def test_matches_are_those_expected(self):
        path = os.path.join(CORPUS, "expected.json")
        if not os.path.exists(path):
            self.skipTest("no corpus of real captures; NETSHARE_CORPUS_DIR may name one")
        with open(path, encoding="utf-8") as file:
            expected = json.load(file)
        names = [name for name in expected if name.endswith(".ndjson")]
        self.assertGreaterEqual(len(names), 2)
        for name in names:
            with self.subTest(name):
                result = scan(os.path.join(CORPUS, name))
                self.assertEqual(result.lines, expected[name]["matching_lines"])
                self.assertIn("in %d events" % expected[name]["total_events"], result.err)
                self.assertIn("0 malformed", result.err)
                self.assertEqual([a["event"]["id"] for a in result.documents],
                                 [m["id"] for m in expected[name]["matches"]])


if __name__ == "__main__":
    unittest.main()
