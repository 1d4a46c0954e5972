# SPDX-License-Identifier: Apache-2.0
"""Dictionaries that the library reads where they are, and those that go as JSON."""

import datetime
import gc
import pickle
import sys
import threading
import unittest
import weakref
from collections import OrderedDict
from unittest import mock

import netshare
from common import ATTACKS, BENIGN, events_of, mount, nested
from netshare import Matcher, Matches, _dictionary

in_place = unittest.skipIf(Matcher()._core.in_place.matches is _dictionary.refuse,
                           "this interpreter's objects are not read in place")


class Name(str):
    pass


class Hostile:
    """A key that looks like another one, and does something when it is compared."""

    def __init__(self, name, act):
        self._hash, self._act = hash(name), act

    def __hash__(self):
        return self._hash

    def __eq__(self, other):
        self._act()
        return False


def verdict(matcher, event):
    return matcher._core.in_place.matches(event)


class Verdicts(unittest.TestCase):
    """The same whichever way an event goes."""

    PLAIN = [
        ({}, False), (mount(), True), (mount(process__name="x"), False),
        (mount(process__args=["use", "\\\\s\\c$", None, 1, 2.5, True]), True),
        ({"event": {"category": ["process"], "type": "start"}, "host": {"os.type": "windows"},
          "process": [{"name": "net.exe"}, {"args": ["use", "\\\\server\\c$"]}]}, True),
        ({**mount(), "@timestamp": datetime.date.today()}, True),
        ({**mount(), "process": {"unread": {1, 2}}}, True),
        (mount(process__args="usé"), False),
    ]
    OTHERS = [
        ({"_source": mount(), "_index": "x"}, True), ({**mount(), "_source": "x"}, True),
        (mount(process__args=("use", "\\\\s\\c$")), True),
        (mount(process__name=Name("net.exe")), True),
        (mount(process__args=[["use"], "\\\\s\\c$"]), True),
        (mount(process__args=["use", "\\\\s\\c$", "\ud800"]), True),
        (mount(process__args=["use", "\\\\s\\c$", 1 << 70]), True),
        (mount(process__args=["use", "\\\\s\\c$", datetime.date.today()]), True),
        ({**mount(), "process": OrderedDict(name="x")}, True),
        (OrderedDict(mount()), True),
    ]

    @in_place
    def test_plain_dictionaries(self):
        matcher = Matcher()
        for event, expected in self.PLAIN:
            with self.subTest(event):
                self.assertIs(verdict(matcher, event), expected)
                self.assertIs(matcher.matches(event), expected)
                self.assertEqual(bool(matcher.match(event)), expected)

    def test_others_go_as_json(self):
        matcher = Matcher()
        for event, expected in self.OTHERS:
            with self.subTest(event):
                self.assertIsNone(verdict(matcher, event))
                self.assertIs(matcher.matches(event), expected)
                self.assertEqual(bool(matcher.match(event)), expected)

    def test_without_reading_in_place(self):
        with mock.patch.object(sys.implementation, "name", "other"):
            matcher = Matcher()
            self.assertIs(matcher._core.in_place.matches, _dictionary.refuse)
        for event, expected in self.PLAIN[:6] + self.OTHERS:
            self.assertIs(matcher.matches(event), expected)
            self.assertEqual(bool(matcher.match(event)), expected)

    def test_other_sources_go_as_json(self):
        matcher = Matcher(source="automatic")
        self.assertIs(matcher._core.in_place.matches, _dictionary.refuse)
        self.assertTrue(matcher.match(mount()))

    def test_names_that_json_makes(self):
        matcher = Matcher.from_query("any where a.`1` == 5")
        self.assertIs(matcher._core.in_place.matches, _dictionary.refuse)
        self.assertTrue(matcher.matches({"a": [{1: 5}]}))

    @in_place
    def test_files(self):
        matcher = Matcher()
        for path, expected in ((ATTACKS, True), (BENIGN, False)):
            for event in events_of(path):
                self.assertIs(verdict(matcher, event), None if "_source" in event else expected)

    def test_a_match_has_its_event(self):
        event = mount()
        [match] = Matcher().match(event)
        event.clear()
        self.assertTrue(match.explain().matched)
        self.assertTrue(match.clauses())
        self.assertTrue(pickle.loads(pickle.dumps(match)).explain().matched)


class NoMatch(unittest.TestCase):
    """An empty list, whichever way it is made."""

    def test_it_is_a_list_of_its_own(self):
        matcher = Matcher()
        found = [matcher.match({}) for _ in range(3)] + [matcher.match("{}")]
        for matches in found:
            self.assertIs(type(matches), Matches)
            self.assertEqual(matches, [])
            self.assertFalse(matches)
            self.assertIsNone(matches.undecided)
            self.assertEqual(matches.rules, [])
            self.assertEqual(repr(matches), "[]")
            self.assertEqual(pickle.loads(pickle.dumps(matches)), [])
        self.assertEqual(len({id(matches) for matches in found}), len(found))

    def test_what_is_done_to_one_does_not_show_in_the_next(self):
        matcher = Matcher()
        changed = matcher.match({})
        changed.append(1)
        self.assertEqual(matcher.match({}), [])
        self.assertEqual(changed, [1])
        del changed
        matcher.match({}).append(2)
        self.assertEqual(matcher.match({}), [])

    def test_it_takes_no_other_attributes(self):
        for matches in (Matcher().match({}), Matcher().match(mount())):
            with self.assertRaises(AttributeError):
                matches.undecided = None
            with self.assertRaises(AttributeError):
                matches.other = 1

    def test_what_was_put_into_one_goes_away(self):
        matcher, value = Matcher(), Name()
        gone = weakref.ref(value)
        matcher.match({}).append(value)
        del value
        matcher.match({})
        gc.collect()
        self.assertIsNone(gone())

    def test_a_closed_matcher_has_none(self):
        matcher = Matcher()
        matcher.match({})
        matcher.matches({})
        matcher.close()
        for call in (matcher.match, matcher.matches):
            with self.assertRaisesRegex(ValueError, "closed"):
                call({})


