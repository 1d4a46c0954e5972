# SPDX-License-Identifier: Apache-2.0
import json
import pathlib
import tempfile
import unittest

import netshare
from common import ROOT, rule
from netshare import Matcher

BUILTIN = ROOT / "data" / "rules" / "mounting_hidden_or_webdav_remote_shares.json"

TOML = r"""
[metadata]
creation_date = "2024/01/01"
reviewed = 2024-01-02
maturity = "production"

[rule]
author = ["An Author"]
description = '''Two
lines'''
from = "now-9m"
index = ["logs-*", "winlogbeat-*"]
language = "eql"
license = "MIT"
max_signals = 33
name = "A rule in TOML"
references = ["https://example.org/"]
risk_score = 21
rule_id = "5c4c6b26-0c9a-4a5c-9e23-2f0b9a2d7f11"
severity = "low"
tags = ["One", "Two"]
timestamp_override = "event.ingested"
type = "eql"
query = '''
process where process.name : "net*.exe" and
  process.args : "\\\\*"
'''

[[rule.threat]]
framework = "MITRE ATT&CK"
[[rule.threat.technique]]
id = "T1021"
name = "Remote Services"
reference = "https://attack.mitre.org/techniques/T1021/"
[[rule.threat.technique.subtechnique]]
id = "T1021.002"
name = "SMB/Windows Admin Shares"
reference = "https://attack.mitre.org/techniques/T1021/002/"
[rule.threat.tactic]
id = "TA0008"
name = "Lateral Movement"
reference = "https://attack.mitre.org/tactics/TA0008/"
"""
EVENT = {"event.category": "process", "process.name": "NET1.EXE", "process.args": ["\\\\x"]}


def has_toml():
    try:
        netshare.convert_toml("")
    except ImportError:
        return False
    except netshare.RuleError:
        pass
    return True


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path


class Documents(Folder):
    def test_the_builtin_rule_as_a_file(self):
        self.assertEqual(Matcher.from_rules(BUILTIN).rules, Matcher().rules)
        self.assertEqual(Matcher.from_rules(str(BUILTIN)).rules, Matcher().rules)

    def test_objects(self):
        documents = [rule("any where a", "one"), rule("any where b", "two", severity="high")]
        for rules in (documents, iter(documents), tuple(documents)):
            self.assertEqual([r.id for r in Matcher.from_rules(rules).rules], ["two", "one"])
        self.assertEqual(len(Matcher.from_rules(documents[0])), 1)
        self.assertEqual(len(Matcher.from_rules([documents[0], BUILTIN])), 2)
        saved = {"type": "alert", "attributes": documents[0]}
        self.assertEqual(len(Matcher.from_rules(saved)), 1)

    def test_a_folder(self):
        self.write("b.json", json.dumps([rule("any where a", "one"),
                                         rule("any where a", "two")]))
        self.write("below/a.ndjson", json.dumps(rule("any where a", "three")) + "\n")
        self.write("below/notes.txt", "not a rule")
        self.write(".hidden.json", "{")
        self.assertEqual(sorted(r.id for r in Matcher.from_rules(self.folder).rules),
                         ["one", "three", "two"])

    def test_strict(self):
        path = self.write("rules.json", json.dumps([
            rule("any where a", "good"), rule("any where a = 1", "bad"),
            rule("sequence [any where a] [any where b]", "several"),
            rule("a: b", "kql", type="query")]))
        with self.assertRaises(netshare.QuerySyntaxError) as caught:
            Matcher.from_rules(path)
        error = caught.exception
        self.assertEqual((error.rule_id, error.source, error.path, error.column),
                         ("bad", str(path), "query", 13))
        self.assertTrue(str(error).startswith(f"{path}: bad: query:1:13: error: "), str(error))
        matcher = Matcher.from_rules(path, strict=False)
        self.assertEqual([r.id for r in matcher.rules], ["good"])
        self.assertEqual([type(error) for error in matcher.left_out],
                         [netshare.QuerySyntaxError, netshare.StatefulQueryError])

    def test_stateful_rules_are_left_out_either_way(self):
        matcher = Matcher.from_rules([rule("sequence [any where a] [any where b]", "several"),
                                      rule("any where a", "good")])
        self.assertEqual([error.rule_id for error in matcher.left_out], ["several"])

    def test_no_rule_at_all(self):
        for rules in ([], self.folder, rule("a: b", type="query"),
                      rule("sequence [any where a] [any where b]")):
            with self.assertRaisesRegex(netshare.RuleError, "no rule"):
                Matcher.from_rules(rules)

    def test_malformed_documents(self):
        cases = (({"type": "eql", "name": "x", "rule_id": "x"}, "query"),
                 (rule("any where a", threat=5), "threat"),
                 (rule("any where a", tags=[1]), "tags[0]"))
        for document, path in cases:
            with self.assertRaises(netshare.RuleError) as caught:
                Matcher.from_rules(document)
            self.assertEqual(caught.exception.path, path)

    def test_malformed_files(self):
        path = self.write("x.json", '{"a": 1,\n x}')
        with self.assertRaises(netshare.RuleError) as caught:
            Matcher.from_rules(path)
        self.assertRegex(str(caught.exception), f"^{path}:2:2: ")
        self.write("good.json", json.dumps(rule("any where a")))
        matcher = Matcher.from_rules(self.folder, strict=False)
        self.assertEqual((len(matcher), len(matcher.left_out)), (1, 1))
        with self.assertRaises(FileNotFoundError):
            Matcher.from_rules(self.folder / "none.json")

    def test_wrong_types(self):
        for rules in (None, 5, b"rules.json", [5], [[rule("any where a")]], bytearray()):
            with self.assertRaises(TypeError):
                Matcher.from_rules(rules)
        for value in (float("nan"), object()):
            with self.assertRaises(ValueError):
                Matcher.from_rules(rule("any where a", risk_score=value))


