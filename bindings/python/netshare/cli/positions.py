# SPDX-License-Identifier: Apache-2.0
"""Where in a rule file a query's error is: the query stands there as a string literal of
TOML or JSON, with escapes."""

from __future__ import annotations

import functools
import json
import re
from typing import Any, Iterator, List, NamedTuple, Optional, Tuple

from .. import NetshareError

Position = Tuple[Optional[int], Optional[int]]

_QUERY_KEY = re.compile(r"""(?:"query"|\bquery)\s*[:=]\s*('{3}|"{3}|"|')""")
# A surrogate pair, other escapes; in TOML, a backslash also joins lines.
_ESCAPE = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
                     r"|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|\s*\n\s*|.)", re.DOTALL)
_SIMPLE = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b"}
_TOML_PLACE = re.compile(r" ?\(at line (\d+), column (\d+)\)| ?\(at end of document\)")


class _Literal(NamedTuple):
    """A literal's text, and where each of its characters stands in the file."""

    text: str
    places: List[int]


def _unescape(escape: str) -> str:
    kind = escape[1]
    if kind == "u":
        units = bytes.fromhex(escape.replace("\\u", ""))
        return units.decode("utf-16-be", "replace")
    if kind == "U":
        number = int(escape[2:], 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return "" if kind.isspace() else _SIMPLE.get(kind, kind)


def _read_literal(text: str, start: int, delimiter: str) -> _Literal:
    has_escapes = delimiter[0] == '"'
    if len(delimiter) == 3 and text.startswith("\n", start):
        start += 1
    characters, places, at = [], [], start
    while at < len(text) and not text.startswith(delimiter, at):
        escape = _ESCAPE.match(text, at) if has_escapes else None
        piece = _unescape(escape[0]) if escape else text[at]
        characters.append(piece)
        places += [at] * len(piece)
        at = escape.end() if escape else at + 1
    # Quotes that stand before the closing ones belong to the text.
    while len(delimiter) == 3 and text.startswith(delimiter, at + 1):
        characters.append(text[at])
        places.append(at)
        at += 1
    return _Literal("".join(characters), [*places, at])


@functools.lru_cache(maxsize=1)  # a file may have many errors
def _literals(text: str) -> List[_Literal]:
    return [_read_literal(text, key.end(), key[1]) for key in _QUERY_KEY.finditer(text)]


def place(text: str, at: int) -> Tuple[int, int]:
    """Line and column, both from 1."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


def _documents(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _documents(item)
    elif isinstance(value, dict):
        yield value.get("attributes", value)


@functools.lru_cache(maxsize=1)
def _parse(data: bytes) -> List[Any]:
    text = data.decode("utf-8", "replace")
    try:
        return list(_documents(json.loads(text)))
    except ValueError:
        return [document for line in text.split("\n") for document in _parse_line(line)]


def _parse_line(line: str) -> List[Any]:
    try:
        return list(_documents(json.loads(line)))
    except ValueError:
        return []


def find_rule(text: str, error: NetshareError) -> Position:
    """The line of the rule's id."""
    at = text.find(json.dumps(error.rule_id, ensure_ascii=False)) if error.rule_id else -1
    return (None, None) if at < 0 else (place(text, at)[0], None)


def find_query_error(text: str, data: bytes, error: NetshareError) -> Position:
    """Where a query's error is in a file. `data` are the rules as JSON."""
    queries = {rule["query"] for rule in _parse(data)
               if isinstance(rule, dict) and isinstance(rule.get("query"), str)
               and error.rule_id in (rule.get("rule_id"), rule.get("id"))}
    rule_at = text.find(error.rule_id)
    found = [literal for literal in _literals(text) if literal.text in queries]
    if not found or error.offset is None:
        return find_rule(text, error)
    # Rules may have equal queries: the one meant is near the id.
    literal = min(found, key=lambda one: abs(one.places[0] - rule_at))
    before = literal.text.encode("utf-8", "replace")[:error.offset].decode("utf-8", "ignore")
    return place(text, literal.places[min(len(before), len(literal.text))])


def toml_error(text: str, message: str) -> Tuple[str, Position]:
    """The message of tomllib without the position, and the position."""
    found = _TOML_PLACE.search(message)
    if not found:
        return message, (None, None)
    position = (int(found[1]), int(found[2])) if found[1] else place(text, len(text))
    return message[:found.start()] + message[found.end():], position