class Unread(unittest.TestCase):
    """What no verdict needs is not looked at; what is needed must be an event's."""

    def test_values_that_json_has_no_word_for(self):
        matcher = Matcher.from_query("any where a == 1 and b == 2")
        self.assertFalse(matcher.matches({"a": 0, "b": object()}))
        self.assertEqual(matcher.match({"a": 0, "b": object()}), [])
        for call in (matcher.match, matcher.matches):
            with self.assertRaisesRegex(TypeError, "type object"):
                call({"a": 1, "b": object()})

    def test_depth(self):
        matcher = Matcher.from_query("any where a == 1 and b == 2")
        self.assertFalse(matcher.matches({"a": 0, "b": nested(5000)}))
        with self.assertRaises(netshare.LimitError):
            matcher.matches({"a": [1, [nested(5000)]], "b": 2})

    def test_other_objects(self):
        matcher = Matcher()
        for event in (5, None, [], object(), {1}, dict):
            for call in (matcher.match, matcher.matches):
                with self.assertRaises(TypeError):
                    call(event)

    def test_undecided(self):
        event = {name: list(range(17)) for name in "abcde"}
        matcher = Matcher.from_query("any where a + b + c + d + e == 1000")
        self.assertIsNone(verdict(matcher, event))
        self.assertIsInstance(matcher.match(event).undecided, netshare.LimitError)
        with self.assertRaises(netshare.LimitError):
            matcher.matches(event)


class Hostility(unittest.TestCase):
    QUERY = 'any where concat(a.b, a.c, a.d) == "xyz"'

    def event(self, act):
        event = {"a": {"b": "x" * 1, "c": ["y", "q" * 99], "d": "z"}}
        event["a"][Hostile("d", act)] = event["a"].pop("d")
        return event

    def test_keys_that_raise(self):
        def act():
            raise KeyError("no")

        with self.assertRaisesRegex(KeyError, "no"):
            Matcher.from_query(self.QUERY).matches(self.event(act))

    def test_keys_that_change_the_event(self):
        matcher = Matcher.from_query(self.QUERY)
        for clear in (lambda e: e.clear(), lambda e: e["a"].clear(), lambda e: e["a"]["c"].clear()):
            event = self.event(lambda clear=clear: (clear(event), gc.collect()))
            try:
                matcher.matches(event)
            except (LookupError, RuntimeError):  # json found that it changed
                pass

    def test_keys_that_match_again(self):
        matcher = Matcher.from_query(self.QUERY)
        found = []
        event = self.event(lambda: found.append(matcher.matches({"a": {"b": "x", "c": "y", "d": "z"}})))
        self.assertFalse(matcher.matches(event))
        self.assertIn(True, found)

    def test_a_dictionary_in_itself(self):
        event = {}
        event["a"] = [event] * 30
        matcher = Matcher.from_query("any where a.a.a.a.a.a == 1")
        with self.assertRaises(netshare.LimitError):
            matcher.matches(event)


@in_place
class Memory(unittest.TestCase):
    def test_references_are_given_back(self):
        texts = ["use", "\\\\s\\c$", "a text é"]
        event = {**mount(), "process": [{"args": texts}, {"name": 5 ** 20}, {"name": 0.5}]}
        held = [event, texts, *texts, event["process"], event["process"][0]]
        matcher = Matcher()
        matcher.matches(event)
        before = [sys.getrefcount(value) for value in held]
        for _ in range(1000):
            matcher.matches(event)
            matcher.matches({**event, "process.args": [object()]} if _ < 0 else event)
            verdict(matcher, {"process.name": [texts, ("x",)]})
            matcher.match({**event, "process.name": "x"})
        self.assertEqual([sys.getrefcount(value) for value in held], before)

    def test_a_matcher_goes_away(self):
        matcher = Matcher()
        matcher.matches({})
        core = weakref.ref(matcher._core)
        function = matcher._core.in_place.matches
        no_match = matcher._core.in_place.no_match
        gc.disable()
        try:
            del matcher
            self.assertIsNone(core())
        finally:
            gc.enable()
        self.assertIs(function({}), False)  # they have what they need
        self.assertEqual(no_match({}), [])

    def test_threads(self):
        matcher = Matcher()
        events = [(mount(), True), (mount(process__name="x"), False)] * 500
        wrong = []

        def run():
            wrong.extend(e for e, expected in events if matcher.matches(e) is not expected)

        interval = sys.getswitchinterval()
        sys.setswitchinterval(1e-5)
        try:
            threads = [threading.Thread(target=run) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            sys.setswitchinterval(interval)
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main()
