# SPDX-License-Identifier: Apache-2.0
"""python -m netshare scan"""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any, Dict

from .. import Found, Matcher, NetshareError, Rule
from .common import FAILED, FOUND, NOTHING, add_rule_options, fail, make_matcher

NAME = "scan"
HELP = "print one JSON object for each event of NDJSON files that a rule matches"

_MOST_REPORTS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_rule_options(parser)
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary")
    parser.add_argument("files", metavar="FILE", nargs="*", default=["-"],
                        help="NDJSON; - is standard input, the default")


def _describe(rule: Rule) -> Dict[str, Any]:
    return {"id": rule.id, "name": rule.name, "severity": rule.severity.name.lower(),
            "risk_score": rule.risk_score,
            "tactics": [t.id for t in rule.tactics],
            "techniques": [t.id for t in rule.techniques],
            "subtechniques": [t.id for t in rule.subtechniques]}


class _Reporter:
    """Errors of one file: a file of another kind has one on every line."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, error: NetshareError) -> None:
        self._count += 1
        if self._count <= _MOST_REPORTS:
            print(f"netshare: {error}", file=sys.stderr)
        if self._count == _MOST_REPORTS:
            print("netshare: further ones of this file are only counted", file=sys.stderr)


def _write(file: str, found: Found) -> None:
    text = json.dumps({"file": file, "line": found.line,
                       "rules": [_describe(rule) for rule in found.matches.rules],
                       "event": found.event})
    print(text)


def _scan_file(matcher: Matcher, file: str, quiet: bool) -> int:
    name = "<stdin>" if file == "-" else file
    source = sys.stdin.buffer if file == "-" else file
    with matcher.scan(source, on_error=_Reporter()) as found:
        for one in found:
            _write(name, one)
        counts = found.counts
    if not quiet:
        print(f"netshare: {name}: {counts.matched} of {counts.events} events match "
              f"({counts.lines} lines: {counts.blank} blank, {counts.malformed} malformed, "
              f"{counts.undecided} undecided)", file=sys.stderr)
    if counts.undecided:
        return FAILED
    return FOUND if counts.matched else NOTHING


def run(options: argparse.Namespace) -> int:
    matcher = make_matcher(options)
    status = NOTHING
    for file in options.files:
        try:
            result = _scan_file(matcher, file, options.quiet)
        except (NetshareError, OSError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            result = fail(error)
        status = max(status, result)
    return status
