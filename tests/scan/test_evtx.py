# SPDX-License-Identifier: Apache-2.0
"""Windows event logs, written here as Windows writes them."""
import gzip
import json
import os
import random
import re
import shutil
import struct
import subprocess
import unittest
import xml.etree.ElementTree

import evtx_writer as evtx
from common import CORPUS, HIT, MISS, SCAN, SHARE, ScanTest, scan

ANY = ("-e", "any where true")
NS = "{%s}" % evtx.XMLNS
CHUNK = evtx.CHUNK_SIZE
HEADER = 4096


def utf16(text):
    return text.encode("utf-16-le", "surrogatepass")


def sysmon(command_line="net use " + SHARE, **more):
    if isinstance(command_line, bytes):
        command_line = evtx.Slot(evtx.STRING, command_line)
    return {"provider": "Microsoft-Windows-Sysmon", "id": 1, "computer": "WS-017",
            "channel": "Microsoft-Windows-Sysmon/Operational",
            "time": "2024-05-14T09:00:01.123456Z",
            "data": [("RuleName", "-"), ("UtcTime", "2024-05-14 09:00:01.123"),
                     ("ProcessId", evtx.Slot(evtx.UINT32, 4242)),
                     ("Image", "C:\\Windows\\System32\\net.exe"), ("CommandLine", command_line),
                     ("User", "EXAMPLE\\j.doe"), ("ParentImage", "C:\\Windows\\System32\\cmd.exe"),
                     ("ParentProcessId", evtx.Slot(evtx.UINT32, 77))], **more}


def security(command_line="net use " + SHARE):
    return {"provider": "Microsoft-Windows-Security-Auditing", "id": 4688, "computer": "DC-1",
            "channel": "Security", "time": "2024-05-14T09:00:02Z",
            "data": [("SubjectUserSid", evtx.Slot(evtx.SID, evtx.sid("S-1-5-21-1-2-3-1001"))),
                     ("SubjectUserName", "j.doe"), ("SubjectDomainName", "EXAMPLE"),
                     ("NewProcessId", evtx.Slot(evtx.HEX64, 0x10A4)),
                     ("NewProcessName", "C:\\Windows\\System32\\net.exe"),
                     ("ProcessId", evtx.Slot(evtx.HEX64, 0x7D8)), ("CommandLine", command_line),
                     ("ParentProcessName", "C:\\Windows\\explorer.exe")]}


OTHER = {**sysmon(), "id": 3}


