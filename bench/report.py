# SPDX-License-Identifier: Apache-2.0
"""Turns results of bench/run.sh into tables:

    report.py [RESULTS]           into bench/README.md, cost_curve.svg and results.jsonl
    report.py --print [RESULTS]   onto the terminal

RESULTS is results.jsonl of the build directory, see bench/run.sh, if not given.
"""
import json
import os
import shutil
import sys

from plot import cost_curve

BENCH = os.path.dirname(os.path.abspath(__file__))
START, END = "<!-- results: written by report.py -->", "<!-- end of results -->"
BIG_PACK = 429


class Results:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.all = [json.loads(line) for line in file]

    def of(self, bench, **wanted):
        return [r for r in self.all if r["bench"] == bench
                and all(r.get(key) == value for key, value in wanted.items())]

    def one(self, bench, **wanted):
        return next(iter(self.of(bench, **wanted)), None)

    def median(self, bench, **wanted):
        found = self.one(bench, **wanted)
        return found and found["median"]


def table(header, rows):
    """In Markdown, columns aligned so that it also reads well on a terminal. Columns without
    a single value are left out."""
    kept = [c for c in range(len(header)) if c == 0 or any(str(row[c]) != "-" for row in rows)]
    header, rows = [header[c] for c in kept], [[row[c] for c in kept] for row in rows]
    cells = [header] + [[str(cell) for cell in row] for row in rows]
    widths = [max(3, *(len(row[c]) for row in cells)) for c in range(len(header))]

    def line(row):
        first = row[0].ljust(widths[0])
        rest = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        return "| " + " | ".join([first, *rest]) + " |"

    rule = "|" + "|".join("-" * (w + 2) if c == 0 else "-" * (w + 1) + ":"
                          for c, w in enumerate(widths)) + "|"
    return "\n".join([line(cells[0]), rule, *map(line, cells[1:])])


def number(value, digits=0):
    return "-" if value is None else f"{value:,.{digits}f}"


def nanoseconds(result):
    """Median, and the least in parentheses."""
    if not result:
        return "-"
    digits = 1 if result["median"] < 100 else 0
    return f'{number(result["median"], digits)} ({number(result["least"], digits)})'


def ratio(a, b, digits=1):
    return "-" if not a or not b else number(a / b, digits)


def speed(result, clock="cpu", what="median"):
    """Megabytes per second of a whole program."""
    return result and result["bytes"] / 1e6 / result[clock][what]


# --- Sections: a title and a body each ------------------------------------------------------------

def section_machine(r):
    m, build = r.one("machine"), r.one("build")
    size = m["event_bytes"] / m["events"]
    kind = " (virtual)" if m["virtual"] else ""
    versions = ", ".join(f"{name} {version}" for name, version in m["versions"].items())
    lines = [f'{m["processor"]}{kind}, {m["cores"]} cores, {m["memory_gb"]} GB, {m["kernel"]}; '
             f'{build["compiler"]}, release build; {versions}. {m["date"]}.',
             "", f'{m["events"]:,} events of {size / 1000:.2f} KB, '
             f'{m["event_bytes"] / 1e6:,.0f} MB.']
    load = max(m["load_before"], m["load_after"])
    if load > 1.5 * m["cores"] or m["load_before"] > 1.5:
        lines += ["", f'**The machine was busy with other work meanwhile** (load average '
                  f'{m["load_before"]:.1f} before, {m["load_after"]:.1f} after): processor time '
                  "is counted, but caches and memory were shared. Compare within a table only."]
    if m["quick"]:
        lines += ["", "**A quick run**: few events, few repetitions."]
    return "Machine", "\n".join(lines)


