# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of the Python EQL engine that ask one event at a time.

Its language differs from Elasticsearch's in spelling, so each query is rewritten
first: `=` to `==`, '...' to "...", `==` with a wildcard to `like` (or `:` where case
does not matter), and where a case says case_insensitive, `==`, `in` and the string
functions to their case-insensitive forms (`a == b` of two fields to `a in~ (b)`). What
is compared with null stays as it is. The pipe `filter` becomes a part of the condition,
`head` and `tail` cut the answer. A case that names no case sensitivity is run in both.

Every case that is not run, or whose expectation differs by Elasticsearch's semantics,
stands in one of the tables NOT_RUN and DIFFERS by name, with its reason. A case that
stands there and would pass fails the test too.
"""
import json
import os
import re
import subprocess
import sys
import tomllib

SKIPPED = 77
ROOT = os.environ.get("NETSHARE_SOURCE_ROOT", os.path.join(os.path.dirname(__file__), "..", ".."))
FOLDER = os.path.join(
    os.environ.get("NETSHARE_CONFORMANCE_DIR", os.path.join(ROOT, "..", "shared", "conformance")),
    "python-eql")

# --- the tables -----------------------------------------------------------------------------
# Cases of test_queries.toml are named queries[position in the file], others by their section
# and expression. Modes are S and I as in case-sensitive and case-insensitive.

STATEFUL = "a sequence, join, pipe or ancestry: needs several events"
PYTHON_FUNCTION = "a function that Elasticsearch does not have"
PYTHON_FORM = "a form that Elasticsearch's grammar does not have: indexed values, methods"

# reason: positions in test_queries.toml
QUERIES_NOT_RUN = {
    STATEFUL: "42-51 55-57 65-115 122-131 133-142 146-149",
    PYTHON_FUNCTION: "150 151 155 156 160-164 204-216 218-220",
    PYTHON_FORM: "52 152-154 157-159",
}
# reason: names
NOT_RUN = {
    PYTHON_FUNCTION: [
        'match: match(null, "[a-z]{3}")',
        'match: match("foo", "[a-z]{3}")',
        r'match: match("foo\nbarbaz", "[a-z]{3}\n[a-z]{6}")',
        'match: match("999", "[a-z]{3}")',
        'match: match("999", "[a-z]{3}", "[0-9]{5}")',
        'match: match("999", "[a-z]{3}", "[0-9]{5}", "[9][9][9]")',
    ],
    PYTHON_FORM: [
        'complex: (100 * 10) - ("hello":length())',
        'complex: concat((100 * 10) - ("hello":length()) == 995, "...")',
    ],
}

# reason: (modes, names)
DIFFERS = {
    "a comparison of a missing field is false, not unknown, and its negation true": ("SI", [
        "queries[117]", "queries[118]",
    ]),
    "strings are ordered by their characters, never without regard to case": ("I", [
        "queries[28]", "queries[37]", "queries[38]", "queries[39]", "queries[40]",
        'string_case_insensitive_match_comparison: "Foo" < "foo"',
        'string_case_insensitive_match_comparison: "Foo" >= "foo"',
        'string_case_insensitive_match_comparison: "foo" <= "Foo"',
        'string_case_insensitive_match_comparison: "foo" > "Foo"',
    ]),
    "between() is empty, not null, when an end is not found": ("SI", [
        'between: between("welcome to the planet", "welcome", "village")',
        'between: between("welcome to the planet", "goodbye", "planet")',
        'between: between("welcome to the planet", "welcome", "x", false)',
        'between: between("welcome to the planet", "welcome", "x", true)',
    ]),
    "between() is all of the text when an end is empty": ("SI", [
        'between: between("welcome to the planet", "", "x", true)',
        'between: between("welcome to the planet", "", "", false)',
        'between: between("welcome to the planet", "", "planet", false)',
    ]),
    "indexOf() is null when its start is": ("SI", ['indexof: indexOf("foobarbaz", "o", null)']),
    "substring() without a start is all of the string": ("SI", [
        "substring: substring('hello world', null, 5)",
    ]),
}

# --- rewriting ------------------------------------------------------------------------------

TOKEN = re.compile(r"""\s+|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[=!<>]="""
                   r"""|[A-Za-z_][\w.]*|\d+(?:\.\d+)?|.""", re.S)
FOLDING_FUNCTIONS = {"between", "endswith", "indexof", "startswith", "stringcontains"}


def is_string(token):
    return token is not None and token[0] in "'\""


def double_quoted(token):
    if token[0] != "'":
        return token
    return '"' + re.sub(r'\\.|"', lambda m: '\\"' if m[0] == '"' else m[0], token[1:-1]) + '"'


def neighbour(tokens, at, step):
    at += step
    while 0 <= at < len(tokens) and tokens[at].isspace():
        at += step
    return at if 0 <= at < len(tokens) else None


def primary_start(tokens, at):
    """Where the primary that ends at `at` starts."""
    if tokens[at] == ")":
        depth = 0
        while True:
            depth += {")": 1, "(": -1}.get(tokens[at], 0)
            if depth == 0:
                break
            at -= 1
        if at > 0 and re.match(r"[A-Za-z_][\w.]*~?$", tokens[at - 1]):
            at -= 1
    return at


def primary_end(tokens, at):
    if at + 1 < len(tokens) and tokens[at + 1] == "(":
        depth = 0
        at += 1
        while True:
            depth += {"(": 1, ")": -1}.get(tokens[at], 0)
            if depth == 0:
                break
            at += 1
    return at


def is_field(token):
    return re.match(r"[A-Za-z_][\w.]*$", token) and token not in ("null", "true", "false")


def rewrite_comparison(tokens, at, fold):
    """Turns `x == "a*"` at the operator into `x : "a*"`, `x != ..` into `not x : ..`."""
    left, right = neighbour(tokens, at, -1), neighbour(tokens, at, 1)
    negation = "not " if tokens[at] == "!=" else ""
    if "null" in (tokens[left], tokens[right]):
        return
    if fold and is_field(tokens[left]) and is_field(tokens[right]):
        after = neighbour(tokens, right, 1)
        if after is None or tokens[after] != "(":
            tokens[left:right + 1] = [f"{negation}{tokens[left]} in~ ({tokens[right]})"]
        return
    if is_string(tokens[right]):
        literal, other = (right, right), (primary_start(tokens, left), left)
    elif is_string(tokens[left]):
        literal, other = (left, left), (right, primary_end(tokens, right))
    else:
        return
    pattern = tokens[literal[0]]
    if not fold and "*" not in pattern and "?" not in pattern:
        return
    operand = "".join(tokens[other[0]:other[1] + 1])
    first, last = min(literal[0], other[0]), max(literal[1], other[1])
    tokens[first:last + 1] = [f"{negation}{operand} {':' if fold else 'like'} {pattern}"]


def rewrite(query, fold):
    tokens = TOKEN.findall(query)
    for i, token in enumerate(tokens):
        if token == "=":
            tokens[i] = "=="
        elif is_string(token):
            tokens[i] = double_quoted(token)
        elif fold and token.lower() in FOLDING_FUNCTIONS:
            tokens[i] = token + "~"
        elif fold and token == "in":
            tokens[i] = "in~"
    at = 0
    while at < len(tokens):
        if tokens[at] in ("==", "!="):
            rewrite_comparison(tokens, at, fold)
        at += 1
    text = "".join(tokens)
    return re.sub(r"wildcard\((.*?), (.*)\)", r"\1 like~ (\2)", text) if fold else text


# --- the cases ------------------------------------------------------------------------------

def modes(case):
    if case.get("case_sensitive"):
        return "S"
    return "I" if case.get("case_insensitive") else "SI"


def query_cases():
    """(name, mode, query, expected ids) of test_queries.toml."""
    for number, case in enumerate(read("test_queries.toml")["queries"]):
        for mode in modes(case):
            yield f"queries[{number}]", mode, case["query"].strip(), case["expected_event_ids"]


def without_pipes(query, event_count):
    """The query with its filters within the condition, and what cuts its answer: a slice. The
    query as it is when it has other pipes, or a filter behind what cuts."""
    first, *pipes = (part.strip() for part in query.split("|"))
    conditions, cut = [], slice(None)
    for pipe in pipes:
        name, _, rest = pipe.partition(" ")
        count = int(rest) if name in ("head", "tail") else None
        if name == "filter" and cut == slice(None):
            conditions.append(rest)
        elif count is None or cut != slice(None):
            return query, slice(None)
        elif count < event_count:
            cut = slice(count) if name == "head" else slice(-count, None)
    if conditions:
        head, where, condition = first.partition(" where ")
        first = head + where + " and ".join(f"({c})" for c in [condition, *conditions])
    return first, cut


VALUES = {"null": ["null"], "bool": ["true", "false"], "int": ["-1", "0", "1"],
          "float": ["-1.5", "0.0", "1.5"], "string": ['""', '"x"']}


def unrolled(section):
    """The fold tests of a section, loops over values written out."""
    yield from section.get("fold", {}).get("tests", [])
    yield from section.get("tests", [])
    for loop in section.get("loop", []):
        for kind in loop["param"]["type"]:
            for value in VALUES[kind]:
                for test in loop["fold"]["tests"]:
                    expression = test["expression"].replace("$" + loop["param"]["name"], value)
                    yield {**test, "expression": expression}


REFUSED = object()


def fold_cases(file):
    """(name, mode, expression, expected value) of a file of fold tests; REFUSED: must not
    compile."""
    for title, section in read(file).items():
        for test in section.get("verifier", {}).get("failures", []):
            yield f"{title} fails: {test['expression']}", "S", test["expression"], REFUSED
        for test in unrolled(section):
            for mode in modes(section):
                yield (f"{title}: {test['expression'].strip()}", mode, test["expression"],
                       test.get("expected"))


def read(file):
    with open(os.path.join(FOLDER, file), "rb") as stream:
        return tomllib.load(stream)


# --- running --------------------------------------------------------------------------------

class Driver:
    """Takes requests, then answers them all at once."""

    def __init__(self):
        self.requests = []

    def events(self, events):
        self.requests.append({"events": events})

    def query(self, text):
        self.requests.append({"query": text, "category": "event_type"})

    def run(self):
        lines = "".join(json.dumps(request) + "\n" for request in self.requests)
        done = subprocess.run([os.environ["NETSHARE_EQL_DRIVER"]], input=lines.encode(),
                              stdout=subprocess.PIPE, check=True, timeout=120)
        return [line.split("\t") for line in done.stdout.decode().splitlines()]


def collect():
    """(name, mode, query, expected answer, cut) of all cases, and the driver's answers."""
    with open(os.path.join(FOLDER, "test_data.json"), "rb") as stream:
        events = json.load(stream)
    cases, driver = [], Driver()
    driver.events(events)
    for name, mode, query, ids in query_cases():
        positions = [str(n) for n, e in enumerate(events) if e["serial_event_id"] in ids]
        query, cut = without_pipes(query, len(events))
        cases.append((name, mode, rewrite(query, mode == "I"), ["ok", *positions], cut))
        driver.query(cases[-1][2])
    driver.events([{}])
    for file in ("test_string_functions.toml", "test_folding.toml"):
        for name, mode, expression, expected in fold_cases(file):
            text = f"any where ({rewrite(expression, mode == 'I')})"
            if expected is not REFUSED:
                text += f" == {json.dumps(expected)}"
            answer = "error" if expected is REFUSED else ["ok", "0"]
            cases.append((name, mode, text, answer, slice(None)))
            driver.query(text)
    return cases, driver.run()


