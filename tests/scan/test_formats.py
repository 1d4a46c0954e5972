# SPDX-License-Identifier: Apache-2.0
"""What is written about matches."""
import csv
import hashlib
import io
import json
import os
import unittest

try:
    import jsonschema
except ImportError:
    jsonschema = None

from common import HIT, MISS, RULE_ID, SHARE, ScanTest, event, line, scan

class Alerts(ScanTest):
    def alert(self, document):
        return self.check(line(document), [1]).documents[0]

    def test_event_keeps_time_and_identity(self):
        document = event()
        alert = self.alert(document)
        for key, value in document.items():
            self.assertEqual(alert[key], {**value, "kind": "signal"} if key == "event" else value)
        self.assertEqual(alert["kibana.alert.original_event"], document["event"])
        self.assertEqual(alert["kibana.alert.original_time"], document["@timestamp"])

    def test_rule(self):
        alert = self.alert(event())
        expected = {
            "uuid": RULE_ID, "rule_id": RULE_ID, "type": "eql", "severity": "medium",
            "name": "Mounting Hidden or WebDav Remote Shares", "risk_score": 47, "version": 109,
            "author": ["Elastic"], "interval": "5m", "from": "now-9m",
        }
        for key, value in expected.items():
            self.assertEqual(alert["kibana.alert.rule." + key], value)
        self.assertIn("Tactic: Lateral Movement", alert["kibana.alert.rule.tags"])
        self.assertIn("net.exe", alert["kibana.alert.rule.description"])
        self.assertEqual(alert["kibana.alert.severity"], "medium")
        self.assertEqual(alert["kibana.alert.risk_score"], 47)
        self.assertEqual(
            alert["kibana.alert.reason"],
            "process event with process net.exe, parent process cmd.exe, by j.doe on WS-017 "
            "created medium alert Mounting Hidden or WebDav Remote Shares.")

    def test_threat(self):
        threat = self.alert(event())["threat"]
        self.assertEqual([t["framework"] for t in threat], ["MITRE ATT&CK"] * 3)
        self.assertEqual([t["tactic"]["id"] for t in threat], ["TA0008", "TA0001", "TA0007"])
        technique = threat[0]["technique"][0]
        self.assertEqual((technique["id"], technique["name"]), ("T1021", "Remote Services"))
        self.assertEqual(technique["subtechnique"], [{
            "id": "T1021.002", "name": "SMB/Windows Admin Shares",
            "reference": "https://attack.mitre.org/techniques/T1021/002/"}])
        self.assertEqual([s["id"] for s in threat[2]["technique"][0]["subtechnique"]],
                         ["T1087.001", "T1087.002"])

    def test_search_hit(self):
        index = ".ds-logs-endpoint.events.process-default-2024.05.14-000001"
        hit = {"_index": index, "_id": "abc", "_source": event()}
        alert = self.alert(hit)
        self.assertNotIn("_source", alert)
        self.assertEqual(alert["process"]["pid"], 42)
        self.assertEqual(alert["kibana.alert.ancestors"],
                         [{"id": "abc", "index": index, "type": "event", "depth": 0}])
        bare = self.alert({"_index": index, "_id": "abc", **event()})
        self.assertNotIn("_index", bare)
        self.assertEqual(bare["kibana.alert.uuid"], alert["kibana.alert.uuid"])

    def test_uuid(self):
        text = line(event())
        uuid = scan(stdin=text + MISS + text.replace(b"42", b"43")).documents
        expected = hashlib.sha256(RULE_ID.encode() + b"\0line\0" + text[:-1]).hexdigest()
        self.assertEqual(uuid[0]["kibana.alert.uuid"], expected, "of the rule and the bytes")
        self.assertNotEqual(uuid[1]["kibana.alert.uuid"], expected)
        both = scan("-b", "-e", "any where true", stdin=text).documents
        self.assertEqual(both[0]["kibana.alert.uuid"], expected)
        self.assertNotEqual(both[1]["kibana.alert.uuid"], expected)
        # A document that Elasticsearch knows, however it is written.
        hit = {"_index": "winlogbeat-1", "_id": "x", "_source": event()}
        again = {"_source": event(process__pid=7), "_id": "x", "_index": "winlogbeat-1"}
        uuid = {self.alert(d)["kibana.alert.uuid"]
                for d in (hit, again, {**hit, "_id": "y"}, {**hit, "_index": "winlogbeat-2"})}
        self.assertEqual(len(uuid), 3)

    def test_shape_of_a_detection_alert(self):
        alert = self.alert(event())
        for key, value in {"kibana.alert.status": "active", "kibana.alert.depth": 1,
                           "kibana.alert.workflow_status": "open",
                           "kibana.alert.rule.rule_type_id": "siem.eqlRule",
                           "kibana.alert.rule.parameters.language": "eql",
                           "kibana.alert.rule.to": "now",
                           "kibana.alert.rule.timestamp_override": "event.ingested",
                           "kibana.alert.rule.max_signals": 100}.items():
            self.assertEqual(alert[key], value)
        self.assertEqual(alert["kibana.alert.rule.threat"], alert["threat"])
        self.assertNotIn("kibana.alert.rule.execution.timestamp", alert)

    def test_dotted_keys_become_nested(self):
        alert = self.alert({
            "@timestamp": "t", "event.category": "process", "event.type": "start",
            "host.os.type": "windows", "host": {"name": "h"}, "process.name": "net.exe",
            "process": {"parent.name": "cmd.exe"}, "process.args": ["use", SHARE]})
        self.assertEqual(alert["host"], {"os": {"type": "windows"}, "name": "h"})
        self.assertEqual(alert["process"], {"name": "net.exe", "parent": {"name": "cmd.exe"},
                                            "args": ["use", SHARE]})

    def test_odd_keys_do_no_harm(self):
        document = event()
        document[".".join("a" * 5000)] = 1
        document[".."] = document["x."] = document[""] = document["process.name.x"] = 1
        document["event.id"] = "twice"
        self.assertEqual(self.alert(document)["event"]["id"], ["e-1", "twice"])

    def test_control_characters_are_escaped(self):
        document = event(user__name="\x1b[31m\x9b\u202e")
        result = self.check(line(document), [1])
        self.assertEqual(result.documents[0]["user"]["name"], "\x1b[31m\x9b\u202e")
        for raw in (b"\x1b", b"\xc2\x9b", "\u202e".encode()):
            self.assertNotIn(raw, result.out)


