# SPDX-License-Identifier: Apache-2.0
"""python -m netshare check"""

from __future__ import annotations

import argparse
import os
import sys
from typing import List, NamedTuple, Optional

from .. import NetshareError, StatefulQueryError
from .._builder import Settings, Source, build
from .._explain import printable
from .._rules import convert_toml, dump, files_in
from .common import FAILED, FOUND, NOTHING
from .positions import find_query_error, find_rule, toml_error

NAME = "check"
HELP = "compile rule files; print what is wrong as file:line:column: message"


class _Finding(NamedTuple):
    file: str
    line: Optional[int]
    column: Optional[int]
    message: str
    rule_id: str

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        rule = f" (rule {self.rule_id})" if self.rule_id else ""
        return printable(f"{place}: error: {self.message}{rule}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-q", "--quiet", action="store_true", help="no summary")
    parser.add_argument("--stateful", action="store_true",
                        help="also report rules that need several events, as errors")
    parser.add_argument("paths", metavar="PATH", nargs="+",
                        help="a rule file (TOML, JSON, NDJSON) or a folder of them")


def _finding(file: str, text: str, data: bytes, error: NetshareError) -> _Finding:
    message, position = error.message, (error.line, error.column)
    if error.rule_id and error.offset is not None:
        position = find_query_error(text, data, error)
    elif error.rule_id:
        position = find_rule(text, error)
    elif file.endswith(".toml"):
        message, position = toml_error(text, message)
    where = f"{error.path}: " if error.path and error.path != "query" else ""
    return _Finding(file, *position, f"{where}{message}", error.rule_id)


def _check_file(path: str, stateful: bool) -> List[_Finding]:
    with open(path, "rb") as file:
        data = file.read()
    text = data.decode("utf-8", "replace").replace("\r\n", "\n")
    try:
        if path.endswith(".toml"):
            data = dump(convert_toml(data, path), path)
        left_out = build((Source("documents", path, data),), Settings(), False).left_out
    except NetshareError as error:
        return [_finding(path, text, data, error)]
    return [_finding(path, text, data, error) for error in left_out
            if stateful or not isinstance(error, StatefulQueryError)]


def run(options: argparse.Namespace) -> int:
    status, findings, files = NOTHING, 0, 0
    for path in options.paths:
        for file in files_in(path) if os.path.isdir(path) else [path]:
            files += 1
            try:
                found = _check_file(file, options.stateful)
            except OSError as error:
                print(f"{file}: error: {error.strerror}", file=sys.stderr)
                status = FAILED
                continue
            for finding in found:
                print(finding)
            findings += len(found)
    if not options.quiet:
        print(f"netshare: {files} {'file' if files == 1 else 'files'}, {findings} "
              f"{'error' if findings == 1 else 'errors'}", file=sys.stderr)
    return status or (FOUND if findings else NOTHING)
