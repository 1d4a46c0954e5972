# SPDX-License-Identifier: Apache-2.0
"""Finds the shared library and declares its functions. Everything else calls `lib`."""

from __future__ import annotations

import ctypes
import os
import sys
from ctypes import (CFUNCTYPE, POINTER, Structure, Union, c_bool, c_char, c_char_p, c_double,
                    c_int, c_int64, c_size_t, c_uint32, c_void_p, py_object)

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Optional, Tuple

# What this package was written against: the same major version, and no older one.
# Before version 1 the minor version counts as the major one does later.
REQUIRED = (0, 1, 0)

NO_INDEX = c_size_t(-1).value

# netshare_value_type
VALUE_NULL, VALUE_BOOL, VALUE_INT64, VALUE_DOUBLE, VALUE_UTF8, VALUE_UTF16 = range(6)

# netshare_status
(OK, NO_MEMORY, INVALID_ARGUMENT, SYNTAX, TYPE, STATEFUL, LIMIT, DOCUMENT, EVENT,
 UNSUPPORTED) = range(10)

# netshare_detail
DETAIL_VERDICT, DETAIL_RULES, DETAIL_CLAUSES = range(3)

OPTION_ASCII_FOLDING = 1
LINES_READ_ALL = 1


class Text(Structure):
    """`utf8` and `utf16` of a netshare_value: where, and how long."""

    _fields_ = [("data", c_void_p), ("length", c_size_t)]


class Payload(Union):
    _fields_ = [("boolean", c_bool), ("int64", c_int64), ("float64", c_double), ("text", Text)]


class Value(Structure):
    """netshare_value"""

    _fields_ = [("type", c_int), ("payload", Payload)]


class TextValue(Structure):
    """A netshare_value that is a string. ctypes passes no unions by value; this has the
    same layout without one."""

    _fields_ = [("type", c_int), ("data", c_void_p), ("length", c_size_t)]


GetFunction = CFUNCTYPE(c_bool, c_void_p, c_size_t, c_size_t, POINTER(Value))


class Accessor(Structure):
    """netshare_accessor"""

    _fields_ = [("size", c_size_t), ("get", GetFunction)]


class Error(Structure):
    """netshare_error"""

    _fields_ = [("status", c_int), ("offset", c_size_t), ("length", c_size_t),
                ("line", c_size_t), ("column", c_size_t), ("message", c_char * 320),
                ("excerpt", c_char * 320), ("rule_id", c_char * 64), ("path", c_char * 128)]


class Options(Structure):
    """netshare_options"""

    _fields_ = [("size", c_size_t), ("flags", c_uint32), ("allocator", c_void_p),
                ("event_category_field", c_char_p)]


class DocumentCounts(Structure):
    """netshare_document_counts"""

    _fields_ = [("added", c_size_t), ("stateful", c_size_t), ("refused", c_size_t),
                ("skipped", c_size_t)]


class Result(Structure):
    """netshare_result"""

    _fields_ = [("matched", c_bool), ("match_count", c_size_t), ("rules", POINTER(c_void_p))]


class Clause(Structure):
    """netshare_clause"""

    _fields_ = [("query_offset", c_size_t), ("query_length", c_size_t), ("field", c_size_t),
                ("value_index", c_size_t)]


class Step(Structure):
    """netshare_step"""

    _fields_ = [("kind", c_int), ("depth", c_size_t), ("verdict", c_bool),
                ("query_offset", c_size_t), ("query_length", c_size_t), ("reason", c_int),
                ("field", c_size_t), ("value_index", c_size_t), ("value", Value),
                ("value_count", c_size_t)]


class Line(Structure):
    """netshare_line"""

    _fields_ = [("number", c_size_t), ("offset", c_size_t), ("length", c_size_t),
                ("rule", c_size_t), ("status", c_int)]


class Lines(Structure):
    """netshare_lines"""

    _fields_ = [("size", c_size_t), ("flags", c_uint32), ("offset", c_size_t),
                ("line", c_size_t), ("blank", c_size_t), ("events", c_size_t),
                ("malformed", c_size_t), ("undecided", c_size_t), ("matched", c_size_t),
                ("dismissed", c_size_t)]


class Tactic(Structure):
    """netshare_tactic"""

    _fields_ = [("id", c_char_p), ("name", c_char_p), ("reference", c_char_p)]


class Technique(Structure):
    """netshare_technique"""


Technique._fields_ = [("id", c_char_p), ("name", c_char_p), ("reference", c_char_p),
                      ("subtechniques", POINTER(Technique)), ("subtechnique_count", c_size_t)]


class Threat(Structure):
    """netshare_threat"""

    _fields_ = [("framework", c_char_p), ("tactic", Tactic),
                ("techniques", POINTER(Technique)), ("technique_count", c_size_t)]


