# SPDX-License-Identifier: Apache-2.0
"""Writes process events in ECS, about 1.7 KB each, as an endpoint agent would:

    generate_events.py COUNT [SEED] > events.ndjson

The same seed gives the same bytes with any Python: event number n hangs on the seed and n
alone. Nearly all events are everyday ones; one in 500 runs net.exe or net1.exe, and one in
5000 matches the built-in rule.
"""
import functools
import hashlib
import json
import sys

SYSTEM = "C:\\Windows\\System32\\"
# What varies from event to event in arguments: a GUID, a number, a word, a user.
G, N, W, U = "%(guid)s", "%(number)s", "%(word)s", "%(user)s"

# What everyday events run: the parents, then the programs that they start.
PROGRAMS = [
    (["services.exe"], [
        (SYSTEM + "svchost.exe", ["-k", "netsvcs", "-p", "-s", "Schedule"]),
        (SYSTEM + "svchost.exe", ["-k", "LocalServiceNetworkRestricted", "-p", "-s", W]),
        (SYSTEM + "svchost.exe", ["-k", "UnistackSvcGroup", "-s", f"CDPUserSvc_{N}"]),
        (SYSTEM + "msiexec.exe", ["/V"]),
        ("C:\\Program Files\\Corp\\Updater\\updater.exe",
         ["--silent", "--url", f"https://updates.test/{W}/{N}"]),
    ]),
    (["svchost.exe"], [
        (SYSTEM + "taskhostw.exe", ["Install", "$(Arg0)"]),
        (SYSTEM + "taskhostw.exe", []),
        (SYSTEM + "wbem\\WmiPrvSE.exe", ["-secured", "-Embedding"]),
        (SYSTEM + "dllhost.exe", [f"/Processid:{{{G}}}"]),
        (SYSTEM + "backgroundTaskHost.exe", [f"-ServerName:App.AppX{W}.mca"]),
        (SYSTEM + "RuntimeBroker.exe", ["-Embedding"]),
        (SYSTEM + "WindowsPowerShell\\v1.0\\powershell.exe",
         ["-NonInteractive", "-File", f"C:\\ProgramData\\Inventory\\{W}.ps1", "-Run", G]),
    ]),
    (["SearchIndexer.exe"], [
        (SYSTEM + "SearchProtocolHost.exe",
         [f"Global\\UsGthrFltPipeMssGthrPipe{N}_", f"Global\\UsGthrCtrlFltPipeMssGthrPipe{N}",
          "1", "-2147483646", "Software\\Microsoft\\Windows Search", "DownLevelDaemon"]),
    ]),
    (["chrome.exe"], [
        ("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
         ["--type=renderer", "--lang=en-US", f"--renderer-client-id={N}",
          f"--field-trial-handle={N}", "/prefetch:1"]),
        ("C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
         ["--type=utility", "--utility-sub-type=network.mojom.NetworkService",
          f"--mojo-platform-channel-handle={N}", "/prefetch:8"]),
    ]),
    (["msedge.exe"], [
        ("C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
         ["--type=gpu-process", f"--gpu-preferences={G}", f"--field-trial-handle={N}"]),
    ]),
    (["cmd.exe", "powershell.exe"], [
        (SYSTEM + "conhost.exe", ["0xffffffff", "-ForceV1"]),
        (SYSTEM + "PING.EXE", ["-n", "3", f"{W}.corp.test"]),
        (SYSTEM + "robocopy.exe", [f"\\\\files01\\{W}", f"D:\\Mirror\\{W}", "/MIR", "/R:2"]),
        ("C:\\Program Files\\Java\\bin\\java.exe",
         ["-Xmx2g", "-jar", f"C:\\Apps\\{W}.jar", f"--server.port={N}"]),
        ("C:\\Python311\\python.exe", ["-m", W, "--run-id", G]),
    ]),
    (["explorer.exe"], [
        (SYSTEM + "cmd.exe", ["/c", f"C:\\Scripts\\{W}.cmd", ">>", f"C:\\Logs\\{W}-{N}.log"]),
        (SYSTEM + "notepad.exe", [f"C:\\Users\\{U}\\Documents\\{W} {N}.txt"]),
        (SYSTEM + "msiexec.exe", ["/i", f"C:\\Installers\\{W}-{N}.msi", "/qn", "/norestart"]),
        ("C:\\Windows\\explorer.exe", [f"\\\\files01\\{W}"]),
        ("C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE", ["/recycle"]),
        ("C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
         ["/n", f"C:\\Users\\{U}\\Documents\\{W}-{N}.docx", "/o", "\"\""]),
        (f"C:\\Users\\{U}\\AppData\\Local\\Temp\\{W}\\setup.exe",
         [f"/LOG={W}.log", "/VERYSILENT"]),
    ]),
    (["Code.exe"], [
        (f"C:\\Users\\{U}\\AppData\\Local\\Programs\\Code\\Code.exe",
         ["--type=extensionHost", f"--crashpad={G}"]),
        (SYSTEM + "cmd.exe", ["/d", "/s", "/c", f"npm run {W}"]),
        ("C:\\Program Files\\Git\\bin\\git.exe", ["status", "--porcelain=v2", "--branch"]),
        ("C:\\Program Files\\Git\\bin\\git.exe",
         ["fetch", "--prune", f"https://git.corp.test/{W}/{W}.git"]),
    ]),
    (["ngentask.exe"], [
        ("C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\ngen.exe",
         ["install", f"{W}.dll", f"/queue:{N}"]),
    ]),
]
# What an administrator runs now and then: rules of low severity look for it.
CHORES = [
    (SYSTEM + "cmd.exe", ["/c", "dir", f"C:\\Users\\{U}"]),
    (SYSTEM + "WindowsPowerShell\\v1.0\\powershell.exe",
     ["-NoProfile", "-Command", "Get-Process | Sort-Object CPU"]),
    (SYSTEM + "ipconfig.exe", ["/all"]),
    (SYSTEM + "whoami.exe", ["/groups"]),
    (SYSTEM + "rundll32.exe", ["shell32.dll,Control_RunDLL", "desk.cpl"]),
    (SYSTEM + "rundll32.exe", [f"C:\\Windows\\system32\\{W}.dll,{W}"]),
    (SYSTEM + "reg.exe", ["query", "HKLM\\Software\\Microsoft", "/s"]),
    (SYSTEM + "reg.exe", ["add", f"HKCU\\Software\\{W}", "/v", W, "/t", "REG_DWORD", "/d", N]),
    (SYSTEM + "schtasks.exe", ["/query", "/fo", "LIST"]),
    (SYSTEM + "icacls.exe", [f"D:\\Shares\\{W}", "/grant", f"CORP\\{U}:(OI)(CI)M"]),
]
SHELLS = ["cmd.exe", "powershell.exe", "explorer.exe"]
NET_NAMES = ["net.exe", "net1.exe"]
NET = [
    ["view", "/all"],
    ["user", "administrator"],
    ["use"],
    ["use", "X:", f"\\\\files01\\{W}"],
    ["use", "X:", "/delete"],
    ["use", "\\\\files01\\d$", "/d"],
    ["localgroup", "administrators"],
]
ATTACKS = [
    ["use", "\\\\srv12\\c$", "/user:corp\\adm"],
    ["use", "Z:", "\\\\share.test@SSL\\dav"],
    ["use", "http://share.test/dav"],
]
SIGNERS = [
    ("C:\\Windows", "Microsoft Windows"), ("C:\\Program Files\\Google", "Google LLC"),
    ("C:\\Program Files\\Microsoft", "Microsoft Corporation"),
    ("C:\\Program Files (x86)\\Microsoft", "Microsoft Corporation"),
]
USERS = ["alice", "bob", "carol", "dmitri", "eve.long-name", "SYSTEM", "LOCAL SERVICE",
         "svc_backup"]
