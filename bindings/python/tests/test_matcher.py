# SPDX-License-Identifier: Apache-2.0
import collections
import datetime
import gc
import json
import math
import operator
import pathlib
import pickle
import threading
import types
import unittest
import uuid
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import netshare
from common import ATTACKS, BENIGN, BUILTIN_ID, events_of, mount, nested, rule
from netshare import Matcher


READS_A = Matcher.from_query("any where a == 1")


def matches_in_child(matcher, events):
    return [bool(matcher.match(event)) for event in events]


class Builtin(unittest.TestCase):
    def setUp(self):
        self.matcher = Matcher()

    def test_sample_attacks_match(self):
        for event in events_of(ATTACKS):
            matches = self.matcher.match(event)
            self.assertTrue(matches)
            self.assertEqual([match.rule.id for match in matches], [BUILTIN_ID])

    def test_benign_samples_do_not(self):
        for event in events_of(BENIGN):
            self.assertFalse(self.matcher.match(event))
            self.assertFalse(self.matcher.matches(event))

    def test_metadata(self):
        rule = self.matcher.rules[0]
        self.assertEqual(rule.name, "Mounting Hidden or WebDav Remote Shares")
        self.assertEqual((rule.severity, rule.risk_score, rule.max_signals),
                         (netshare.Severity.MEDIUM, 47, 100))
        self.assertEqual([t.id for t in rule.tactics], ["TA0008", "TA0001", "TA0007"])
        self.assertEqual([t.id for t in rule.techniques], ["T1021", "T1078", "T1087"])
        self.assertEqual([t.id for t in rule.subtechniques],
                         ["T1021.002", "T1078.003", "T1087.001", "T1087.002"])
        self.assertEqual(rule.threats[0].tactic.name, "Lateral Movement")
        self.assertIn("winlogbeat-*", rule.indices)
        self.assertEqual(rule.authors, ("Elastic",))
        self.assertEqual((rule.interval, rule.from_, rule.type), ("5m", "now-9m", "eql"))
        self.assertIsNone(rule.building_block_type)

    def test_rules_are_frozen_and_hashable(self):
        rule = self.matcher.rules[0]
        with self.assertRaises(AttributeError):
            rule.name = "other"
        self.assertEqual(len({rule, Matcher().rules[0]}), 1)

    def test_fields(self):
        self.assertIn("process.args", self.matcher.fields)
        self.assertEqual(len(self.matcher), 1)

    def test_repr(self):
        self.assertIn("Mounting Hidden", repr(self.matcher))
        self.assertIn(BUILTIN_ID, repr(self.matcher.match(mount())[0]))
        self.assertIn(BUILTIN_ID, repr(self.matcher.rules[0]))


