# SPDX-License-Identifier: Apache-2.0
"""The wildcard engine, and what agents do to Windows command lines."""

from __future__ import annotations

import ctypes
from ctypes import byref
from typing import Any, List, Tuple, Union

from . import _library, _text
from ._errors import from_error
from ._library import lib

_CASE_SENSITIVE, _ASCII_FOLDING = 1, 2


def _check_text(text: object, what: str) -> None:
    if not isinstance(text, (str, bytes)):
        raise TypeError(f"{what} must be str or bytes, not {type(text).__name__}")


class Wildcard:
    r"""A compiled pattern that matches exactly as rules do: `*` stands for any run of
    characters, `?` for one; there is no escape, a backslash is a backslash.

        Wildcard(r"\\*\c$").match(r"\\server\C$")

    May be shared between threads, and pickled.
    """

    def __init__(self, pattern: Union[str, bytes], ignore_case: bool = True, *,
                 ascii_folding: bool = False) -> None:
        _check_text(pattern, "pattern")
        self._arguments = (pattern, bool(ignore_case), bool(ascii_folding))
        data = _text.query_bytes(pattern, "pattern")
        flags = 0 if ignore_case else _CASE_SENSITIVE
        flags |= _ASCII_FOLDING if ascii_folding else 0
        error = _library.Error()
        pointer = lib.netshare_wildcard_compile(data, len(data), flags, None, byref(error))
        if not pointer:
            raise from_error(error)
        self._handle = _text.Handle(pointer, lib.netshare_wildcard_free)

    @property
    def pattern(self) -> Union[str, bytes]:
        return self._arguments[0]

    @property
    def ignore_case(self) -> bool:
        return self._arguments[1]

    @property
    def ascii_folding(self) -> bool:
        """Fold only A to Z?"""
        return self._arguments[2]

    def match(self, text: Union[str, bytes]) -> bool:
        """Does the whole text match?"""
        _check_text(text, "text")
        kind, data, length = _text.encode(text)
        function = (lib.netshare_wildcard_match if kind == _library.VALUE_UTF8
                    else lib.netshare_wildcard_match_utf16)
        return bool(function(self._handle.pointer, data, length))

    def __repr__(self) -> str:
        options = "" if self.ignore_case else ", ignore_case=False"
        options += ", ascii_folding=True" if self.ascii_folding else ""
        return f"Wildcard({self.pattern!r}{options})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Wildcard):
            return NotImplemented
        return self._arguments == other._arguments

    def __hash__(self) -> int:
        return hash(self._arguments)

    def __reduce__(self) -> Tuple[Any, ...]:
        return _make_wildcard, self._arguments


def _make_wildcard(pattern: Union[str, bytes], ignore_case: bool,
                   ascii_folding: bool) -> Wildcard:
    return Wildcard(pattern, ignore_case, ascii_folding=ascii_folding)


def split_command_line(text: str) -> List[str]:
    """The arguments of a Windows command line, the program first, as CommandLineToArgvW
    cuts it; an empty command line has none."""
    if not isinstance(text, str):
        raise TypeError(f"a command line must be str, not {type(text).__name__}")
    kind, data, length = _text.encode(text)
    # One buffer is text and room for arguments both, which the library allows.
    buffer = ctypes.create_string_buffer(data, len(data) + 1)
    address = ctypes.addressof(buffer)
    line = _library.CommandLine(_library.TextValue(kind, address, length), address, 0)
    argument = _library.TextValue()
    arguments = []
    while lib.netshare_command_line_next(byref(line), byref(argument)):
        arguments.append(_text.decode(argument.type, argument.data or 0, argument.length))
    return arguments


def file_name(path: str) -> str:
    r"""The last component of a path: what follows its last `\` or `/`."""
    if not isinstance(path, str):
        raise TypeError(f"a path must be str, not {type(path).__name__}")
    kind, data, length = _text.encode(path)
    buffer = ctypes.create_string_buffer(data, len(data) + 1)
    value = _library.TextValue(kind, ctypes.addressof(buffer), length)
    name = lib.netshare_file_name(value)
    return _text.decode(name.type, name.data or 0, name.length)
