# SPDX-License-Identifier: Apache-2.0
"""Turns one Kibana rule document into C: generate_builtin.py INPUT.json OUTPUT.c

The C defines ns_builtin_rule of rule/rule.h as static data. The document must be as
the loader (document.c) wants it; a key that the loader would ignore is an error here.
"""

import json
import os
import sys

STRINGS = {
    "rule_id": "NETSHARE_RULE_ID",
    "name": "NETSHARE_RULE_NAME",
    "description": "NETSHARE_RULE_DESCRIPTION",
    "query": "NETSHARE_RULE_QUERY",
    "type": "NETSHARE_RULE_TYPE",
    "language": "NETSHARE_RULE_LANGUAGE",
    "severity": "NETSHARE_RULE_SEVERITY",
    "interval": "NETSHARE_RULE_INTERVAL",
    "from": "NETSHARE_RULE_FROM",
    "to": "NETSHARE_RULE_TO",
    "license": "NETSHARE_RULE_LICENSE",
    "timestamp_override": "NETSHARE_RULE_TIMESTAMP_OVERRIDE",
    "setup": "NETSHARE_RULE_SETUP",
    "note": "NETSHARE_RULE_NOTE",
    "event_category_override": "NETSHARE_RULE_EVENT_CATEGORY_OVERRIDE",
    "building_block_type": "NETSHARE_RULE_BUILDING_BLOCK_TYPE",
}
LISTS = {
    "author": "NETSHARE_RULE_AUTHORS",
    "tags": "NETSHARE_RULE_TAGS",
    "index": "NETSHARE_RULE_INDICES",
    "references": "NETSHARE_RULE_REFERENCES",
    "false_positives": "NETSHARE_RULE_FALSE_POSITIVES",
}
# Key: (name in C, smallest, largest, default).
INTEGERS = {
    "risk_score": ("NETSHARE_RULE_RISK_SCORE", 0, 100, 0),
    "version": ("NETSHARE_RULE_VERSION", 1, 2**63 - 1, 1),
    "max_signals": ("NETSHARE_RULE_MAX_SIGNALS", 1, 2**63 - 1, 100),
}
SEVERITIES = (None, "low", "medium", "high", "critical")
REQUIRED = ("rule_id", "name", "query", "type")
ENTRY = ("id", "name", "reference")

# What a C11 compiler must accept as one string.
LONGEST_STRING = 4095


class Bad(Exception):
    """The document cannot be used: where and why."""

    def __init__(self, path, reason):
        super().__init__(f"{path}: {reason}" if path else reason)


def check_keys(path, value, required, optional=()):
    """Is `value` an object that has all required keys, and no unknown one?"""
    if not isinstance(value, dict):
        raise Bad(path, "expected an object")
    prefix = f"{path}." if path else ""
    for key in required:
        if key not in value:
            raise Bad(prefix + key, "is missing")
    for key in value:
        if key not in required and key not in optional:
            raise Bad(prefix + key, "unknown key")


def as_list(path, value):
    if not isinstance(value, list):
        raise Bad(path, "expected an array")
    return value


def escaped(text):
    """The text's UTF-8 bytes as they stand between the quotes of a C string."""
    out = []
    for byte in text.encode("utf-8"):
        char = chr(byte)
        if char in '"\\':
            out.append("\\" + char)
        elif char == "?":  # two in a row could begin a trigraph
            out.append("\\?")
        elif char == "\n":
            out.append("\\n")
        elif 0x20 <= byte < 0x7F:
            out.append(char)
        else:  # always three digits, so that a digit may follow
            out.append(f"\\{byte:03o}")
    return out


def c_string(path, text):
    if not isinstance(text, str):
        raise Bad(path, "expected a string")
    if "\0" in text:
        raise Bad(path, "a NUL character, which a C string cannot hold")
    if len(text.encode("utf-8")) > LONGEST_STRING:
        raise Bad(path, f"longer than {LONGEST_STRING} bytes, the most that C promises")
    pieces, piece = [], ""
    for unit in escaped(text):
        piece += unit
        if unit == "\\n" or len(piece) > 70:
            pieces.append(piece)
            piece = ""
    if piece or not pieces:
        pieces.append(piece)
    return "\n        ".join(f'"{p}"' for p in pieces)