class CommandLine(Structure):
    """netshare_command_line"""

    _fields_ = [("text", TextValue), ("buffer", c_void_p), ("position", c_size_t)]


class Python(Structure):
    """netshare_python; functions are addresses."""

    _fields_ = [("size", c_size_t), *((name, c_void_p) for name in (
        "dict_type", "list_type", "str_type", "int_type", "float_type", "bool_type", "none",
        "true_object", "ref", "unref", "error_occurred", "error_clear", "dict_get",
        "list_size", "list_get", "str_new", "str_utf8", "int_value", "float_value",
        "bool_new", "type_alloc"))]


class PythonCall(Structure):
    """netshare_python_call"""

    _fields_ = [("matcher", c_void_p), ("scratch", c_void_p), ("event", c_void_p),
                ("list_type", c_void_p)]


# Text by address, so that it need not be copied: the callback reads `length` bytes of it.
WriteFunction = CFUNCTYPE(c_bool, c_void_p, c_void_p, c_size_t)
DocumentReport = CFUNCTYPE(c_bool, c_void_p, c_size_t, POINTER(Error))
ExplainVisitor = CFUNCTYPE(c_bool, c_void_p, POINTER(Step))

_error = POINTER(Error)
_size = POINTER(c_size_t)

# Name, result, arguments. An object of the library is a c_void_p: an int here, or None.
FUNCTIONS: Tuple[Tuple[str, Any, Tuple[Any, ...]], ...] = (
    ("netshare_version", c_char_p, ()),
    ("netshare_status_string", c_char_p, (c_int,)),
    ("netshare_error_render", c_size_t, (_error, c_char_p, c_size_t)),
    # Queries
    ("netshare_query_check", c_int, (c_char_p, c_size_t, _error)),
    ("netshare_query_format", c_int, (c_char_p, c_size_t, WriteFunction, c_void_p, _error)),
    # Matchers
    ("netshare_builder_new", c_void_p, (POINTER(Options), _error)),
    ("netshare_builder_add_builtin", c_int, (c_void_p, _error)),
    ("netshare_builder_add_query", c_int, (c_void_p, c_char_p, c_char_p, c_size_t, _error)),
    ("netshare_builder_add_documents", c_int, (c_void_p, c_char_p, c_size_t, DocumentReport,
                                               c_void_p, POINTER(DocumentCounts), _error)),
    ("netshare_builder_build", c_void_p, (c_void_p, _error)),
    ("netshare_builder_free", None, (c_void_p,)),
    ("netshare_matcher_unref", None, (c_void_p,)),
    ("netshare_matcher_field_count", c_size_t, (c_void_p,)),
    ("netshare_matcher_field_name", c_char_p, (c_void_p, c_size_t)),
    ("netshare_matcher_rule_count", c_size_t, (c_void_p,)),
    ("netshare_matcher_rule", c_void_p, (c_void_p, c_size_t)),
    ("netshare_matcher_dump", c_int, (c_void_p, c_size_t, WriteFunction, c_void_p)),
    # Matching. Buffers are addresses, so that one may be in a bytearray.
    ("netshare_scratch_new", c_void_p, (c_void_p, _error)),
    ("netshare_scratch_free", None, (c_void_p,)),
    ("netshare_event_new_for_source", c_void_p, (c_void_p, c_int, _error)),
    ("netshare_event_source", c_int, (c_void_p,)),
    ("netshare_source_name", c_char_p, (c_int,)),
    ("netshare_event_free", None, (c_void_p,)),
    ("netshare_event_parse", c_int, (c_void_p, c_void_p, c_size_t, _error)),
    ("netshare_event_accessor", POINTER(Accessor), ()),
    ("netshare_match", c_int, (c_void_p, c_void_p, POINTER(Accessor), c_void_p, c_int,
                               POINTER(Result))),
    ("netshare_match_json", c_int, (c_void_p, c_void_p, c_void_p, c_char_p, c_size_t, c_int,
                                    POINTER(Result), _error)),
    ("netshare_match_lines", c_int, (c_void_p, c_void_p, c_void_p, c_void_p, c_size_t,
                                     POINTER(Line), c_size_t, _size, POINTER(Lines))),
    # On objects of Python: these keep the interpreter's lock.
    ("netshare_python_event_new", c_void_p, (c_void_p, POINTER(Python), _error)),
    ("netshare_python_event_free", None, (c_void_p,)),
    ("netshare_python_matches", py_object, (py_object, py_object)),
    ("netshare_python_no_match", py_object, (py_object, py_object)),
    ("netshare_result_clauses", c_size_t, (c_void_p, c_size_t, POINTER(Clause), c_size_t)),
    ("netshare_explain", c_int, (c_void_p, c_void_p, POINTER(Accessor), c_void_p, c_size_t,
                                 ExplainVisitor, c_void_p)),
    # Rules
    ("netshare_rule_string", c_char_p, (c_void_p, c_int)),
    ("netshare_rule_strings", POINTER(c_char_p), (c_void_p, c_int, _size)),
    ("netshare_rule_integer", c_int64, (c_void_p, c_int)),
    ("netshare_rule_severity", c_int, (c_void_p,)),
    ("netshare_rule_threats", POINTER(Threat), (c_void_p, _size)),
    # By themselves
    ("netshare_wildcard_compile", c_void_p, (c_char_p, c_size_t, c_uint32, c_void_p, _error)),
    ("netshare_wildcard_match", c_bool, (c_void_p, c_char_p, c_size_t)),
    ("netshare_wildcard_match_utf16", c_bool, (c_void_p, c_char_p, c_size_t)),
    ("netshare_wildcard_free", None, (c_void_p,)),
    ("netshare_command_line_next", c_bool, (POINTER(CommandLine), POINTER(TextValue))),
    ("netshare_file_name", TextValue, (TextValue,)),
)

