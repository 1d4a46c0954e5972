# SPDX-License-Identifier: Apache-2.0
"""python -m netshare, as a shell runs it."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import netshare
from common import ATTACKS, BENIGN, BUILTIN_ID, events_of, mount, rule
from test_rules import TOML, has_toml


def run(*arguments, data=b"", **options):
    return subprocess.run([sys.executable, "-m", "netshare", *map(str, arguments)], input=data,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                          env={**os.environ, "PYTHONIOENCODING": "utf-8", **options})


class Command(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def check_lines(self, done, status, lines):
        self.assertEqual(done.stdout.decode().splitlines(), lines, done.stderr.decode())
        self.assertEqual(done.returncode, status)


class Scan(Command):
    def test_files(self):
        done = run("scan", ATTACKS, BENIGN)
        found = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([one["event"] for one in found], events_of(ATTACKS))
        self.assertEqual(found[0]["file"], str(ATTACKS))
        self.assertEqual(found[0]["rules"][0]["id"], BUILTIN_ID)
        self.assertEqual(found[0]["rules"][0]["tactics"], ["TA0008", "TA0001", "TA0007"])
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"0 of ", done.stderr.splitlines()[-1])

    def test_standard_input_and_status(self):
        done = run("scan", "-q", data=json.dumps(mount()).encode())
        self.assertEqual(json.loads(done.stdout)["file"], "<stdin>")
        self.assertEqual((done.returncode, done.stderr), (1, b""))
        self.assertEqual(run("scan", "-q", data=b'{"a": 1}').returncode, 0)

    def test_rules_of_all_kinds(self):
        path = self.write("r.json", json.dumps([rule("any where a == 1", "file"),
                                                rule("any where = 1", "bad")]))
        done = run("scan", "-r", path, "-e", "any where a == 2", "-e", "any where a == 1", "-b",
                   data=b'{"a": [1, 2]}')
        self.assertEqual({r["id"] for r in json.loads(done.stdout)["rules"]},
                         {"file", "query", "query-2"})
        self.assertIn(b"left out: ", done.stderr)
        self.assertIn(b"bad: query:1:11: error: ", done.stderr)

    def test_failures(self):
        done = run("scan", self.folder / "none", ATTACKS)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"No such file", done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), len(events_of(ATTACKS)))
        for arguments in (["-e", "any where ="], ["-r", self.folder / "none"],
                          ["-r", self.folder], ["-s", "sysmon"], ["--nothing"]):
            done = run("scan", *arguments, data=b"{}")
            self.assertEqual(done.returncode, 2)
            self.assertNotIn(b"Traceback", done.stderr)

    def test_malformed_lines_are_reported_and_limited(self):
        done = run("scan", data=b'{"a": x}\n' * 50 + json.dumps(mount()).encode())
        self.assertEqual(len(done.stdout.splitlines()), 1)
        self.assertLess(len(done.stderr.splitlines()), 25)

    def test_any_text_can_be_written(self):
        event = json.dumps(mount(odd="@")).encode().replace(b"@", b"\xff\x1b\xc3\xa9")
        done = run("scan", "-q", data=event, PYTHONIOENCODING="ascii")
        self.assertEqual(json.loads(done.stdout)["event"]["odd"], "\udcff\x1b\u00e9")
        done = run("explain", "-e", 'any where odd : "*"', data=event,
                   PYTHONIOENCODING="ascii")
        self.assertIn(rb"\udcff\x1b", done.stdout)
        self.assertEqual(done.returncode, 1)

    def test_a_reader_that_goes_away(self):
        many = b"\n".join([json.dumps(mount()).encode()] * 20_000)
        path = self.folder / "many.ndjson"
        path.write_bytes(many)
        with subprocess.Popen([sys.executable, "-m", "netshare", "scan", str(path)],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdout.readline()
            process.stdout.close()
            self.assertEqual(process.stderr.read(), b"")
            self.assertEqual(process.wait(), 2)


class Explain(Command):
    def test_one_line(self):
        done = run("explain", "-l", "2", ATTACKS)
        text = done.stdout.decode()
        self.assertTrue(text.startswith(f"{ATTACKS}:2: \N{CHECK MARK} Mounting"), text)
        self.assertEqual(done.returncode, 1)
        self.assertIn('process.args[', text)

    def test_rules_that_do_not_match(self):
        data = b'{"a": 1}\n{x\n'
        done = run("explain", "-e", "any where a == 2", data=data)
        self.assertIn("\N{BALLOT X} a == 2   <- a is 1", done.stdout.decode())
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"<stdin>:2: ", done.stderr)
        self.assertEqual(run("explain", "-m", data=b'{"a": 1}').stdout, b"")


class Check(Command):
    def test_json(self):
        query = 'process where\n  name : "\u00e9\U0001f600" and a = 1'
        good = rule("any where a", "good")
        for dump in (lambda document: json.dumps([good, document]),
                     lambda document: json.dumps([good, document], ensure_ascii=False),
                     lambda document: json.dumps(good) + "\n" + json.dumps(document)):
            text = dump(rule(query, "bad"))
            path = self.write("x.json", text)
            done = run("check", path)
            place, _, message = done.stdout.decode().partition(": ")
            line, column = map(int, place[len(str(path)) + 1:].split(":"))
            self.assertTrue(text.split("\n")[line - 1][column - 1:].startswith('= 1"'), place)
            self.assertTrue(message.startswith("error: '=' is not an operator"), message)
            self.assertTrue(message.endswith("(rule bad)\n"), message)
            self.assertEqual(done.returncode, 1)

    def test_documents(self):
        path = self.write("x.json", json.dumps([rule("any where a", "x", tags=5)], indent=1))
        self.check_lines(run("check", path), 1, [
            f"{path}:3: error: tags: expected an array of strings, found a number (rule x)"])
        path = self.write("y.json", '{\n"a": x}')
        done = run("check", path)
        self.assertTrue(done.stdout.decode().startswith(f"{path}:2:6: error: "), done.stdout)

    def test_good_files(self):
        path = self.write("x.json", json.dumps(rule("any where a")))
        done = run("check", path, self.folder)
        self.check_lines(done, 0, [])
        self.assertIn(b"2 files, 0 errors", done.stderr)

    def test_stateful_rules_on_request(self):
        path = self.write("x.json", json.dumps(rule("sequence [any where a] [any where b]")))
        self.check_lines(run("check", path), 0, [])
        self.assertEqual(run("check", "--stateful", path).returncode, 1)

    def test_a_missing_file(self):
        done = run("check", self.folder / "none.json")
        self.assertEqual((done.returncode, done.stdout), (2, b""))

    @unittest.skipUnless(has_toml(), "no tomllib (Python 3.11) and no tomli")
    def test_toml(self):
        for delimiter, escape in (("'''", False), ('"""', True)):
            text = TOML.replace("'''", delimiter)
            if escape:
                text = text.replace("\\\\", "\\\\\\\\")
            self.check_lines(run("check", self.write("good.toml", text)), 0, [])
            path = self.write("bad.toml", text.replace("process.args :", "process.args ="))
            done = run("check", path)
            line = next(i for i, row in enumerate(text.split("\n"), 1) if "process.args" in row)
            self.assertTrue(done.stdout.decode().startswith(f"{path}:{line}:16: error: '='"),
                            done.stdout)
            (self.folder / "bad.toml").unlink()
        path = self.write("syntax.toml", "[rule]\nx = ]\n")
        self.assertTrue(run("check", path).stdout.decode().startswith(f"{path}:2:5: error: "))

    def test_nothing_from_a_file_plays_tricks_on_the_terminal(self):
        path = self.write("x.json", json.dumps(rule("any where \x1b", "x\u202e")))
        self.assertNotIn(b"\x1b", run("check", path).stdout)