def entry(path, value):
    """id, name and reference of a tactic or technique, comma-separated."""
    value = {"reference": "", **value}
    return ", ".join(c_string(f"{path}.{key}", value[key]) for key in ENTRY)


def techniques(path, name, values, out, below):
    """Emits an array of techniques, those below first; returns 'array, count'."""
    rows = []
    for i, value in enumerate(as_list(path, values)):
        at = f"{path}[{i}]"
        check_keys(at, value, ENTRY[:2], ENTRY[2:] + below)
        subtechniques = "NULL, 0"
        if below:
            subtechniques = techniques(f"{at}.{below[0]}", f"sub{name}_{i}",
                                       value.get(below[0], []), out, ())
        rows.append(f"    {{{entry(at, value)}, {subtechniques}}},")
    return emit_array("netshare_technique", name, rows, out)


def emit_array(c_type, name, rows, out):
    if not rows:
        return "NULL, 0"
    out += [f"static const {c_type} {name}[] = {{", *rows, "};", ""]
    return f"{name}, {len(rows)}"


def threats(values, out):
    rows = []
    for i, value in enumerate(as_list("threat", values)):
        at = f"threat[{i}]"
        check_keys(at, value, ("framework", "tactic"), ("technique",))
        check_keys(f"{at}.tactic", value["tactic"], ENTRY[:2], ENTRY[2:])
        below = techniques(f"{at}.technique", f"techniques_{i}", value.get("technique", []),
                           out, ("subtechnique",))
        framework = c_string(f"{at}.framework", value["framework"])
        tactic = entry(f"{at}.tactic", value["tactic"])
        rows.append(f"    {{{framework}, {{{tactic}}}, {below}}},")
    return emit_array("netshare_threat", "threats", rows, out)


def integer(key, value, smallest, largest):
    if type(value) is not int or not smallest <= value <= largest:
        raise Bad(key, f"expected a whole number from {smallest} to {largest}")
    return f"INT64_C({value})"


def generate(rule):
    check_keys("", rule, REQUIRED, (*STRINGS, *LISTS, *INTEGERS, "threat"))
    for key in REQUIRED:
        if rule[key] == "":
            raise Bad(key, "is empty")
    if rule["type"] != "eql" or rule.get("language", "eql") != "eql":
        raise Bad("type", "not an EQL rule")
    if rule.get("severity") not in SEVERITIES:
        raise Bad("severity", "expected low, medium, high or critical")

    out, members = [], []
    for key, name in STRINGS.items():
        if key in rule:
            members.append(f"    .strings[{name}] =\n        {c_string(key, rule[key])},")
    for key, name in LISTS.items():
        rows = [f"    {c_string(f'{key}[{i}]', text)},"
                for i, text in enumerate(as_list(key, rule.get(key, [])))]
        array = emit_array("char *const", f"rule_{key}", rows, out)
        members.append(f"    .lists[{name}] = {{{array}}},")
    for key, (name, smallest, largest, default) in INTEGERS.items():
        number = integer(key, rule.get(key, default), smallest, largest)
        members.append(f"    .integers[{name}] = {number},")
    array, count = threats(rule.get("threat", []), out).split(", ")
    severity = rule.get("severity", "unknown").upper()
    members += [
        f"    .severity = NETSHARE_SEVERITY_{severity},",
        f"    .threats = {array},",
        f"    .threat_count = {count},",
        f"    .query_length = {len(rule['query'].encode('utf-8'))},",
    ]
    return out + ["const netshare_rule ns_builtin_rule = {", *members, "};"]


def main(arguments):
    if len(arguments) != 3:
        print("usage: generate_builtin.py INPUT.json OUTPUT.c", file=sys.stderr)
        return 2
    source, target = arguments[1:]
    try:
        with open(source, encoding="utf-8") as file:
            lines = generate(json.load(file))
    except (Bad, OSError, ValueError) as error:
        print(f"{source}: {error}", file=sys.stderr)
        return 1
    head = [f"/* Made by generate_builtin.py from {os.path.basename(source)}, under whose",
            " * licence the rule's texts are. */",
            '#include "rule/rule.h"', ""]
    with open(target, "w", encoding="ascii") as file:
        file.write("\n".join(head + lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
