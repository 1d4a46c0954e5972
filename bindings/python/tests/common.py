# SPDX-License-Identifier: Apache-2.0
"""What the tests share: sample data, and events to build on."""

import json
import os
import pathlib

ROOT = pathlib.Path(os.environ.get("NETSHARE_SOURCE_ROOT")
                    or pathlib.Path(__file__).resolve().parents[3])
PACKAGE = ROOT / "bindings" / "python"
EXAMPLES = ROOT / "examples"
ATTACKS = EXAMPLES / "events" / "attacks.ndjson"
BENIGN = EXAMPLES / "events" / "benign.ndjson"
BUILTIN_ID = "c4210e1c-64f2-4f48-b67e-b5a8ffe3aa14"


def events_of(path):
    """The events of an NDJSON file, without its blank lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def mount(**changes):
    """An event that the built-in rule matches; `process__name="x"` changes process.name."""
    event = {
        "event.category": "process", "event.type": "start", "host.os.type": "windows",
        "process.name": "net.exe", "process.args": ["net.exe", "use", "\\\\server\\c$"],
    }
    event.update((name.replace("__", "."), value) for name, value in changes.items())
    return event


def rule(query, rule_id="rule", **more):
    """A rule document."""
    return {"rule_id": rule_id, "name": f"Rule {rule_id}", "type": "eql", "query": query,
            **more}


def nested(levels):
    """An event that nests so deep."""
    event = {}
    for _ in range(levels):
        event = {"a": event}
    return event
