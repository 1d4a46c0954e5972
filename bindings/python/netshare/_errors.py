# SPDX-License-Identifier: Apache-2.0
"""The exceptions, and how they are made of what the library reports."""

from __future__ import annotations

import ctypes

from . import _library
from ._library import lib

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple, Type


class NetshareError(Exception):
    """What the library, or this package in its name, has to say against its input.

    `str()` gives position, message, source line and caret, as a person reads them.
    """

    #: What is wrong, without position.
    message: str
    #: Byte offset and length of the offending text; None when it has no position.
    offset: Optional[int]
    length: Optional[int]
    #: From 1, the column in characters; None when unknown.
    line: Optional[int]
    column: Optional[int]
    #: The source line with a caret below, or "".
    excerpt: str
    #: The rule concerned, or "".
    rule_id: str
    #: Where in a rule document, as `threat[0].tactic.id`, or "".
    path: str
    #: The file that the input came from, or "".
    source: str

    def __init__(self, message: str, *, offset: Optional[int] = None,
                 length: Optional[int] = None, line: Optional[int] = None,
                 column: Optional[int] = None, excerpt: str = "", rule_id: str = "",
                 path: str = "", source: str = "", rendered: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.length = length
        self.line = line
        self.column = column
        self.excerpt = excerpt
        self.rule_id = rule_id
        self.path = path
        self.source = source
        self._rendered = rendered or message

    def __str__(self) -> str:
        if not self.source:
            return self._rendered
        return f"{self.source}:{'' if self._rendered[:1].isdigit() else ' '}{self._rendered}"

    def locate(self, source: str, line: int) -> None:
        """Says where in a file or sequence of events the error is."""
        self.line, self.source = line, source
        column = f":{self.column}" if self.column else ""
        self._rendered = f"{line}{column}: {self.message}"

    def __reduce__(self) -> Tuple[Any, ...]:
        return type(self), (self.message,), self.__dict__.copy()


class QueryError(NetshareError, ValueError):
    """A query that no matcher can be made of."""


class QuerySyntaxError(QueryError):
    """The text is not EQL."""


class QueryTypeError(QueryError):
    """Well-formed EQL that means nothing: types do not fit, an unknown function."""


class StatefulQueryError(QueryError):
    """A sequence, sample, join or pipe: valid EQL that needs several events."""


class RuleError(NetshareError, ValueError):
    """A rule document, or a file of them, is malformed."""


class EventError(NetshareError, ValueError):
    """An event is not a JSON object, or cannot be made one."""


class LimitError(NetshareError, ValueError):
    """A documented limit is exceeded: nesting, compiled size, values of a field."""


class OutOfMemoryError(NetshareError, MemoryError):
    """The library could not allocate memory."""


class UnsupportedError(NetshareError, NotImplementedError):
    """The library was built without this feature (JSON)."""


_CLASSES: Dict[int, Type[NetshareError]] = {
    _library.NO_MEMORY: OutOfMemoryError,
    _library.SYNTAX: QuerySyntaxError,
    _library.TYPE: QueryTypeError,
    _library.STATEFUL: StatefulQueryError,
    _library.LIMIT: LimitError,
    _library.DOCUMENT: RuleError,
    _library.EVENT: EventError,
    _library.UNSUPPORTED: UnsupportedError,
}


def from_status(status: int) -> NetshareError:
    """An exception that knows no more than a status."""
    text = lib.netshare_status_string(status)
    return _CLASSES.get(status, NetshareError)(text.decode())


def from_error(error: Any, source: str = "", what: str = "query") -> NetshareError:
    """An exception out of a netshare_error that a failed call filled. `what` has the
    position: the library calls it a query, whatever it is."""
    buffer = ctypes.create_string_buffer(1200)
    lib.netshare_error_render(error, buffer, len(buffer))
    rendered = buffer.value.decode("utf-8", "replace")
    if rendered.startswith("query:"):
        in_document = source and not error.path
        rendered = rendered[len("query:"):] if in_document else what + rendered[len("query"):]
    has_offset = error.offset != _library.NO_INDEX
    return _CLASSES.get(error.status, NetshareError)(
        error.message.decode("utf-8", "replace"),
        offset=error.offset if has_offset else None,
        length=error.length if has_offset else None,
        line=error.line or None,
        column=error.column or None,
        excerpt=error.excerpt.decode("utf-8", "replace"),
        rule_id=error.rule_id.decode("utf-8", "replace"),
        path=error.path.decode("utf-8", "replace"),
        source=source,
        rendered=rendered)


def checked(pointer: Optional[int], error: Any) -> int:
    """What a call gave that makes something; raises the error that it filled if it failed."""
    if not pointer:
        raise from_error(error)
    return pointer