class Events(unittest.TestCase):
    def setUp(self):
        self.matcher = Matcher()

    def test_json_as_text_and_bytes(self):
        text = json.dumps(mount())
        for event in (text, text.encode(), bytearray(text.encode()), memoryview(text.encode()),
                      "\n " + text + "\r\n"):
            self.assertTrue(self.matcher.match(event))

    def test_any_mapping(self):
        self.assertTrue(self.matcher.match(types.MappingProxyType(mount())))
        self.assertTrue(self.matcher.match(collections.ChainMap({}, mount())))
        inner = types.MappingProxyType({"name": "net.exe", "args": ("use", "\\\\a\\b$")})
        event = mount()
        del event["process.name"], event["process.args"]
        self.assertTrue(self.matcher.match({**event, "process": inner}))

    def test_values_that_json_lacks(self):
        class Number:
            def __index__(self):
                return 7

        event = mount(a=datetime.datetime(2024, 1, 2), b={1}, c=b"\xff", d=uuid.uuid4(),
                      e=pathlib.Path("x"), f=Number(), g=math.nan, h=-math.inf, i=10**400)
        self.assertTrue(self.matcher.match(event))
        seven = Matcher.from_query("any where f == 7 and b == 1 and a : \"2024-01-02*\"")
        self.assertTrue(seven.match(event))

    def test_wrong_types(self):
        for event in (None, 5, 1.5, [mount()], {1, 2}, object()):
            for function in (self.matcher.match, self.matcher.matches, self.matcher.explain):
                with self.assertRaises(TypeError):
                    function(event)
        for value in (1j, [{"b": 1j}, {(1, 2): 1}, ()]):
            with self.assertRaises(TypeError):
                READS_A.match({"a": value})
            self.assertTrue(self.matcher.match(mount(a=value)))  # which no rule reads

    def test_what_is_no_event(self):
        for event in ("", "[]", "5", "{", b"\x00", '{"a": 1} x'):
            for function in (self.matcher.match, self.matcher.matches, self.matcher.explain):
                with self.assertRaises(netshare.EventError) as caught:
                    function(event)
                self.assertIsInstance(caught.exception, ValueError)
                self.assertTrue(str(caught.exception).startswith("event:1:"))

    def test_position_of_an_error(self):
        with self.assertRaises(netshare.EventError) as caught:
            self.matcher.match('{"a": 1,\n "b": x}')
        error = caught.exception
        self.assertEqual((error.offset, error.line, error.column), (15, 2, 7))

    def test_nesting(self):
        self.assertFalse(READS_A.match({"a": ((), nested(500))}))
        for levels in (600, 100_000):
            with self.assertRaises(netshare.LimitError):
                READS_A.match({"a": ((), nested(levels))})
            self.assertFalse(READS_A.match(nested(levels)))  # which has no value to read

    def test_an_event_that_contains_itself(self):
        event = {}
        event["a"] = event
        self.assertFalse(READS_A.match(event))
        event["a"] = [[event]]
        with self.assertRaises(netshare.LimitError):
            READS_A.match(event)

    def test_an_integer_that_python_does_not_print(self):
        event = {"a": 10**5000}
        try:
            self.assertFalse(READS_A.match(event))  # where Python has no such limit
        except netshare.EventError as error:
            self.assertIn("cannot be written as JSON", str(error))

    def test_lone_surrogates_and_nul(self):
        one = Matcher.from_query('any where a like "x?y"')
        for text in ("x\ud800y", "x\udc00y", "x\0y", "x\U0001f600y", "x\ud83d\ude00y"):
            self.assertTrue(one.match({"a": text}), ascii(text))
            self.assertTrue(one.match(text, accessor=lambda event, _: event), ascii(text))

    def test_every_spelling_of_a_field_is_read(self):
        matcher = Matcher.from_query('any where a.b.c == 1 and a.b == "x" and d == 2')
        c, d = {"b": ["x", {"c": 1}]}, {"d": [{"e": 5}, 2], "z": {1: 1j}}
        for event in ({"a": c, **d}, {"a": [c], **d}, {"a.b": c["b"], **d},
                      {"a": {"b.c": 1, "b": "x"}, **d}, {"a.b.c": 1, "a": {"b": "x"}, **d},
                      {"a": types.MappingProxyType(c), **d},
                      {"_id": "1", "_source": {"a": c, "d": 2}}):
            self.assertTrue(matcher.match(event), event)
            self.assertTrue(matcher.match_many([event])[0])
            self.assertTrue(matcher.matches(event))
        self.assertFalse(matcher.match({"a": {"c": c}, **d}))

    def test_surrogateescape_in_json_text_is_bytes(self):
        text = b'{"a": "x\xffy"}'.decode("utf-8", "surrogateescape")
        self.assertTrue(Matcher.from_query('any where a like "x?y"').match(text))
        self.assertTrue(Matcher.from_query('any where a like "x?y"').match('{"a": "x\ud800y"}'))

    def test_an_event_may_change_behind_its_match(self):
        event = mount()
        matches = self.matcher.match(event)
        event.clear()
        self.assertTrue(matches[0].explain().matched)