def aims(r):
    """What, the aim in words, what was measured, whether it holds."""
    def engine(case, pack="built-in rule", **wanted):
        return r.median("engine", case=case, pack=pack, **wanted)

    def scan(case, threads=1):
        return speed(r.one("scan", case=case, threads=threads))

    def below(what, limit, value, unit, digits=0):
        if value is not None:
            yield (what, f"under {limit:,} {unit}", f"{number(value, digits)} {unit}",
                   value < limit)

    def over(what, limit, value, unit, digits=1):
        if value is not None:
            yield (what, f"over {limit:,} {unit}", f"{number(value, digits)} {unit}",
                   value > limit)

    def quotient(a, b):
        return a / b if a and b else None

    streaming, match = engine("streaming"), engine("match, hot")
    pack = engine("streaming", "rule pack", rules=BIG_PACK)
    one = engine("streaming", "rule pack", rules=1)
    builtin = scan("netshare-scan, built-in rule")
    allocations = sum(x["allocations"] for x in r.of("engine"))
    thousand = r.one("memory", pack="rule pack", rules=1000)
    yield from below("event, streaming, built-in rule", 30, streaming, "ns", 1)
    yield from below("match, built-in rule", 150, match, "ns")
    yield from below("streaming, against the rule by hand", 3,
                     quotient(streaming, engine("streaming, by hand")), "times", 1)
    yield from below("match, against the rule by hand", 3,
                     quotient(match, engine("match, hot, by hand")), "times", 1)
    yield ("allocations while matching", "none", number(allocations), allocations == 0)
    yield from below(f"event, {BIG_PACK} rules, against 1 rule", 20, quotient(pack, one),
                     "times", 1)
    yield from below(f"event, {BIG_PACK} rules", 2000, pack, "ns")
    if thousand:
        yield from below("memory of 1,000 rules", 16, thousand["matcher"] / 1e6, "MB", 1)
    yield from over("scan, built-in rule, against reading", 0.5,
                    quotient(builtin, scan("read and count newlines")), "times", 2)
    yield from over("scan, built-in rule, against simdjson", 1,
                    quotient(builtin, scan("simdjson On-Demand, the rule in C++")), "times", 2)
    yield from over("scan, built-in rule, against jq", 50, quotient(builtin, scan("jq")),
                    "times", 0)
    yield from over("scan, built-in rule, against python-eql", 25,
                    quotient(builtin, scan("python-eql")), "times", 0)
    yield from over("match on a dict, against python-eql", 20,
                    quotient(r.median("python", case="python-eql, parsed events"),
                             r.median("python", case="Matcher.match, dicts")), "times", 1)
    yield from below("scan from Python, against netshare-scan", 1.3,
                     quotient(builtin, scan("Python, Matcher.scan, built-in rule")), "times", 2)
    yield from over(f"scan, {BIG_PACK} rules", 500,
                    scan(f"netshare-scan, {BIG_PACK} rules"), "MB/s", 0)
    for name in ("scalar greedy", "PCRE2 JIT, each", "PCRE2 JIT, any", "Hyperscan"):
        found = [(x["least"], r.one("wildcard", case="netshare", length=x["length"])["least"])
                 for x in r.of("wildcard", case=name)]
        if found:
            least = min(theirs / ours for theirs, ours in found)
            yield (f"wildcards, against {name}", "faster at every length",
                   f"{least:.1f} times at least", least > 1)


def section_aims(r):
    rows = [(what, aim, measured, "yes" if holds else "no")
            for what, aim, measured, holds in aims(r)]
    return "Aims", table(["", "aim", "measured", "holds"], rows)


def section_event(r):
    rows = []
    for case in ("streaming", "typical event, hot", "near miss, hot", "match, hot"):
        ours = r.one("engine", case=case, pack="built-in rule")
        hand = r.one("engine", case=case + ", by hand")
        count = r.median("instructions", case=case, pack="built-in rule")
        rows.append([case, nanoseconds(ours), nanoseconds(hand),
                     ratio(ours["median"], hand["median"]), number(count)])
    wide = r.one("engine", case="streaming, UTF-16")
    rows.append(["streaming, values in UTF-16", nanoseconds(wide), "-", "-",
                 number(r.median("instructions", case="streaming, UTF-16"))])
    return "One rule, values at hand", table(
        ["ns per event, median (least)", "built-in rule", "by hand in C", "ratio", "instructions"],
        rows)


