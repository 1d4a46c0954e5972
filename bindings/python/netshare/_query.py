# SPDX-License-Identifier: Apache-2.0
"""EQL text by itself."""

from __future__ import annotations

from ctypes import byref
from typing import Union

from . import _library, _text
from ._errors import from_error
from ._library import lib


def check_query(query: Union[str, bytes]) -> None:
    """Raises QueryError (or LimitError) unless a matcher could be made of the query."""
    data = _text.query_bytes(query)
    error = _library.Error()
    if lib.netshare_query_check(data, len(data), byref(error)):
        raise from_error(error)


def format_query(query: Union[str, bytes]) -> str:
    """The query in canonical formatting, without comments; stateful ones too."""
    data = _text.query_bytes(query)
    error = _library.Error()
    writer = _text.Writer()
    if lib.netshare_query_format(data, len(data), writer.callback, None, byref(error)):
        raise from_error(error)
    return writer.text()