class Undecided(unittest.TestCase):
    """One event must not hide a rule's match by what it does to another rule."""

    def setUp(self):
        self.matcher = Matcher.from_rules([
            rule("any where x == 1", "plain"),
            rule("any where concat(a, b, c) == \"q\"", "heavy"),
        ])
        many = [str(i) for i in range(200)]
        self.event = {"x": 1, "a": many, "b": many, "c": many}

    def test_the_other_matches_stay(self):
        matches = self.matcher.match(self.event)
        self.assertEqual([match.rule.id for match in matches], ["plain"])
        self.assertIsInstance(matches.undecided, netshare.LimitError)

    def test_with_an_accessor_too(self):
        matches = self.matcher.match(self.event, accessor=operator.getitem)
        self.assertEqual([match.rule.id for match in matches], ["plain"])
        self.assertIsInstance(matches.undecided, netshare.LimitError)

    def test_no_verdict_is_an_error_not_a_no(self):
        self.assertTrue(self.matcher.matches(self.event))
        del self.event["x"]
        with self.assertRaises(netshare.LimitError):
            self.matcher.matches(self.event)

    def test_in_bulk(self):
        seen = []
        results = self.matcher.match_many([{}, self.event], on_error=seen.append)
        self.assertEqual([len(matches) for matches in results], [0, 1])
        self.assertIsInstance(results[1].undecided, netshare.LimitError)
        self.assertEqual([error.line for error in seen], [2])

    def test_it_survives_pickling(self):
        matches = pickle.loads(pickle.dumps(self.matcher.match(self.event)))
        self.assertIsInstance(matches.undecided, netshare.LimitError)


class Accessors(unittest.TestCase):
    def setUp(self):
        self.matcher = Matcher()

    def test_any_object(self):
        class Process:
            name, args = "NET1.exe", ("use", "\\\\a\\b$")

        values = {"event.category": "process", "event.type": "start",
                  "host.os.type": "windows"}

        def get(process, field):
            if field in values:
                return values[field]
            if not field.startswith("process.") or field.count(".") > 1:
                return netshare.ABSENT
            return getattr(process, field.rpartition(".")[2], netshare.ABSENT)

        matches = self.matcher.match(Process(), accessor=get)
        self.assertTrue(matches)
        self.assertIn("process.parent.name is absent", str(matches[0].explain()))

    def test_a_lookup_error_is_absence_and_none_is_null(self):
        event = mount(process__parent__name=None)
        matches = self.matcher.match(event, accessor=operator.getitem)
        text = str(matches[0].explain())
        self.assertIn("process.parent.name is null", text)
        self.assertIn("process.pe.original_file_name is absent", text)

    def test_values(self):
        matcher = Matcher.from_query(
            "any where a == true and b == 9223372036854775807 and c == 1.5 and d == \"x\" "
            "and e > 9223372036854775807 and f == null and g == \"\" and h == 2")
        event = {"a": True, "b": 2**63 - 1, "c": 1.5, "d": b"x", "e": 10**500, "f": [],
                 "g": "", "h": [1, 2, "x", None]}
        self.assertTrue(matcher.match(event, accessor=operator.getitem))

    def test_an_exception_comes_out(self):
        def broken(event, field):
            raise ZeroDivisionError(field)

        with self.assertRaises(ZeroDivisionError):
            self.matcher.match(None, accessor=broken)
        with self.assertRaises(ZeroDivisionError):
            self.matcher.explain(None, accessor=broken)
        self.assertTrue(self.matcher.match(mount(), accessor=operator.getitem))

    def test_wrong_types(self):
        with self.assertRaises(TypeError):
            self.matcher.match({}, accessor="name")
        with self.assertRaisesRegex(TypeError, "gave dict for "):
            self.matcher.match({}, accessor=lambda event, field: {})

    def test_an_accessor_may_match_something_itself(self):
        def get(event, field):
            self.assertTrue(self.matcher.match(mount()))
            return event[field]

        self.assertTrue(self.matcher.match(mount(), accessor=get))


class Sources(unittest.TestCase):
    EVENT = {"winlog": {"channel": "Security", "event_id": "4688",
                        "provider_name": "Microsoft-Windows-Security-Auditing",
                        "event_data": {"NewProcessName": "C:\\Windows\\System32\\net.exe",
                                       "CommandLine": "net use \\\\srv\\c$"}}}

    def test_fields_are_derived(self):
        self.assertFalse(Matcher().match(self.EVENT))
        for source in ("winlog", "automatic"):
            matcher = Matcher(source=source)
            self.assertTrue(matcher.match(self.EVENT))
            self.assertTrue(pickle.loads(pickle.dumps(matcher)).match(self.EVENT))
            self.assertTrue(matcher.match(self.EVENT)[0].explain())
            self.assertEqual(matcher.source_of(self.EVENT), "winlog")
        self.assertEqual(Matcher(source="automatic").source_of(mount()), "ecs")

    def test_an_unknown_source(self):
        for source in ("sysmon", None, 1):
            with self.assertRaisesRegex(ValueError, "automatic"):
                Matcher(source=source)


