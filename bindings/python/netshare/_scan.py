# SPDX-License-Identifier: Apache-2.0
"""Many events: files of NDJSON by large blocks, other events by batches, a call for each."""

from __future__ import annotations

import ctypes
import os
import warnings
from collections import namedtuple
from collections.abc import Iterator, Mapping

from . import _library
from ._builder import Settings
from ._core import Core, Subject, Worker
from ._errors import EventError, NetshareError, from_error, from_status
from ._json import event_bytes, load_event
from ._library import lib
from ._match import Match, Matches, match_json

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

    from ._types import OnError, ScanSource

    _Matched = Tuple[int, Any, bytes, "Matches"]

CHUNK_SIZE = 256 << 10  # stays in the cache between reading and matching
_BATCH_BYTES = 1 << 20
_BATCH_EVENTS = 4096
_BLANKS = b" \t\r"

_match_lines = lib.netshare_match_lines


class ScanWarning(UserWarning):
    """Lines of a scan are no events, or could not be decided."""


if TYPE_CHECKING:
    class Found(NamedTuple):
        """One event that a rule matches."""

        line: int
        event: Any
        matches: Matches
else:
    Found = namedtuple("Found", ("line", "event", "matches"))
    Found.__doc__ = "One event that a rule matches."


class Counts:
    """What a scan has seen so far."""

    def __init__(self) -> None:
        # C counts in it.
        self._lines = _library.Lines(ctypes.sizeof(_library.Lines))

    @property
    def lines(self) -> int:
        """Lines read, or events of an iterable: blank, events and malformed together."""
        return int(self._lines.line)

    @property
    def blank(self) -> int:
        return int(self._lines.blank)

    @property
    def events(self) -> int:
        return int(self._lines.events)

    @property
    def malformed(self) -> int:
        """Those that are no events."""
        return int(self._lines.malformed)

    @property
    def undecided(self) -> int:
        """Events on which some rule could not be decided."""
        return int(self._lines.undecided)

    @property
    def matched(self) -> int:
        """Events that at least one rule matched."""
        return int(self._lines.matched)

    @property
    def dismissed(self) -> int:
        """Of the events: lines that were not read, since no rule can match them."""
        return int(self._lines.dismissed)

    def _all(self) -> Dict[str, int]:
        return {name: getattr(self, name) for name in ("lines", "blank", "events", "malformed",
                                                       "undecided", "matched", "dismissed")}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Counts) and self._all() == other._all()

    def __repr__(self) -> str:
        return f"Counts({', '.join(f'{name}={count}' for name, count in self._all().items())})"


class Errors:
    """What to do about an error: the caller's choice, made once."""

    def __init__(self, on_error: OnError, source: str = "") -> None:
        if not callable(on_error) and on_error not in ("raise", "warn", "skip"):
            raise ValueError('on_error must be "raise", "warn", "skip" or a callable')
        self._on_error = on_error
        self._source = source
        self._warned: Set[type] = set()

    def report(self, error: NetshareError, line: int) -> None:
        error.locate(self._source or "event", line)
        if callable(self._on_error):
            self._on_error(error)
        elif self._on_error == "raise":
            raise error
        elif self._on_error == "warn" and type(error) not in self._warned:
            self._warned.add(type(error))
            warnings.warn(f"{error}; further ones are only counted", ScanWarning, stacklevel=6)


def _line_error(worker: Worker, data: bytes, status: int) -> NetshareError:
    """Why a line has a status: it is no event, or some rule gave up on it."""
    if lib.netshare_event_parse(worker.event.pointer, data, len(data), worker.error_ref):
        return from_error(worker.error, what="event")
    return from_status(status)


