#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the library as two files, netshare.c and netshare.h, to be compiled as a part of
a program and linked with utf8proc:

    python3 tools/amalgamate.py OUTDIR            without rule documents in JSON
    python3 tools/amalgamate.py --json OUTDIR     with them; needs json-c

    cc -c netshare.c && cc program.c netshare.o -lutf8proc -lm

Everything but the API becomes static. Names that several of the library's files define
for themselves get the name of their file in front.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TOKEN = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<directive>^[ \t]*\#(?:[^\n\\]|\\.)*)
  | (?P<text>(?:u8|[uUL])?"(?:[^"\\\n]|\\.)*"|(?:[uUL])?'(?:[^'\\\n]|\\.)*')
  | (?P<name>[A-Za-z_]\w*)
  | (?P<number>\.?\d(?:[\w.]|[eEpP][+-])*)
  | (?P<arrow>->|\.\.\.)
  | (?P<space>\s+)
  | (?P<sign>.)
""", re.X | re.S | re.M)
INCLUDE = re.compile(r'^[ \t]*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
NOT_NAMES = ("__attribute__", "_Static_assert", "static_assert")
SILENT = ("comment", "directive", "space")


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8") as text:
        return text.read()


def tokens(text):
    return [(match.lastgroup, match.group()) for match in TOKEN.finditer(text)]


def statements(items):
    """Index ranges of what stands at file scope, each up to its `;` or last `}`."""
    start, depth = None, 0
    for at, (kind, text) in enumerate(items):
        if kind in SILENT:
            continue
        if start is None:
            start = at
        if kind == "sign" and text in "({[":
            depth += 1
        elif kind == "sign" and text in ")}]":
            depth -= 1
        if depth == 0 and kind == "sign" and (
                text == ";" or (text == "}" and is_function(items, start, at)) or
                (text == ")" and items[start + 1][1] == "(" and items[start][1].isupper())):
            if text != ";" or start != at:  # no lone semicolon
                yield start, at + 1
            start = None


def significant(items, start, end):
    return [(at, *items[at]) for at in range(start, end) if items[at][0] not in SILENT]


def is_function(items, start, end):
    """Is this, which ends with a brace, the body of a function?"""
    depth, before = 0, None
    for _, _, text in significant(items, start, end + 1):
        if text == "{" and depth == 0:
            return before == ")"
        depth += (text in "({[") - (text in ")}]") if len(text) == 1 else 0
        before = text
    return False


def top_level(items, start, end):
    """The statement's tokens outside any brackets: (text, whether `(` follows)."""
    found, depth = [], 0
    for _, kind, text in significant(items, start, end):
        if kind == "sign" and text in "({[":
            if depth == 0:
                found.append((kind, text))
            depth += 1
        elif kind == "sign" and text in ")}]":
            depth -= 1
        elif depth == 0:
            found.append((kind, text))
    return found


def declared(items, start, end):
    """The ordinary name that the statement declares; None for a bare struct or enum."""
    outside = top_level(items, start, end)
    for at, (kind, text) in enumerate(outside):
        following = outside[at + 1][1] if at + 1 < len(outside) else ";"
        tag = at > 0 and outside[at - 1][1] in ("struct", "enum", "union")
        if kind == "name" and not tag and text not in NOT_NAMES and following in "=[(;,":
            return text
    return None


def private_names(items):
    """What one file defines at file scope for itself: statics, types, constants."""
    names = set()
    for start, end in statements(items):
        parts = significant(items, start, end)
        words = [text for _, _, text in parts]
        for at, word in enumerate(words[:-2]):  # tags
            if word in ("struct", "enum", "union") and words[at + 2] == "{":
                names.add(words[at + 1])
        opening = words.index("{") if "{" in words else 0
        if "enum" in words[max(0, opening - 2):opening]:
            inside, expecting = words[opening + 1:words.index("}")], True
            for word in inside:
                if expecting and re.match(r"[A-Za-z_]", word):
                    names.add(word)
                expecting = word == ","
        if words[0] == "typedef":
            names.add(words[-2])
        elif "static" in words[:2] or words[0] == "NS_INLINE":
            name = declared(items, start, end)
            if name:
                names.add(name)
    return {name for name in names if not name.startswith(("ns_", "netshare_"))}


def rename(items, names, prefix):
    """The file's text with these names prefixed, members of structures excepted."""
    out, previous, stack, opening = [], "", [], None
    for at, (kind, text) in enumerate(items):
        if kind in SILENT:
            if kind == "directive" and not INCLUDE.match(text):
                text = re.sub(r"(?<![\w.\"])(?<!->)\b(%s)\b" % "|".join(sorted(names)),
                              prefix + r"\1", text) if names else text
            out.append(text)
            continue
        if text in ("struct", "union"):
            opening = "members"
        elif text == "{":
            stack.append(opening or "block")
            opening = None
        elif text == "}":
            stack.pop()
        elif kind == "sign":
            opening = None
        following = next((t for k, t in items[at + 1:] if k not in SILENT), "")
        member = previous in (".", "->") or (
            stack and stack[-1] == "members" and following in (";", ",", "[", ":"))
        out.append(prefix + text if kind == "name" and text in names and not member else text)
        previous = text
    return "".join(out)


