# SPDX-License-Identifier: Apache-2.0
"""netshare-scan as a person uses it: files and pipes in, streams and status out."""
import json
import os
import subprocess
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
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
