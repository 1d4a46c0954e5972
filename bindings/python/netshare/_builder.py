# SPDX-License-Identifier: Apache-2.0
"""Makes a matcher of the library out of rules that can be pickled."""

from __future__ import annotations

import ctypes
from ctypes import byref

from . import _library, _text
from ._errors import NetshareError, RuleError, StatefulQueryError, checked, from_error
from ._library import lib

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, List, Optional, Tuple


class Source:
    """Where rules come from: "builtin", "query" (with `name` as rule id) or "documents"
    (with `name` as file name, for errors)."""

    def __init__(self, kind: str, name: str = "", data: bytes = b"") -> None:
        self.kind, self.name, self.data = kind, name, data


class Settings:
    def __init__(self, event_category_field: Optional[str] = None, ascii_folding: bool = False,
                 source: str = "ecs") -> None:
        self.event_category_field = event_category_field
        self.ascii_folding, self.source = ascii_folding, source


class Built:
    def __init__(self, handle: _text.Handle, left_out: Tuple[NetshareError, ...]) -> None:
        self.handle, self.left_out = handle, left_out


def check_settings(event_category_field: Optional[str], ascii_folding: bool,
                   source: str) -> Settings:
    if event_category_field is not None:
        if not isinstance(event_category_field, str):
            raise TypeError("event_category_field must be str, not "
                            f"{type(event_category_field).__name__}")
        if "\0" in event_category_field or not event_category_field:
            raise ValueError("event_category_field must be the name of a field")
    if source not in _library.SOURCES:
        raise ValueError(f"source must be one of {', '.join(_library.SOURCES)}, not {source!r}")
    return Settings(event_category_field, bool(ascii_folding), source)


class _Builder:
    def __init__(self, settings: Settings) -> None:
        field = settings.event_category_field
        options = _library.Options(
            ctypes.sizeof(_library.Options),
            _library.OPTION_ASCII_FOLDING if settings.ascii_folding else 0, None,
            None if field is None else field.encode())
        self.error = _library.Error()
        self.left_out: List[NetshareError] = []
        pointer = lib.netshare_builder_new(byref(options), byref(self.error))
        self._handle = _text.Handle(checked(pointer, self.error), lib.netshare_builder_free)

    def add(self, source: Source) -> None:
        builder = self._handle.pointer
        if source.kind == "builtin":
            status = lib.netshare_builder_add_builtin(builder, byref(self.error))
        elif source.kind == "query":
            status = lib.netshare_builder_add_query(builder, source.name.encode(), source.data,
                                                    len(source.data), byref(self.error))
        else:
            status = self._add_documents(source)
        if status:
            raise from_error(self.error, source.name if source.kind == "documents" else "")

    def add_leniently(self, source: Source) -> None:
        """Leaves out a file that is not JSON as a whole, too."""
        try:
            self.add(source)
        except RuleError as error:
            self.left_out.append(error)

    def _add_documents(self, source: Source) -> int:
        def report(_user: Any, _index: int, error: Any) -> bool:
            if error:
                self.left_out.append(from_error(error[0], source.name))
            return True

        status: int = lib.netshare_builder_add_documents(
            self._handle.pointer, source.data, len(source.data),
            _library.DocumentReport(report), None, None, byref(self.error))
        return status

    def build(self) -> Built:
        pointer = lib.netshare_builder_build(self._handle.pointer, byref(self.error))
        handle = _text.Handle(checked(pointer, self.error), lib.netshare_matcher_unref)
        return Built(handle, tuple(self.left_out))


def build(sources: Tuple[Source, ...], settings: Settings, strict: bool) -> Built:
    """Compiles the sources. What cannot be used is left out; if `strict`, only rules that
    need several events are, and other errors are raised."""
    builder = _Builder(settings)
    for source in sources:
        if not strict:
            builder.add_leniently(source)
            continue
        builder.add(source)
        for error in builder.left_out:
            if not isinstance(error, StatefulQueryError):
                raise error
    return builder.build()