def make_private(text):
    """The text with its functions and variables between files, ns_..., static."""
    items = tokens(text)
    for start, end in reversed(list(statements(items))):
        first = items[start][1]
        name = declared(items, start, end)
        if name is None or not name.startswith("ns_") or first in ("static", "typedef", "NS_INLINE"):
            continue
        if first == "extern":
            items[start] = ("name", "static")
        else:
            items.insert(start, ("name", "NS_PRIVATE "))
    return "".join(text for _, text in items)


class Amalgamation:
    """Headers where they are first included, then files, in the order of the build."""

    def __init__(self, sources):
        self.sources = sources
        self.items = {name: tokens(text) for name, text in sources}
        owners = {}
        for name, items in self.items.items():
            for word in private_names(items):
                owners.setdefault(word, set()).add(name)
        self.shared = {word for word, files in owners.items() if len(files) > 1}
        self.seen = set()

    def inline(self, text):
        def replace(match):
            bracket, path = match.groups()
            if path.startswith("netshare/") or path in self.seen:
                return ""
            self.seen.add(path)
            if bracket == "<":
                return match.group()
            return "/* %s */\n%s" % (path, self.inline(make_private(read("lib", path))))
        return INCLUDE.sub(replace, text)

    def text(self):
        parts = []
        for name, _ in self.sources:
            items = self.items[name]
            prefix = re.sub(r"\W", "_", name[:-len(".c")]) + "_"
            names = private_names(items) & self.shared
            parts.append("/* ==== %s ==== */\n" % name)
            parts.append(self.inline(make_private(rename(items, names, prefix))))
            macros = re.findall(r"^[ \t]*#define[ \t]+(\w+)", "".join(t for _, t in items), re.M)
            parts.extend("#undef %s\n" % macro for macro in dict.fromkeys(macros))
        return "".join(parts)


def library_sources(json):
    build = read("lib", "meson.build")
    names = re.findall(r"'([\w/]+\.c)'", build[build.index("sources = files("):build.index("\n)")])
    names += ["rule/document.c", "rule/rule_json.c"] if json else ["rule/document_absent.c"]
    sources = [(name, read("lib", name)) for name in names]
    with tempfile.TemporaryDirectory() as folder:
        generated = os.path.join(folder, "builtin_rule.c")
        subprocess.run([sys.executable, os.path.join(ROOT, "lib", "rule", "generate_builtin.py"),
                        os.path.join(ROOT, "data", "rules",
                                     "mounting_hidden_or_webdav_remote_shares.json"),
                        generated], check=True)
        with open(generated, encoding="utf-8") as text:
            sources.append(("rule/builtin_rule.c", text.read()))
    return sources


def public_header():
    """All public headers in one."""
    seen, parts = set(), []

    def add(path):
        if path in seen:
            return
        seen.add(path)
        text = read("include", path)
        for bracket, inner in INCLUDE.findall(text):
            if inner.startswith("netshare/"):
                add(inner)
        parts.append(re.sub(r"^#include <netshare/[^\n]*\n", "", text, flags=re.M))
    add("netshare/netshare.h")
    return ("/* SPDX-License-Identifier: Apache-2.0 */\n"
            "/* libnetshare %s in one file, written by tools/amalgamate.py. */\n"
            "#ifndef NETSHARE_STATIC\n#define NETSHARE_STATIC 1\n#endif\n\n" % version()
            + "\n".join(parts))


def version():
    return re.search(r"version: '([\d.]+)'", read("meson.build")).group(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--json", action="store_true", help="with rule documents, by json-c")
    parser.add_argument("outdir", metavar="OUTDIR")
    arguments = parser.parse_args()
    os.makedirs(arguments.outdir, exist_ok=True)
    head = ("/* SPDX-License-Identifier: Apache-2.0 */\n"
            "/* libnetshare %s in one file, written by tools/amalgamate.py. */\n" % version()
            + ("#define NS_WITH_JSON 1\n" if arguments.json else "")
            + '#include "netshare.h"\n\n'
            "#if defined(__GNUC__)\n#define NS_PRIVATE static __attribute__((unused))\n"
            "#else\n#define NS_PRIVATE static\n#endif\n"
            "#if defined(__clang__) /* on portable twins of what the processor can do */\n"
            '#pragma clang diagnostic ignored "-Wunused-function"\n#endif\n\n')
    for name, text in (("netshare.h", public_header()),
                       ("netshare.c", head + Amalgamation(library_sources(arguments.json)).text())):
        with open(os.path.join(arguments.outdir, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main()
