# SPDX-License-Identifier: Apache-2.0
"""python -m netshare: scan, check, explain, convert."""

from __future__ import annotations

import argparse
import os
import sys
from typing import Optional, Sequence

from .. import NetshareError, __version__, library_path, library_version
from . import check, convert, explain, scan
from .common import FAILED, fail

_COMMANDS = (scan, check, explain, convert)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m netshare", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Match process events against EQL detection rules.")
    parser.add_argument("--version", action="version",
                        version=f"netshare {__version__}, libnetshare {library_version} "
                                f"({library_path})")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for module in _COMMANDS:
        command = commands.add_parser(module.NAME, help=module.HELP, description=module.HELP)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    return parser


def main(arguments: Optional[Sequence[str]] = None) -> int:
    options = _parser().parse_args(arguments)
    # What cannot be encoded must not end a scan: an event may hold anything.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # who read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except (NetshareError, OSError) as error:
        return fail(error)
    except KeyboardInterrupt:
        return 130
