# SPDX-License-Identifier: Apache-2.0
"""Random queries over random events, evaluated by the library and by the plain
evaluator below, which follows the definitions word for word. The seed is fixed;
NETSHARE_SEED and NETSHARE_QUERIES change it and the number of queries."""
import itertools
import json
import os
import random
import re
import subprocess
import sys

STRINGS = ["", "a", "b", "A", "ab", "aB", "ba", "aab", "é", "É", "aé", "a*", "?", "b.a", "5"]
PATTERNS = ["", "*", "?", "a*", "*b", "A?", "a", "B*a", "?*", "*é", "*a*b*", "5"]
REGEXES = ["a*", "a.*", "(a|b)+", "[a-b]{2}", "A?b", ".", "b\\.a", ""]
NUMBERS = [-2, -1, 0, 1, 2, 5, 0.5, 2.0, -1.5]
FIELDS = {"s": STRINGS, "t": STRINGS, "n": NUMBERS, "m": NUMBERS, "e": [True, False],
          "x": STRINGS + NUMBERS + [True]}


class Node:
    """EQL text and its meaning: a function of the fields' values."""

    def __init__(self, text, value, fields=()):
        self.text, self.value, self.fields = text, value, tuple(fields)


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def same_kind(a, b):
    return (isinstance(a, str) and isinstance(b, str)) or (is_number(a) and is_number(b)) or (
        isinstance(a, bool) and isinstance(b, bool))