class Logs(ScanTest):
    def log(self, events, lines, *arguments, **more):
        return self.check(evtx.write(events, **more), lines, *arguments)

    def test_sysmon(self):
        alert = self.log([sysmon()], [1]).documents[0]
        self.assertEqual(alert["process"]["name"], "net.exe")
        self.assertEqual(alert["process"]["args"], ["net", "use", SHARE])
        self.assertEqual(alert["process"]["pid"], 4242)
        self.assertEqual(alert["process"]["parent"]["name"], "cmd.exe")
        self.assertEqual(alert["host"]["name"], "WS-017")
        self.assertEqual(alert["@timestamp"], "2024-05-14T09:00:01.123Z")
        self.assertEqual(alert["Event"]["System"], {
            "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon",
                                         "Guid": "{5770385f-c22a-43e0-bf4c-06f5698ffbd9}"}},
            "EventID": 1, "Version": 5, "Level": 4, "Task": 1, "Opcode": 0,
            "Keywords": "0x8000000000000000",
            "TimeCreated": {"#attributes": {"SystemTime": "2024-05-14T09:00:01.1234560Z"}},
            "EventRecordID": 1, "Correlation": None,
            "Execution": {"#attributes": {"ProcessID": 2000, "ThreadID": 3000}},
            "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "WS-017",
            "Security": {"#attributes": {"UserID": "S-1-5-18"}}})
        self.assertEqual(alert["Event"]["EventData"]["ProcessId"], 4242)

    def test_security(self):
        alert = self.log([security("net view"), security()], [2]).documents[0]
        self.assertEqual(alert["user"], {"id": "S-1-5-21-1-2-3-1001", "name": "j.doe",
                                         "domain": "EXAMPLE"})
        self.assertEqual((alert["process"]["pid"], alert["process"]["parent"]["pid"]),
                         (0x10A4, 0x7D8))
        self.assertEqual(alert["@timestamp"], "2024-05-14T09:00:02.0000000Z")

    def test_ways_to_write_the_same(self):
        events = [sysmon(), OTHER, security(), sysmon("net view")] * 5
        lines = [i + 1 for i in range(20) if i % 4 in (0, 2)]
        for more in ({}, {"per_chunk": 20}, {"per_chunk": 1}, {"dirty": True},
                     {"templates": False}):
            result = self.log(events, lines, **more)
            self.assertIn("in 20 events (20 lines: 0 blank, 0 malformed)", result.err)
        self.log([{**event, "inline": True} for event in events], lines)
        self.log([{**event, "qualifiers": 5} for event in events], lines)
        self.log([], [])
        self.log(events, lines, "-j3")
        explained = scan("-x", *ANY, stdin=evtx.write(events)).out.decode()
        self.assertEqual(explained.count("\u2713 query matches"), 20)

    def test_where_logs_come_from(self):
        log = evtx.write([sysmon(), OTHER, sysmon()])
        path = self.file(log, "a.evtx")
        self.file(gzip.compress(log), "b.evtx.gz")
        self.file(HIT + MISS + HIT, "c.ndjson")
        result = scan(self.folder.name)
        if "built without zlib" not in result.err:
            self.assertEqual(result.lines, [1, 3] * 3, result.err)
            self.assertEqual(scan(stdin=gzip.compress(log)).lines, [1, 3])
        with open(path, "rb") as file:
            out = subprocess.run([SCAN, "-q"], stdin=file, capture_output=True, check=False).stdout
            self.assertEqual(out.count(b"\n"), 2)
        result = scan("--follow", path)
        self.assertEqual(result.status, 2)
        self.assertIn("event logs cannot be followed", result.err)
        result = scan("-r", path)
        self.assertEqual((result.status, result.out), (2, b""))

    def test_no_character_hides_the_rest(self):
        for text in ("\U0001f600", "\ud800", "\udc00\ud800", "\0", "\x01\x1b[31m", "\n", '<&>\'"" '):
            document = self.log([sysmon(utf16("net use " + text + " " + SHARE))], [1]).documents[0]
            shown = "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)
            self.assertEqual(document["process"]["command_line"],
                             "net use " + shown + " " + SHARE)
        self.log([sysmon(utf16("net use " + SHARE) + b"x")], [1])
        self.log([sysmon(utf16("net use " + SHARE + "\0"))], [1])

    def data(self, *pairs):
        log = evtx.write([sysmon(data=list(pairs))])
        return scan(*ANY, stdin=log).documents[0]["Event"]["EventData"]

    def test_values(self):
        def value(kind, packed):
            return self.data(("x", evtx.Slot(kind, packed)))["x"]
        for kind, layout, number in ((3, "b", -5), (4, "B", 250), (5, "<h", -300), (6, "<H", 65000),
                                     (7, "<i", -70000), (8, "<I", 2**32 - 1), (9, "<q", -2**63),
                                     (10, "<Q", 2**63 - 1), (11, "<f", 0.5), (12, "<d", -1e300),
                                     (13, "<I", True), (13, "<I", False)):
            self.assertEqual(value(kind, struct.pack(layout, number)), number)
        for kind, packed, text in (
                (2, b"ansi\0", "ansi"), (14, b"\x01\xab", "01AB"),
                (15, bytes(range(16)), "{03020100-0504-0706-0809-0A0B0C0D0E0F}"),
                (16, struct.pack("<I", 255), "0xff"), (16, struct.pack("<Q", 2**40), "0x10000000000"),
                (17, struct.pack("<Q", 0), "1601-01-01T00:00:00.0000000Z"),
                (18, struct.pack("<8H", 2024, 5, 2, 14, 9, 0, 1, 123), "2024-05-14T09:00:01.123Z"),
                (19, evtx.sid("S-1-16-12288"), "S-1-16-12288"), (20, struct.pack("<I", 31), "0x1f"),
                (0x81, utf16("a\0bc\0"), ["a", "bc"]), (0x86, struct.pack("<2H", 1, 2), [1, 2]),
                (0x93, evtx.sid("S-1-1-0") * 2, ["S-1-1-0"] * 2), (1, b"", "")):
            self.assertEqual(value(kind, packed), text)
        self.assertIsNone(value(12, struct.pack("<d", float("nan"))))
        self.assertIsNone(value(8, None))

    def test_names(self):
        self.assertEqual(self.data((None, "a"), (None, "b"), ("x\"\n", "c")),
                         {"Data": ["a", "b"], "x\"\n": "c"})
        self.assertEqual(self.data(("x", "a"), ("x", "b")), {"x": ["a", "b"]})
        self.assertIsNone(self.data())
        node = evtx.element("Event", [], evtx.element("UserData", [], evtx.element(
            "A", [("k", "1"), ("l", evtx.Slot(evtx.UINT32, None))], "te", "xt",
            evtx.element("B", [], "b"), evtx.element("Data", [("Name", "n"), ("o", "p")], "q"))))
        document = scan(*ANY, stdin=evtx.write([node])).documents[0]
        self.assertEqual(document["Event"]["UserData"]["A"], {
            "#attributes": {"k": "1"}, "#text": "text", "B": "b",
            "Data": {"#attributes": {"Name": "n", "o": "p"}, "#text": "q"}})

    def test_real_events(self):
        path = os.path.join(CORPUS, "raw", "sbousseaden.ndjson")
        if not os.path.exists(path):
            self.skipTest("no corpus of real captures; NETSHARE_CORPUS_DIR may name one")
        events = []
        with open(path, encoding="utf-8") as file:
            for document in map(json.loads, file):
                winlog = document["winlog"]
                events.append({"provider": winlog["provider_name"], "id": winlog["event_id"],
                               "channel": winlog["channel"], "computer": winlog["computer_name"],
                               "time": document["@timestamp"][:26] + "Z",
                               "data": list(winlog["event_data"].items())})
        log = scan(stdin=evtx.write(events, per_chunk=8))
        self.assertEqual(log.lines, scan(path).lines)
        self.assertGreaterEqual(len(log.lines), 1)
        self.assertIn("in %d events (%d lines: 0 blank, 0 malformed)" % (len(events), len(events)),
                      log.err)

    @unittest.skipUnless(shutil.which("evtxexport"), "no evtxexport to compare with")
    def test_another_reader_sees_the_same(self):
        events = [sysmon(), {**security("net use <&> " + SHARE), "qualifiers": 9}] * 4
        for more in ({}, {"templates": False}):
            path = self.file(evtx.write(events, **more), "log.evtx")
            text = subprocess.run(["evtxexport", "-f", "xml", path], capture_output=True,
                                  check=True).stdout.decode()
            roots = [xml.etree.ElementTree.fromstring("<Event " + part)
                     for part in text.split("<Event ")[1:]]
            documents = scan(*ANY, path).documents
            self.assertEqual(len(roots), len(documents))
            for root, document in zip(roots, documents):
                self.compare(root, document["Event"])

    def compare(self, node, value):
        """The XML of an event, and what came of it."""
        attributes = {key: text for key, text in node.attrib.items() if key != "xmlns"}
        if node.tag == NS + "Data":
            del attributes["Name"]
        if len(node) == 0 and not attributes:
            text = re.sub("^0x0+(?=.)", "0x", node.text) if node.text else node.text
            self.assertEqual(text, None if value is None else str(value))
            return
        written = value.get("#attributes", {})
        self.assertEqual({**attributes, "xmlns": None}, {
            **{key: re.sub("(?<=[0-9])Z$", "00Z", str(text))
               for key, text in written.items()}, "xmlns": None})
        for child in node:
            self.compare(child, value[child.get("Name") if child.tag == NS + "Data"
                                      else child.tag[len(NS):]])


