#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans a folder of captures, NDJSON files that may be compressed, with one process for
each core, and prints what was found by ATT&CK tactic.

    python scan_folder.py captures/
    python scan_folder.py captures/ --rules detection-rules/rules/windows --source automatic
"""

import argparse
import bz2
import gzip
import lzma
import multiprocessing
import pathlib
import sys
from collections import Counter
from typing import Any, Counter as CounterType, Dict, List, NamedTuple

import netshare

OPEN: Dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


class Capture(NamedTuple):
    """What one file came to."""

    path: str
    alerts: List[str]
    tactics: CounterType[str]
    counts: netshare.Counts
    problem: str = ""


def describe(path: str, found: netshare.Found) -> str:
    names = ", ".join(sorted({rule.name for rule in found.matches.rules}))
    return f"{path}:{found.line}: {names}"


def scan_file(matcher: netshare.Matcher, path: pathlib.Path) -> Capture:
    alerts: List[str] = []
    tactics: CounterType[str] = Counter()
    counts = netshare.Counts()
    try:
        with OPEN.get(path.suffix, open)(path, "rb") as file:
            scan = matcher.scan(file, on_error="skip")
            counts = scan.counts
            for found in scan:
                alerts.append(describe(str(path), found))
                tactics.update({f"{tactic.id} {tactic.name}" for rule in found.matches.rules
                                for tactic in rule.tactics})
    except (OSError, EOFError, lzma.LZMAError, netshare.NetshareError) as error:
        return Capture(str(path), alerts, tactics, counts, str(error))
    return Capture(str(path), alerts, tactics, counts)


class Scanner:
    """Called in the workers. The matcher goes to each of them once, by pickling."""

    matcher: netshare.Matcher

    @classmethod
    def start(cls, matcher: netshare.Matcher) -> None:
        cls.matcher = matcher

    @classmethod
    def scan(cls, path: pathlib.Path) -> Capture:
        return scan_file(cls.matcher, path)


def captures(folder: pathlib.Path) -> List[pathlib.Path]:
    return sorted(path for path in folder.rglob("*")
                  if path.is_file() and {".ndjson", ".jsonl"} & set(path.suffixes))


def main() -> int:
    parser = argparse.ArgumentParser(description="Scan a folder of NDJSON captures.")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--rules", help="a rule file or a folder of them")
    parser.add_argument("--source", choices=netshare.SOURCES, default="ecs")
    parser.add_argument("--jobs", type=int, help="processes; one for each core if not given")
    options = parser.parse_args()

    if options.rules:
        matcher = netshare.Matcher.from_rules(options.rules, strict=False,
                                              source=options.source)
    else:
        matcher = netshare.Matcher(source=options.source)
    failed = False
    tactics: CounterType[str] = Counter()
    events = files = 0
    with multiprocessing.Pool(options.jobs, Scanner.start, (matcher,)) as pool:
        for capture in pool.imap(Scanner.scan, captures(options.folder)):
            for alert in capture.alerts:
                print(alert)
            if capture.problem:
                failed = True
                print(f"{capture.path}: {capture.problem}", file=sys.stderr)
            if capture.counts.malformed:
                print(f"{capture.path}: {capture.counts.malformed} of {capture.counts.lines} "
                      "lines are no events", file=sys.stderr)
            tactics += capture.tactics
            events += capture.counts.events
            files += 1
    print(f"\n{events} events in {files} files")
    for tactic, count in tactics.most_common():
        print(f"{count:8}  {tactic}")
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
