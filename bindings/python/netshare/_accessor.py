# SPDX-License-Identifier: Apache-2.0
"""Events that are any Python object, read field by field through a callable."""

from __future__ import annotations

import ctypes

from . import _library, _text

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Sequence, Tuple

    from ._types import AccessorFunction

    # Type, what goes into the payload, length.
    _Encoded = Tuple[int, Any, int]


class Absent:
    """The type of ABSENT."""

    def __repr__(self) -> str:
        return "netshare.ABSENT"

    def __reduce__(self) -> str:
        return "ABSENT"


#: What an accessor returns, or raises LookupError instead, for a field that the event
#: does not have. None is an explicit null, which means the same to a query.
ABSENT = Absent()


def _encode_number(value: Any) -> Optional[_Encoded]:
    if isinstance(value, bool):
        return _library.VALUE_BOOL, value, 0
    # NumPy's integers are none of Python's; its arrays have an __index__ too.
    if isinstance(value, int) or (hasattr(value, "__index__")
                                  and not hasattr(value, "__len__")):
        number = int(value)
        if -(1 << 63) <= number < 1 << 63:
            return _library.VALUE_INT64, number, 0
        try:
            return _library.VALUE_DOUBLE, float(number), 0
        except OverflowError:
            return _library.VALUE_DOUBLE, float("inf") if number > 0 else float("-inf"), 0
    if isinstance(value, float):
        return _library.VALUE_DOUBLE, float(value), 0
    return None


def _encode_value(field: str, value: Any) -> _Encoded:
    if isinstance(value, (str, bytes)):
        return _text.encode(value)
    if value is None:
        return _library.VALUE_NULL, None, 0
    number = _encode_number(value)
    if number is None:
        raise TypeError(f"the accessor gave {type(value).__name__} for {field}; expected None, "
                        "bool, int, float, str, bytes, or a list of them")
    return number


def _fill(target: Any, encoded: _Encoded) -> None:
    kind, payload, length = encoded
    target.type = kind
    if kind == _library.VALUE_BOOL:
        target.payload.boolean = payload
    elif kind == _library.VALUE_INT64:
        target.payload.int64 = payload
    elif kind == _library.VALUE_DOUBLE:
        target.payload.float64 = payload
    elif kind != _library.VALUE_NULL:
        target.payload.text.data = ctypes.cast(payload, ctypes.c_void_p).value
        target.payload.text.length = length


class ObjectEvent:
    """The library's view of one object at a time. What the accessor raises is kept and
    raised again behind the call, since no exception may pass through the library."""

    def __init__(self, fields: Sequence[str]) -> None:
        self._fields = fields
        self._object: Any = None
        self._function: Optional[AccessorFunction] = None
        self._values: Dict[int, List[_Encoded]] = {}
        self._error: Optional[BaseException] = None
        self.accessor = _library.Accessor(ctypes.sizeof(_library.Accessor),
                                          _library.GetFunction(self._get))

    def start(self, event: Any, function: AccessorFunction) -> None:
        self._object, self._function = event, function

    def finish(self) -> None:
        """Forgets the object; raises what its accessor raised."""
        error = self._error
        self._object = self._function = self._error = None
        self._values.clear()
        if error is not None:
            raise error

    def _fetch(self, field: int) -> List[_Encoded]:
        assert self._function is not None
        name = self._fields[field]
        try:
            value = self._function(self._object, name)
        except LookupError:
            value = ABSENT
        if value is ABSENT:
            return []
        if isinstance(value, (list, tuple)):
            return [_encode_value(name, item) for item in value]
        return [_encode_value(name, value)]

    def _get(self, _event: Any, field: int, index: int, target: Any) -> bool:
        if self._error is not None:
            return False
        try:
            values = self._values.get(field)
            if values is None:  # encoded once: the texts must stay where they are
                values = self._values[field] = self._fetch(field)
            if index >= len(values):
                return False
            _fill(target[0], values[index])
            return True
        except BaseException as error:
            self._error = error
            return False
