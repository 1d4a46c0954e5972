# SPDX-License-Identifier: Apache-2.0
import gzip
import io
import json
import os
import pathlib
import tempfile
import threading
import types
import unittest
import warnings

import netshare
from common import ATTACKS, BENIGN, events_of, mount, nested, rule
from netshare import Matcher

LINE = json.dumps(mount()).encode()
OTHER = b'{"process.name": "x"}'


class Files(unittest.TestCase):
    def setUp(self):
        self.matcher = Matcher()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, data, name="events.ndjson"):
        path = self.folder / name
        path.write_bytes(data)
        return path

    def numbers(self, source, **options):
        return [found.line for found in self.matcher.scan(source, **options)]

    def test_samples(self):
        found = list(self.matcher.scan(ATTACKS))
        self.assertEqual([line for line, _, _ in found], list(range(1, len(found) + 1)))
        self.assertEqual([event for _, event, _ in found], events_of(ATTACKS))
        self.assertTrue(all(matches[0].explain() for _, _, matches in found))
        self.assertEqual(self.numbers(str(BENIGN)), [])

    def test_counts(self):
        path = self.write(LINE + b"\n\n" + OTHER + b"\r\n" + b"{x\n" + LINE)
        scan = self.matcher.scan(path, on_error="skip", read_all=True)
        self.assertEqual([found.line for found in scan], [1, 5])
        counts = scan.counts
        self.assertEqual((counts.lines, counts.blank, counts.events, counts.malformed,
                          counts.undecided, counts.matched), (5, 1, 3, 1, 0, 2))

    def test_every_chunk_size_finds_the_same(self):
        data = b"\n".join([LINE, OTHER, b"", LINE, OTHER, LINE + b"\r", b" ", OTHER])
        for end in (b"", b"\n", b"\n\n"):
            path = self.write(b"\xef\xbb\xbf" + data + end)
            for size in (1, 2, 3, 7, len(LINE), len(LINE) + 1, 200, 4096):
                self.assertEqual(self.numbers(path, chunk_size=size), [1, 4, 6], size)

    def test_a_line_longer_than_a_chunk(self):
        long = json.dumps(mount(note="x" * 100_000)).encode()
        path = self.write(b"\n".join([OTHER, long, LINE, long]))
        self.assertEqual(self.numbers(path, chunk_size=1000), [2, 3, 4])

    def test_more_findings_than_room(self):
        matcher = Matcher.from_rules([rule("any where a == 1", str(i)) for i in range(700)])
        found = list(matcher.scan([{"a": 1}, {"a": 2}, {"a": 1}, {"a": 1}]))
        self.assertEqual([(f.line, len(f.matches)) for f in found],
                         [(1, 700), (3, 700), (4, 700)])

    def test_file_objects(self):
        data = OTHER + b"\n" + LINE + b"\n"
        path = self.write(data)
        with open(path, "rb") as file:
            self.assertEqual(self.numbers(file), [2])
            self.assertFalse(file.closed)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(self.numbers(file), [2])
        with gzip.open(self.write(gzip.compress(data), "x.gz")) as file:
            self.assertEqual(self.numbers(file), [2])
        self.assertEqual(self.numbers(io.BytesIO(data)), [2])
        self.assertEqual(self.numbers(io.StringIO(data.decode())), [2])

    def test_a_pipe_gives_what_is_there(self):
        read, write = os.pipe()
        with os.fdopen(read, "rb", buffering=0) as source, os.fdopen(write, "wb", 0) as sink:
            scan = self.matcher.scan(source)
            sink.write(LINE + b"\n" + OTHER[:5])
            self.assertEqual(next(scan).line, 1)  # with the pipe still open
            sink.write(OTHER[5:] + b"\n" + LINE + b"\n")
            self.assertEqual(next(scan).line, 3)
            sink.close()
            self.assertEqual(list(scan), [])

    def test_utf16_is_refused(self):
        path = self.write(LINE.decode().encode("utf-16"))
        for size in (1, 4096):
            with self.assertRaisesRegex(netshare.EventError, "UTF-16"):
                self.numbers(path, chunk_size=size)

    def test_odd_bytes_do_not_hide_an_event(self):
        event = json.dumps(mount(odd="@", big=5)).encode()
        event = event.replace(b"@", b"\xff\x00\x01").replace(b"5", b"9" * 5000)
        found = list(self.matcher.scan(self.write(event)))
        self.assertEqual(found[0].event["odd"], "\udcff\0\x01")
        self.assertEqual(found[0].event["big"], float("inf"))

    def test_a_missing_file(self):
        with self.assertRaises(FileNotFoundError):
            self.matcher.scan(self.folder / "none")

    def test_what_cannot_be_scanned(self):
        for source in (5, b"x", {"a": 1}, bytearray(), None):
            with self.assertRaises(TypeError):
                self.matcher.scan(source)
        for options in ({"chunk_size": 0}, {"on_error": "ignore"}, {"on_error": None}):
            with self.assertRaises(ValueError):
                self.matcher.scan([], **options)
        with self.assertRaises(TypeError):
            list(self.matcher.scan([mount(), 5]))

    def test_a_scan_may_be_left_early(self):
        with self.matcher.scan(self.write(b"\n".join([LINE] * 10))) as scan:
            self.assertEqual(next(scan).line, 1)
        self.assertEqual(list(scan), [])

    def test_a_scan_inside_a_scan(self):
        pairs = [(a.line, b.line) for a in self.matcher.scan([mount(), mount()])
                 for b in self.matcher.scan([mount(), mount()])
                 if self.matcher.match(mount())]
        self.assertEqual(pairs, [(1, 1), (1, 2), (2, 1), (2, 2)])

    def test_threads(self):
        path = self.write(b"\n".join([LINE, OTHER] * 2000))
        results = []

        def run():
            results.append(len(self.numbers(path, chunk_size=10_000)))

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(results, [2000] * 4)


