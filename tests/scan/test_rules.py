# SPDX-License-Identifier: Apache-2.0
"""Rules, the indices they are for, and exceptions to them."""
import os
import unittest

from common import HIT, MISS, ScanTest, event, line, scan

class RuleTest(ScanTest):
    QUERY = 'process where process.name : "robocopy.exe"'

    def rule(self, **changes):
        rule = {"type": "eql", "language": "eql", "rule_id": "r-1", "name": "First",
                "query": self.QUERY, "severity": "high", "risk_score": 73}
        rule.update(changes)
        return rule

    def rules(self, *documents):
        return self.file(b"".join(map(line, documents)), "rules.ndjson")

    ROBOCOPY = line(event(process__name="Robocopy.EXE", process__args=["x"]))


class Rules(RuleTest):
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


class Folders(RuleTest):
    def test_folder(self):
        os.makedirs(os.path.join(self.folder.name, "pack", "more"))
        self.file(line(self.rule()), "pack/one.json")
        self.file(line(self.rule(rule_id="r-2", severity="low")), "pack/more/two.ndjson")
        self.file(line(self.rule(rule_id="r-3")), "pack/notes.txt")
        self.file(self.ROBOCOPY, "pack/one.match.ndjson")
        result = scan("-r", os.path.join(self.folder.name, "pack"), stdin=self.ROBOCOPY)
        self.assertEqual([a["kibana.alert.rule.rule_id"] for a in result.documents],
                         ["r-1", "r-2"])
        self.assertNotIn("other document", result.err)
        result = scan("-r", os.path.join(self.folder.name, "pack", "*.json"), stdin=HIT)
        self.assertIn("1 rule\n", result.err)
        os.mkdir(os.path.join(self.folder.name, "empty"))
        result = scan("-r", os.path.join(self.folder.name, "empty"), stdin=HIT)
        self.assertEqual(result.status, 2)
        self.assertIn("no rule files", result.err)


class Undecided(ScanTest):
    def test_one_rule_does_not_hide_another(self):
        """More combinations of values than are tried: that query is not decided."""
        document = event()
        document["a"] = document["b"] = ["x%d" % i for i in range(1100)]
        result = scan("-b", "-e", "any where a == concat(b, \"y\")", stdin=line(document) + HIT)
        self.assertEqual(result.lines, [1, 2])
        self.assertEqual(result.status, 2)
        self.assertIn("<stdin>:1: some rules were not decided", result.err)
        self.assertIn("1 event on which some rule was not decided", result.err)


class Indices(ScanTest):
    def matches(self, index, *arguments):
        hit = {"_index": index, "_id": "1", "_source": event()}
        result = scan(*arguments, stdin=line(hit))
        self.assertEqual("1 match dropped: the rule's index" in result.err,
                         not result.documents, result.err)
        return bool(result.documents)

    def test_built_in_rule(self):
        for index in ("winlogbeat-7.17", "winlogbeat-", "endgame-1", "logs-windows.sysmon",
                      "logs-endpoint.events.process-default", "logs-system.security",
                      ".ds-logs-system.security-default-2024.05.14-000002",
                      ".ds-logs-windows.forwarded-default-000002",
                      "partial-.ds-logs-windows.x-default-2024.05.14-000002"):
            self.assertTrue(self.matches(index), index)
        for index in ("winlogbeat", "Winlogbeat-7", "my-winlogbeat-7", "logs-endpoint.events",
                      "logs-windows", ".ds-logs-system.auth-default-2024.05.14-000002", ""):
            self.assertFalse(self.matches(index), index)
            self.assertTrue(self.matches(index, "--all-indices"), index)

    def test_documents_without_index(self):
        self.check(line({"_id": "1", "_source": event()}) + HIT, [1, 2])

    def test_patterns(self):
        for patterns, taken, refused in (
                (["logs-*", "-logs-b*"], ["logs-a"], ["logs-b", "other"]),
                (["-logs-b*", "logs-*"], ["logs-a", "logs-b"], ["other"]),
                (["logs-*,-logs-b*,logs-b1"], ["logs-a", "logs-b1"], ["logs-b", "logs-b2"]),
                (["*"], ["x", ""], []),
                (["a*b*c"], ["abc", "axxbxxc", "abcbc"], ["ab", "abcd", "acb"]),
                (["lo?s"], ["lo?s"], ["logs"]),
                (["stream"], [".ds-stream-2024.01.01-000001", "stream"],
                 [".ds-stream2-2024.01.01-000001"])):
            path = self.file(line({"type": "eql", "language": "eql", "rule_id": "r", "name": "R",
                                   "query": "any where true", "severity": "low",
                                   "risk_score": 1, "index": patterns}), "rule.json")
            for index in taken:
                self.assertTrue(self.matches(index, "-r", path), (patterns, index))
            for index in refused:
                self.assertFalse(self.matches(index, "-r", path), (patterns, index))

    def test_rules_without_patterns_take_all(self):
        self.assertTrue(self.matches("anything", "-e", "any where true"))