class _Buffer:
    """Matches the lines of buffers one after another, as one file."""

    def __init__(self, core: Core, settings: Settings, worker: Worker, errors: Errors,
                 counts: Counts, read_all: bool) -> None:
        self._core, self._settings, self._worker = core, settings, worker
        self._errors = errors
        self.lines = counts._lines
        self.lines.flags = _library.LINES_READ_ALL if read_all else 0

    def match(self, address: int, length: int) -> Iterator[Tuple[int, bytes, Matches]]:
        """Number, text and matches of each line that has some, or that is in error: the
        matches then say so."""
        worker, lines, matcher = self._worker, self.lines, self._core.matcher
        lines.offset = 0
        while lines.offset < length:
            status = _match_lines(
                matcher, worker.scratch.pointer, worker.event.pointer, address, length,
                worker.found, worker.capacity, worker.count, lines)
            if status:
                raise from_status(status)
            count = worker.count.value
            if count:
                yield from self._read_found(address, count)

    def _read_found(self, address: int, count: int) -> Iterator[Tuple[int, bytes, Matches]]:
        found, core, settings = self._worker.found, self._core, self._settings
        at = 0
        while at < count:
            first = found[at]
            number = first.number
            data = ctypes.string_at(address + first.offset, first.length)
            matches, subject = Matches(), Subject(data)
            while at < count and found[at].number == number:
                entry = found[at]
                at += 1
                if entry.status == _library.OK:
                    matches.append(Match(core, entry.rule, subject, settings))
                    continue
                error = _line_error(self._worker, data, entry.status)
                matches._undecided = error
                self._errors.report(error, number)
            yield number, data, matches


class Scan(Iterator[Found]):
    """Iterates over the events that a rule matches; `counts` says what was seen so far.
    Closing it, or leaving its `with`, closes the file that it opened."""

    def __init__(self, core: Core, settings: Settings, source: ScanSource, on_error: OnError,
                 read_all: bool, chunk_size: int) -> None:
        if not isinstance(chunk_size, int) or chunk_size < 1:
            raise ValueError("chunk_size must be a positive number of bytes")
        self.counts = Counts()
        self._core, self._settings = core, settings
        self._chunk_size, self._read_all = chunk_size, bool(read_all)
        self._steps = self._start(source, on_error)

    def _start(self, source: ScanSource, on_error: OnError) -> Iterator[Found]:
        if isinstance(source, (str, os.PathLike)):
            file = open(source, "rb", buffering=0)
            return self._scan_file(file, Errors(on_error, os.fspath(source)), file)
        binary = source if _can_read(source) else getattr(source, "buffer", None)
        if _can_read(binary):
            name = getattr(source, "name", "")
            return self._scan_file(binary, Errors(on_error, name if isinstance(name, str)
                                                  else ""), None)
        if isinstance(source, (bytes, bytearray, memoryview, dict)):
            raise TypeError("scan() takes a path, a file or an iterable of events, not "
                            f"{type(source).__name__}; match() takes one event")
        return self._scan_events(iter(source), Errors(on_error))

    def _scan_file(self, file: Any, errors: Errors, owned: Any) -> Iterator[Found]:
        worker = self._core.take()
        try:
            buffer = _Buffer(self._core, self._settings, worker, errors, self.counts,
                             self._read_all)
            for address, length in _blocks(file, self._chunk_size):
                for number, data, matches in buffer.match(address, length):
                    if matches:
                        yield Found(number, load_event(data), matches)
        finally:
            self._core.give(worker)
            if owned is not None:
                owned.close()

    def _scan_events(self, events: Iterator[Any], errors: Errors) -> Iterator[Found]:
        worker = self._core.take()
        try:
            batches = _Batches(self._core, self._settings, worker, errors, self.counts,
                               self._read_all, skip_blank=True)
            for number, event, data, matches in batches.match(events):
                if matches:
                    yield Found(number, event if isinstance(event, Mapping)
                                else load_event(data), matches)
        finally:
            self._core.give(worker)

    def __iter__(self) -> Scan:
        return self

    def __next__(self) -> Found:
        return next(self._steps)

    def close(self) -> None:
        self._steps.close()  # type: ignore[attr-defined]

    def __enter__(self) -> Scan:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<netshare.Scan, {self.counts}>"


def _can_read(file: Any) -> bool:
    """Is this a file of bytes?"""
    return hasattr(file, "readinto1") or hasattr(file, "readinto")


def _read(file: Any, room: memoryview) -> int:
    """Reads what is there; waits only when there is nothing."""
    read = file.readinto1 if hasattr(file, "readinto1") else file.readinto
    count: Optional[int] = read(room)
    if count is None:
        raise BlockingIOError("the file to scan has no data yet: it must be a blocking one")
    return count


def _check_encoding(buffer: bytearray, length: int) -> None:
    if length >= 2 and bytes(buffer[:2]) in (b"\xff\xfe", b"\xfe\xff"):
        raise EventError("this is UTF-16, UTF-8 was expected")


