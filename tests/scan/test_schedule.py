# SPDX-License-Identifier: Apache-2.0
"""The replay of rules' schedules, and limits on alerts."""
import datetime
import random
import unittest

from common import HIT, MISS, ScanTest, event, line, scan


def at(time, ingested=None, **changes):
    document = event(**changes)
    document["@timestamp"] = time
    if ingested:
        document["event"]["ingested"] = ingested
    return line(document)


def clock(minute, second=0):
    return "2024-05-14T09:%02d:%02d.000Z" % (minute, second)


class Schedule(ScanTest):
    """The built-in rule: every 5 minutes, over the last 9, at most 100 alerts."""

    def runs(self, text, *arguments):
        result = scan("--schedule", *arguments, stdin=text)
        self.assertIn(result.status, (0, 1), result.err)
        found = [(a["kibana.alert.rule.execution.timestamp"][14:16], a["netshare"]["line"])
                 for a in result.documents]
        return found, result.err

    def test_one_alert_though_windows_overlap(self):
        found, err = self.runs(at(clock(2)) + MISS + at(clock(4, 59)) + at(clock(7)))
        self.assertEqual(found, [("05", 1), ("05", 3), ("10", 4)])
        self.assertIn("3 matches in 4 events", err)
        self.assertIn("2 runs with alerts", err)

    def test_window_ends(self):
        self.assertEqual(self.runs(at(clock(5)))[0], [("05", 1)], "the run's own time")
        self.assertEqual(self.runs(at("2024-05-14T09:05:00.001Z"))[0], [("10", 1)])

    def test_events_out_of_order(self):
        found, _ = self.runs(at(clock(8)) + at(clock(1)) + at(clock(3)))
        self.assertEqual(found, [("05", 2), ("05", 3), ("10", 1)])

    def test_time_is_that_of_ingestion(self):
        found, _ = self.runs(at(clock(2), clock(31)) + at(clock(31)))
        self.assertEqual(found, [("35", 1), ("35", 2)])
        found, _ = self.runs(at(clock(2), "no time"))
        self.assertEqual(found, [("05", 1)], "falls back to @timestamp")

    def test_ways_to_write_a_time(self):
        for time in ("2024-05-14T11:02:00+02:00", "2024-05-14T09:02Z", "2024-05-14T09:02:00",
                     "2024-05-14T03:32:00,123456789-0530", 1715677320000, "1715677320000"):
            self.assertEqual(self.runs(at(time))[0], [("05", 1)], time)
        for time in ("yesterday", "2024-13-01", "2024-05-14T25:00", None, {}, "2024-05-14T09:02Zx"):
            found, err = self.runs(at(time))
            self.assertEqual(found, [], time)
            self.assertIn("1 match of an event without a time", err)

    def test_limit(self):
        text = b"".join(at(clock(4), event__id=str(i)) for i in range(250))
        found, err = self.runs(text)
        self.assertEqual(found, [("05", number) for number in range(151, 251)])
        self.assertIn("2 runs reached the limit of 100 alerts", err)
        self.assertIn("150 matches lost to the limit", err)
        found, err = self.runs(text, "--max-signals=300")
        self.assertEqual(len(found), 250)
        self.assertNotIn("limit", err)

    def test_searches_go_by_timestamp(self):
        """Windows go by event.ingested; what a search returns are the last by @timestamp."""
        text = b"".join(at(clock(second), clock(4)) for second in (3, 1, 4, 0, 2))
        self.assertEqual([number for _, number in self.runs(text)[0]], [4, 2, 5, 1, 3])
        found, err = self.runs(text, "--max-signals=2")
        self.assertEqual(found, [("05", 1), ("05", 3)])
        self.assertIn("3 matches lost to the limit", err)
        without = event(event__ingested=clock(4))
        del without["@timestamp"]
        found, _ = self.runs(line(without) + at(clock(3)) + at(clock(1)), "--max-signals=2")
        self.assertEqual(found, [("05", 3), ("05", 2)])
        found, _ = self.runs(at(clock(3)) + line(without))
        self.assertEqual(found, [("05", 2), ("05", 1)], "without @timestamp comes first")

    def test_limit_counts_what_was_alerted_before(self):
        text = at(clock(3), "2024-05-14T08:57:00Z") + at(clock(0), clock(4)) + at(clock(1), clock(4))
        found, err = self.runs(text, "--max-signals=2")
        self.assertEqual(found, [("00", 1), ("05", 3), ("10", 2)])
        self.assertNotIn("lost", err)
        self.assertIn("2 runs reached the limit of 2 alerts", err)

    def test_random_events_against_a_search_of_every_run(self):
        generator = random.Random(7)

        def stamp(minute):
            return (datetime.datetime(2024, 5, 14) + datetime.timedelta(minutes=minute)).isoformat()
        for most in (1, 2, 5):
            events = [(generator.randrange(120), generator.randrange(120)) for _ in range(60)]
            expected, alerted = [], set()
            for run in range(0, 180, 5):
                window = sorted((time, number) for number, (time, ingested) in enumerate(events, 1)
                                if run - 9 <= ingested <= run)
                for _, number in window[-most:]:
                    if number not in alerted:
                        expected.append(("%02d" % (run % 60), number))
                        alerted.add(number)
            text = b"".join(at(stamp(time), stamp(ingested)) for time, ingested in events)
            found, err = self.runs(text, "--max-signals=%d" % most)
            self.assertEqual(found, expected)
            self.assertIn("%d matches lost to the limit" % (len(events) - len(alerted)), err)

    def test_a_document_that_comes_again(self):
        hit = line({"_index": "winlogbeat-1", "_id": "1", "_source": event()})
        found, err = self.runs(hit + hit)
        self.assertEqual(len(found), 1)
        self.assertIn("1 match of a document that came again", err)
        self.assertEqual(len(self.runs(HIT + HIT)[0]), 2, "two events may look the same")

    def rule(self, **changes):
        return self.file(line({"type": "eql", "language": "eql", "rule_id": "r", "name": "R",
                               "query": "any where true", "severity": "low", "risk_score": 1,
                               **changes}), "rule.json")

    def test_other_schedules(self):
        path = self.rule(interval="1h", **{"from": "now-30m"})
        found, err = self.runs(at(clock(10)) + at(clock(40)), "-r", path)
        self.assertEqual(found, [("00", 2)])
        self.assertIn("1 match that no run's window reaches", err)
        path = self.rule(max_signals=1)
        found, _ = self.runs(at(clock(4, 30)) + at(clock(4, 31)), "-r", path)
        self.assertEqual(found, [("05", 2)])
        path = self.rule()
        found, _ = self.runs(at(clock(4)) + at("2024-05-14T08:54:30Z") + at(clock(9)), "-r", path)
        self.assertEqual(found, [("55", 2), ("05", 1), ("10", 3)], "5m and now-6m by default")
        path = self.rule(interval="1s", **{"from": "now-1000000d"})
        found, _ = self.runs(at(clock(4)), "-r", path)
        self.assertEqual(found, [("04", 1)], "and at once")
        path = self.rule(interval="soon", **{"from": "now-1y"})
        found, err = self.runs(at(clock(4)), "-r", path)
        self.assertEqual(found, [("05", 1)])
        self.assertIn("R: the interval cannot be read", err)
        self.assertIn("R: 'from' or 'to' cannot be read", err)

    def test_other_formats(self):
        result = scan("--schedule", "-t", stdin=at(clock(8)) + at(clock(1)))
        rows = result.out.decode().splitlines()
        self.assertEqual([row[:24] for row in rows[1:]], [clock(1), clock(8)])


class MaxSignals(ScanTest):
    def test_limit_per_rule(self):
        result = scan("--max-signals=2", "-b", "-e", "any where true", stdin=MISS + HIT * 4)
        self.assertEqual([(a["kibana.alert.rule.name"][0], a["netshare"]["line"])
                          for a in result.documents],
                         [("q", 1), ("M", 2), ("q", 2), ("M", 3)])
        self.assertEqual(result.err.count("the limit of 2 alerts is reached"), 2)
        self.assertIn("5 matches beyond --max-signals", result.err)
        self.assertEqual(len(scan("--max-signals", "2", "-j3", stdin=HIT * 3000).documents), 2)
        self.assertEqual(len(scan(stdin=HIT * 300).documents), 300, "no limit by itself")


if __name__ == "__main__":
    unittest.main()
