# SPDX-License-Identifier: Apache-2.0
"""Random queries over random events, evaluated by the library and by the plain
evaluator below, which follows the definitions word for word. The seed is fixed;
NETSHARE_SEED and NETSHARE_QUERIES change it and the number of queries."""
import ipaddress
import itertools
import json
import math
import os
import random
import re
import subprocess
import sys

STRINGS = ["", "a", "b", "A", "ab", "aB", "ba", "aab", "é", "É", "aé", "a*", "?", "b.a", "5",
           "\uff41", "\U0001f600"]
PATTERNS = ["", "*", "?", "a*", "*b", "A?", "a", "B*a", "?*", "*é", "*a*b*", "5", "*aab*"]
REGEXES = ["a*", "a.*", "(a|b)+", "[a-b]{2}", "A?b", ".", "b\\.a", ""]
NUMBERS = [-2, -1, 0, 1, 2, 5, 0.5, 2.0, -1.5]
NUMERALS = ["5", " 7 ", "-3", "+2", "0x1F", "-0xa", "1.5", ".5", "2.", "1e1", "ff", "101", "", "a",
            "0x", "1 2", "--1", "é", "1.5.2", "\t4\n"]
ADDRESSES = ["10.0.0.1", "10.6.48.157", "192.168.1.1", "::1", "fe80::1", "::ffff:10.0.0.1",
             "2001:db8::5", "10.0.0.256", "10.0.0", "", "a", "1.2.3.4", "2001:DB8:0:0::5", "::"]
BLOCKS = ["10.0.0.0/8", "10.6.48.157/8", "10.6.48.157/32", "0.0.0.0/0", "::/0", "fe80::/10",
          "2001:db8::/32", "192.168.0.0/23", "::1/128", "::ffff:0.0.0.0/96", "1.2.3.4/31"]
FIELDS = {"s": STRINGS, "t": STRINGS, "n": NUMBERS, "m": NUMBERS, "e": [True, False],
          "x": STRINGS + NUMBERS + [True], "h": NUMERALS, "i": ADDRESSES}
TEXT_FIELDS, NUMBER_FIELDS, LITERALS = "stxh", "nmx", STRINGS + NUMERALS[:8]


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
        a, b = a.encode(errors="surrogatepass"), b.encode(errors="surrogatepass")
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
        return int(math.fmod(a, b)) if whole else math.fmod(a, b)
    return {"+": a + b, "-": a - b, "*": a * b}[operator]


def units(text):
    """What length() and positions count: UTF-16 units."""
    return text.encode("utf-16-le", "surrogatepass")


def of_units(encoded):
    """Halves of a pair that meet again are the pair."""
    return encoded.decode("utf-16-le", "surrogatepass")


def length(text):
    return len(units(text)) // 2


def substring(text, start, end=None):
    """Of a text, from any value on: null is as none. Positions are whole numbers."""
    if not isinstance(text, str):
        return None
    if not all(position is None or is_number(position) for position in (start, end)):
        return None
    if start is None:
        return text
    positions = range(length(text))[slice(int(start), None if end is None else int(end))]
    return of_units(b"".join(units(text)[2 * i:2 * i + 2] for i in positions))


def between(text, left, right, greedy=False, fold=False):
    if not left or not right:
        return text
    same = folded if fold else str
    start = same(text).find(same(left))
    if start < 0:
        return ""
    rest = text[start + len(left):]
    end = same(rest).rfind(same(right)) if greedy else same(rest).find(same(right))
    return rest[:end] if end >= 0 else ""


def index_of(text, part, start=0):
    if int(start) > length(text):
        return None
    whole = max(int(start), 0)
    found = [i for i in range(whole, length(text) + 1)
             if units(text)[2 * i:].startswith(units(part))]
    return found[0] if found else None


