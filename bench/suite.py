# SPDX-License-Identifier: Apache-2.0
"""Runs all benchmarks in a build directory, and writes results.jsonl there:

    suite.py BUILD [--quick] [--instructions]

bench/run.sh prepares what this needs. Whole programs are run in turn, round after round, so
that a disturbance meets all of them; each result has the median, the least and the most.
"""
import argparse
import glob
import hashlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field

from machine import machine

BENCH = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(BENCH)
BUILTIN_ID = "c4210e1c-64f2-4f48-b67e-b5a8ffe3aa14"
PACK_SIZES = [1, 10, 100, 429, 1000]
BIG_PACK = 429
WILDCARD_RUNS, WILDCARD_ROUNDS = 15, 5
PYTHON_ROUNDS = 5


def say(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def spread(times):
    return {"median": statistics.median(times), "least": min(times), "most": max(times)}


class Suite:
    def __init__(self, build, quick):
        self.build = build
        self.work = os.path.join(build, "bench-data")
        self.events_count = 20000 if quick else 200000
        self.rounds = 3 if quick else 15
        self.scan_rounds = 3 if quick else 11
        self.slow_rounds = 1 if quick else 3
        self.results = []
        self.failures = []
        os.makedirs(self.work, exist_ok=True)

    def path(self, name):
        return os.path.join(self.work, name)

    def program(self, name):
        return os.path.join(self.build, name)

    def add(self, result):
        self.results.append(result)

    def fail(self, why):
        """The run goes on, and fails in the end."""
        self.failures.append(why)
        print(f"suite.py: {why}", file=sys.stderr)

    def expect(self, what, found, wanted):
        """Whatever is measured must have found the same."""
        if found != wanted:
            self.fail(f"{what}: {found} matches, not {wanted}")

    def matches_of(self, pack, rules=None):
        """What the engine found in a pass over all events."""
        for r in self.results:
            if (r["bench"], r.get("case"), r.get("pack")) == ("engine", "streaming", pack) \
                    and rules in (None, r["rules"]):
                return r["matches"]
        return None


# --- What is measured on ------------------------------------------------------------------------

def generate(script, count, path):
    """Written once per version of the generator."""
    with open(os.path.join(BENCH, script), "rb") as file:
        stamp = f"{hashlib.sha256(file.read()).hexdigest()} {count}"
    if os.path.exists(path) and os.path.exists(path + ".stamp"):
        with open(path + ".stamp", encoding="utf-8") as file:
            if file.read() == stamp:
                return
    with open(path, "wb") as file:
        subprocess.run([sys.executable, os.path.join(BENCH, script), str(count)], stdout=file,
                       check=True)
    with open(path + ".stamp", "w", encoding="utf-8") as file:
        file.write(stamp)


def rules_file():
    folder = os.environ.get("NETSHARE_CONFORMANCE_DIR",
                            os.path.join(ROOT, "..", "shared", "conformance"))
    path = os.path.join(folder, "detection-rules", "rules.ndjson")
    return path if os.path.exists(path) else None


def real_rules():
    """Those over single events, in an order that mixes them: the built-in rule, then by hash."""
    stateful = re.compile(r"(\s|//.*|/\*(?s:.*?)\*/)*(sequence|sample)\b")
    path = rules_file()
    if not path:
        return []
    with open(path, encoding="utf-8") as file:
        rules = [json.loads(line) for line in file]
    single = [r for r in rules if not stateful.match(r["query"])]
    single.sort(key=lambda r: (r["rule_id"] != BUILTIN_ID,
                               hashlib.sha256(r["rule_id"].encode()).digest()))
    return [json.dumps(r) + "\n" for r in single]


def write_packs(suite):
    """One file per pack; generated rules make up for real ones that there are not."""
    generate("generate_rules.py", max(PACK_SIZES), suite.path("generated.ndjson"))
    with open(suite.path("generated.ndjson"), encoding="utf-8") as file:
        generated = file.readlines()
    real = real_rules()
    paths = []
    for size in PACK_SIZES:
        taken = real[:size]
        paths.append(suite.path(f"pack-{size}.ndjson"))
        with open(paths[-1], "w", encoding="utf-8") as file:
            file.writelines(taken + generated[:size - len(taken)])
    suite.add({"bench": "packs", "real_rules": len(real), "sizes": PACK_SIZES})
    return paths


# --- The engine, and the wildcard engine --------------------------------------------------------

def bench_engine(suite, packs):
    say("the matcher on extracted values")
    done = subprocess.run([suite.program("bench/engine_bench"), str(suite.rounds),
                           suite.path("events.ndjson"), *packs], capture_output=True, text=True,
                          check=False)
    sys.stderr.write(done.stderr)
    if done.returncode:
        suite.fail("engine_bench failed")
    for line in done.stdout.splitlines():
        suite.add(json.loads(line))
    for r in suite.results:
        if r["bench"] == "engine" and (r["allocations"] or r["undecided"]):
            suite.fail(f"{r['case']}, {r['rules']} rules: {r['allocations']} allocations, "
                       f"{r['undecided']} events undecided")


def parse_wildcards(text):
    """Its table: lengths in the second line, then a name and a time per length."""
    lines = text.splitlines()
    lengths = [int(word) for word in lines[1].split()]
    for line in lines[2:]:
        name, *times = line.rsplit(None, len(lengths))
        yield from ((name, length, float(t)) for length, t in zip(lengths, times))


def bench_wildcards(suite, quick):
    say("the wildcard engine")
    times, wrong = {}, set()
    for _ in range(3 if quick else WILDCARD_RUNS):
        done = subprocess.run([suite.program("bench/wildcard_bench"), str(WILDCARD_ROUNDS)],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            suite.fail("wildcard_bench failed: " + done.stderr.strip())
            return
        wrong.update(done.stderr.splitlines())
        for name, length, t in parse_wildcards(done.stdout):
            times.setdefault((name, length), []).append(t)
    for line in sorted(wrong):
        print(f"suite.py: left out: {line}", file=sys.stderr)
    for (name, length), found in times.items():
        suite.add({"bench": "wildcard", "case": name, "length": length, "unit": "ns/text",
                   **spread(found)})


# --- Whole programs -----------------------------------------------------------------------------

@dataclass
class Program:
    """A program that reads the file of events."""
    name: str
    kind: str  # ours, floor or peer
    command: list
    matches: object = None  # how many it must find; None: it does not say
    count: str = "lines"  # of its output, or the "number" that it begins with
    threads: int = 1
    slow: bool = False
    environment: dict = field(default_factory=dict)
    walls: list = field(default_factory=list)
    processors: list = field(default_factory=list)
    peak: int = 0  # bytes in memory at most

    def note(self, run):
        self.walls.append(run.wall)
        self.processors.append(run.processor)
        self.peak = max(self.peak, run.peak)


@dataclass
class Run:
    """A program from start to exit."""
    wall: float
    processor: float
    peak: int
    output: bytes


def run_once(suite, program):
    output, report = suite.path("output"), suite.path("report")
    environment = {**os.environ, "LC_ALL": "C", **program.environment}
    with open(output, "wb") as file:
        subprocess.run([suite.program("bench/timed_run"), report, *program.command], stdout=file,
                       stderr=subprocess.DEVNULL, env=environment, check=True)
    with open(report, encoding="ascii") as file:
        wall, processor, peak, status = file.read().split()
    if status not in ("0", "1"):  # 1: something matched
        suite.fail(f"{program.name} ended with status {status}")
    with open(output, "rb") as file:
        text = file.read()
    return Run(float(wall), float(processor), int(peak) * 1024, text)


def check(suite, program, text):
    if program.matches is None:
        return
    words = text.split(None, 1)
    found = text.count(b"\n") if program.count == "lines" else int(words[0]) if words else None
    suite.expect(program.name, found, program.matches)


def scan_programs(suite, big_pack):
    events = suite.path("events.ndjson")
    scan = suite.program("examples/netshare-scan")
    matches = suite.matches_of("built-in rule")
    pack_matches = suite.matches_of("rule pack", BIG_PACK)
    peer = os.path.join(BENCH, "peers")
    found = [
        Program("read and count newlines", "floor", [suite.program("bench/count_lines"), events]),
        Program("grep -c net", "floor", ["grep", "-c", "net", events]),
    ]
    for threads in (1, 2):
        found.append(Program("netshare-scan, built-in rule", "ours",
                             [scan, "-q", "-j", str(threads), events], matches, threads=threads))
        found.append(Program(f"netshare-scan, {BIG_PACK} rules", "ours",
                             [scan, "-q", "-j", str(threads), "-r", big_pack, events],
                             pack_matches, threads=threads))
    found += [
        Program("Python, Matcher.scan, built-in rule", "ours",
                [sys.executable, "-S", os.path.join(peer, "python_scan.py"), "scan", events], matches,
                "number", environment=python_environment(suite)),
        Program("simdjson On-Demand, the rule in C++", "peer",
                [suite.program("bench/simdjson_rule"), events], matches, "number"),
        Program("json-c tokener alone", "floor", [suite.program("bench/jsonc_parse"), events],
                slow=True),
        Program("jq", "peer", ["jq", "-c", "-f", os.path.join(peer, "rule.jq"), events], matches,
                slow=True),
    ]
    if has_python_eql():
        found.append(Program("python-eql", "peer",
                             [sys.executable, os.path.join(peer, "eql_scan.py"), events], matches,
                             "number", slow=True))
    return [p for p in found if shutil.which(p.command[0])]


def has_python_eql():
    return subprocess.run([sys.executable, "-c", "import eql"], capture_output=True,
                          check=False).returncode == 0


def seconds_of(output):
    """What a Python program says that matching took."""
    words = output.split()
    return [float(words[2])] if len(words) == 3 else []


def bench_scans(suite, big_pack):
    say("whole programs over the file of events")
    programs = scan_programs(suite, big_pack)
    for number in range(suite.scan_rounds):
        for program in programs:
            if program.slow and number >= suite.slow_rounds:
                continue
            if number == 0 and not program.slow:
                run_once(suite, program)  # to warm up
            run = run_once(suite, program)
            program.note(run)
            if number == 0:
                check(suite, program, run.output)
    for p in programs:
        suite.add({"bench": "scan", "case": p.name, "kind": p.kind, "threads": p.threads,
                   "bytes": os.path.getsize(suite.path("events.ndjson")), "unit": "s",
                   "runs": len(p.walls), "wall": spread(p.walls), "cpu": spread(p.processors),
                   "peak": p.peak})


# --- Python, one call per event -----------------------------------------------------------------

def python_environment(suite):
    """The package of the source tree, with its bytecode, as pip leaves it and python-eql."""
    return {"PYTHONPATH": os.path.join(ROOT, "bindings", "python"),
            "PYTHONPYCACHEPREFIX": suite.path("bytecode"), "PYTHONDONTWRITEBYTECODE": "",
            "NETSHARE_LIBRARY": suite.program("lib/libnetshare.so")}


def python_programs(suite):
    peer, events = os.path.join(BENCH, "peers"), suite.path("events.ndjson")
    ours = [("Matcher.matches, JSON bytes", "json"), ("Matcher.matches, dicts", "dict"),
            ("Matcher.match, dicts", "match")]
    if has_python_eql():
        yield "python-eql, parsed events", [os.path.join(peer, "eql_scan.py"), events]
    for name, how in ours:
        yield name, [os.path.join(peer, "python_scan.py"), how, events]


def bench_python(suite):
    say("the Python package, event by event")
    for name, command in python_programs(suite):
        program = Program(name, "ours", [sys.executable, *command, str(PYTHON_ROUNDS)],
                          suite.matches_of("built-in rule"), "number",
                          environment=python_environment(suite))
        times = []
        for _ in range(suite.slow_rounds):
            run = run_once(suite, program)
            check(suite, program, run.output)
            times += seconds_of(run.output)
        if times:
            suite.add({"bench": "python", "case": name, "unit": "ns/event",
                       **spread([t * 1e9 / suite.events_count for t in times])})


# --- Instructions -------------------------------------------------------------------------------

def bench_instructions(suite, packs):
    """The same cases of the engine under callgrind, on fewer events: a dump for each."""
    say("instructions, by callgrind")
    events = suite.path("events-few.ndjson")
    with open(suite.path("events.ndjson"), "rb") as source, open(events, "wb") as file:
        for _, line in zip(range(10000), source):
            file.write(line)
    for old in glob.glob(suite.path("callgrind.*")):
        os.remove(old)
    done = subprocess.run(["valgrind", "--tool=callgrind",
                           "--callgrind-out-file=" + suite.path("callgrind"),
                           suite.program("bench/engine_bench"), "0", events, *packs],
                          capture_output=True, text=True, check=False)
    cases = [json.loads(line) for line in done.stdout.splitlines()]
    for number, case in enumerate(c for c in cases if c["bench"] == "engine"):
        try:
            with open(suite.path(f"callgrind.{number + 1}"), encoding="utf-8") as file:
                total = int(re.search(r"^totals: (\d+)", file.read(), re.MULTILINE)[1])
        except (OSError, TypeError):
            suite.fail(f"callgrind left no dump of {case['case']}")
            continue
        if case["events"]:
            suite.add({"bench": "instructions", "pack": case["pack"], "case": case["case"],
                       "rules": case["rules"], "unit": "instructions/event",
                       "median": total / case["events"]})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--instructions", action="store_true")
    options = parser.parse_args()
    suite = Suite(options.build, options.quick)
    say(f"generating {suite.events_count} events and the rule packs")
    generate("generate_events.py", suite.events_count, suite.path("events.ndjson"))
    suite.add({**machine(), "load_before": os.getloadavg()[0],
               "quick": options.quick, "date": time.strftime("%Y-%m-%d", time.gmtime()),
               "events": suite.events_count,
               "event_bytes": os.path.getsize(suite.path("events.ndjson"))})
    packs = write_packs(suite)
    bench_engine(suite, packs)
    bench_wildcards(suite, options.quick)
    bench_scans(suite, packs[PACK_SIZES.index(BIG_PACK)])
    bench_python(suite)
    if options.instructions:
        bench_instructions(suite, packs)
    suite.results[0]["load_after"] = os.getloadavg()[0]
    with open(os.path.join(options.build, "results.jsonl"), "w", encoding="utf-8") as file:
        for result in suite.results:
            file.write(json.dumps(result) + "\n")
    sys.exit(1 if suite.failures else 0)


if __name__ == "__main__":
    main()
