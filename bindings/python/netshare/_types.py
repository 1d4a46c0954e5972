# SPDX-License-Identifier: Apache-2.0
"""Types of arguments that have names.

What a scan needs imports neither this nor `typing`, which takes as long as scanning several
megabytes: there TYPE_CHECKING is a name of the module's own, which type checkers know as well,
and what only annotations need is imported below it."""

from __future__ import annotations

import os
from typing import Any, Callable, Union

from ._errors import NetshareError

#: Reads a field of an object: accessor(event, "process.name").
AccessorFunction = Callable[[Any, str], Any]

#: What to do about an event that is none: "raise", "warn", "skip", or this with the error.
OnError = Union[str, Callable[[NetshareError], object]]

#: A path, a file, or an iterable of events.
ScanSource = Union[str, "os.PathLike[str]", Any]