def number_of(text, base=None):
    """number(): None for what is none."""
    if not isinstance(text, str) or not (base is None or is_number(base)):
        return None
    text = re.fullmatch(r"\s*(.*?)\s*", text, re.S | re.A).group(1)
    prefixed = re.match("0x.", text, re.S) is not None
    base = base if base is not None else 16 if prefixed else 10
    if base != int(base) or not 2 <= base <= 36:
        return None
    sign, digits = re.fullmatch("([+-]?)(.*)", text[2:] if prefixed and base == 16 else text,
                                re.S).groups()
    if re.fullmatch("[0-9a-zA-Z]+", digits) and all(int(c, 36) < base for c in digits):
        value = int(digits, int(base))
    elif base == 10 and re.fullmatch(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", digits, re.A):
        value = float(digits)
    else:
        return None
    return -value if sign == "-" else value


def address_bytes(text):
    """As IPv6, in which an IPv4 address is a mapped one. None for what is no address."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = b"\0" * 10 + b"\xff\xff"
    return (mapped if address.version == 4 else b"") + address.packed


def in_block(block, text):
    address, _, prefix = block.partition("/")
    wanted, given = address_bytes(address), address_bytes(text)
    shift = (128 if ":" in address else 32) - int(prefix)
    return given is not None and (int.from_bytes(wanted, "big") >> shift ==
                                  int.from_bytes(given, "big") >> shift)


def junction(decisive, values):
    """`and`, `or` of values: None is unknown, and so is what is no boolean."""
    if any(v is decisive for v in values):
        return decisive
    return (not decisive) if all(isinstance(v, bool) for v in values) else None


BOOLEAN_FUNCTIONS = {
    "startsWith": lambda s, p: s.startswith(p),
    "endsWith": lambda s, p: s.endswith(p),
    "stringContains": lambda s, p: bool(p) and p in s,
}


ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "modulo"}

CONSTANTS = [('concat("a", "b")', "ab"), ("(1 + 1)", 2), ('substring("aab", 1)', "ab"),
             ("(-(0.5) * 4)", -2.0), ('length("a")', 1), ('string(5)', "5")]

# What may follow a boolean function, and whether that negates it.
BOOLEAN_TAILS = [("", False), (" == true", False), (" == false", True), (" != true", True),
                 (" != false", False)]
# Starts of conditions that mean a boolean function itself: see BOOLEAN_TAILS.
BOOLEAN_CALLS = tuple(f"({name}" for name in BOOLEAN_FUNCTIONS)


def same_text(a, b, fold):
    """Equality as of in, or in~."""
    if fold and isinstance(a, str) and isinstance(b, str):
        return folded(a) == folded(b)
    return bool(compare("==", a, b))


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
        fields = [f for f in free if f in TEXT_FIELDS]
        kind = self.pick(["field", "field", "literal", "substring", "concat", "between", "string"]
                         if depth else ["field", "field", "literal"])
        if kind == "field" and fields:
            return self.field(self.pick(fields), free)
        if kind in ("field", "literal"):
            text, value = self.literal(LITERALS)
            return Node(text, lambda _: value)
        if kind == "substring" and self.pick([True, False, False]):
            inner = [self.text_value(free, depth - 1), self.number_value(free, 0)]
            if self.pick([True, False]):
                inner.append(self.number_value(free, 0))
            return self.call(f"substring({', '.join(n.text for n in inner)})", substring, inner)
        if kind == "substring":
            inner = self.text_value(free, depth - 1)
            start, end = self.pick([-2, -1, 0, 1, 2]), self.pick([None, -1, 0, 1, 2, 9])
            text = f"substring({inner.text}, {start}" + (f", {end})" if end is not None else ")")
            return self.call(text, strings_only(lambda s: substring(s, start, end)), [inner])
        if kind == "between":
            inner = self.text_value(free, depth - 1)
            (left_text, left), (right_text, right) = self.literal(STRINGS), self.literal(STRINGS)
            greedy, fold = self.pick([", true", ", false", ""]), self.pick([True, False])
            text = (f"between{'~' if fold else ''}({inner.text}, {left_text}, {right_text}"
                    f"{greedy})")
            return self.call(text, strings_only(
                lambda s: between(s, left, right, greedy == ", true", fold)), [inner])
        if kind == "string":
            inner = self.number_value(free, depth - 1)
            return self.call(f"string({inner.text})",
                             lambda v: None if v is None else text_of(v), [inner])
        parts = [self.text_value(free, depth - 1)]
        parts.append(self.pick([self.text_value, self.number_value])(free, depth - 1))
        return self.call(f"concat({parts[0].text}, {parts[1].text})",
                         lambda a, b: None if a is None or b is None
                         else of_units(units(text_of(a) + text_of(b))), parts)

    def number_value(self, free, depth):
        fields = [f for f in free if f in NUMBER_FIELDS]
        kind = self.pick(["field", "field", "literal", "length", "indexOf", "operator", "minus",
                          "number", "number"]
                         if depth else ["field", "field", "literal"])
        if kind == "field" and fields:
            return self.field(self.pick(fields), free)
        if kind in ("field", "literal"):
            value = self.pick([n for n in NUMBERS if n >= 0])
            return Node(str(value), lambda _: value)
        if kind == "length":
            inner = self.text_value(free, depth - 1)
            return self.call(f"length({inner.text})", strings_only(length), [inner])
        if kind == "number":
            inner = [Node("h", lambda values: values["h"], ["h"]) if "h" in free
                     else self.text_value(free, depth - 1)]
            if "h" in inner[0].fields:
                free.remove("h")
            if self.pick([True, False]):
                base = self.pick([None, 2, 10, 16, 36, 1, 37])
                inner.append(Node("null" if base is None else str(base), lambda _: base))
            return self.call(f"number({', '.join(n.text for n in inner)})", number_of, inner)
        if kind == "indexOf":
            inner = self.text_value(free, depth - 1)
            text, part = self.literal(STRINGS)
            fold, start = self.pick([True, False]), self.pick([None, None, -1, 0, 1, 2, 9])
            same = folded if fold else str
            tail = "" if start is None else f", {start}"
            return self.call(f"indexOf{'~' if fold else ''}({inner.text}, {text}{tail})",
                             strings_only(lambda s: index_of(same(s), same(part), start or 0)),
                             [inner])
        if kind == "minus":
            inner = self.number_value(free, depth - 1)
            return self.call(f"(-({inner.text}))", lambda v: -v if is_number(v) else None, [inner])
        operator = self.pick("+-*/%")
        parts = [self.number_value(free, depth - 1), self.number_value(free, depth - 1)]
        text = f"({parts[0].text} {operator} {parts[1].text})"
        if self.pick([True, False]):
            text = f"{ARITHMETIC[operator]}({parts[0].text}, {parts[1].text})"
        return self.call(text, lambda a, b: arithmetic(operator, a, b), parts)

    def any_value(self, free, depth):
        return self.pick([self.text_value, self.number_value])(free, depth)

    # Conditions as values: true, false or unknown.

    def truth_value(self, free, depth):
        kinds = [self.compared, self.listed, self.patterned, self.called, self.null_asked]
        if depth:
            kinds += [self.joined, self.joined, self.denied]
        return self.pick(kinds)(free, depth)

    def compared(self, free, depth):
        make = self.pick([self.text_value, self.number_value])
        parts = [make(free, 1 if depth else 0), make(free, 1 if depth else 0)]
        operator = self.pick(["==", "!=", "<", "<=", ">", ">="])
        if "null" in (parts[0].text, parts[1].text):
            operator = "<"
        return self.call(f"({parts[0].text} {operator} {parts[1].text})",
                         lambda a, b: compare(operator, a, b), parts)

    def listed(self, free, _):
        """in, with anything in its list; a null there is passed over."""
        negated, fold = self.pick([True, False]), self.pick([True, False])
        make = self.pick([self.text_value, self.number_value])
        parts = [make(free, 1)] + [make(free, self.pick([0, 0, 1]))
                                   for _ in range(self.pick([1, 2, 3]))]
        texts = [p.text for p in parts]
        if self.pick([True, False, False]):
            texts.insert(self.pick(range(1, len(texts) + 1)), "null")

        def value(operand, *items):
            if operand is None:
                return None
            return any(same_text(operand, i, fold) for i in items) != negated
        operator = ("not in" if negated else "in") + ("~" if fold else "")
        return self.call(f"({texts[0]} {operator} ({', '.join(texts[1:])}))", value, parts)

    def patterned(self, free, _):
        operator, items, hit = self.patterns()
        operand = self.text_value(free, 1)
        return self.call(f"({operand.text} {operator} {items})",
                         lambda v: None if v is None else isinstance(v, str) and hit(v), [operand])

    def called(self, free, _):
        name, fold = self.pick(list(BOOLEAN_FUNCTIONS)), self.pick([True, False])
        same = folded if fold else str
        parts = [self.text_value(free, 1), self.text_value(free, 1)]
        return self.call(f"({name}{'~' if fold else ''}({parts[0].text}, {parts[1].text}))",
                         strings_only(lambda s, p: BOOLEAN_FUNCTIONS[name](same(s), same(p))),
                         parts)

    def null_asked(self, free, depth):
        operand = self.any_value(free, depth)
        operator = self.pick(["==", "!="])
        return self.call(f"({operand.text} {operator} null)",
                         lambda v: (v is None) == (operator == "=="), [operand])

    def joined(self, free, depth):
        parts = [self.truth_value(free, depth - 1) for _ in range(self.pick([2, 2, 3]))]
        decisive = self.pick([True, False])
        return self.call("(" + (" or " if decisive else " and ").join(p.text for p in parts) + ")",
                         lambda *values: junction(decisive, values), parts)

    def denied(self, free, depth):
        inner = self.truth_value(free, depth - 1)
        return self.call(f"(not {inner.text})",
                         lambda v: not v if isinstance(v, bool) else None, [inner])

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
                          self.function, self.function, self.two_fields, self.listed_leaf,
                          self.networks, self.truth, self.asserted])()

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
        field = self.pick("stnmxhi")
        items = [self.literal(FIELDS[field]) for _ in range(self.pick([1, 2, 3]))]
        negated, fold = self.pick([True, False]), self.pick([True, False])

        def verdict(event):
            return negated != any(
                same_text(v, i, fold) for v in values_of(event, field) for _, i in items)
        operator = ("not in" if negated else "in") + ("~" if fold else "")
        return f"{field} {operator} ({', '.join(t for t, _ in items)})", verdict

    def patterns(self):
        """An operator, its right side, and whether a text passes."""
        operator = self.pick([":", "like", "like~", "regex", "regex~"])
        source = REGEXES if operator.startswith("regex") else PATTERNS
        items = [self.literal(source) for _ in range(self.pick([1, 1, 2, 3, 8]))]
        fold = operator not in ("like", "regex")

        def hit(pattern, text):
            if operator.startswith("regex"):
                return re.fullmatch(pattern, text, re.S | (re.I if fold else 0)) is not None
            return wildcard(pattern, text, fold)
        listed = ", ".join(t for t, _ in items)
        return (operator, listed if len(items) == 1 else f"({listed})",
                lambda text: any(hit(p, text) for _, p in items))

    def pattern(self):
        field = self.pick("stxhi")
        operator, items, hit = self.patterns()
        return (f"{field} {operator} {items}", lambda event: any(
            hit(v) for v in values_of(event, field) if isinstance(v, str)))

    def networks(self):
        blocks = [self.pick(BLOCKS) for _ in range(self.pick([1, 1, 2, 3]))]
        tail, negated = self.pick(BOOLEAN_TAILS)
        listed = ", ".join(f'"{b}"' for b in blocks)
        return f"cidrMatch(i, {listed}){tail}", lambda event: negated != any(
            in_block(b, v) for v in values_of(event, "i") if isinstance(v, str) for b in blocks)

    def two_fields(self):
        """A field against another, or against what comes to a constant."""
        a, b = self.random.sample(list(FIELDS), 2)
        constant = self.pick([None, None, *CONSTANTS])
        operator = self.pick(["==", "!=", "<", "<=", ">", ">="] if "e" not in (a, b)
                             else ["==", "!="])
        test = "==" if operator == "!=" else operator

        def others(event):
            return [value] if value is not None else values_of(event, b)
        value = None
        if constant is not None and a != "e":
            b, value = constant
        return f"{a} {operator} {b}", lambda event: (operator == "!=") != any(
            compare(test, v, w) for v in values_of(event, a) for w in others(event))

    def listed_leaf(self):
        """in, with at least one field or function in its list: `not` negates the verdict."""
        while True:
            free = list(FIELDS)
            fold, negated = self.pick([True, False]), self.pick([True, False])
            make = self.pick([self.text_value, self.number_value])
            operand = make(free, self.pick([0, 1]))
            items = [make(free, self.pick([0, 1])) for _ in range(self.pick([1, 2, 3]))]
            if any(i.fields for i in items):
                break
        texts = [i.text for i in items]
        if self.pick([True, False, False]):
            texts.insert(self.pick(range(len(texts) + 1)), "null")
        node = self.call("", lambda v, *w: any(same_text(v, i, fold) for i in w), [operand, *items])
        operator = ("not in" if negated else "in") + ("~" if fold else "")
        return (f"{operand.text} {operator} ({', '.join(texts)})",
                lambda event: any_pair(event, node) != negated)

    def truth(self):
        """A condition compared as a value; `!=` negates the verdict of `==`."""
        while True:
            free = list(FIELDS)
            left = self.truth_value(free, 2)
            if left.fields and not left.text.startswith(BOOLEAN_CALLS):
                break
        right = self.pick([Node("e", lambda values: values["e"], ["e"]), None, None])
        if right is None:
            right = self.truth_value(free, 1)
        operator = self.pick(["==", "!="])
        parts = [left, right] if self.pick([True, False]) else [right, left]
        node = self.call(f"{parts[0].text} {operator} {parts[1].text}",
                         lambda a, b: compare("==", a, b), parts)
        return node.text, lambda event: any_pair(event, node) == (operator == "==")

    def asserted(self):
        """A condition compared with true or false is that condition or its negation."""
        while True:
            text, verdict = self.condition(1)
            if text not in FIELDS:
                break
        operator, literal = self.pick(["==", "!="]), self.pick([True, False])
        parts = [f"({text})", str(literal).lower()]
        if self.pick([True, False]):
            parts.reverse()
        holds = literal == (operator == "==")
        return f"{parts[0]} {operator} {parts[1]}", lambda event: verdict(event) == holds

    def function(self):
        name, fold = self.pick(list(BOOLEAN_FUNCTIONS)), self.pick([True, False])
        free = list(FIELDS)
        source, part = self.text_value(free, 1), self.text_value(free, 1)
        same = folded if fold else str
        function = strings_only(lambda s, p: BOOLEAN_FUNCTIONS[name](same(s), same(p)))
        node = self.call(f"{name}{'~' if fold else ''}({source.text}, {part.text})", function,
                         [source, part])
        tail, negated = self.pick(BOOLEAN_TAILS)
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
        test = "==" if operator == "!=" else operator
        node = self.call(f"{left.text} {operator} {right.text}",
                         lambda a, b: compare(test, a, b), [left, right])
        return node.text, lambda event: any_pair(event, node) != (operator == "!=")

    def computed_null(self):
        while True:
            node = self.pick([self.text_value, self.number_value, self.truth_value])(
                list(FIELDS), 2)
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
