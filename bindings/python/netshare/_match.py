# SPDX-License-Identifier: Apache-2.0
"""What a match call returns."""

from __future__ import annotations

from . import _library
from ._builder import Settings, Source, build
from ._core import Core, Subject, Worker
from ._errors import EventError, LimitError, NetshareError, from_error
from ._library import lib

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from typing import Any, List, Optional, Tuple

    from . import _explain
    from ._rule import Rule

_match_json = lib.netshare_match_json


class Match:
    """A rule's positive verdict on an event."""

    __slots__ = ("_core", "_index", "_subject", "_rule", "_settings")

    def __init__(self, core: Core, index: int, subject: Subject, settings: Settings) -> None:
        self._core: Optional[Core] = core
        self._index = index
        self._subject = subject
        self._settings = settings
        self._rule: Optional[Rule] = None

    @property
    def rule(self) -> Rule:
        """The rule, with all its metadata."""
        if self._rule is None:
            assert self._core is not None
            self._rule = self._core.rule(self._index)
        return self._rule

    def explain(self) -> _explain.Explanation:
        """Every clause of the rule's query with its verdict, and the value or the absence
        that decided it."""
        from . import _explain

        return _explain.explain(self._find_core(), self._index, self._subject, self.rule)

    def clauses(self) -> Tuple[_explain.Clause, ...]:
        """The clauses that made the rule match, in the order of the query."""
        from . import _explain

        return _explain.clauses(self._find_core(), self._index, self._subject)

    def _find_core(self) -> Core:
        if self._core is None:
            self._core = _compile_alone(self.rule, self._settings)
            self._index = 0
        return self._core

    def __repr__(self) -> str:
        return f"<netshare.Match of {self.rule.id!r} {self.rule.name!r}>"

    # Without the matcher, which may have thousands of rules: a match takes its own along.
    def __getstate__(self) -> Tuple[Rule, Subject, Settings]:
        return self.rule, self._subject, self._settings

    def __setstate__(self, state: Tuple[Rule, Subject, Settings]) -> None:
        self._rule, self._subject, self._settings = state
        self._core, self._index = None, 0


def _compile_alone(rule: Rule, settings: Settings) -> Core:
    import json

    document = {"rule_id": rule.id, "name": rule.name, "type": "eql", "query": rule.query}
    if rule.event_category_override is not None:
        document["event_category_override"] = rule.event_category_override
    source = Source("documents", rule.id, json.dumps(document).encode())
    return Core(build((source,), settings, True), settings)


class Matches(list[Match]):
    """The matches of one event, those of the highest severity first: a list, false when
    it is empty. Like a list, it takes no other attributes."""

    # No more than the library can make: an empty one, which most are, is memory of zeros.
    __slots__ = ("_undecided",)
    _undecided: Optional[NetshareError]

    @property
    def undecided(self) -> Optional[NetshareError]:
        """None; or why some rules could not be decided on this event (LimitError,
        OutOfMemoryError), or why it is no event (EventError, LimitError), where the call
        was told to go on. What the list holds is right all the same."""
        return getattr(self, "_undecided", None)

    @property
    def rules(self) -> List[Rule]:
        return [match.rule for match in self]

    def __reduce__(self) -> Tuple[Any, ...]:
        return _make_matches, (list(self), self.undecided)


def match_json(core: Core, worker: Worker, settings: Settings, data: bytes) -> Matches:
    """Matches one JSON document; raises if it is no event."""
    status = _match_json(core.matcher, worker.scratch.pointer, worker.event.pointer, data,
                         len(data), _library.DETAIL_RULES, worker.result_ref, worker.error_ref)
    if not status and not worker.result.matched:
        return Matches()
    return read_matches(core, worker, settings, Subject(data),
                        from_error(worker.error, what="event") if status else None)


def read_matches(core: Core, worker: Worker, settings: Settings, subject: Subject,
                 error: Optional[NetshareError]) -> Matches:
    """The worker's result. A limit of the JSON reader has a position in the document: this
    is no event. One of the matcher has none: some rules were not decided."""
    if isinstance(error, EventError) or (isinstance(error, LimitError)
                                         and error.offset is not None):
        raise error
    return _make_matches([Match(core, i, subject, settings)
                          for i in core.result_indices(worker)], error)


def _make_matches(found: List[Match], undecided: Optional[NetshareError]) -> Matches:
    matches = Matches(found)
    matches._undecided = undecided
    return matches
