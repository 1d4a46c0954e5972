# SPDX-License-Identifier: Apache-2.0
"""What the commands share."""

from __future__ import annotations

import argparse
import sys
from typing import List

from .. import Matcher
from .._builder import Settings, Source
from .._library import SOURCES
from .._rules import load, no_rules

#: Exit statuses, those of netshare-scan.
NOTHING, FOUND, FAILED = 0, 1, 2


def fail(error: object) -> int:
    print(f"netshare: {error}", file=sys.stderr)
    return FAILED


def add_rule_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-b", "--builtin", action="store_true",
                        help="the built-in rule; the default when no other is given")
    parser.add_argument("-r", "--rules", metavar="PATH", action="append", default=[],
                        help="a rule file (TOML, JSON, NDJSON) or a folder of them")
    parser.add_argument("-e", "--query", metavar="EQL", action="append", default=[],
                        help="a query")
    parser.add_argument("-s", "--source", choices=SOURCES, default="ecs",
                        help="what writes the events; ecs if not given")


def make_matcher(options: argparse.Namespace) -> Matcher:
    """The rules of the options together. Those that cannot be used are reported on standard
    error, and left out."""
    sources: List[Source] = []
    if options.builtin or not (options.rules or options.query):
        sources.append(Source("builtin"))
    for i, query in enumerate(options.query):
        name = "query" if i == 0 else f"query-{i + 1}"
        sources.append(Source("query", name, query.encode("utf-8", "surrogateescape")))
    loaded, refused = load(options.rules, strict=False)
    matcher = Matcher._make((*sources, *loaded), Settings(source=options.source), strict=False)
    left_out = [*refused, *matcher.left_out]
    for error in left_out:
        print(f"netshare: left out: {error}", file=sys.stderr)
    if not len(matcher):
        raise no_rules(left_out)
    return matcher