def text_of(value):
    """string(): as Java prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def compare(operator, a, b):
    """None when either is null or their types do not fit."""
    if a is None or b is None:
        return None
    if not same_kind(a, b) or (isinstance(a, bool) and operator not in ("==", "!=")):
        return None
    if isinstance(a, str):
        a, b = a.encode(), b.encode()
    return {"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b,
            ">=": a >= b}[operator]


def wildcard(pattern, text, fold):
    if fold:
        pattern, text = pattern.lower(), text.lower()
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(expression, text, re.S) is not None


def folded(text):
    return text.lower()


# --- functions over values: null in, null out -------------------------------------------------

def strings_only(function):
    return lambda *values: function(*values) if all(isinstance(v, str) for v in values) else None


def arithmetic(operator, a, b):
    if not is_number(a) or not is_number(b):
        return None
    if operator in "/%" and b == 0:
        return None
    whole = isinstance(a, int) and isinstance(b, int)
    if operator == "/":
        return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1) if whole else a / b
    if operator == "%":
        remainder = abs(a) % abs(b)
        return -remainder if a < 0 else remainder
    return {"+": a + b, "-": a - b, "*": a * b}[operator]


def substring(text, start, end=None):
    return text[slice(start, end)]


def between(text, left, right, greedy=False):
    start = text.find(left)
    if start < 0:
        return ""
    rest = text[start + len(left):]
    end = rest.rfind(right) if greedy else rest.find(right)
    return rest[:end] if end >= 0 else ""


def index_of(text, part):
    found = text.find(part)
    return found if found >= 0 else None


BOOLEAN_FUNCTIONS = {
    "startsWith": lambda s, p: s.startswith(p),
    "endsWith": lambda s, p: s.endswith(p),
    "stringContains": lambda s, p: bool(p) and p in s,
}


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, values):
        return self.random.choice(values)

    def literal(self, values):
        value = self.pick(values)
        return json.dumps(value, ensure_ascii=False), value

    def event(self):
        event = {}
        for field, values in FIELDS.items():
            kind = self.random.random()
            if kind < 0.55:
                event[field] = self.pick(values)
            elif kind < 0.8:
                event[field] = [self.pick(values + [None]) for _ in range(self.pick([0, 1, 2, 3]))]
            elif kind < 0.9:
                event[field] = None
        return event

    # Values. `free` are the fields that this leaf has not used yet.

    def text_value(self, free, depth):
        fields = [f for f in free if f in "stx"]
        kind = self.pick(["field", "field", "literal", "substring", "concat", "between", "string"]
                         if depth else ["field", "field", "literal"])
        if kind == "field" and fields:
            return self.field(self.pick(fields), free)
        if kind in ("field", "literal"):
            text, value = self.literal(STRINGS)
            return Node(text, lambda _: value)
        if kind == "substring":
            inner = self.text_value(free, depth - 1)
            start, end = self.pick([-2, -1, 0, 1, 2]), self.pick([None, -1, 0, 1, 2, 9])
            text = f"substring({inner.text}, {start}" + (f", {end})" if end is not None else ")")
            return self.call(text, strings_only(lambda s: substring(s, start, end)), [inner])
        if kind == "between":
            inner = self.text_value(free, depth - 1)
            (left_text, left), (right_text, right) = self.literal(STRINGS), self.literal(STRINGS)
            greedy = self.pick([True, False])
            text = f"between({inner.text}, {left_text}, {right_text}{', true' if greedy else ''})"
            return self.call(text, strings_only(lambda s: between(s, left, right, greedy)), [inner])
        if kind == "string":
            inner = self.number_value(free, depth - 1)
            return self.call(f"string({inner.text})",
                             lambda v: None if v is None else text_of(v), [inner])
        parts = [self.text_value(free, depth - 1)]
        parts.append(self.pick([self.text_value, self.number_value])(free, depth - 1))
        return self.call(f"concat({parts[0].text}, {parts[1].text})",
                         lambda a, b: None if a is None or b is None else text_of(a) + text_of(b),
                         parts)

    def number_value(self, free, depth):
        fields = [f for f in free if f in "nmx"]
        kind = self.pick(["field", "field", "literal", "length", "indexOf", "operator", "minus"]
                         if depth else ["field", "field", "literal"])
        if kind == "field" and fields:
            return self.field(self.pick(fields), free)
        if kind in ("field", "literal"):
            value = self.pick([n for n in NUMBERS if n >= 0])
            return Node(str(value), lambda _: value)
        if kind == "length":
            inner = self.text_value(free, depth - 1)
            return self.call(f"length({inner.text})", strings_only(len), [inner])
        if kind == "indexOf":
            inner = self.text_value(free, depth - 1)
            text, part = self.literal(STRINGS)
            fold = self.pick([True, False])
            same = folded if fold else str
            return self.call(f"indexOf{'~' if fold else ''}({inner.text}, {text})",
                             strings_only(lambda s: index_of(same(s), same(part))), [inner])
        if kind == "minus":
            inner = self.number_value(free, depth - 1)
            return self.call(f"-({inner.text})", lambda v: -v if is_number(v) else None, [inner])
        operator = self.pick("+-*/%")
        parts = [self.number_value(free, depth - 1), self.number_value(free, depth - 1)]
        return self.call(f"({parts[0].text} {operator} {parts[1].text})",
                         lambda a, b: arithmetic(operator, a, b), parts)

    def field(self, name, free):
        free.remove(name)
        return Node(name, lambda values: values[name], [name])

    def call(self, text, function, arguments):
        return Node(text, lambda values: function(*(a.value(values) for a in arguments)),
                    [f for a in arguments for f in a.fields])

    # Leaves: (text, verdict of an event).

    def leaf(self):
        return self.pick([self.plain, self.plain, self.null_test, self.lookup, self.pattern,
                          self.boolean, self.computed, self.computed, self.computed_null,
                          self.function, self.function])()

    def plain(self):
        field = self.pick(list(FIELDS))
        operator = self.pick(["==", "!=", "<", "<=", ">", ">="] if field != "e" else ["==", "!="])
        literal, value = self.literal(FIELDS[field])
        if isinstance(value, bool) and operator not in ("==", "!="):
            operator = "=="
        test = "==" if operator == "!=" else operator

        def verdict(event):
            hit = any(compare(test, v, value) for v in values_of(event, field))
            return hit != (operator == "!=")
        return f"{field} {operator} {literal}", verdict

    def null_test(self):
        field, operator = self.pick(list(FIELDS)), self.pick(["==", "!="])
        return (f"{field} {operator} null",
                lambda event: (not values_of(event, field)) == (operator == "=="))

    def boolean(self):
        field = self.pick(["e", "x"])
        return field, lambda event: any(v is True for v in values_of(event, field))

    def lookup(self):
        field = self.pick("stnmx")
        items = [self.literal(FIELDS[field]) for _ in range(self.pick([1, 2, 3]))]
        negated, fold = self.pick([True, False]), self.pick([True, False])

        def same(a, b):
            if fold and isinstance(a, str) and isinstance(b, str):
                return folded(a) == folded(b)
            return bool(compare("==", a, b))

        def verdict(event):
            return any(same(v, i) for v in values_of(event, field) for _, i in items) != negated
        operator = ("not in" if negated else "in") + ("~" if fold else "")
        return f"{field} {operator} ({', '.join(t for t, _ in items)})", verdict

    def pattern(self):
        field, operator = self.pick("stx"), self.pick([":", "like", "like~", "regex", "regex~"])
        source = REGEXES if operator.startswith("regex") else PATTERNS
        items = [self.literal(source) for _ in range(self.pick([1, 1, 2, 3]))]
        fold = operator not in ("like", "regex")

        def hit(pattern, text):
            if operator.startswith("regex"):
                return re.fullmatch(pattern, text, re.S | (re.I if fold else 0)) is not None
            return wildcard(pattern, text, fold)

        def verdict(event):
            return any(hit(p, v) for v in values_of(event, field) if isinstance(v, str)
                       for _, p in items)
        listed = ", ".join(t for t, _ in items)
        return f"{field} {operator} {listed if len(items) == 1 else f'({listed})'}", verdict

    def function(self):
        name, fold = self.pick(list(BOOLEAN_FUNCTIONS)), self.pick([True, False])
        free = list(FIELDS)
        source, part = self.text_value(free, 1), self.text_value(free, 1)
        same = folded if fold else str
        function = strings_only(lambda s, p: BOOLEAN_FUNCTIONS[name](same(s), same(p)))
        node = self.call(f"{name}{'~' if fold else ''}({source.text}, {part.text})", function,
                         [source, part])
        tail, negated = self.pick([("", False), (" == true", False), (" == false", True),
                                   (" != true", True)])
        return node.text + tail, lambda event: any_pair(event, node) != negated

    def computed(self):
        free = list(FIELDS)
        make = self.pick([self.text_value, self.number_value])
        while True:
            left = make(free, 2)
            if left.fields and left.text not in FIELDS:
                break
            free = list(FIELDS)
        operator = self.pick(["==", "!=", "<", "<=", ">", ">="])
        right = make(free, 1)
        node = self.call(f"{left.text} {operator} {right.text}",
                         lambda a, b: compare(operator, a, b), [left, right])
        return node.text, lambda event: any_pair(event, node)

    def computed_null(self):
        while True:
            node = self.pick([self.text_value, self.number_value])(list(FIELDS), 2)
            if node.fields and node.text not in FIELDS:
                break
        operator = self.pick(["==", "!="])
        test = self.call(node.text, lambda v: v is None, [node])
        return (f"{node.text} {operator} null",
                lambda event: any_pair(event, test) == (operator == "=="))

    # Conditions.

    def condition(self, depth):
        kind = self.pick(["leaf", "not", "and", "or"]) if depth else "leaf"
        if kind == "leaf":
            return self.leaf()
        if kind == "not":
            text, verdict = self.condition(depth - 1)
            return f"not ({text})", lambda event: not verdict(event)
        parts = [self.condition(depth - 1) for _ in range(self.pick([2, 2, 3]))]
        every = all if kind == "and" else any
        return (f" {kind} ".join(f"({text})" for text, _ in parts),
                lambda event: every(verdict(event) for _, verdict in parts))


def values_of(event, field):
    value = event.get(field)
    return [v for v in (value if isinstance(value, list) else [value]) if v is not None]


def any_pair(event, node):
    """Does any choice of one value of each field, null for an absent one, give true?"""
    fields = sorted(set(node.fields))
    choices = [values_of(event, f) or [None] for f in fields]
    return any(node.value(dict(zip(fields, choice))) for choice in itertools.product(*choices))


def main():
    seed = int(os.environ.get("NETSHARE_SEED", "20240229"))
    count = int(os.environ.get("NETSHARE_QUERIES", "3000"))
    make = Generator(seed)
    events = [{}] + [make.event() for _ in range(59)]
    conditions = [make.condition(make.pick([0, 1, 2, 3])) for _ in range(count)]
    lines = [json.dumps({"events": events})]
    lines += [json.dumps({"query": f"any where {text}"}) for text, _ in conditions]
    done = subprocess.run([os.environ["NETSHARE_EQL_DRIVER"]], input="\n".join(lines).encode(),
                          stdout=subprocess.PIPE, check=True, timeout=200)
    answers = done.stdout.decode().splitlines()
    failures = 0
    for (text, verdict), answer in zip(conditions, answers, strict=True):
        expected = [str(i) for i, event in enumerate(events) if verdict(event)]
        if answer.split("\t") != ["ok", *expected]:
            failures += 1
            if failures <= 20:
                got = answer.split("\t")
                differ = sorted(set(expected) ^ set(got[1:]), key=str) if got[0] == "ok" else []
                shown = json.dumps(events[int(differ[0])], ensure_ascii=False) if differ else ""
                print(f"{text}\n    got {got[0] if differ else answer}; first difference at "
                      f"{shown}, expected {bool(differ) and differ[0] in expected}")
    print(f"seed {seed}: {count} queries over {len(events)} events, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