WORDS = ["alpha", "Billing", "cache", "DataModel", "export", "fonts", "gateway", "Helper",
         "invoice", "journal", "kernel32", "licence", "Metrics", "network", "orders", "payroll",
         "queue", "Report", "sync", "telemetry", "Übersicht", "vendor", "web", "xml",
         "yearly", "zone", "SharedAccess", "staging", "planner", "camera", "print", "quarter"]
HOSTS = 4000

EVENT = (
    '{"@timestamp":"%(time)s","agent":{"id":"%(agent)s","type":"endpoint","version":"8.12.2"},'
    '"data_stream":{"dataset":"endpoint.events.process","namespace":"default","type":"logs"},'
    '"ecs":{"version":"8.10.0"},"event":{"action":"%(type)s","category":["process"],'
    '"created":"%(time)s","dataset":"endpoint.events.process","id":"%(id)s","ingested":"%(time)s",'
    '"kind":"event","module":"endpoint","sequence":%(sequence)d,"type":["%(type)s"]},%(host)s,'
    '"process":{%(run)s,"entity_id":"%(entity)s",'
    '"hash":{"md5":"%(md5)s","sha256":"%(sha256)s"},'
    '"parent":{"entity_id":"%(parent_entity)s","executable":"C:\\\\Windows\\\\%(parent)s",'
    '"name":"%(parent)s","pid":%(parent_pid)d},"pid":%(pid)d},'
    '"user":{"domain":"CORP","id":"S-1-5-21-%(sid)d","name":"%(user)s"}}')