@unittest.skipUnless(has_toml(), "no tomllib (Python 3.11) and no tomli")
class Convert(Command):
    def test_to_ndjson(self):
        self.write("a.toml", TOML)
        self.write("b.toml", TOML.replace("A rule", "B rule"))
        self.write("c.json", "{}")
        done = run("convert", self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        documents = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([d["name"] for d in documents], ["A rule in TOML", "B rule in TOML"])
        output = self.folder / "rules.ndjson"
        self.assertEqual(run("convert", "-o", output, self.folder).stdout, b"")
        self.assertEqual(output.read_bytes(), done.stdout)
        self.assertEqual(len(netshare.Matcher.from_rules(output)), 2)

    def test_failures(self):
        self.write("a.toml", TOML)
        bad = self.write("b.toml", "x")
        done = run("convert", self.folder)
        self.assertEqual((done.returncode, len(done.stdout.splitlines())), (2, 1))
        self.assertIn(str(bad).encode(), done.stderr)
        done = run("convert", self.write("x.txt", ""))
        self.assertEqual(done.returncode, 2)


class General(unittest.TestCase):
    def test_version_and_help(self):
        self.assertIn(netshare.library_path.encode(), run("--version").stdout)
        for command in ("scan", "check", "explain", "convert"):
            self.assertEqual(run(command, "--help").returncode, 0)
        self.assertEqual(run().returncode, 2)


class Importing(unittest.TestCase):
    """What `import netshare` says without a library that fits."""

    def run_import(self, **environment):
        return subprocess.run(
            [sys.executable, "-c", "import netshare"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=60, env={**os.environ, **environment})

    def test_a_library_that_is_not_there(self):
        done = self.run_import(NETSHARE_LIBRARY="/nowhere/libnetshare.so")
        self.assertIn(b"ImportError: cannot load the library that NETSHARE_LIBRARY names",
                      done.stderr)

    def test_a_library_that_is_another(self):
        import ctypes.util
        other = ctypes.util.find_library("c")
        if not other:
            self.skipTest("no C library is found by name")
        done = self.run_import(NETSHARE_LIBRARY=other)
        self.assertRegex(done.stderr, b"ImportError: .* has no netshare_version: .*Install")


if __name__ == "__main__":
    unittest.main()