def _views(buffer: bytearray) -> Tuple[memoryview, int]:
    """The memory to read into, and its address, which stays as long as there are views."""
    return memoryview(buffer), ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def _blocks(file: Any, size: int) -> Iterator[Tuple[int, int]]:
    """Blocks of whole lines, each valid until the next one is asked for."""
    buffer, have, first = bytearray(size), 0, True
    view, address = _views(buffer)
    while True:
        if have == len(buffer):  # a line longer than the buffer, which itself cannot grow:
            buffer = buffer + bytes(len(buffer))  # who reads the last block points into it
            view, address = _views(buffer)
        count = _read(file, view[have:])
        before, have = have, have + count
        if first and (have >= 2 or not count):
            _check_encoding(buffer, have)
            first = False
        end = have if not count else buffer.rfind(b"\n", before, have) + 1
        if end:
            yield address, end
            view[:have - end] = view[end:have]
            have -= end
        if not count:
            return


class _Batches:
    """Matches events that are Python objects: plain dictionaries where they are, and what has
    to go as JSON a batch in one call, each a line of the buffer. Those that cannot be one are
    matched alone, in their turn."""

    def __init__(self, core: Core, settings: Settings, worker: Worker, errors: Errors,
                 counts: Counts, read_all: bool, *, skip_blank: bool) -> None:
        self._core, self._settings, self._worker = core, settings, worker
        self._errors = errors
        self._skip_blank = skip_blank
        self._buffer = _Buffer(core, settings, worker, errors, counts, read_all)
        self._events: List[Any] = []
        self._texts: List[bytes] = []
        self._size = 0
        self._passed = 0  # events behind those counted that no rule matches

    def match(self, events: Iterable[Any]) -> Iterator[_Matched]:
        matches = self._core.in_place.matches
        for event in events:
            if matches(event) is False:
                if self._texts:
                    yield from self._flush()
                self._passed += 1
                continue
            self._count_passed()
            try:
                data = event_bytes(event, self._core.projection)
                if b"\n" in data:
                    data = data.rstrip(b"\r\n")
            except NetshareError as error:
                yield from self._flush()
                yield self._alone(event, b"", error)
                continue
            if not self._is_line(data):
                yield from self._flush()
                yield self._alone(event, data, None)
                continue
            self._events.append(event)
            self._texts.append(data)
            self._size += len(data)
            if self._size >= _BATCH_BYTES or len(self._texts) >= _BATCH_EVENTS:
                yield from self._flush()
        yield from self._flush()
        self._count_passed()

    def _count_passed(self) -> None:
        if self._passed:
            lines = self._buffer.lines
            lines.line += self._passed
            lines.events += self._passed
            self._passed = 0

    def _is_line(self, data: bytes) -> bool:
        """May the text be a line of the buffer?"""
        if b"\n" in data:
            return False
        return self._skip_blank or bool(data.strip(_BLANKS))

    def _flush(self) -> Iterator[_Matched]:
        if not self._texts:
            return
        events, texts = self._events, self._texts
        self._events, self._texts, self._size = [], [], 0
        texts.append(b"")
        block = b"\n".join(texts)
        address = ctypes.cast(ctypes.c_char_p(block), ctypes.c_void_p).value or 0
        first = self._buffer.lines.line + 1
        for number, data, matches in self._buffer.match(address, len(block)):
            yield number, events[number - first], data, matches

    def _alone(self, event: Any, data: bytes, error: Optional[NetshareError]) -> _Matched:
        lines = self._buffer.lines
        lines.line += 1
        try:
            if error is not None:
                raise error
            matches = match_json(self._core, self._worker, self._settings, data)
            lines.events += 1
            lines.undecided += matches.undecided is not None
            lines.matched += bool(matches)
        except NetshareError as failure:
            lines.malformed += 1
            matches = Matches()
            matches._undecided = failure
        if matches.undecided is not None:
            self._errors.report(matches.undecided, lines.line)
        return lines.line, event, data, matches


def match_many(core: Core, settings: Settings, events: Iterable[Any],
               on_error: OnError) -> List[Matches]:
    if isinstance(events, (str, bytes, bytearray, memoryview, Mapping)):
        raise TypeError("match_many() takes an iterable of events, not "
                        f"{type(events).__name__}; match() takes one event")
    results: List[Matches] = []

    def counted() -> Iterator[Any]:
        for event in events:
            results.append(Matches())
            yield event

    worker = core.take()
    try:
        batches = _Batches(core, settings, worker, Errors(on_error), Counts(), True,
                           skip_blank=False)
        for number, _, _, matches in batches.match(counted()):
            results[number - 1] = matches
    finally:
        core.give(worker)
    return results
