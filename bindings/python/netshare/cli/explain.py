# SPDX-License-Identifier: Apache-2.0
"""python -m netshare explain"""

from __future__ import annotations

import argparse
import sys
from typing import BinaryIO, Iterator, Tuple

from .. import Matcher, NetshareError
from .common import FOUND, NOTHING, add_rule_options, fail, make_matcher

NAME = "explain"
HELP = "show for each event and rule every clause with the value that decided it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_rule_options(parser)
    parser.add_argument("-m", "--matches", action="store_true",
                        help="only where the rule matches")
    parser.add_argument("-l", "--line", type=int, help="only this line of the file")
    parser.add_argument("file", metavar="FILE", nargs="?", default="-",
                        help="NDJSON; - is standard input, the default")


def _lines(file: BinaryIO, wanted: int) -> Iterator[Tuple[int, bytes]]:
    for number, line in enumerate(file, 1):
        if number == 1 and line.startswith(b"\xef\xbb\xbf"):
            line = line[3:]
        if line.strip() and wanted in (0, number):
            yield number, line


def _explain_line(matcher: Matcher, place: str, line: bytes, only_matches: bool) -> int:
    status = NOTHING
    for rule in range(len(matcher)):
        explanation = matcher.explain(line, rule)
        if explanation.matched:
            status = FOUND
        if explanation.matched or not only_matches:
            print(f"{place}: {explanation}\n")
    return status


def _explain_file(matcher: Matcher, file: BinaryIO, name: str,
                  options: argparse.Namespace) -> int:
    status = NOTHING
    for number, line in _lines(file, options.line or 0):
        place = f"{name}:{number}"
        try:
            result = _explain_line(matcher, place, line.rstrip(b"\r\n"), options.matches)
        except NetshareError as error:
            result = fail(f"{place}: {error.message}")
        status = max(status, result)
    return status


def run(options: argparse.Namespace) -> int:
    matcher = make_matcher(options)
    if options.file == "-":
        return _explain_file(matcher, sys.stdin.buffer, "<stdin>", options)
    with open(options.file, "rb") as file:
        return _explain_file(matcher, file, options.file, options)