class Text(ScanTest):
    def test_table(self):
        result = scan("--text", stdin=HIT + MISS)
        self.assertEqual(result.status, 1)
        header, row = result.out.decode().splitlines()
        self.assertRegex(header, "^TIME +HOST +USER +SEVERITY +RULE +COMMAND LINE +ATT&CK")
        for text in ("2024-05-14T09:00:00.000Z", "WS-017", "j.doe", "medium",
                     "Mounting Hidden or WebDav Remote Shares", "TA0008: T1021.002",
                     "net use " + SHARE):
            self.assertIn(text, row)
        for above, below in (("RULE", "Mounting"), ("COMMAND", "net use"), ("ATT&CK", "TA0008")):
            self.assertEqual(header.index(above), row.index(below))

    def test_without_command_line(self):
        document = event()
        del document["process"]["command_line"], document["user"]
        row = scan("-t", stdin=line(document)).out.decode().splitlines()[1]
        self.assertIn("net use " + SHARE, row)
        self.assertIn(" -  ", row)

    def test_no_escape_reaches_the_terminal(self):
        evil = "\x1b]0;owned\x07\r\n\x9b31m\u202egpj.exe\0\x7f"
        document = event(user__name=evil, host__name=evil, process__command_line=evil,
                         **{"@timestamp": evil})
        for arguments in (["--text"], ["--explain"], ["--explain=all"]):
            result = scan(*arguments, stdin=line(document))
            self.assertEqual(result.status, 1)
            text = result.out.decode()
            self.assertFalse([c for c in text if c != "\n" and not c.isprintable()], arguments)
        row = scan("--text", stdin=line(document)).out.decode()
        self.assertEqual(len(row.splitlines()), 2)
        self.assertIn("\\x1B]0;owned\\x07\\x0D\\x0A\\u009B31m\\u202Egpj.exe\\x00\\x7F", row)

    def test_names_of_files_are_escaped(self):
        result = scan("--explain", self.file(HIT + b"x\n", "a\x1b[31m\nb"))
        self.assertNotIn("\x1b", result.err + result.out.decode())
        self.assertIn("a\\x1B[31m\\x0Ab:2:1:", result.err)
        self.assertNotIn("\x1b", scan("/no/\x1b[31m").err)