@unittest.skipUnless(has_toml(), "no tomllib (Python 3.11) and no tomli")
class Toml(Folder):
    def check(self, matcher):
        rule = matcher.rules[0]
        self.assertEqual((rule.name, rule.risk_score, rule.severity, rule.max_signals),
                         ("A rule in TOML", 21, netshare.Severity.LOW, 33))
        self.assertEqual((rule.from_, rule.license, rule.description),
                         ("now-9m", "MIT", "Two\nlines"))
        self.assertEqual((rule.authors, rule.tags, rule.indices),
                         (("An Author",), ("One", "Two"), ("logs-*", "winlogbeat-*")))
        self.assertEqual([t.name for t in rule.tactics], ["Lateral Movement"])
        self.assertEqual([t.id for t in rule.subtechniques], ["T1021.002"])
        self.assertTrue(matcher.match(EVENT))

    def test_files_and_folders(self):
        path = self.write("rule.toml", TOML)
        self.check(Matcher.from_rules(path))
        self.check(Matcher.from_rules(self.folder))
        self.check(Matcher.from_rules([path]))
        path.write_bytes(b"\xef\xbb\xbf" + TOML.replace("\n", "\r\n").encode())
        self.check(Matcher.from_rules(path))

    def test_parsed_toml(self):
        document = netshare.convert_toml(TOML)
        self.check(Matcher.from_rules(document))
        self.check(Matcher.from_rules({"metadata": {}, "rule": document}))
        self.assertNotIn("metadata", document)

    def test_new_terms_are_spelled_as_kibana_does(self):
        document = netshare.convert_toml("""
            [rule]
            type = "new_terms"
            [rule.new_terms]
            field = "new_terms_fields"
            value = ["user.name"]
            [[rule.new_terms.history_window_start]]
            field = "history_window_start"
            value = "now-7d"
        """)
        self.assertEqual(document, {"type": "new_terms", "new_terms_fields": ["user.name"],
                                    "history_window_start": "now-7d"})
        with self.assertRaisesRegex(netshare.RuleError, "field"):
            netshare.convert_toml("[rule]\n[rule.new_terms]\nx = 1")

    def test_errors(self):
        for text, message in (("[rule", "not TOML"), ("a = 1", r"no table \[rule\]"),
                              ("rule = 1", r"no table \[rule\]"), (b"\xff", "not UTF-8")):
            with self.assertRaisesRegex(netshare.RuleError, message):
                netshare.convert_toml(text)
            path = self.write("x.toml", text)
            with self.assertRaisesRegex(netshare.RuleError, message) as caught:
                Matcher.from_rules(path)
            self.assertEqual(caught.exception.source, str(path))
        with self.assertRaises(TypeError):
            netshare.convert_toml(None)


if __name__ == "__main__":
    unittest.main()