class Exceptions(ScanTest):
    def scan_with(self, text, *arguments, stdin=HIT):
        path = self.file(text.encode(), "except.eql")
        return scan("--except", path, *arguments, stdin=stdin)

    def test_dropped_and_counted(self):
        result = self.scan_with('user.name : "J.*"', stdin=HIT + MISS)
        self.assertEqual((result.status, result.out), (0, b""))
        self.assertIn("1 match dropped by exceptions", result.err)
        result = self.scan_with('user.name == "J.DOE"')
        self.assertEqual(result.lines, [1])
        self.assertNotIn("dropped", result.err)

    def test_file(self):
        text = ("\ufeff# a comment\r\n\r\n[%s]\r\nuser.name == \"j.doe\" and\r\n"
                "  # between\r\n    process.pid == 42\r\n"
                "[query]\nprocess where process.pid == 43\n")
        for rule in ("Mounting Hidden or WebDav Remote Shares",
                     "c4210e1c-64f2-4f48-b67e-b5a8ffe3aa14"):
            result = self.scan_with(text % rule, "-b", "-e", "any where true",
                                    stdin=HIT + line(event(process__pid=43)))
            self.assertEqual([(a["kibana.alert.rule.name"][0], a["netshare"]["line"])
                              for a in result.documents], [("q", 1), ("M", 2)], result.err)
            self.assertIn("2 matches dropped by exceptions", result.err)

    def test_all_rules(self):
        result = self.scan_with("[*]\nuser.name == \"j.doe\"", "-b", "-e", "any where true")
        self.assertEqual(result.documents, [])
        self.assertIn("2 matches dropped", result.err)

    def test_raw_events(self):
        raw = {"EventID": 4688, "Channel": "Security", "NewProcessName": "C:\\x\\net.exe",
               "CommandLine": "net use \\\\h\\c$", "SubjectUserName": "svc"}
        self.assertEqual(scan(stdin=line(raw)).lines, [1])
        self.assertEqual(self.scan_with('user.name == "svc"', stdin=line(raw)).lines, [])

    def test_wrong_files(self):
        for text, message in (("user.name = 1", "except.eql:1: "), ("\n[x\n", ":2: the rule's"),
                              ("true\n\n  and and", ":1: ")):
            result = self.scan_with(text)
            self.assertEqual(result.status, 2, text)
            self.assertEqual(result.out, b"")
            self.assertIn(message, result.err)
        self.assertEqual(scan("--except", "/nonexistent", stdin=HIT).status, 2)
        result = self.scan_with("[no such rule]\ntrue")
        self.assertIn("no rule has this id", result.err)
        self.assertEqual(result.lines, [1])
        self.assertEqual(self.scan_with("# nothing\n").lines, [1])


if __name__ == "__main__":
    unittest.main()