class Csv(ScanTest):
    def test_rows(self):
        result = scan("--format=csv", stdin=HIT + MISS)
        self.assertEqual(result.status, 1)
        header, row = csv.reader(io.StringIO(result.out.decode()))
        row = dict(zip(header, row))
        self.assertEqual((row["host"], row["user"], row["line"], row["risk_score"]),
                         ("WS-017", "j.doe", "1", "47"))
        self.assertEqual(row["command_line"], "net use " + SHARE)
        self.assertEqual(row["rule_id"], RULE_ID)
        self.assertEqual(len(row["uuid"]), 64)

    def test_hostile_cells(self):
        document = event(user__name='=cmd|" /C calc"!A1', host__name='a",\n"b',
                         process__command_line="+1\x1b[31m")
        header, row = csv.reader(io.StringIO(scan("--format", "csv",
                                                  stdin=line(document)).out.decode()))
        row = dict(zip(header, row))
        self.assertEqual(row["user"], '\'=cmd|" /C calc"!A1')
        self.assertEqual(row["host"], 'a",\\x0A"b')
        self.assertEqual(row["command_line"], "'+1\\x1B[31m")


class Sarif(ScanTest):
    def run_of(self, text, *arguments):
        result = scan("--format=sarif", *arguments, stdin=text)
        log = json.loads(result.out)
        self.assertEqual(log["version"], "2.1.0")
        return log["runs"][0]

    def test_log(self):
        run = self.run_of(HIT + MISS + HIT, "-b", "-e", "any where true")
        rules = run["tool"]["driver"]["rules"]
        self.assertEqual([r["id"] for r in rules], [RULE_ID, "query"])
        self.assertIn("T1021.002", rules[0]["properties"]["tags"])
        results = run["results"]
        self.assertEqual([(r["ruleIndex"], r["locations"][0]["physicalLocation"]["region"])
                          for r in results],
                         [(rule, {"startLine": n}) for rule, n in
                          ((0, 1), (1, 1), (1, 2), (0, 3), (1, 3))])
        for entry in results:
            self.assertEqual(entry["ruleId"], rules[entry["ruleIndex"]]["id"])
        self.assertEqual(results[0]["level"], "warning")
        self.assertIn("net.exe", results[0]["message"]["text"])

    def test_no_results(self):
        self.assertEqual(self.run_of(MISS)["results"], [])
        self.assertEqual(self.run_of(b"")["results"], [])

    def test_uri(self):
        path = self.file(HIT, "a b:\u00e9%.ndjson")
        run = json.loads(scan("--format=sarif", path).out)["runs"][0]
        uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        self.assertRegex(uri, r"^file:///.*/a%20b%3A%C3%A9%25\.ndjson$")


class Attack(ScanTest):
    def test_layer(self):
        path = os.path.join(self.folder.name, "layer.json")
        scan("--navigator", path, stdin=HIT * 3 + MISS)
        with open(path, encoding="utf-8") as file:
            layer = json.load(file)
        self.assertEqual((layer["versions"], layer["domain"]),
                         ({"navigator": "4.9.0", "layer": "4.5"}, "enterprise-attack"))
        self.assertTrue(layer["name"])
        scores = {(t["tactic"], t["techniqueID"]): t["score"] for t in layer["techniques"]}
        self.assertEqual(scores, dict.fromkeys((
            ("initial-access", "T1078"), ("initial-access", "T1078.003"),
            ("discovery", "T1087"), ("discovery", "T1087.001"), ("discovery", "T1087.002"),
            ("lateral-movement", "T1021"), ("lateral-movement", "T1021.002")), 3))
        self.assertEqual(layer["gradient"]["maxValue"], 3)
        self.assertGreaterEqual(len(layer["gradient"]["colors"]), 2)
        allowed = {"techniqueID", "tactic", "score", "comment", "enabled", "showSubtechniques",
                   "color", "metadata", "links"}
        for technique in layer["techniques"]:
            self.assertLessEqual(set(technique), allowed)

    def test_layer_of_nothing_and_of_no_file(self):
        path = os.path.join(self.folder.name, "layer.json")
        self.assertEqual(scan("--navigator", path, stdin=MISS).status, 0)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(json.load(file)["techniques"], [])
        result = scan("--navigator", "/nonexistent/layer", stdin=HIT)
        self.assertEqual(result.status, 2)
        self.assertIn("/nonexistent/layer: No such file", result.err)
        self.assertEqual(result.lines, [1])

    def test_coverage(self):
        result = scan("--coverage", "-b", "-e", "any where true", "/nonexistent")
        self.assertEqual((result.status, result.err), (0, ""))
        text = result.out.decode()
        self.assertRegex(text, r"(?m)^TA0008 +Lateral Movement$")
        self.assertRegex(text, r"(?m)^    T1087\.002 +1  Domain Account$")
        self.assertLess(text.index("TA0001"), text.index("TA0007"), "as in the matrix")
        self.assertIn("2 rules: 3 tactics, 3 techniques, 4 subtechniques; 1 without any", text)


