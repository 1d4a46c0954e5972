# SPDX-License-Identifier: Apache-2.0
"""Matcher: rules compiled together, and the calls that match events against them."""

from __future__ import annotations

from . import _builder, _library, _scan, _text
from ._builder import Settings, Source
from ._core import Core, Reading, Subject
from ._errors import NetshareError, from_error, from_status
from ._json import event_bytes
from ._library import lib
from ._match import Matches, match_json, read_matches

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, List, Optional, Tuple, Type, Union

    from . import _explain, _rules
    from ._dictionary import InPlace
    from ._rule import Rule
    from ._types import AccessorFunction, OnError, ScanSource


class Matcher:
    """One or more compiled rules; immutable, shared between threads, and picklable.

    `Matcher()` has the built-in rule "Mounting Hidden or WebDav Remote Shares".

    event_category_field: the field that `process where` tests, instead of event.category.
    ascii_folding: operators that ignore case fold only A to Z.
    source: what writes the JSON events: "ecs", or another of `netshare.SOURCES` to have
        fields that they lack derived from their own, or "automatic" to find out for each.
    """

    _sources: Tuple[Source, ...]
    _settings: Settings
    _open_core: Optional[Core]
    # Of the core, once they are needed: see InPlace.
    _matches: Optional[Callable[[object], Optional[bool]]]
    _no_match: Optional[Callable[[object], Optional[Matches]]]

    def __init__(self, *, event_category_field: Optional[str] = None,
                 ascii_folding: bool = False, source: str = "ecs") -> None:
        settings = _builder.check_settings(event_category_field, ascii_folding, source)
        self._compile((Source("builtin"),), settings, True)

    @classmethod
    def from_query(cls, query: Union[str, bytes], *, rule_id: str = "query",
                   event_category_field: Optional[str] = None,
                   ascii_folding: bool = False, source: str = "ecs") -> Matcher:
        """A matcher of one EQL query; `rule_id` is the rule's id and name. Raises
        QueryError with the position of what is wrong."""
        if not isinstance(rule_id, str):
            raise TypeError(f"rule_id must be str, not {type(rule_id).__name__}")
        if "\0" in rule_id or not rule_id:
            raise ValueError("rule_id must be a text without NUL characters, and not empty")
        settings = _builder.check_settings(event_category_field, ascii_folding, source)
        rule = Source("query", rule_id, _text.query_bytes(query))
        return cls._make((rule,), settings, True)

    @classmethod
    def from_rules(cls, rules: _rules.Rules, *, strict: bool = True,
                   event_category_field: Optional[str] = None,
                   ascii_folding: bool = False, source: str = "ecs") -> Matcher:
        """A matcher of rule documents.

        rules: the path of a file (JSON or NDJSON as Kibana exports it, or Elastic's TOML)
            or of a folder of them, searched with those below; a rule document as a
            mapping; or an iterable of paths and mappings.
        strict: raise the error of the first rule that cannot be used; otherwise leave
            such rules out. Rules that need several events, and documents that are no EQL
            rules, are left out either way. See `left_out`.
        """
        from . import _rules

        settings = _builder.check_settings(event_category_field, ascii_folding, source)
        sources, refused = _rules.load(rules, strict)
        matcher = cls._make(sources, settings, strict)
        core = matcher._core
        core.left_out = tuple(refused) + core.left_out
        if not core.rule_count:
            raise _rules.no_rules(core.left_out)
        return matcher

    @classmethod
    def _make(cls, sources: Tuple[Source, ...], settings: Settings, strict: bool) -> Matcher:
        matcher = cls.__new__(cls)
        matcher._compile(sources, settings, strict)
        return matcher

    def _compile(self, sources: Tuple[Source, ...], settings: Settings, strict: bool) -> None:
        self._open_core = self._matches = self._no_match = None
        self._sources, self._settings = sources, settings
        self._open_core = Core(_builder.build(sources, settings, strict), settings)

    def _read_in_place(self) -> InPlace:
        """Keeps the functions of the core at hand: what a call costs is how it gets there."""
        in_place = self._core.in_place
        self._matches, self._no_match = in_place.matches, in_place.no_match
        return in_place

    @property
    def _core(self) -> Core:
        core = self._open_core
        if core is None:
            raise ValueError("the matcher is closed")
        return core

    # ---- What it is made of

    @property
    def rules(self) -> Tuple[Rule, ...]:
        """The rules, ordered by severity, the highest first, then by id."""
        core = self._core
        return tuple(core.rule(i) for i in range(core.rule_count))

    @property
    def fields(self) -> Tuple[str, ...]:
        """The dotted names of the fields that the rules read."""
        return self._core.fields

    @property
    def left_out(self) -> Tuple[NetshareError, ...]:
        """Why rules that were given are not among `rules`."""
        return self._core.left_out

    def __len__(self) -> int:
        return self._core.rule_count

    def __bool__(self) -> bool:
        return True

    def dump(self, rule: Union[int, str, Rule] = 0) -> str:
        """The compiled form of a rule as text, for bug reports. The format may change."""
        core = self._core
        writer = _text.Writer()
        status = lib.netshare_matcher_dump(core.matcher, self._index(core, rule),
                                           writer.callback, None)
        if status:
            raise from_status(status)
        return writer.text()

    @staticmethod
    def _index(core: Core, rule: Union[int, str, Rule]) -> int:
        """The number of a rule given by number, id, name, or itself."""
        from ._rule import Rule

        if isinstance(rule, int) and not isinstance(rule, bool):
            if not 0 <= rule < core.rule_count:
                raise IndexError(f"no rule {rule}: the matcher has {core.rule_count}")
            return rule
        if not isinstance(rule, (str, Rule)):
            raise TypeError(f"a rule is an int, a str or a Rule, not {type(rule).__name__}")
        for i in range(core.rule_count):
            candidate = core.rule(i)
            if candidate == rule or rule in (candidate.id, candidate.name):
                return i
        raise LookupError(f"the matcher has no rule {rule!r}")

    # ---- Matching

    def match(self, event: Any, accessor: Optional[AccessorFunction] = None) -> Matches:
        """The rules that match one event.

        event: a mapping with nested or dotted keys, or a JSON object as str or bytes.
            With `accessor`, any object: accessor(event, "process.name") gives the value of
            a field, or a list of them; ABSENT or a LookupError where there is none.

        Raises EventError or LimitError when this is no event. See Matches.undecided for
        events that are, but that some rules give up on.
        """
        if accessor is not None:
            return self._match_object(event, accessor)
        no_match = self._no_match or self._read_in_place().no_match
        matches = no_match(event)
        return self._match_json(event) if matches is None else matches

    def _match_json(self, event: Any) -> Matches:
        core = self._core
        data = event_bytes(event, core.projection)
        worker = core.take()
        try:
            return match_json(core, worker, self._settings, data)
        finally:
            core.give(worker)

    def _match_object(self, event: Any, accessor: AccessorFunction) -> Matches:
        if not callable(accessor):
            raise TypeError(f"accessor must be callable, not {type(accessor).__name__}")
        core = self._core
        worker = core.take()
        try:
            worker.objects.start(event, accessor)
            try:
                status = lib.netshare_match(
                    core.matcher, worker.scratch.pointer, worker.objects.accessor, None,
                    _library.DETAIL_RULES, worker.result_ref)
            finally:
                worker.objects.finish()
            return read_matches(core, worker, self._settings, Subject(event, accessor),
                                from_status(status) if status else None)
        finally:
            core.give(worker)

    def matches(self, event: Any) -> bool:
        """Does any rule match? Stops at the first: faster than match() with many rules."""
        matches = self._matches or self._read_in_place().matches
        verdict = matches(event)
        return self._matches_json(event) if verdict is None else verdict

    def _matches_json(self, event: Any) -> bool:
        core = self._core
        data = event_bytes(event, core.projection)
        worker = core.take()
        try:
            status = lib.netshare_match_json(
                core.matcher, worker.scratch.pointer, worker.event.pointer, data, len(data),
                _library.DETAIL_VERDICT, worker.result_ref, worker.error_ref)
            if status and not worker.result.matched:
                raise from_error(worker.error, what="event")
            return bool(worker.result.matched)
        finally:
            core.give(worker)

    def match_many(self, events: Iterable[Any], *,
                   on_error: OnError = "raise") -> List[Matches]:
        """As match() for each of the events, in few calls into the library. The result has
        one entry for each event, in order.

        on_error: what to do about one that is no event: "raise", "warn", "skip", or a
            callable that takes the error, whose `line` is the event's number from 1.
            Unless raised, it is also in the entry's `undecided`.
        """
        return _scan.match_many(self._core, self._settings, events, on_error)

    def source_of(self, event: Any) -> str:
        """What wrote a JSON event, as far as the matcher's `source` asks for it."""
        with Reading(self._core, Subject(event_bytes(event))) as reading:
            number: int = lib.netshare_event_source(reading.event)
            return _library.SOURCES[number]

    def scan(self, source: ScanSource, *, on_error: OnError = "warn",
             read_all: bool = False, chunk_size: int = _scan.CHUNK_SIZE) -> _scan.Scan:
        """Yields (line number, event, matches) for the events that a rule matches.

        source: the path of an NDJSON file, a file object, or an iterable of events (as for
            match(); the number is then the event's, from 1). Of a file, only matching
            lines are decoded.
        on_error: what to do about lines that are no events, and events that some rule gave
            up on: "warn" once for each kind, "skip", "raise", or a callable that takes the
            error. All are counted: the result has `counts`.
        read_all: find each malformed line. Otherwise one whose bytes show that no rule can
            match it counts as an event when it looks like an object.
        chunk_size: how much to read at a time, in bytes.
        """
        return _scan.Scan(self._core, self._settings, source, on_error, read_all, chunk_size)

    def explain(self, event: Any, rule: Union[int, str, Rule] = 0,
                accessor: Optional[AccessorFunction] = None) -> _explain.Explanation:
        """Why a rule, given by number, id or name, matches an event or does not."""
        from . import _explain

        core = self._core
        index = self._index(core, rule)
        subject = (Subject(event_bytes(event, core.projection)) if accessor is None
                   else Subject(event, accessor))
        return _explain.explain(core, index, subject, core.rule(index))

    # ---- Life

    def close(self) -> None:
        """Releases the rules as soon as no match and no running call needs them."""
        self._open_core = self._matches = self._no_match = None

    def __enter__(self) -> Matcher:
        self._core  # a closed matcher is an error here already
        return self

    def __exit__(self, kind: Optional[Type[BaseException]], *_rest: Any) -> None:
        self.close()

    def __reduce__(self) -> Tuple[Any, ...]:
        self._core  # a closed matcher cannot be pickled
        return _restore, (type(self), self._sources, self._settings)

    def __repr__(self) -> str:
        core = self._open_core
        if core is None:
            return "<netshare.Matcher, closed>"
        if core.rule_count == 1:
            return f"<netshare.Matcher of {core.rule(0).name!r}>"
        return f"<netshare.Matcher of {core.rule_count} rules>"


def _restore(cls: Type[Matcher], sources: Tuple[Source, ...], settings: Settings) -> Matcher:
    """Unpickles: the same sources give the same rules."""
    return cls._make(tuple(sources), settings, False)