def section_packs(r):
    rows = []
    one = r.median("engine", case="streaming", pack="rule pack", rules=1)
    for stream in r.of("engine", case="streaming", pack="rule pack"):
        rules = stream["rules"]
        hot = r.one("engine", case="hot", pack="rule pack", rules=rules)
        count = r.median("instructions", case="streaming", pack="rule pack", rules=rules)
        rows.append([f"{rules:,}", stream["fields"], nanoseconds(stream), nanoseconds(hot),
                     ratio(stream["median"], one),
                     number(1000 * stream["matches"] / stream["events"], 1), number(count)])
    real = r.one("packs")["real_rules"]
    source = (f"The first {real} rules are of a published rule set; generated ones make up for "
              "the rest." if real else "All rules are generated.")
    return "Rule packs, values at hand", source + "\n\n" + table(
        ["rules", "fields", "streaming, ns", "hot, ns", "times 1 rule", "matches/1,000",
         "instructions"], rows)


def section_memory(r):
    rows = []
    for m in r.of("memory"):
        name = "built-in" if m["pack"] == "built-in rule" else f'{m["rules"]:,}'
        rows.append([name, number(m["documents"] / 1e3), number(m["matcher"] / 1e3),
                     number(m["matcher"] / m["rules"]), number(m["queries_only"] / m["rules"]),
                     number(m["scratch"] / 1e3), number(m["load_ms"] or None, 1)])
    return "Memory, and time to load", table(
        ["rules", "rule documents, KB", "matcher, KB", "bytes per rule", "without metadata",
         "scratch, KB", "load, ms"], rows)


def section_scans(r):
    rows = []
    limit = speed(r.one("scan", case="read and count newlines"))
    found = r.of("scan")
    for s in sorted(found, key=lambda s: -speed(s, "wall")):
        mine = speed(s)
        kind = "" if s["kind"] == "ours" else s["kind"]
        rows.append([s["case"], kind, s["threads"], number(speed(s, "wall")),
                     number(speed(s, "wall", "least")), number(mine),
                     ratio(mine, limit, 3 if mine < limit / 10 else 2), number(s["peak"] / 1e6)])
    return "Whole files, whole programs", table(
        ["MB/s", "", "threads", "by wall clock", "best", "by processor time", "of reading",
         "peak MB"], rows)


def section_wildcards(r):
    lengths = sorted({w["length"] for w in r.of("wildcard")})
    names = list(dict.fromkeys(w["case"] for w in r.of("wildcard")))
    rows = [[name] + [number(r.one("wildcard", case=name, length=length)["least"], 1)
                      for length in lengths] for name in names]
    return "Wildcards", table(["ns per text of this many bytes", *map(str, lengths)], rows)


def section_python(r):
    rows = [[p["case"], number(p["median"]), number(p["least"])] for p in r.of("python")]
    return "Python, one call per event", table(["ns per event", "median", "least"], rows)


SECTIONS = [section_machine, section_aims, section_event, section_packs, section_memory,
            section_scans, section_wildcards, section_python]


def render(results):
    return "\n\n".join(f"### {title}\n\n{body}" for title, body in
                       (section(results) for section in SECTIONS)) + "\n"


def curve(results):
    def points(case):
        return [(e["rules"], e["median"])
                for e in results.of("engine", case=case, pack="rule pack")]

    return cost_curve(points("streaming"), points("hot"))


def write_readme(tables):
    path = os.path.join(BENCH, "README.md")
    with open(path, encoding="utf-8") as file:
        before, rest = file.read().split(START)
    after = rest.split(END)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{START}\n\n{tables}\n{END}{after}")


def main():
    arguments = [a for a in sys.argv[1:] if a != "--print"]
    build = os.environ.get("NETSHARE_BUILD_DIR", os.path.join(BENCH, "..", "build-bench"))
    path = arguments[0] if arguments else os.path.join(build, "results.jsonl")
    results = Results(path)
    tables = render(results)
    if "--print" in sys.argv:
        print(tables, end="")
        return
    write_readme(tables)
    with open(os.path.join(BENCH, "cost_curve.svg"), "w", encoding="utf-8") as file:
        file.write(curve(results))
    kept = os.path.join(BENCH, "results.jsonl")
    if os.path.realpath(path) != os.path.realpath(kept):
        shutil.copyfile(path, kept)


if __name__ == "__main__":
    main()
