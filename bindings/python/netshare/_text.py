# SPDX-License-Identifier: Apache-2.0
"""Python's text as the library's, and small things that every module needs."""

from __future__ import annotations

import ctypes
import sys

from . import _library

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Callable, List, Tuple, Union

    Encoded = Tuple[int, bytes, int]

_UTF16 = "utf-16-le" if sys.byteorder == "little" else "utf-16-be"


def encode(text: Union[str, bytes]) -> Encoded:
    """Value type, bytes and length in units. Text with unpaired surrogates goes as UTF-16,
    where each of them is one character."""
    if isinstance(text, bytes):
        return _library.VALUE_UTF8, text, len(text)
    try:
        data = text.encode()
        return _library.VALUE_UTF8, data, len(data)
    except UnicodeEncodeError:
        data = text.encode(_UTF16, "surrogatepass")
        return _library.VALUE_UTF16, data, len(data) // 2


def decode(kind: int, address: int, length: int) -> str:
    """The text of a value, whatever its bytes: those that are not UTF-8 become lone
    surrogates, as os.fsdecode() makes them."""
    if length == 0:
        return ""
    if kind == _library.VALUE_UTF16:
        return ctypes.string_at(address, 2 * length).decode(_UTF16, "surrogatepass")
    return ctypes.string_at(address, length).decode("utf-8", "surrogateescape")


def query_bytes(query: object, what: str = "query") -> bytes:
    """EQL text or a pattern as UTF-8; UnicodeEncodeError for lone surrogates, which are
    no characters of any."""
    if isinstance(query, bytes):
        return query
    if not isinstance(query, str):
        raise TypeError(f"{what} must be str or bytes, not {type(query).__name__}")
    return query.encode()


class Writer:
    """Collects what a function of the library writes in pieces."""

    def __init__(self) -> None:
        self._pieces: List[bytes] = []
        self.callback: Any = _library.WriteFunction(self._write)

    def _write(self, _user: Any, text: int, length: int) -> bool:
        if length:
            self._pieces.append(ctypes.string_at(text, length))
        return True

    def text(self) -> str:
        return b"".join(self._pieces).decode("utf-8", "replace")


class Handle:
    """Owns an object of the library: it lives as long as someone refers to the handle,
    so that a call in one thread never loses what another thread closes."""

    __slots__ = ("pointer", "_release")

    def __init__(self, pointer: int, release: Callable[[int], None]) -> None:
        self.pointer = pointer
        self._release = release

    def __del__(self) -> None:
        self._release(self.pointer)