def not_run():
    """name: reason of the cases that are not run."""
    names = {name: reason for reason, listed in NOT_RUN.items() for name in listed}
    for reason, numbers in QUERIES_NOT_RUN.items():
        for word in numbers.split():
            first, _, last = word.partition("-")
            for number in range(int(first), int(last or first) + 1):
                names[f"queries[{number}]"] = reason
    return names


def differing():
    """(name, mode): reason of the table DIFFERS."""
    return {(name, mode): reason for reason, (modes_, names) in DIFFERS.items()
            for name in names for mode in modes_}


def verdict(case, answer, left_out, differs):
    """What kind of case it is, and what is wrong with the answer, or None."""
    name, mode, _, expected, cut = case
    if answer[0] == "ok":
        answer = ["ok", *answer[1:][cut]]
    passed = answer[0] == "error" if expected == "error" else answer == expected
    if name in left_out:
        return "not run", "is listed as not to be run, but compiles" if answer[0] == "ok" else None
    if (name, mode) in differs:
        if answer[0] == "error" and expected != "error":
            return "differing", f"is listed as differing, but fails: {answer}"
        return "differing", "is listed as differing, but passes" if passed else None
    return "passed", None if passed else f"expected {expected}, got {answer}"


def judge(cases, answers):
    """Prints what is wrong; returns how many cases are of each kind, and how many failed."""
    left_out, differs = not_run(), differing()
    counts = {"run": 0, "passed": 0, "differing": 0, "not run": 0, "failed": 0}
    for case, answer in zip(cases, answers, strict=True):
        kind, wrong = verdict(case, answer, left_out, differs)
        counts["run"] += kind != "not run"
        counts["failed" if wrong else kind] += 1
        if wrong:
            print(f"{case[0]} ({case[1]}): {wrong}\n    {' '.join(case[2].split())}")
    there = {name for name, *_ in cases} | {(name, mode) for name, mode, *_ in cases}
    for name in sorted(set(left_out) - there) + sorted(set(differs) - there):
        counts["failed"] += 1
        print(f"{name}: is listed, but there is no such case")
    return counts


def main():
    if not os.path.exists(os.path.join(FOLDER, "test_queries.toml")):
        print("SKIPPED: the data is not here")
        return SKIPPED
    counts = judge(*collect())
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
