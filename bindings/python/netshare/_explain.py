# SPDX-License-Identifier: Apache-2.0
"""Why a rule matched, or did not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Iterator, List, Optional, Tuple

from . import _library
from ._core import Core, Reading, Subject, python_value
from ._errors import from_status
from ._library import lib
from ._rule import Rule

_KINDS = ("and", "or", "not", "clause")
_REASONS = (None, "value", "no value", "absent", "null", "combination")
_SHOWN_VALUES = 4
_SHOWN_CHARACTERS = 160


@dataclass(frozen=True)
class Step:
    """A node of the query with its verdict; the steps below it follow, one deeper."""

    #: "and", "or", "not" or "clause".
    kind: str
    depth: int
    verdict: bool
    #: The text in the query; for the test of the event category: "event category is ...".
    text: str
    #: Where it stands in the query, in bytes.
    offset: int
    length: int
    #: For a clause: "value", "no value", "absent", "null", "combination"; else None.
    reason: Optional[str] = None
    #: The field, when the clause has one.
    field: Optional[str] = None
    #: With "value": the value that satisfied it, and which of `value_count` it is.
    value: Any = None
    value_index: Optional[int] = None
    value_count: int = 0
    #: With "no value": the first of those that failed.
    values: Tuple[Any, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Every clause of a rule's query with its verdict. `str()` draws it as a tree."""

    rule: Rule
    matched: bool
    steps: Tuple[Step, ...]

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    def __len__(self) -> int:
        return len(self.steps)

    def __bool__(self) -> bool:
        return self.matched

    def __str__(self) -> str:
        verb = "matches" if self.matched else "does not match"
        lines = [f"{_mark(self.matched)} {printable(self.rule.name)} {verb}"]
        lines += [_draw(step) for step in self.steps]
        return "\n".join(lines)


@dataclass(frozen=True)
class Clause:
    """A condition of a query that held, and the value that made it hold."""

    text: str
    offset: int
    length: int
    #: None when the clause combines several fields.
    field: Optional[str]
    #: None when absence, or the failure of every value under a `not`, made it hold.
    value_index: Optional[int]
    value: Any = None


def printable(text: str) -> str:
    """Without what could play tricks on a terminal: events come from attackers."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii")
                   for c in text)


def _show(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        return repr(value)
    cut = value[:_SHOWN_CHARACTERS]
    text = printable(cut.replace("\\", "\\\\").replace('"', '\\"'))
    return f'"{text}"' + ("..." if len(value) > len(cut) else "")


def _mark(verdict: bool) -> str:
    return "\N{CHECK MARK}" if verdict else "\N{BALLOT X}"


def _draw(step: Step) -> str:
    text = step.kind
    if step.kind == "clause":
        text = printable(" ".join(step.text.split()))
    return f"{'  ' * (step.depth + 1)}{_mark(step.verdict)} {text}{_because(step)}"


def _because(step: Step) -> str:
    if step.reason == "combination":
        return "   <- several fields together"
    if step.reason is None:
        return ""
    field = step.field or "field"
    if step.reason == "value":
        which = f"[{step.value_index}]" if step.value_count > 1 else ""
        return f"   <- {field}{which} is {_show(step.value)}"
    if step.reason == "no value":
        shown = step.values[:_SHOWN_VALUES]
        more = step.value_count - len(shown)
        return (f"   <- {field} is {', '.join(map(_show, shown))}"
                + (f" and {more} more" if more else ""))
    return f"   <- {field} is {step.reason}"


def _category(text: str) -> str:
    """The event category, or the quoted name of one, at the start of the text."""
    if text.startswith('"'):
        return text[:text.find('"', 1) + 1] or text
    return text.split(None, 1)[0]


def _read_step(core: Core, query: bytes, step: Any) -> Step:
    start, length = step.query_offset, step.query_length
    text = query[start:start + length].decode("utf-8", "replace")
    if not length:
        text = "event category is " + _category(query[start:].decode("utf-8", "replace"))
    has_field = step.field != _library.NO_INDEX
    satisfied = step.reason == 1
    return Step(
        kind=_KINDS[step.kind], depth=step.depth, verdict=bool(step.verdict), text=text,
        offset=start, length=length, reason=_REASONS[step.reason],
        field=core.fields[step.field] if has_field else None,
        value=python_value(step.value) if satisfied else None,
        value_index=step.value_index if satisfied else None,
        value_count=step.value_count)


def explain(core: Core, index: int, subject: Subject, rule: Rule) -> Explanation:
    """Of rule number `index`, which is `rule`."""
    query = rule.query.encode()
    steps: List[Step] = []
    failed: List[Tuple[int, int]] = []  # which step, its field

    def visit(_user: Any, pointer: Any) -> bool:
        step = pointer[0]
        if step.reason == 2 and step.field != _library.NO_INDEX:
            failed.append((len(steps), step.field))
        steps.append(_read_step(core, query, step))
        return True

    with Reading(core, subject) as reading:
        status = lib.netshare_explain(core.matcher, reading.worker.scratch.pointer,
                                      reading.accessor, reading.event, index,
                                      _library.ExplainVisitor(visit), None)
        for number, field in failed:
            values = tuple(reading.values(field, _SHOWN_VALUES))
            steps[number] = replace(steps[number], values=values)
    if status:
        raise from_status(status)
    return Explanation(rule, bool(steps) and steps[0].verdict, tuple(steps))


def clauses(core: Core, index: int, subject: Subject) -> Tuple[Clause, ...]:
    """The clauses that made rule `index` match; none when it does not."""
    query = core.rule(index).query.encode()
    with Reading(core, subject) as reading:
        worker = reading.worker
        lib.netshare_match(core.matcher, worker.scratch.pointer, reading.accessor,
                           reading.event, _library.DETAIL_CLAUSES, worker.result_ref)
        matched = core.result_indices(worker)
        if index not in matched:
            return ()
        return _read_clauses(core, reading, query, matched.index(index))


def _read_clauses(core: Core, reading: Reading, query: bytes, match: int) -> Tuple[Clause, ...]:
    scratch = reading.worker.scratch.pointer
    count = lib.netshare_result_clauses(scratch, match, None, 0)
    found = (_library.Clause * count)()
    lib.netshare_result_clauses(scratch, match, found, count)
    result = []
    for c in found:
        text = query[c.query_offset:c.query_offset + c.query_length]
        field = None if c.field == _library.NO_INDEX else core.fields[c.field]
        value_index = None if c.value_index == _library.NO_INDEX else c.value_index
        value = None
        if field is not None and value_index is not None:
            value = reading.values(c.field, value_index + 1)[value_index]
        result.append(Clause(text.decode("utf-8", "replace"), c.query_offset, c.query_length,
                             field, value_index, value))
    return tuple(result)