class Damage(ScanTest):
    """What is damaged is passed over, and told of: lines are events and malformed ones."""

    def damaged(self, log, events, *messages):
        result = scan(*ANY, stdin=log)
        self.assertEqual(result.status, 2, result.err)
        self.assertEqual(len(result.documents), events, result.err)
        count = len(messages)
        self.assertRegex(result.err, r"in %d events? \(%d lines?: 0 blank, %d malformed\)"
                         % (events, events + count, count))
        self.assertIn("<stdin>: damaged, some of it could not be read", result.err)
        for message in messages:
            self.assertIn("damaged event log: " + message, result.err)

    def setUp(self):
        super().setUp()
        self.log = evtx.write([sysmon()] * 9)

    def patched(self, offset, data):
        return self.log[:offset] + data + self.log[offset + len(data):]

    def test_cut(self):
        second = HEADER + CHUNK
        self.damaged(self.log[:second], 3, "chunk 3: the file ends before it")
        used = self.log[second:second + CHUNK].rstrip(b"\0")
        self.damaged(self.log[:second] + used[:-100], 5, "chunk 2: the file ends within it",
                     "chunk 2: there is no whole record", "chunk 3: the file ends before it")
        self.damaged(self.log[:second + 100], 3, "chunk 2: there is no header",
                     "chunk 2: the file ends within it", "chunk 3: the file ends before it")
        self.damaged(self.log[:100], 0, "it ends within the header")

    def test_headers(self):
        self.damaged(self.patched(HEADER + CHUNK, bytes(512)), 9, "chunk 2: there is no header")
        self.damaged(self.patched(HEADER + CHUNK + 48, b"\1"), 9,
                     "chunk 2: the header has a wrong checksum")
        self.damaged(self.patched(24, b"\1"), 9, "the header has a wrong checksum")
        self.assertEqual(len(scan(stdin=self.patched(HEADER + CHUNK, bytes(CHUNK))).lines), 6,
                         "a chunk that has not been used")

    def test_records(self):
        start = HEADER + CHUNK + 0x200
        self.damaged(self.patched(start, b"gone"), 8, "chunk 2: the records have a wrong checksum",
                     "chunk 2: there is no whole record")
        text = self.log.index(utf16("EXAMPLE"), start)
        self.damaged(self.patched(text, b"X"), 9, "chunk 2: the records have a wrong checksum")
        self.damaged(self.patched(start + 24 + 4, b"\x77"), 8,
                     "chunk 2: the records have a wrong checksum",
                     "record 4: its binary XML has an unexpected token")

    def test_copied_while_it_was_written(self):
        chunk = evtx.Chunk()
        for number in (1, 2, 3):
            chunk.record(number, 0, evtx.event_node({"record": number, **sysmon()}))
        whole = bytearray(evtx.write([sysmon()] * 3, dirty=True))
        second_record = chunk.records[1][1]
        struct.pack_into("<I", whole, HEADER + 48, second_record)
        self.assertEqual(self.check(bytes(whole), [1, 2, 3]).err.count("damaged"), 0)
        old = whole[HEADER + second_record:HEADER + second_record + 8] + struct.pack("<Q", 1)
        whole[HEADER + second_record:HEADER + second_record + 16] = old
        self.check(bytes(whole), [1])

    def test_what_unfolds(self):
        wide = evtx.Slot(evtx.XML, evtx.element("X", [], *[evtx.element("Y")] * 3000))
        self.damaged(evtx.write([evtx.element("X", [], *[wide] * 20)]), 0,
                     "record 1: it unfolds into too much")
        deep = evtx.element("X")
        for _ in range(100):
            deep = evtx.element("X", [], deep)
        self.damaged(evtx.write([deep], templates=False), 0, "record 1: it is nested too deeply")
        itself = bytearray(evtx.write([evtx.element("X", [], evtx.element("Y"))]))
        template = itself.index(b"\x5a" * 12) - 8 - HEADER
        start = HEADER + template + 24 + 4
        itself[start:start + 10] = struct.pack("<BBII", 0x0C, 1, 0, template)
        self.damaged(bytes(itself), 0, "chunk 1: the records have a wrong checksum", "record 1: ")

    def test_random_damage(self):
        """What is not hit is still read, and every line is accounted for."""
        generator = random.Random(3)
        used = range(HEADER + CHUNK + 0x200, HEADER + CHUNK + 0xB00)
        for _ in range(40):
            log = bytearray(self.log)
            for offset in generator.sample(used, 4):
                log[offset] ^= 1 << generator.randrange(8)
            result = scan(*ANY, stdin=bytes(log))
            self.assertEqual(result.status, 2)
            events = len(result.documents)
            self.assertGreaterEqual(events, 6)
            lines, malformed = map(int, re.search(r"(\d+) lines: 0 blank, (\d+) malformed",
                                                  result.err).groups())
            self.assertEqual(lines, events + malformed)


if __name__ == "__main__":
    unittest.main()
