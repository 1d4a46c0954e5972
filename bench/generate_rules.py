# SPDX-License-Identifier: Apache-2.0
"""Writes rule documents, one per line, of the shapes that rule sets are made of:

    generate_rules.py COUNT [SEED] > rules.ndjson

The same seed gives the same bytes with any Python. No two rules are alike, but as in real rule
sets they share conditions: the same operating system, the same event type, much used programs.
"""
import hashlib
import json
import sys

PROGRAMS = ["cmd.exe", "powershell.exe", "pwsh.exe", "rundll32.exe", "regsvr32.exe", "mshta.exe",
            "wscript.exe", "cscript.exe", "msbuild.exe", "certutil.exe", "bitsadmin.exe",
            "schtasks.exe", "sc.exe", "reg.exe", "wmic.exe", "netsh.exe", "vssadmin.exe",
            "wevtutil.exe", "bcdedit.exe", "fsutil.exe", "cipher.exe", "nltest.exe", "dsquery.exe",
            "quser.exe", "tasklist.exe", "ftp.exe", "curl.exe", "tar.exe", "makecab.exe",
            "esentutl.exe", "ntdsutil.exe", "diskshadow.exe", "installutil.exe", "odbcconf.exe",
            "forfiles.exe", "pcalua.exe", "at.exe", "explorer.exe", "svchost.exe", "dllhost.exe"]
PARENTS = ["winword.exe", "excel.exe", "outlook.exe", "powerpnt.exe", "w3wp.exe", "sqlservr.exe",
           "chrome.exe", "firefox.exe", "wmiprvse.exe", "services.exe", "taskeng.exe",
           "explorer.exe", "java.exe", "node.exe", "zoom.exe", "spoolsv.exe", "lsass.exe"]
FOLDERS = ["Users\\\\Public", "Windows\\\\Temp", "ProgramData", "PerfLogs", "Windows\\\\Tasks",
           "$Recycle.Bin", "Windows\\\\Fonts", "Intel", "Windows\\\\Debug", "Recovery"]
WORDS = ["create", "delete", "export", "shadow", "bypass", "hidden", "encoded", "download", "save",
         "dump", "inject", "query", "config", "stop", "disable", "import", "install", "remote",
         "script", "transfer", "policy", "firewall", "trust", "domain", "backup", "catalog",
         "resize", "service", "binpath", "failure", "protocol", "javascript", "sekurlsa",
         "minidump", "comsvcs", "invoke", "iex", "frombase64", "webclient", "socket"]
SEVERITIES = ["low", "medium", "high", "critical"]


class Choices:
    """Numbers that hang on the seed and the rule's number alone."""

    def __init__(self, seed, number):
        self._name = f"{seed} {number}"
        self._taken = 0

    def below(self, limit):
        self._taken += 1
        digest = hashlib.sha256(f"{self._name} {self._taken}".encode()).digest()
        return int.from_bytes(digest[:8], "little") % limit

    def one(self, values):
        return values[self.below(len(values))]

    def some(self, values, most):
        """One to `most` of them, in a list of EQL."""
        start, count = self.below(len(values)), 1 + self.below(most)
        return [values[(start + i * 7) % len(values)] for i in range(count)]


def listed(values):
    return "(" + ", ".join(f'"{value}"' for value in values) + ")"


def args_any(choices):
    return "process.args : " + listed(f"{prefix}{word}*" for word in choices.some(WORDS, 5)
                                      for prefix in choices.some(["-", "/", "*"], 2))


def command_line(choices):
    return "process.command_line : " + listed(f"*{word}*{choices.one(WORDS)}*"
                                              for word in choices.some(WORDS, 4))


def unusual_folder(choices):
    drive = choices.one(["?", "C"])
    return "process.executable : " + listed(f"{drive}:\\\\{folder}\\\\*.exe"
                                            for folder in choices.some(FOLDERS, 6))


def parent(choices):
    return "process.parent.name : " + listed(choices.some(PARENTS, 6))


def not_system_parent(choices):
    return f'not process.parent.executable : "C:\\\\Program Files*\\\\{choices.one(PARENTS)}"'


def user(choices):
    return choices.one(['not user.id : ("S-1-5-18", "S-1-5-19")', 'user.id != "S-1-5-18"',
                        'user.name : "svc_*"', f"process.args_count >= {2 + choices.below(4)}"])


def program(choices):
    names = choices.some(PROGRAMS, 4)
    original = f" or ?process.pe.original_file_name == {json.dumps(names[0])}"
    return f"(process.name : {listed(names)}{original if choices.below(2) else ''})"


# What a rule looks for, and what narrows it further.
SIGNS = [args_any, command_line, unusual_folder]
LIMITS = [parent, not_system_parent, user]


def query_of(choices):
    conditions = [make(choices) for make in [choices.one(SIGNS), *choices.some(LIMITS, 2)]]
    start = choices.one(['event.type == "start"', 'event.type in ("start", "process_started")'])
    parts = [f'host.os.type == "windows" and {start}', program(choices), *conditions]
    return "process where " + " and\n  ".join(parts)


def rule(seed, number):
    choices = Choices(seed, number)
    return {"rule_id": f"00000000-0000-4000-8000-{number:012d}", "name": f"Generated rule {number}",
            "description": "Made for measuring.", "type": "eql", "language": "eql",
            "severity": choices.one(SEVERITIES), "risk_score": 1 + choices.below(99),
            "author": ["generated"], "query": query_of(choices)}


def distinct_rules(seed, count):
    queries, number = set(), 0
    while len(queries) < count:
        made = rule(seed, number)
        number += 1
        if made["query"] not in queries:
            queries.add(made["query"])
            yield made


def main():
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for made in distinct_rules(seed, int(sys.argv[1])):
        print(json.dumps(made))


if __name__ == "__main__":
    main()
