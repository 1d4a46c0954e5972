# SPDX-License-Identifier: Apache-2.0
"""Real captures, when they are here."""
import json
import os
import unittest

from common import CORPUS, ScanTest, scan

class Corpus(ScanTest):
    def test_matches_are_those_expected(self):
        path = os.path.join(CORPUS, "expected.json")
        if not os.path.exists(path):
            self.skipTest("no corpus of real captures; NETSHARE_CORPUS_DIR may name one")
        with open(path, encoding="utf-8") as file:
            expected = json.load(file)
        names = [name for name in expected if name.endswith(".ndjson")]
        self.assertGreaterEqual(len(names), 2)
        for name in names:
            with self.subTest(name):
                result = scan(os.path.join(CORPUS, name))
                self.assertEqual(result.lines, expected[name]["matching_lines"])
                self.assertIn("in %d events" % expected[name]["total_events"], result.err)
                self.assertIn("0 malformed", result.err)
                self.assertEqual([a["event"]["id"] for a in result.documents],
                                 [m["id"] for m in expected[name]["matches"]])


    def test_raw_events_match_as_their_ecs_forms_do(self):
        path = os.path.join(CORPUS, "expected.json")
        raw = os.path.join(CORPUS, "raw")
        if not os.path.exists(path) or not os.path.isdir(raw):
            self.skipTest("no corpus of real captures; NETSHARE_CORPUS_DIR may name one")
        with open(path, encoding="utf-8") as file:
            matches = json.load(file)["events.ndjson"]["matches"]
        result = scan(raw)
        found = ["%s:%d" % (os.path.relpath(a["netshare"]["file"], CORPUS),
                            a["netshare"]["line"]) for a in result.documents]
        self.assertEqual(sorted(found), sorted(m["raw"] for m in matches))
        args = {m["raw"]: m["args"] for m in matches}
        for name, alert in zip(found, result.documents):
            self.assertEqual(alert["process"]["args"], args[name])
        self.assertIn("0 malformed", result.err)


if __name__ == "__main__":
    unittest.main()
