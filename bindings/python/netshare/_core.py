# SPDX-License-Identifier: Apache-2.0
"""A compiled matcher with the working memory of the calls that run on it."""

from __future__ import annotations

import ctypes
from ctypes import byref
from functools import cached_property

from . import _library, _text
from ._accessor import ObjectEvent
from ._builder import Built, Settings
from ._errors import checked, from_error
from ._json import Projection
from ._library import lib

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Tuple

    from ._dictionary import InPlace
    from ._rule import Rule
    from ._types import AccessorFunction

_ROOM = 1024


class Worker:
    """What one call at a time needs: scratch, event, and the structs that C fills."""

    def __init__(self, matcher: int, fields: Tuple[str, ...], rule_count: int,
                 source: int) -> None:
        self.error = _library.Error()
        self.error_ref = byref(self.error)
        pointer = lib.netshare_scratch_new(matcher, self.error_ref)
        self.scratch = _text.Handle(checked(pointer, self.error), lib.netshare_scratch_free)
        pointer = lib.netshare_event_new_for_source(matcher, source, self.error_ref)
        self.event = _text.Handle(checked(pointer, self.error), lib.netshare_event_free)
        self.result = _library.Result()
        self.result_ref = byref(self.result)
        self.capacity = rule_count + _ROOM
        self.found = (_library.Line * self.capacity)()
        self.count = ctypes.c_size_t()
        self._fields = fields
        self._objects: Optional[ObjectEvent] = None

    @property
    def objects(self) -> ObjectEvent:
        if self._objects is None:
            self._objects = ObjectEvent(self._fields)
        return self._objects


class Core:
    """Shared by a Matcher and the matches that it found.

    Workers are pooled rather than kept per thread: a generator that is in the middle of
    a scan, and an accessor that matches something itself, keep theirs."""

    def __init__(self, built: Built, settings: Settings) -> None:
        self._handle = built.handle
        self.left_out = built.left_out
        self._source = _library.SOURCES.index(settings.source)
        self.matcher = matcher = built.handle.pointer
        self.rule_count: int = lib.netshare_matcher_rule_count(matcher)
        self.fields: Tuple[str, ...] = tuple(
            lib.netshare_matcher_field_name(matcher, i).decode("utf-8", "replace")
            for i in range(lib.netshare_matcher_field_count(matcher)))
        # What is derived for other sources may come from anywhere in the event.
        self.projection = Projection(self.fields) if settings.source == "ecs" else None
        self._addresses = [lib.netshare_matcher_rule(matcher, i)
                           for i in range(self.rule_count)]
        self.indices: Dict[int, int] = {a: i for i, a in enumerate(self._addresses)}
        self._rules: List[Optional[Rule]] = [None] * self.rule_count
        self._workers: List[Worker] = []

    @cached_property
    def in_place(self) -> InPlace:
        """What can be told of dictionaries without writing them as JSON."""
        from . import _dictionary
        from ._match import Matches

        # What is derived for other sources may come from anywhere in the event.
        return (_dictionary.InPlace() if self.projection is None
                else _dictionary.make_in_place(self.matcher, Matches))

    def take(self) -> Worker:
        try:
            return self._workers.pop()
        except IndexError:
            return Worker(self.matcher, self.fields, self.rule_count, self._source)

    def give(self, worker: Worker) -> None:
        self._workers.append(worker)

    def rule(self, index: int) -> Rule:
        rule = self._rules[index]
        if rule is None:
            from ._rule import read_rule

            rule = self._rules[index] = read_rule(self._addresses[index])
        return rule

    def result_indices(self, worker: Worker) -> List[int]:
        """The numbers of the rules in the worker's result."""
        result = worker.result
        return [self.indices[result.rules[i]] for i in range(result.match_count)]


class Subject:
    """An event to look at again, later: JSON, or an object with its accessor."""

    __slots__ = ("data", "accessor")

    def __init__(self, data: Any, accessor: Optional[AccessorFunction] = None) -> None:
        self.data = data
        self.accessor = accessor

    def __getstate__(self) -> Tuple[Any, Optional[AccessorFunction]]:
        return self.data, self.accessor

    def __setstate__(self, state: Tuple[Any, Optional[AccessorFunction]]) -> None:
        self.data, self.accessor = state


class Reading:
    """A subject as C sees it, inside a `with`: accessor and event to hand over, and the
    worker."""

    def __init__(self, core: Core, subject: Subject) -> None:
        self._core, self._subject = core, subject

    def __enter__(self) -> Reading:
        self.worker = worker = self._core.take()
        try:
            self._start(worker)
        except BaseException:
            self._core.give(worker)
            raise
        return self

    def _start(self, worker: Worker) -> None:
        subject = self._subject
        if subject.accessor is not None:
            worker.objects.start(subject.data, subject.accessor)
            self.accessor, self.event = ctypes.pointer(worker.objects.accessor), None
            return
        data = subject.data
        if lib.netshare_event_parse(worker.event.pointer, data, len(data), worker.error_ref):
            raise from_error(worker.error, what="event")
        self.accessor, self.event = lib.netshare_event_accessor(), worker.event.pointer

    def values(self, field: int, most: int) -> List[Any]:
        """The first values of a field, as Python has them."""
        values: List[Any] = []
        value = _library.Value()
        get = self.accessor.contents.get
        while len(values) < most and get(self.event, field, len(values), byref(value)):
            values.append(python_value(value))
        return values

    def __exit__(self, kind: Any, *_rest: Any) -> None:
        try:
            if self._subject.accessor is not None:
                self.worker.objects.finish()
        finally:
            self._core.give(self.worker)


def python_value(value: Any) -> Any:
    kind = value.type
    if kind == _library.VALUE_BOOL:
        return bool(value.payload.boolean)
    if kind == _library.VALUE_INT64:
        return value.payload.int64
    if kind == _library.VALUE_DOUBLE:
        return value.payload.float64
    if kind == _library.VALUE_NULL:
        return None
    text = value.payload.text
    return _text.decode(kind, text.data or 0, text.length)
