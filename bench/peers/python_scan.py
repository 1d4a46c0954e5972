# SPDX-License-Identifier: Apache-2.0
"""The Python package over a file of events, by one call for the file or by one per event:

    python_scan.py scan|json|dict EVENTS.ndjson

prints how many events match, how many there are, and the seconds that matching took.
"""
import itertools
import json
import sys
import time

import netshare


def scan_file(matcher, path):
    start = time.process_time()
    scan = matcher.scan(path)
    matched = sum(1 for _ in scan)
    return matched, scan.counts.events, time.process_time() - start


def match_each(matcher, path, read):
    """One call per event, the events being read beforehand, a part of the file at a time."""
    matched = count = 0
    spent = 0.0
    with open(path, "rb") as file:
        while lines := list(itertools.islice(file, 10000)):
            events = [read(line) for line in lines]
            start = time.process_time()
            for event in events:
                matched += matcher.matches(event)
            spent += time.process_time() - start
            count += len(events)
    return matched, count, spent


def main():
    how, path = sys.argv[1:3]
    matcher = netshare.Matcher()
    if how == "scan":
        result = scan_file(matcher, path)
    else:
        result = match_each(matcher, path, json.loads if how == "dict" else bytes)
    print(*result)


if __name__ == "__main__":
    main()