_HELP = ("Install a wheel of this package, which brings the library along; or install "
         "libnetshare itself; or set NETSHARE_LIBRARY to the path of the shared library; or "
         "run inside `meson devenv -C BUILD`.")


def _names() -> List[str]:
    if sys.platform == "win32":
        return ["netshare-0.dll", "libnetshare-0.dll", "netshare.dll"]
    if sys.platform == "darwin":
        return ["libnetshare.0.dylib", "libnetshare.dylib"]
    return ["libnetshare.so.0", "libnetshare.so"]


def _candidates() -> Iterator[str]:
    """Beside the package, then where the system's loader looks: `meson devenv` puts the
    build tree there."""
    here = os.path.dirname(os.path.abspath(__file__))
    for name in _names():
        path = os.path.join(here, name)
        if os.path.exists(path):
            yield path
    yield from _names()
    import ctypes.util  # takes its time, and is rarely needed

    found = ctypes.util.find_library("netshare")
    if found:
        yield found


def _open() -> Tuple[ctypes.CDLL, str]:
    chosen = os.environ.get("NETSHARE_LIBRARY")
    if chosen:
        try:
            return ctypes.CDLL(chosen), chosen
        except OSError as error:
            raise ImportError(f"cannot load the library that NETSHARE_LIBRARY names: {error}"
                              ) from error
    failures = []
    for path in _candidates():
        try:
            return ctypes.CDLL(path), path
        except OSError as error:
            failures.append(str(error))
    raise ImportError("the shared library of libnetshare was not found "
                      f"({failures[0]}). {_HELP}")


def _parse_version(text: Optional[bytes]) -> Tuple[int, int, int]:
    try:
        major, minor, patch = map(int, (text or b"").decode("ascii").split("."))
    except ValueError:
        raise ImportError(f"{text!r} is no version of libnetshare. {_HELP}") from None
    return major, minor, patch


def check_version(version: Tuple[int, int, int], path: str) -> None:
    """Raises ImportError unless the library has the interface declared here."""
    required = ".".join(map(str, REQUIRED))
    found = f"{path} is libnetshare {'.'.join(map(str, version))}"
    if version < REQUIRED:
        raise ImportError(f"{found}, which is too old: {required} is needed. {_HELP}")
    fixed = 1 if REQUIRED[0] else 2
    if version[:fixed] != REQUIRED[:fixed]:
        raise ImportError(f"{found}, which this package, made for {required}, does not know: "
                          "upgrade the Python package netshare.")


def _declare(library: ctypes.CDLL, path: str) -> None:
    locked = ctypes.PyDLL(path, handle=library._handle)
    for name, result, arguments in FUNCTIONS:
        try:
            function = getattr(locked if name.startswith("netshare_python_") else library, name)
        except AttributeError:
            raise ImportError(f"{path} has no {name}: it is too old, or not libnetshare. "
                              f"{_HELP}") from None
        function.restype = result
        function.argtypes = arguments
        setattr(library, name, function)
        if name == "netshare_version":
            check_version(_parse_version(function()), path)


def _source_names(library: ctypes.CDLL) -> Tuple[str, ...]:
    """The names of netshare_source, in the order of their numbers."""
    names: List[str] = []
    while True:
        name = library.netshare_source_name(len(names))
        if name is None:
            return tuple(names)
        names.append(name.decode("ascii"))


lib, library_path = _open()
_declare(lib, library_path)
SOURCES = _source_names(lib)
library_version: str = lib.netshare_version().decode("ascii")
