# SPDX-License-Identifier: Apache-2.0
"""A rule's metadata and its place in MITRE ATT&CK, as frozen dataclasses."""

from __future__ import annotations

import enum
from ctypes import byref, c_size_t
from dataclasses import dataclass
from typing import Any, Optional, Tuple

from ._library import lib


class Severity(enum.IntEnum):
    """Kibana's severities, in ascending order."""

    UNKNOWN = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4


@dataclass(frozen=True)
class Tactic:
    """An ATT&CK tactic, as TA0008 Lateral Movement."""

    id: str
    name: str
    reference: str = ""


@dataclass(frozen=True)
class Technique:
    """An ATT&CK technique, as T1021, or subtechnique, as T1021.002."""

    id: str
    name: str
    reference: str = ""
    subtechniques: Tuple[Technique, ...] = ()


@dataclass(frozen=True)
class Threat:
    """One entry of a rule's ATT&CK mapping."""

    framework: str
    tactic: Tactic
    techniques: Tuple[Technique, ...] = ()


@dataclass(frozen=True)
class Rule:
    """Query and metadata of one rule. A text that the rule does not have is None."""

    id: str
    name: str
    query: str
    severity: Severity = Severity.UNKNOWN
    risk_score: int = 0
    version: int = 1
    max_signals: int = 100
    description: Optional[str] = None
    type: Optional[str] = None
    language: Optional[str] = None
    interval: Optional[str] = None
    from_: Optional[str] = None
    to: Optional[str] = None
    license: Optional[str] = None
    timestamp_override: Optional[str] = None
    event_category_override: Optional[str] = None
    building_block_type: Optional[str] = None
    setup: Optional[str] = None
    note: Optional[str] = None
    authors: Tuple[str, ...] = ()
    tags: Tuple[str, ...] = ()
    indices: Tuple[str, ...] = ()
    references: Tuple[str, ...] = ()
    false_positives: Tuple[str, ...] = ()
    threats: Tuple[Threat, ...] = ()

    @property
    def tactics(self) -> Tuple[Tactic, ...]:
        """All tactics, each once."""
        return tuple(dict.fromkeys(threat.tactic for threat in self.threats))

    @property
    def techniques(self) -> Tuple[Technique, ...]:
        """All techniques, each once; their subtechniques are below them."""
        return tuple(dict.fromkeys(t for threat in self.threats for t in threat.techniques))

    @property
    def subtechniques(self) -> Tuple[Technique, ...]:
        """All subtechniques, each once."""
        return tuple(dict.fromkeys(s for t in self.techniques for s in t.subtechniques))

    def __repr__(self) -> str:
        return f"<netshare.Rule {self.id!r} {self.name!r}>"


# Member and number of netshare_rule_string_key.
_STRINGS = (("id", 0), ("name", 1), ("description", 2), ("query", 3), ("type", 4),
            ("language", 5), ("interval", 7), ("from_", 8), ("to", 9), ("license", 10),
            ("timestamp_override", 11), ("setup", 12), ("note", 13),
            ("event_category_override", 14), ("building_block_type", 15))
# netshare_rule_strings_key
_LISTS = (("authors", 0), ("tags", 1), ("indices", 2), ("references", 3),
          ("false_positives", 4))
# netshare_rule_integer_key
_INTEGERS = (("risk_score", 0), ("version", 1), ("max_signals", 2))


def _text(data: Optional[bytes]) -> Optional[str]:
    return None if data is None else data.decode("utf-8", "replace")


def _texts(rule: int, key: int) -> Tuple[str, ...]:
    count = c_size_t()
    items = lib.netshare_rule_strings(rule, key, byref(count))
    return tuple(items[i].decode("utf-8", "replace") for i in range(count.value))


def _named(entry: Any) -> Tuple[str, str, str]:
    return (entry.id.decode("utf-8", "replace"), entry.name.decode("utf-8", "replace"),
            entry.reference.decode("utf-8", "replace"))


def _techniques(entries: Any, count: int) -> Tuple[Technique, ...]:
    return tuple(Technique(*_named(entries[i]), _techniques(entries[i].subtechniques,
                                                            entries[i].subtechnique_count))
                 for i in range(count))


def _threats(rule: int) -> Tuple[Threat, ...]:
    count = c_size_t()
    entries = lib.netshare_rule_threats(rule, byref(count))
    return tuple(Threat(entries[i].framework.decode("utf-8", "replace"),
                        Tactic(*_named(entries[i].tactic)),
                        _techniques(entries[i].techniques, entries[i].technique_count))
                 for i in range(count.value))


def read_rule(rule: int) -> Rule:
    """A copy of what the library knows about the rule at this address."""
    members: Any = {name: _text(lib.netshare_rule_string(rule, key)) for name, key in _STRINGS}
    members.update((name, _texts(rule, key)) for name, key in _LISTS)
    members.update((name, lib.netshare_rule_integer(rule, key)) for name, key in _INTEGERS)
    return Rule(severity=Severity(lib.netshare_rule_severity(rule)), threats=_threats(rule),
                **members)