class Queries(unittest.TestCase):
    def test_from_query(self):
        matcher = Matcher.from_query('process where process.name : "a*"', rule_id="mine")
        self.assertEqual(matcher.match({"event.category": "process", "process.name": "AB"})
                         .rules[0].id, "mine")

    def test_options(self):
        matcher = Matcher.from_query('process where name : "É"', event_category_field="kind")
        self.assertTrue(matcher.match({"kind": "process", "name": "é"}))
        matcher = Matcher.from_query('any where name : "É"', ascii_folding=True)
        self.assertFalse(matcher.match({"name": "é"}))
        self.assertFalse(pickle.loads(pickle.dumps(matcher)).match({"name": "é"}))

    def test_wrong_options(self):
        for options in ({"event_category_field": 5}, {"rule_id": None}):
            with self.assertRaises(TypeError):
                Matcher.from_query("any where true", **options)
        for options in ({"event_category_field": "a\0"}, {"event_category_field": ""},
                        {"rule_id": ""}, {"rule_id": "a\0b"}):
            with self.assertRaises(ValueError):
                Matcher.from_query("any where true", **options)
        with self.assertRaises(TypeError):
            Matcher.from_query(5)

    def test_errors(self):
        cases = ((netshare.QuerySyntaxError, "process where\n a = 1", (17, 2, 4)),
                 (netshare.QueryTypeError, "process where length(1) == 1", (21, 1, 22)),
                 (netshare.StatefulQueryError, "sequence [any where a] [any where b]",
                  (0, 1, 1)))
        for kind, query, position in cases:
            for function in (Matcher.from_query, netshare.check_query):
                with self.subTest(query), self.assertRaises(kind) as caught:
                    function(query)
                error = caught.exception
                self.assertIsInstance(error, (netshare.NetshareError, ValueError))
                self.assertEqual((error.offset, error.line, error.column), position)
                self.assertIn("^", error.excerpt)
                self.assertIn(f":{position[1]}:{position[2]}: error: ", str(error))

    def test_errors_survive_pickling(self):
        with self.assertRaises(netshare.QuerySyntaxError) as caught:
            netshare.check_query("a =")
        copy = pickle.loads(pickle.dumps(caught.exception))
        self.assertIs(type(copy), netshare.QuerySyntaxError)
        self.assertEqual(vars(copy), vars(caught.exception))
        self.assertEqual(str(copy), str(caught.exception))

    def test_format(self):
        self.assertEqual(netshare.format_query("process where(a==1)and b:'x' // c"
                                               .replace("'", '"')),
                         'process where a == 1 and b : "x"')
        with self.assertRaises(netshare.QuerySyntaxError):
            netshare.format_query("process")
        for function in (netshare.format_query, netshare.check_query):
            with self.assertRaises(TypeError):
                function(None)
            with self.assertRaises(ValueError):
                function("any where a == \"\ud800\"")

    def test_dump(self):
        self.assertIn("net1.exe", Matcher().dump())
        with self.assertRaises(IndexError):
            Matcher().dump(1)


