# SPDX-License-Identifier: Apache-2.0
"""Random events and texts: nothing but the documented exceptions may come out."""

import io
import json
import math
import operator
import unittest
from collections import Counter

import netshare
from common import mount
from netshare import Matcher
from netshare._dictionary import refuse

try:
    from hypothesis import HealthCheck, given, settings
    from hypothesis import strategies as st
except ImportError:
    raise unittest.SkipTest("hypothesis is not installed") from None

quick = settings(max_examples=100, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck))

# Surrogates, NUL and controls included.
texts = st.text(st.one_of(st.characters(), st.integers(0xD800, 0xDFFF).map(chr)), max_size=20)
numbers = st.one_of(st.integers(), st.integers(0, 20_000).map(lambda bits: 1 << bits),
                    st.floats(),
                    st.sampled_from([2**63, -2**63 - 1, 10**400, math.nan, -0.0]))
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
names = st.one_of(texts, st.sampled_from(
    ["process", "name", "args", "process.name", "process.args", "event.category", "event.type",
     "host.os.type", "process.parent.name", "_source", "_id", ""]))
values = st.recursive(scalars, lambda inner: st.one_of(
    st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)), max_leaves=20)
events = st.dictionaries(names, values, max_size=6)

MATCHERS = [
    Matcher(), Matcher(source="automatic"),
    Matcher.from_query('any where name : "*a*" or args like~ "?" or process.name != null'),
]


# Each with all that can be asked of the values of a field.
TESTS = ('{0} != null', '{0} == 0', '{0} > 1.5', '{0} == true', '{0} : "*a*"', 'length({0}) == 2',
         'string({0}) == "5"')
FIELDS = ("name", "process.name", "process.name.args")
DICTIONARY_MATCHERS = [Matcher.from_query("any where " + test.format(field))
                       for test in TESTS for field in FIELDS]
parts = st.sampled_from(["process", "name", "args", "process.name", "name.args", "process.args",
                         "process.name.args"])
dictionaries = st.dictionaries(parts, st.recursive(
    st.sampled_from([0, 2, 5, -7, 1.5, 5.0, math.nan, True, False, "", "a", "ab", "\u00e9\0", None,
                     2**63 - 1, 2**63, "\ud800"]),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(parts, inner, max_size=4)),
    max_leaves=12), min_size=1, max_size=4)
decided = Counter()  # the verdicts on dictionaries that were read in place


def outcome(function, *arguments):
    """What a call came to: its value, or the documented error."""
    try:
        return function(*arguments)
    except (netshare.EventError, netshare.LimitError) as error:
        return type(error)


