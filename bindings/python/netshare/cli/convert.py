# SPDX-License-Identifier: Apache-2.0
"""python -m netshare convert"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Iterator, List

from .. import NetshareError
from .._rules import convert_toml, dump, files_in
from .common import FAILED, NOTHING, fail

NAME = "convert"
HELP = "print TOML rule files as NDJSON that Kibana imports"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-o", "--output", metavar="FILE", help="instead of standard output")
    parser.add_argument("paths", metavar="PATH", nargs="+",
                        help="a TOML file, or a folder of them")


def _files(paths: List[str]) -> Iterator[str]:
    for path in paths:
        if os.path.isdir(path):
            yield from (name for name in files_in(path) if name.endswith(".toml"))
        else:
            yield path


def run(options: argparse.Namespace) -> int:
    status, lines = NOTHING, []
    for path in _files(options.paths):
        try:
            with open(path, "rb") as file:
                lines.append(dump(convert_toml(file.read(), path), path) + b"\n")
        except (NetshareError, OSError) as error:
            status = fail(error)
    if options.output is None:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(lines)
        sys.stdout.buffer.flush()
    else:
        with open(options.output, "wb") as output:
            output.writelines(lines)
    if not lines and status == NOTHING:
        return fail("no TOML file there")
    return FAILED if status else NOTHING
