# SPDX-License-Identifier: Apache-2.0
r"""Decides whether a process event matches detection rules in Elastic's EQL.

    import netshare

    matcher = netshare.Matcher()  # the built-in rule
    for match in matcher.match({"event.category": "process", "process.name": "net.exe", ...}):
        print(match.rule.name, [t.id for t in match.rule.techniques])

    for line, event, matches in matcher.scan("events.ndjson"):
        print(line, matches.rules)
"""

from ._accessor import ABSENT
from ._errors import (EventError, LimitError, NetshareError, OutOfMemoryError, QueryError,
                      QuerySyntaxError, QueryTypeError, RuleError, StatefulQueryError,
                      UnsupportedError)
from ._library import SOURCES, library_path, library_version
from ._match import Match, Matches
from ._matcher import Matcher
from ._scan import Counts, Found, Scan, ScanWarning

TYPE_CHECKING = False  # see _types.py
if TYPE_CHECKING:
    from ._explain import Clause, Explanation, Step
    from ._query import check_query, format_query
    from ._rule import Rule, Severity, Tactic, Technique, Threat
    from ._rules import convert_toml
    from ._types import AccessorFunction
    from ._wildcard import Wildcard, file_name, split_command_line

__version__ = "0.1.0"

__all__ = [
    "ABSENT", "AccessorFunction", "Clause", "Counts", "EventError", "Explanation", "Found",
    "LimitError", "Match", "Matcher", "Matches", "NetshareError", "OutOfMemoryError",
    "QueryError", "QuerySyntaxError", "QueryTypeError", "Rule", "RuleError", "SOURCES",
    "Scan", "ScanWarning", "Severity", "StatefulQueryError", "Step", "Tactic", "Technique",
    "Threat", "UnsupportedError", "Wildcard", "check_query", "convert_toml", "file_name",
    "format_query", "library_path", "library_version", "split_command_line",
]

# Imported when they are first asked for: what they need of the standard library takes longer
# to import than all else, and scans do not need them.
_LATER = {
    "AccessorFunction": "_types",
    **dict.fromkeys(("Clause", "Explanation", "Step"), "_explain"),
    **dict.fromkeys(("check_query", "format_query"), "_query"),
    **dict.fromkeys(("Rule", "Severity", "Tactic", "Technique", "Threat"), "_rule"),
    "convert_toml": "_rules",
    **dict.fromkeys(("Wildcard", "file_name", "split_command_line"), "_wildcard"),
}

if not TYPE_CHECKING:
    def __getattr__(name):
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = globals()[name] = getattr(import_module(f".{_LATER[name]}", __name__), name)
        return value

    def __dir__():
        return sorted({*globals(), *__all__})