class Random(unittest.TestCase):
    @quick
    @given(events)
    def test_any_event(self, event):
        for matcher in MATCHERS:
            matches = outcome(matcher.match, event)
            if isinstance(matches, type):
                continue
            self.assertEqual(bool(matches), matcher.matches(event))
            explanation = outcome(matcher.explain, event)  # reads more than a verdict needs
            if not isinstance(explanation, type):
                self.assertEqual(bool(matches), explanation.matched)
                str(explanation)
            [many] = matcher.match_many([event])
            self.assertEqual(len(many), len(matches))
            [*found] = matcher.scan([event])
            self.assertEqual(len(found), bool(matches))

    @quick
    @given(st.one_of(dictionaries, dictionaries, events))
    def test_a_dictionary_is_read_as_its_json_is(self, event):
        for matcher in DICTIONARY_MATCHERS + MATCHERS:
            in_place = matcher._core.in_place
            verdict = in_place.matches(event)
            self.assertEqual(in_place.no_match(event), [] if verdict is False else None)
            by_json = outcome(matcher._matches_json, event)
            if isinstance(by_json, bool) and verdict is not None:
                self.assertEqual(verdict, by_json, matcher.rules[0].query)
            if isinstance(by_json, bool) and in_place.matches is not refuse:
                decided[verdict] += 1

    def test_most_dictionaries_are_read_in_place(self):
        if DICTIONARY_MATCHERS[0]._core.in_place.matches is refuse:
            self.skipTest("this interpreter's objects are not")
        decided.clear()
        self.test_a_dictionary_is_read_as_its_json_is()
        self.assertGreater(decided[True], 20)
        self.assertGreater(decided[False] + decided[True], decided[None])

    @quick
    @given(events)
    def test_a_hit_stays_one(self, more):
        """What else is in an event does not hide a match."""
        event = {**mount(), **{f"x.{name}": value for name, value in more.items()}}
        matches = outcome(MATCHERS[0].match, event)
        self.assertTrue(matches)  # or the class of an error, as for an integer of any length

    @quick
    @given(events)
    def test_an_accessor_sees_what_json_says(self, event):
        flat = {name: value for name, value in event.items()
                if not isinstance(value, (dict, list)) and "." not in name}
        if any(name in flat for name in ("_source", "_id")):
            return
        matcher = MATCHERS[2]
        by_json = outcome(matcher.match, flat)
        if not isinstance(by_json, type):
            self.assertEqual(len(by_json), len(matcher.match(flat, accessor=operator.getitem)))

    @quick
    @given(st.one_of(st.binary(max_size=60), texts))
    def test_any_text_as_json(self, text):
        for matcher in MATCHERS:
            outcome(matcher.match, text)
            matcher.match_many([text, mount(), text], on_error="skip")
            list(matcher.scan([text, text], on_error="skip"))

    @quick
    @given(st.lists(st.one_of(st.binary(max_size=20), st.just(json.dumps(mount()).encode()),
                              st.just(b"\n"))), st.integers(1, 50))
    def test_files_in_chunks_of_any_size(self, parts, size):
        data = b"".join(parts)
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return
        reference = MATCHERS[0].scan(io.BytesIO(data), on_error="skip")
        expected = [(f.line, len(f.matches)) for f in reference]
        scan = MATCHERS[0].scan(io.BytesIO(data), on_error="skip", chunk_size=size)
        self.assertEqual([(f.line, len(f.matches)) for f in scan], expected)
        self.assertEqual(scan.counts, reference.counts)

    @quick
    @given(st.dictionaries(texts, values, max_size=5))
    def test_what_the_library_reads_python_reads(self, more):
        """A matching line is decoded, whatever else it holds."""
        matcher = Matcher.from_query("any where hit == 1")
        try:
            line = json.dumps({"hit": 1, "more": more}, ensure_ascii=False)
        except ValueError:
            return
        for data in (line.encode("utf-8", "surrogatepass"), line.encode("utf-16", "ignore")):
            for found in matcher.scan([data], on_error="skip"):
                self.assertEqual(found.event["hit"], 1)

    @quick
    @given(st.binary(max_size=30))
    def test_any_bytes_in_a_string(self, data):
        data = data.replace(b'"', b"").replace(b"\\", b"").replace(b"\n", b"")
        matcher = Matcher.from_query("any where hit == 1")
        [found] = matcher.scan([b'{"hit": 1, "x": "' + data + b'"}'])
        self.assertEqual(found.event["x"].encode("utf-8", "surrogateescape"), data)

    @quick
    @given(texts)
    def test_any_query(self, text):
        for query in (text, f"any where {text}", f'any where a : "{text}"'):
            try:
                Matcher.from_query(query).match({"a": text})
            except (netshare.QueryError, netshare.LimitError, UnicodeEncodeError):
                continue
            netshare.check_query(netshare.format_query(query))

    @quick
    @given(texts, texts)
    def test_wildcards(self, text, other):
        self.assertTrue(netshare.Wildcard("*").match(text))
        try:
            wildcard = netshare.Wildcard(text, ignore_case=False)
        except UnicodeEncodeError:
            return
        self.assertTrue(wildcard.match(text))
        if not set(text) & set("*?"):
            self.assertEqual(wildcard.match(other), text == other)

    @quick
    @given(texts)
    def test_command_lines(self, text):
        arguments = netshare.split_command_line(text)
        self.assertEqual(bool(arguments), bool(text))
        self.assertNotIn("\\", netshare.file_name(text))

    @quick
    @given(st.recursive(st.one_of(scalars, st.just("eql")), lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(names, st.sampled_from(
            ["rule_id", "name", "query", "type", "threat", "tags", "severity"])), inner)),
        max_leaves=12))
    def test_any_rule_document(self, document):
        if not isinstance(document, dict):
            return
        for base in ({}, {"rule_id": "x", "name": "x", "type": "eql", "query": "any where a"}):
            try:
                for rule in Matcher.from_rules({**base, **document}).rules:
                    repr(rule)
            except (netshare.NetshareError, ValueError):
                continue


if __name__ == "__main__":
    unittest.main()