class Explaining(unittest.TestCase):
    def setUp(self):
        self.matcher = Matcher.from_rules([
            rule('process where a : "x*" and not b == 2', "one"), rule("any where c", "two")])

    def test_steps(self):
        event = {"event.category": "process", "a": ["q", "XY"], "b": 1}
        explanation = self.matcher.match(event)[0].explain()
        self.assertTrue(explanation.matched and explanation)
        step = [s for s in explanation if s.field == "a"][0]
        self.assertEqual((step.kind, step.verdict, step.text, step.reason, step.value,
                          step.value_index, step.value_count),
                         ("clause", True, 'a : "x*"', "value", "XY", 1, 2))
        failed = [s for s in explanation if s.field == "b"][0]
        self.assertEqual((failed.verdict, failed.reason, failed.values),
                         (False, "no value", (1,)))
        self.assertEqual(explanation.steps[1].text, "event category is process")

    def test_a_rule_that_does_not_match(self):
        for which in (0, "one", "Rule one", self.matcher.rules[0]):
            explanation = self.matcher.explain({"a": None}, which)
            self.assertFalse(explanation)
            self.assertIn("a is null", str(explanation))
        with self.assertRaises(LookupError):
            self.matcher.explain({}, "three")
        with self.assertRaises(IndexError):
            self.matcher.explain({}, 2)
        with self.assertRaises(TypeError):
            self.matcher.explain({}, None)

    def test_clauses(self):
        event = {"event.category": "process", "a": ["q", "XY"]}
        clauses = self.matcher.match(event)[0].clauses()
        self.assertEqual([(c.text, c.field, c.value_index, c.value) for c in clauses[1:]],
                         [('a : "x*"', "a", 1, "XY"), ("not b == 2", "b", None, None)])

    def test_nothing_plays_tricks_on_the_terminal(self):
        matcher = Matcher.from_query('any where a : "*"')
        text = str(matcher.match({"a": "x\x1b[2J\u202e\n"})[0].explain())
        self.assertIn(r"x\x1b[2J\u202e\n", text)

    def test_explain_agrees_with_match(self):
        matcher = Matcher()
        for event in events_of(ATTACKS) + events_of(BENIGN):
            self.assertEqual(matcher.explain(event).matched, bool(matcher.match(event)))


class Sharing(unittest.TestCase):
    def test_pickling(self):
        matcher = pickle.loads(pickle.dumps(Matcher()))
        self.assertEqual(matcher.rules, Matcher().rules)
        self.assertTrue(matcher.match(mount()))

    def test_pickling_keeps_what_was_made_of_rules(self):
        matcher = Matcher.from_rules([rule("any where a", "x"), rule("any where = 1", "bad")],
                                     strict=False)
        copy = pickle.loads(pickle.dumps(matcher))
        self.assertEqual(copy.rules, matcher.rules)
        self.assertEqual(len(copy.left_out), 1)

    def test_a_match_is_pickled_without_the_other_rules(self):
        rules = [rule("any where a == 1", f"rule-{i}", description="x" * 1000)
                 for i in range(200)]
        match = Matcher.from_rules(rules).match({"a": 1})[7]
        data = pickle.dumps(match)
        self.assertLess(len(data), 5000)
        copy = pickle.loads(data)
        self.assertEqual(copy.rule, match.rule)
        self.assertEqual(copy.explain(), match.explain())
        self.assertEqual(copy.clauses(), match.clauses())

    def test_other_processes(self):
        events = events_of(ATTACKS) + events_of(BENIGN)
        expected = [True] * len(events_of(ATTACKS)) + [False] * len(events_of(BENIGN))
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            for result in pool.map(matches_in_child, [Matcher()] * 2, [events] * 2):
                self.assertEqual(result, expected)

    def test_threads(self):
        matcher = Matcher()
        events = (events_of(ATTACKS) + events_of(BENIGN)) * 20
        expected = [bool(matcher.match(event)) for event in events]
        barrier = threading.Barrier(4)

        def run(_):
            barrier.wait()
            return [bool(matcher.match(event)) for event in events]

        with ThreadPoolExecutor(4) as pool:
            for result in pool.map(run, range(4)):
                self.assertEqual(result, expected)

    def test_closing_while_other_threads_match(self):
        for _ in range(20):
            matcher = Matcher()
            event = mount()

            def run(matcher=matcher, event=event):
                try:
                    while True:
                        self.assertTrue(matcher.match(event)[0].rule.name)
                except ValueError as error:
                    return str(error)

            with ThreadPoolExecutor(3) as pool:
                running = [pool.submit(run) for _ in range(3)]
                matcher.close()
                self.assertEqual({task.result() for task in running}, {"the matcher is closed"})

    def test_context_manager(self):
        with Matcher() as matcher:
            match = matcher.match(mount())[0]
        self.assertEqual(repr(matcher), "<netshare.Matcher, closed>")
        for use in (lambda: matcher.match(mount()), lambda: matcher.rules,
                    lambda: matcher.scan([]), lambda: pickle.dumps(matcher),
                    lambda: matcher.__enter__()):
            with self.assertRaisesRegex(ValueError, "closed"):
                use()
        gc.collect()
        self.assertTrue(match.explain().matched)  # what was found stays usable
        matcher.close()


if __name__ == "__main__":
    unittest.main()
