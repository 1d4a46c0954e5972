# SPDX-License-Identifier: Apache-2.0
"""Events that are dictionaries, read by the library where they are.

The library gets CPython's own functions once, and is then called as functions of Python:
what matters is that this is neither a call through ctypes nor one of json for each event."""

from __future__ import annotations

import ctypes
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_void_p, py_object

from . import _library, _text
from ._errors import UnsupportedError, checked
from ._library import lib

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Callable, Dict, Optional, Type

    from ._match import Matches

_TYPES = (dict, list, str, int, float, bool)
# Members of netshare_python, and the functions of Python's C API that they are.
_FUNCTIONS = {
    "ref": "Py_IncRef", "unref": "Py_DecRef", "error_occurred": "PyErr_Occurred",
    "error_clear": "PyErr_Clear", "dict_get": "PyDict_GetItemWithError",
    "list_size": "PyList_Size", "list_get": "PyList_GetItem",
    "str_new": "PyUnicode_FromStringAndSize", "str_utf8": "PyUnicode_AsUTF8AndSize",
    "int_value": "PyLong_AsLongLongAndOverflow", "float_value": "PyFloat_AsDouble",
    "bool_new": "PyBool_FromLong", "type_alloc": "PyType_GenericAlloc",
}
_METH_O = 8


class _Method(ctypes.Structure):
    """PyMethodDef"""

    _fields_ = [("name", c_char_p), ("function", c_void_p), ("flags", c_int), ("doc", c_char_p)]


class _Call(_library.PythonCall):
    """What the functions are called on, with what must live as long."""

    owned: Any = None


def _address(function: Any) -> Optional[int]:
    return ctypes.cast(function, c_void_p).value


def _python() -> Optional[_library.Python]:
    """This interpreter; None when it is not one that the library can read objects of."""
    if (sys.implementation.name != "cpython"
            or object.__basicsize__ != 2 * ctypes.sizeof(c_void_p)):
        return None
    members: Dict[str, Any] = {f"{kind.__name__}_type": id(kind) for kind in _TYPES}
    for member, name in _FUNCTIONS.items():
        members[member] = _address(ctypes.pythonapi[name])
    return _library.Python(size=ctypes.sizeof(_library.Python), none=id(None),
                           true_object=id(True), **members)


def _word(value: object, number: int) -> Optional[int]:
    return c_void_p.from_address(id(value) + number * ctypes.sizeof(c_void_p)).value


def _make_function(name: bytes, address: Optional[int], call: _Call) -> Any:
    method = _Method(name, address, _METH_O, None)
    call.owned = (method, call.owned)
    new = ctypes.pythonapi["PyCFunction_NewEx"]
    new.argtypes, new.restype = (POINTER(_Method), py_object, c_void_p), py_object
    return new(byref(method), call, None)


def _make_call(matcher: int, list_type: Type[Matches]) -> Optional[_Call]:
    """None where the library cannot read dictionaries."""
    python = _python()
    if python is None:
        return None
    error = _library.Error()
    scratch = _text.Handle(checked(lib.netshare_scratch_new(matcher, byref(error)), error),
                           lib.netshare_scratch_free)
    made = lib.netshare_python_event_new(matcher, byref(python), byref(error))
    try:
        event = _text.Handle(checked(made, error), lib.netshare_python_event_free)
    except UnsupportedError:
        return None
    call = _Call(matcher, scratch.pointer, event.pointer, id(list_type))
    call.owned = (scratch, event, list_type)
    # The library finds the type of an object in its second word, the call in its third.
    if _word(call, 1) != id(_Call) or _word(call, 2) != ctypes.addressof(call):
        return None
    return call


class InPlace:
    """What can be told of a plain dictionary where it is. Both functions give None for
    others, see netshare_match_python(): these must go another way."""

    __slots__ = ("matches", "no_match")

    #: Does any rule match?
    matches: Callable[[object], Optional[bool]]
    #: Matches, empty ones, when no rule does; None when one does.
    no_match: Callable[[object], Optional[Matches]]

    def __init__(self, call: Optional[_Call] = None) -> None:
        if call is None:
            self.matches = self.no_match = refuse
            return
        self.matches = _make_function(b"matches", _address(lib.netshare_python_matches), call)
        self.no_match = _make_function(b"no_match", _address(lib.netshare_python_no_match), call)


def refuse(_event: object) -> None:
    """The answer to all events where dictionaries cannot be read in place."""


def make_in_place(matcher: int, list_type: Type[Matches]) -> InPlace:
    return InPlace(_make_call(matcher, list_type))
