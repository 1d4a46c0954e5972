# SPDX-License-Identifier: Apache-2.0
"""netshare-scan test: tests of rules."""
import os
import unittest
import xml.etree.ElementTree

from common import HIT, MISS, ROOT, RULE_ID, ScanTest, event, line, scan


class RuleTests(ScanTest):
    def rule(self, name="rule.json", **changes):
        self.file(line({"type": "eql", "language": "eql", "rule_id": "r", "name": "Net <use>",
                        "query": 'process where process.args : "use"', "severity": "low",
                        "risk_score": 1, **changes}), name)

    def run_tests(self, *arguments):
        junit = os.path.join(self.folder.name, "junit.xml")
        result = scan("test", "--junit", junit, *arguments, self.folder.name)
        result.text = result.out.decode()
        result.suites = None
        if os.path.exists(junit):
            root = xml.etree.ElementTree.parse(junit).getroot()
            result.suites = {os.path.basename(s.get("name")): s for s in root}
            result.totals = (root.get("tests"), root.get("failures"))
        return result

    def test_passing(self):
        self.rule()
        self.file(HIT + b"\n" + line({**event(), "labels": {"test": "one more"}}),
                  "rule.match.ndjson")
        self.file(MISS, "rule.no-match.ndjson")
        result = self.run_tests("-v")
        self.assertEqual(result.status, 0, result.text + result.err)
        self.assertIn("3 passed, 0 failed; 1 rule, 0 files without tests", result.err)
        self.assertIn("line 3: one more", result.text)
        self.assertEqual(result.totals, ("3", "0"))
        cases = [(c.get("classname"), c.get("name"))
                 for c in result.suites["rule.match.ndjson"]]
        self.assertEqual(cases, [("Net <use>", "line 1"), ("Net <use>", "line 3: one more")])

    def test_failing(self):
        self.rule()
        self.file(HIT + MISS + b"{\n", "rule.match.ndjson")
        self.file(MISS + line({**event(), "labels": {"test": "\x1b[31m&"}}),
                  "rule.no-match.ndjson")
        result = self.run_tests()
        self.assertEqual(result.status, 1)
        self.assertIn("2 passed, 3 failed", result.err)
        self.assertRegex(result.text, r"FAILED  line 2\n +must match and does not\n")
        self.assertRegex(result.text,
                         r'\u2717 process.args : "use" +<- process.args is "net", "view"')
        self.assertRegex(result.text, r"FAILED  line 3\n +not an event: ")
        self.assertRegex(result.text, r"line 2: \\x1B\[31m&\n +must not match and does")
        self.assertEqual(result.totals, ("5", "3"))
        messages = [f.get("message") for s in result.suites.values() for f in s.iter("failure")]
        self.assertEqual(sorted(m.split(":")[0] for m in messages),
                         ["must match and does not", "must not match and does", "not an event"])

    def test_topics_and_the_folder_tests(self):
        os.makedirs(os.path.join(self.folder.name, "deep", "tests"))
        self.rule("deep/rule.json")
        self.rule("deep/rule2.json", query="any where true")
        self.file(HIT, "deep/rule.capitals.match.ndjson")
        self.file(MISS, "deep/tests/rule.no-match.ndjson")
        self.file(MISS, "deep/tests/rule2.match.ndjson")
        result = self.run_tests()
        self.assertEqual(result.status, 0, result.text + result.err)
        self.assertIn("3 passed, 0 failed; 2 rules, 0 files without", result.err)

    def test_what_is_missing(self):
        self.rule()
        self.rule("untested.json")
        self.file(b"\n", "rule.match.ndjson")
        result = self.run_tests()
        self.assertEqual(result.status, 1)
        self.assertIn("there is no event in it", result.text)
        self.assertRegex(result.text, r"untested\.json\n  no tests")
        self.assertIn("1 file without tests", result.err)

    def test_wrong_rule(self):
        self.rule(query="process where (")
        self.file(HIT, "rule.match.ndjson")
        result = self.run_tests()
        self.assertEqual(result.status, 1)
        self.assertIn("r: ", result.text)
        self.assertIn("^", result.text)
        self.assertEqual(result.totals, ("1", "1"))

    def test_trouble(self):
        self.rule()
        result = self.run_tests()
        self.assertEqual(result.status, 2)
        self.assertIn("there are no tests", result.err)
        self.file(HIT, "rule.match.ndjson")
        for arguments in (["test", "/nonexistent"],
                          ["test", "--junit", "/nonexistent/x", self.folder.name]):
            result = scan(*arguments)
            self.assertEqual(result.status, 2, arguments)
            self.assertIn("/nonexistent", result.err)

    def test_built_in_rule(self):
        result = scan("test", os.path.join(ROOT, "data", "rules"))
        self.assertEqual(result.status, 0, result.out)
        self.assertRegex(result.err, r"[1-9]\d passed, 0 failed")
        self.assertIn("c4210e1c", RULE_ID)


if __name__ == "__main__":
    unittest.main()
