# SPDX-License-Identifier: Apache-2.0
r"""Decides whether a process event matches detection rules in Elastic's EQL.

    import netshare

    matcher = netshare.Matcher()  # the built-in rule
    for match in matcher.match({"event.category": "process", "process.name": "net.exe", ...}):
        print(match.rule.name, [t.id for t in match.rule.techniques])

    for line, event, matches in matcher.scan("events.ndjson"):
        print(line, matches.rules)
"""

from ._accessor import ABSENT, AccessorFunction
from ._errors import (EventError, LimitError, NetshareError, OutOfMemoryError, QueryError,
                      QuerySyntaxError, QueryTypeError, RuleError, StatefulQueryError,
                      UnsupportedError)
from ._explain import Clause, Explanation, Step
from ._library import SOURCES, library_path, library_version
from ._match import Match, Matches
from ._matcher import Matcher
from ._query import check_query, format_query
from ._rule import Rule, Severity, Tactic, Technique, Threat
from ._rules import convert_toml
from ._scan import Counts, Found, Scan, ScanWarning
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
