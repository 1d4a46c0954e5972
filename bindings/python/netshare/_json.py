# SPDX-License-Identifier: Apache-2.0
"""Events as JSON bytes, and JSON bytes as Python objects."""

from __future__ import annotations

import os
from collections.abc import Mapping, Set
from functools import lru_cache

from ._errors import EventError, LimitError

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union

    _Keys = Dict[str, Optional[Dict[str, Any]]]


@lru_cache(maxsize=None)
def _special() -> Tuple[Tuple[Any, Callable[[Any], Any]], ...]:
    """Types of which few events have any, and so few programs need the modules."""
    import datetime
    import uuid

    return (
        ((datetime.datetime, datetime.date, datetime.time), lambda value: value.isoformat()),
        (Mapping, dict),
        (Set, list),
        ((bytes, bytearray), lambda value: bytes(value).decode("utf-8", "replace")),
        ((uuid.UUID, os.PathLike), str),
    )


def _default(value: Any) -> Any:
    """What JSON has no word for: dates, sets, bytes, paths; NumPy's numbers and arrays."""
    for kinds, convert in _special():
        if isinstance(value, kinds):
            return convert(value)
    for name in ("tolist", "__index__", "__float__"):
        method = getattr(value, name, None)
        if callable(method):
            return method()
    raise TypeError(f"an event cannot hold a value of type {type(value).__name__}")


@lru_cache(maxsize=None)
def _encode() -> Callable[[Any], str]:
    """In ASCII, which needs no second pass, and lets lone surrogates through as escapes: the
    library reads those as U+FFFD. A circle ends at the recursion limit."""
    import json  # whose start takes longer than a scan of many a file

    return json.JSONEncoder(check_circular=False, separators=(",", ":"), default=_default).encode


def _dump(event: Any) -> bytes:
    try:
        return _encode()(event).encode("ascii")
    except RecursionError:
        raise LimitError("the event nests too deeply, or contains itself") from None
    except ValueError as error:  # an integer longer than Python prints
        raise EventError(f"the event cannot be written as JSON: {error}") from None


class Projection:
    """What of a mapping the rules can read: the rest need not be written as JSON."""

    def __init__(self, fields: Iterable[str]) -> None:
        # Each key that may stand on the way to a field, dotted or not, with what may stand
        # below it; None where a field ends, whose value is kept as it is.
        self._root: _Keys = {}
        for field in fields:
            self._add(self._root, field.split("."))

    def _add(self, keys: _Keys, parts: List[str]) -> None:
        for i in range(1, len(parts)):
            below = keys.setdefault(".".join(parts[:i]), {})
            if below is not None:
                self._add(below, parts[i:])
        keys[".".join(parts)] = None

    def apply(self, event: Dict[Any, Any]) -> Dict[Any, Any]:
        if "_source" in event:  # perhaps a search hit
            return event
        return _project(event, self._root)


def _project(event: Dict[Any, Any], keys: _Keys) -> Dict[Any, Any]:
    kept = {}
    for key, value in event.items():
        if key in keys:
            below = keys[key]
            if below is not None and type(value) is dict:
                value = _project(value, below)
            kept[key] = value
    return kept


def event_bytes(event: object, projection: Optional[Projection] = None) -> bytes:
    """The event as the library reads it; TypeError if it is of no type that can be one."""
    if isinstance(event, dict):
        return _dump(projection.apply(event) if projection is not None else event)
    if isinstance(event, bytes):
        return event
    if isinstance(event, str):
        return _text_bytes(event)
    if isinstance(event, (bytearray, memoryview)):
        return bytes(event)
    if isinstance(event, Mapping):
        return event_bytes(dict(event), projection)
    raise TypeError("an event must be a mapping, or JSON as str or bytes, not "
                    f"{type(event).__name__}; other objects need accessor=")


def _text_bytes(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # lone surrogates that stand for no byte: U+FFFD
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode()


def _integer(digits: str) -> Union[int, float]:
    try:
        return int(digits)
    except ValueError:  # longer than Python reads
        return float(digits)


@lru_cache(maxsize=None)
def _decode(of_any_length: bool) -> Callable[[str], Any]:
    import json

    return json.JSONDecoder(strict=False, parse_int=_integer if of_any_length else None).decode


def load_event(data: bytes) -> Dict[str, Any]:
    """What the library took for an event: also with control characters in strings, bytes
    that are not UTF-8 (which become lone surrogates), and integers of any length."""
    text = data.decode("utf-8", "surrogateescape")
    try:
        event = _decode(False)(text)
    except ValueError:
        event = _decode(True)(text)
    assert isinstance(event, dict)
    return event
