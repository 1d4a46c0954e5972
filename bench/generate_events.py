# SPDX-License-Identifier: Apache-2.0
"""Writes process events in ECS, about 1.4 KB each, as an Elastic agent would:

    generate_events.py COUNT [SEED] > events.ndjson

The same seed gives the same bytes. Nearly all events are everyday ones; one in 500 runs
net.exe or net1.exe, and one in 5000 matches the built-in rule.
"""
import json
import random
import sys

PROGRAMS = [
    # folder, name, arguments
    ("C:\\Windows\\System32", "svchost.exe", ["-k", "netsvcs", "-p", "-s", "Schedule"]),
    ("C:\\Windows\\System32", "conhost.exe", ["0xffffffff", "-ForceV1"]),
    ("C:\\Windows\\System32", "cmd.exe", ["/c", "dir", "C:\\Users"]),
    ("C:\\Windows\\System32\\WindowsPowerShell\\v1.0", "powershell.exe",
     ["-NoProfile", "-Command", "Get-Process | Sort-Object CPU"]),
    ("C:\\Program Files\\Google\\Chrome\\Application", "chrome.exe",
     ["--type=renderer", "--lang=en-US", "--enable-blink-features=Foo", "/prefetch:1"]),
    ("C:\\Windows\\System32", "taskhostw.exe", ["Install", "$(Arg0)"]),
    ("C:\\Windows\\System32", "wbem\\WmiPrvSE.exe", ["-secured", "-Embedding"]),
    ("C:\\Program Files\\Microsoft Office\\root\\Office16", "OUTLOOK.EXE", ["/recycle"]),
    ("C:\\Windows\\System32", "backgroundTaskHost.exe", ["-ServerName:CortanaUI.AppX.mca"]),
    ("C:\\Windows\\System32", "ipconfig.exe", ["/all"]),
    ("C:\\Windows\\System32", "whoami.exe", ["/groups"]),
    ("C:\\Users\\Public\\Tools", "updater.exe", ["--silent", "--url", "https://updates.test/a"]),
    ("C:\\Windows\\System32", "rundll32.exe", ["shell32.dll,Control_RunDLL", "desk.cpl"]),
    ("C:\\Windows\\System32", "reg.exe", ["query", "HKLM\\Software\\Microsoft", "/s"]),
    ("C:\\Program Files\\Git\\bin", "git.exe", ["status", "--porcelain=v2", "--branch"]),
    ("C:\\Windows\\System32", "schtasks.exe", ["/query", "/fo", "LIST"]),
]
PARENTS = ["explorer.exe", "services.exe", "svchost.exe", "cmd.exe", "powershell.exe",
           "chrome.exe", "wininit.exe", "Code.exe"]
USERS = ["alice", "bob", "carol", "SYSTEM", "LOCAL SERVICE", "svc_backup"]
NET = [
    (["view", "/all"], False),
    (["user", "administrator"], False),
    (["use"], False),
    (["use", "X:", "\\\\files01\\public"], False),
    (["use", "X:", "/delete"], False),
    (["localgroup", "administrators"], False),
]
ATTACKS = [
    ["use", "\\\\srv12\\c$", "/user:corp\\adm"],
    ["use", "Z:", "\\\\share.test@SSL\\dav"],
    ["use", "http://share.test/dav"],
]


def hexadecimal(source, digits):
    return "".join(source.choice("0123456789abcdef") for _ in range(digits))


def program_of(source):
    """folder, name, arguments of an event."""
    kind = source.randrange(5000)
    if kind == 0:
        return "C:\\Windows\\System32", "net.exe", source.choice(ATTACKS)
    if kind <= 10:
        name = source.choice(["net.exe", "net1.exe"])
        return "C:\\Windows\\System32", name, source.choice(NET)[0]
    return source.choice(PROGRAMS)


def event(source, number):
    folder, name, arguments = program_of(source)
    executable = f"{folder}\\{name}"
    base = name.rsplit("\\", 1)[-1]
    parent = source.choice(PARENTS)
    host = f"WKS-{source.randrange(4000):04d}"
    second = number % 86400
    time = f"2024-03-05T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}.{source.randrange(1000):03d}Z"
    return {
        "@timestamp": time,
        "agent": {"id": hexadecimal(source, 32), "type": "endpoint", "version": "8.12.2"},
        "data_stream": {"dataset": "endpoint.events.process", "namespace": "default",
                        "type": "logs"},
        "ecs": {"version": "8.10.0"},
        "event": {"action": "start", "category": ["process"], "created": time,
                  "dataset": "endpoint.events.process", "id": hexadecimal(source, 24),
                  "ingested": time, "kind": "event", "module": "endpoint",
                  "sequence": number, "type": ["start" if source.random() < 0.9 else "end"]},
        "host": {"architecture": "x86_64", "hostname": host, "id": hexadecimal(source, 32),
                 "ip": [f"10.{source.randrange(256)}.{source.randrange(256)}.17", "127.0.0.1"],
                 "name": host, "os": {"family": "windows", "full": "Windows 11 Pro 22H2",
                                      "kernel": "22H2 (10.0.22621.3155)", "name": "Windows",
                                      "platform": "windows", "type": "windows",
                                      "version": "22H2 (10.0.22621.3155)"}},
        "process": {"args": [executable, *arguments], "args_count": len(arguments) + 1,
                    "code_signature": {"exists": True, "status": "trusted",
                                       "subject_name": "Microsoft Windows", "trusted": True},
                    "command_line": " ".join([f'"{executable}"', *arguments]),
                    "entity_id": hexadecimal(source, 40), "executable": executable,
                    "hash": {"md5": hexadecimal(source, 32), "sha256": hexadecimal(source, 64)},
                    "name": base,
                    "parent": {"entity_id": hexadecimal(source, 40),
                               "executable": f"C:\\Windows\\{parent}", "name": parent,
                               "pid": source.randrange(4, 30000)},
                    "pe": {"original_file_name": base},
                    "pid": source.randrange(4, 30000)},
        "user": {"domain": "CORP", "id": f"S-1-5-21-{source.randrange(10**9)}",
                 "name": source.choice(USERS)},
    }


def main():
    count = int(sys.argv[1])
    source = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    for number in range(count):
        print(json.dumps(event(source, number), separators=(",", ":")))


if __name__ == "__main__":
    main()