def quoted(argument):
    return f'"{argument}"' if " " in argument else argument


def signer_of(executable):
    return next((name for start, name in SIGNERS if executable.startswith(start)), "Corp Ltd")


def run_of(executable, arguments):
    """The members of `process` that say what runs, as JSON with what varies left open."""
    name = executable.rsplit("\\", 1)[-1]
    members = {"args": [executable, *arguments], "args_count": len(arguments) + 1,
               "code_signature": {"exists": True, "status": "trusted",
                                  "subject_name": signer_of(executable), "trusted": True},
               "command_line": " ".join([f'"{executable}"', *map(quoted, arguments)]),
               "executable": executable, "name": name, "pe": {"original_file_name": name}}
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False)[1:-1]


def runs_of(parents, programs):
    return [(run_of(*program), parents) for program in programs]


RUNS = [run for parents, programs in PROGRAMS for run in runs_of(parents, programs)]
CHORE_RUNS = runs_of(SHELLS, CHORES)
NET_RUNS = runs_of(SHELLS, [(SYSTEM + name, arguments) for name in NET_NAMES for arguments in NET])
ATTACK_RUNS = runs_of(SHELLS, [(SYSTEM + "net.exe", arguments) for arguments in ATTACKS])


@functools.lru_cache(HOSTS)
def host_of(seed, number):
    """The host's agent id, and its members as JSON."""
    digest = hashlib.shake_128(f"{seed} host {number}".encode()).digest(34)
    name = f"WKS-{number:04d}"
    members = {"architecture": "x86_64", "hostname": name, "id": digest[:16].hex(),
               "ip": [f"10.{digest[32]}.{digest[33]}.17", "127.0.0.1"], "name": name,
               "os": {"family": "windows", "full": "Windows 11 Pro 22H2",
                      "kernel": "22H2 (10.0.22621.3155)", "name": "Windows",
                      "platform": "windows", "type": "windows",
                      "version": "22H2 (10.0.22621.3155)"}}
    return digest[16:32].hex(), '"host":' + json.dumps(members, separators=(",", ":"))


def choose_run(kind, choice):
    """What runs, and what may have started it."""
    if kind == 0:
        return ATTACK_RUNS[choice % len(ATTACK_RUNS)]
    if kind < 10:
        return NET_RUNS[choice % len(NET_RUNS)]
    if kind < 60:
        return CHORE_RUNS[choice % len(CHORE_RUNS)]
    return RUNS[choice % len(RUNS)]


def event(seed, number):
    digest = hashlib.shake_128(f"{seed} {number}".encode()).digest(180)
    random = [int.from_bytes(digest[at:at + 4], "little") for at in range(0, 44, 4)]
    text = digest[44:].hex()
    second = number % 86400
    user = USERS[random[2] % len(USERS)]
    varied = {"guid": f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:32]}",
              "number": random[3] % 100000, "word": WORDS[random[4] % len(WORDS)], "user": user}
    run, parents = choose_run(random[0] % 5000, random[1])
    agent, host = host_of(seed, random[5] % HOSTS)
    return EVENT % {
        "time": "2024-03-05T%02d:%02d:%02d.%03dZ" % (second // 3600, second // 60 % 60,
                                                     second % 60, random[6] % 1000),
        "agent": agent, "host": host, "user": user, "sequence": number,
        "type": "end" if random[7] % 10 == 0 and random[0] % 5000 else "start",
        "run": run % varied,
        "parent": parents[random[8] % len(parents)],
        "pid": random[9] % 30000 + 4, "parent_pid": random[10] % 30000 + 4,
        "sid": random[5], "id": text[32:56], "md5": text[56:88], "sha256": text[88:152],
        "entity": text[152:192], "parent_entity": text[192:232]}


def main():
    count = int(sys.argv[1])
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with open(1, "w", encoding="utf-8", newline="\n", buffering=1 << 20) as out:
        for number in range(count):
            out.write(event(seed, number) + "\n")


if __name__ == "__main__":
    main()