@unittest.skipUnless(jsonschema, "jsonschema is not installed")
class Schemas(ScanTest):
    """What is written is what the formats' schemas say. NETSHARE_SARIF_SCHEMA may name the
    published schema of SARIF 2.1.0, to be tried too."""

    def setUp(self):
        super().setUp()
        threat = {"framework": "MITRE ATT&CK", "technique": [{
            "id": "T1078", "name": "Valid Accounts", "reference": "https://example.com/"}]}
        threats = [{**threat, "tactic": {"id": id, "name": name, "reference": "https://x.org/"}}
                   for id, name in (("TA0001", "Initial Access"), ("TA0011", "Command and Control"))]
        least = {"type": "eql", "language": "eql", "rule_id": "a", "name": "A",
                 "query": "any where true", "severity": "low", "risk_score": 1}
        self.rules = self.file(line({**least, "threat": threats, "tags": ["x", "x", "T1078"],
                                     "description": "d\u0007"}) + line({**least, "rule_id": "\"b"}),
                               "rules")
        self.events = self.file(HIT * 2 + MISS, "a b:\u00e9%#?.ndjson")

    def validate(self, name, document):
        with open(name, encoding="utf-8") as file:
            schema = json.load(file)
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        errors = [e.message for e in validator(schema).iter_errors(document)]
        self.assertEqual(errors, [])

    def schema(self, name):
        return os.path.join(os.path.dirname(os.path.abspath(__file__)), "schemas", name)

    def test_sarif(self):
        for arguments in (["-b", "-r", self.rules, self.events], ["-r", self.rules, "/dev/null"]):
            log = json.loads(scan("--format=sarif", *arguments).out)
            for name in (self.schema("sarif-2.1.0.json"), os.environ.get("NETSHARE_SARIF_SCHEMA")):
                if name:
                    self.validate(name, log)
            rules = log["runs"][0]["tool"]["driver"]["rules"]
            self.assertIn(["x", "T1078", "TA0001", "TA0011"],
                          [rule["properties"]["tags"] for rule in rules])

    def test_layer(self):
        path = os.path.join(self.folder.name, "layer.json")
        for arguments in (["-b", "-r", self.rules, self.events], ["-r", self.rules, "/dev/null"],
                          ["-b", "-r", self.rules, "--coverage"]):
            scan("--navigator", path, *arguments)
            with open(path, encoding="utf-8") as file:
                layer = json.load(file)
            self.validate(self.schema("navigator-layer-4.5.json"), layer)
            self.assertGreater(layer["gradient"]["maxValue"], layer["gradient"]["minValue"])
            pairs = [(t["tactic"], t["techniqueID"]) for t in layer["techniques"]]
            self.assertEqual(len(pairs), len(set(pairs)))
        self.assertIn(("command-and-control", "T1078"), pairs)


class Explain(ScanTest):
    def test_tree(self):
        result = scan("--explain", stdin=MISS + HIT)
        self.assertEqual(result.status, 1)
        text = result.out.decode()
        self.assertRegex(text, "^<stdin>:2: \u2713 Mounting Hidden or WebDav Remote Shares")
        self.assertRegex(text, '\u2713 process.name : "net.exe" .*process.name is "net.exe"')
        self.assertRegex(text, '\u2717 process.args : "/d\\*" ')
        self.assertRegex(text, "\u2717 .*original_file_name.* is absent")
        self.assertNotIn("<stdin>:1:", text)

    def test_all(self):
        text = scan("--explain=all", stdin=MISS).out.decode()
        self.assertRegex(text, "^<stdin>:1: \u2717 ")
        self.assertRegex(text, '\u2717 process.args : "use" .* "net", "view"')

    def test_json(self):
        query = 'process where process.name : "net.exe" and not ?user.id == "x"'
        result = scan("--explain=all", "--explain-format=json", "-e", query,
                      stdin=HIT + line(event(process={})))
        matched, unmatched = result.documents
        self.assertEqual((matched["matched"], unmatched["matched"]), (True, False))
        self.assertEqual((matched["file"], matched["line"], matched["rule_id"]),
                         ("<stdin>", 1, "query"))
        for step in matched["steps"]:
            if step["length"]:
                end = step["offset"] + step["length"]
                self.assertEqual(query[step["offset"]:end], step["source"])
        name = next(s for s in matched["steps"] if s.get("field") == "process.name")
        self.assertEqual((name["verdict"], name["reason"], name["value"], name["value_index"]),
                         (True, "value", "net.exe", 0))
        user = next(s for s in matched["steps"] if s.get("field") == "user.id")
        self.assertEqual((user["verdict"], user["reason"]), (False, "absent"))
        self.assertTrue(matched["steps"][0]["verdict"])
        self.assertFalse(unmatched["steps"][0]["verdict"])


if __name__ == "__main__":
    unittest.main()
