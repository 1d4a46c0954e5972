# SPDX-License-Identifier: Apache-2.0
"""The Python package over a file of events, by one call for the file or by one per event:

    python_scan.py scan|json|dict|match EVENTS.ndjson [ROUNDS]

prints how many events match, how many there are, and the seconds that matching took: with
Matcher.matches() on JSON or on dictionaries, or with Matcher.match() on these.
"""
import itertools
import json
import sys
import time

import netshare

EVENTS = 20  # at a time, as in eql_scan.py, so that they are in the cache


def scan_file(matcher, path):
    start = time.process_time()
    scan = matcher.scan(path)
    matched = sum(1 for _ in scan)
    return matched, scan.counts.events, time.process_time() - start


def match_each(match, path, read, rounds):
    """One call per event, the events being read beforehand, a part of the file at a time."""
    matched = count = 0
    spent = 0.0
    with open(path, "rb") as file:
        while lines := list(itertools.islice(file, EVENTS)):
            events = [read(line) for line in lines]
            start = time.process_time()
            for _ in range(rounds):
                for event in events:
                    if match(event):
                        matched += 1
            spent += time.process_time() - start
            count += len(events)
    return matched // rounds, count, spent / rounds


def main():
    how, path = sys.argv[1:3]
    matcher = netshare.Matcher()
    if how == "scan":
        result = scan_file(matcher, path)
    else:
        result = match_each(matcher.match if how == "match" else matcher.matches, path,
                            bytes if how == "json" else json.loads,
                            int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    print(*result)


if __name__ == "__main__":
    main()