class Errors(unittest.TestCase):
    DATA = LINE + b"\n{x\n[]\n" + b'{"a":' * 600 + b"1" + b"}" * 600 + b"\n" + LINE

    def setUp(self):
        self.matcher = Matcher()

    def scan(self, on_error):
        return [f.line for f in self.matcher.scan(io.BytesIO(self.DATA), on_error=on_error,
                                                  read_all=True)]

    def test_warn_once_for_each_kind(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            self.assertEqual(self.scan("warn"), [1, 5])
        texts = [str(warning.message) for warning in caught]
        self.assertEqual([warning.category for warning in caught], [netshare.ScanWarning] * 2)
        self.assertRegex(texts[0], "^event:2:2: .*only counted$")
        self.assertRegex(texts[1], "^event:4:.*512")
        self.assertEqual(caught[0].filename, __file__)

    def test_skip_and_raise(self):
        self.assertEqual(self.scan("skip"), [1, 5])
        with self.assertRaises(netshare.EventError) as caught:
            self.scan("raise")
        self.assertEqual((caught.exception.line, caught.exception.column), (2, 2))

    def test_a_callable_sees_each(self):
        errors = []
        self.assertEqual(self.scan(errors.append), [1, 5])
        self.assertEqual([(type(error), error.line) for error in errors],
                         [(netshare.EventError, 2), (netshare.EventError, 3),
                          (netshare.LimitError, 4)])

    def test_a_file_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.ndjson")
            pathlib.Path(path).write_bytes(b"{x")
            errors = []
            list(self.matcher.scan(path, on_error=errors.append))
            self.assertTrue(str(errors[0]).startswith(f"{path}:1:2: "), str(errors[0]))


class Many(unittest.TestCase):
    def setUp(self):
        self.matcher = Matcher()

    def test_one_entry_for_each_event(self):
        events = (events_of(ATTACKS) + events_of(BENIGN)) * 300  # more than one batch
        results = self.matcher.match_many(events)
        self.assertEqual([bool(m) for m in results],
                         [bool(self.matcher.match(event)) for event in events])
        self.assertEqual(self.matcher.match_many([]), [])
        self.assertEqual(self.matcher.match_many(iter(())), [])

    def test_all_kinds_of_events(self):
        text = json.dumps(mount(), indent=1)
        events = [mount(), text, text.encode() + b"\r\n", {"a": "x\ny"}, OTHER,
                  types.MappingProxyType(mount()), "\n" + text, bytearray(LINE)]
        self.assertEqual([len(m) for m in self.matcher.match_many(events)],
                         [1, 1, 1, 0, 0, 1, 1, 1])
        numbers = [f.line for f in self.matcher.scan(events)]
        self.assertEqual(numbers, [1, 2, 3, 6, 7, 8])

    def test_line_feeds_inside_strings_stay(self):
        matcher = Matcher.from_query('any where a == "x\\ny"')
        events = ['{"a": "x\ny"}', '{"a": "x y"}']
        self.assertEqual([len(m) for m in matcher.match_many(events)], [1, 0])

    def test_errors(self):
        deep = {"process": ((), nested(100_000))}
        events = [mount(), "", "{", deep, "[]", mount(), " \n"]
        with self.assertRaises(netshare.EventError) as caught:
            self.matcher.match_many(events)
        self.assertEqual(caught.exception.line, 2)
        errors = []
        results = self.matcher.match_many(events, on_error=errors.append)
        self.assertEqual([len(m) for m in results], [1, 0, 0, 0, 0, 1, 0])
        self.assertEqual([error.line for error in errors], [2, 3, 4, 5, 7])
        self.assertEqual([m.undecided is not None for m in results],
                         [False, True, True, True, True, False, True])

    def test_wrong_types(self):
        for events in (mount(), "{}", b"{}", 5, None):
            with self.assertRaises(TypeError):
                self.matcher.match_many(events)
        with self.assertRaises(TypeError):
            self.matcher.match_many([mount(), 5])

    def test_blank_items_of_a_scan_are_blank_lines(self):
        scan = self.matcher.scan(["", LINE, " \r\n", "\n", mount()])
        self.assertEqual([found.line for found in scan], [2, 5])
        self.assertEqual((scan.counts.blank, scan.counts.malformed), (3, 0))

    def test_a_scan_of_objects_gives_them_back(self):
        event = mount()
        self.assertIs(next(self.matcher.scan([{}, event])).event, event)
        self.assertEqual(next(self.matcher.scan([LINE])).event, event)


if __name__ == "__main__":
    unittest.main()
