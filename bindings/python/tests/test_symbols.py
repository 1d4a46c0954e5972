# SPDX-License-Identifier: Apache-2.0
"""The C functions that the library exports, and those that the package declares."""

import ctypes
import os
import re
import subprocess
import sys
import unittest

import netshare
from common import ROOT
from netshare import _library

# Exported and not declared, and why.
NOT_DECLARED = {
    "netshare_event_new": "netshare_event_new_for_source() with the source ecs is the same",
    "netshare_matcher_new": "a builder makes this matcher too; one way is enough",
    "netshare_matcher_new_from_query": "a builder makes this matcher too, with a rule id",
    "netshare_match_python": "netshare_python_matches() calls it, as a function of Python",
    "netshare_matcher_ref": "Python objects share a matcher by referring to one handle",
}

# Value in C, and the header's name for it.
CONSTANTS = {
    "status.h": ("NETSHARE_ERROR_", {
        "NO_MEMORY": _library.NO_MEMORY, "INVALID_ARGUMENT": _library.INVALID_ARGUMENT,
        "SYNTAX": _library.SYNTAX, "TYPE": _library.TYPE, "STATEFUL": _library.STATEFUL,
        "LIMIT": _library.LIMIT, "DOCUMENT": _library.DOCUMENT, "EVENT": _library.EVENT,
        "UNSUPPORTED": _library.UNSUPPORTED}),
    "event.h": ("NETSHARE_VALUE_", {
        "NULL": _library.VALUE_NULL, "BOOL": _library.VALUE_BOOL,
        "INT64": _library.VALUE_INT64, "DOUBLE": _library.VALUE_DOUBLE,
        "UTF8": _library.VALUE_UTF8, "UTF16": _library.VALUE_UTF16}),
    "lines.h": ("NETSHARE_", {"LINES_READ_ALL": _library.LINES_READ_ALL}),
    "matcher.h": ("NETSHARE_", {
        "DETAIL_VERDICT": _library.DETAIL_VERDICT, "DETAIL_RULES": _library.DETAIL_RULES,
        "DETAIL_CLAUSES": _library.DETAIL_CLAUSES,
        "OPTION_ASCII_FOLDING": _library.OPTION_ASCII_FOLDING}),
}

STRUCTS = {
    "netshare_error": _library.Error, "netshare_accessor": _library.Accessor,
    "netshare_options": _library.Options, "netshare_document_counts": _library.DocumentCounts,
    "netshare_result": _library.Result, "netshare_clause": _library.Clause,
    "netshare_step": _library.Step, "netshare_line": _library.Line,
    "netshare_lines": _library.Lines, "netshare_tactic": _library.Tactic,
    "netshare_technique": _library.Technique, "netshare_threat": _library.Threat,
    "netshare_command_line": _library.CommandLine, "netshare_python": _library.Python,
    "netshare_python_call": _library.PythonCall,
}


def header(name):
    text = (ROOT / "include" / "netshare" / name).read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def all_headers():
    folder = ROOT / "include" / "netshare"
    return "\n".join(header(path.name) for path in sorted(folder.glob("*.h")))


def members(struct):
    body = re.search(r"typedef struct %s \{(.*?)\} %s;" % (struct, struct), all_headers(),
                     re.DOTALL)[1]
    names = []
    for declaration in body.split(";"):
        function = re.search(r"\(\*(\w+)\)\(", declaration)
        plain = re.search(r"(\w+)(?:\[\w+\])?\s*$", declaration)
        if function or plain:
            names.append((function or plain)[1])
    return names


class Symbols(unittest.TestCase):
    def test_every_exported_function_is_declared_or_explained(self):
        exported = set(re.findall(r"^\s+(netshare_\w+);",
                                  (ROOT / "lib" / "netshare.map").read_text(), re.MULTILINE))
        declared = {name for name, _, _ in _library.FUNCTIONS}
        self.assertGreater(len(exported), 30)
        self.assertEqual(exported - declared, set(NOT_DECLARED))
        self.assertEqual(declared - exported, set())

    def test_every_declaration_has_the_arguments_of_the_header(self):
        text = re.sub(r"\s+", " ", all_headers())
        for name, result, arguments in _library.FUNCTIONS:
            with self.subTest(name):
                found = re.search(r"NETSHARE_API ([^;]*?)\b%s\(([^;]*)\);" % name, text)
                self.assertIsNotNone(found)
                count = 0 if found[2] == "void" else found[2].count(",") + 1
                self.assertEqual(count, len(arguments))
                self.assertEqual(result is None, found[1].strip() == "void")

    def test_every_declaration_reached_its_function(self):
        for name, result, arguments in _library.FUNCTIONS:
            with self.subTest(name):
                function = getattr(_library.lib, name)
                self.assertEqual(function.restype, result)
                self.assertEqual(tuple(function.argtypes), arguments)

    def test_structs_have_the_members_of_the_headers(self):
        for name, struct in STRUCTS.items():
            with self.subTest(name):
                self.assertEqual([field[0] for field in struct._fields_], members(name))

    def test_text_value_has_the_layout_of_a_value(self):
        self.assertEqual(ctypes.sizeof(_library.TextValue), ctypes.sizeof(_library.Value))
        self.assertEqual(_library.TextValue.data.offset, _library.Value.payload.offset)

    def test_constants_are_those_of_the_headers(self):
        for file, (prefix, constants) in CONSTANTS.items():
            text = header(file)
            for name, value in constants.items():
                with self.subTest(name):
                    self.assertIn(f"{prefix}{name} = {value}", text)

    def test_rule_keys_are_those_of_the_header(self):
        from netshare import _rule
        text = header("rule.h")
        names = {"from_": "FROM"}
        for table in (_rule._STRINGS, _rule._LISTS, _rule._INTEGERS):
            for member, key in table:
                name = names.get(member, member.upper())
                with self.subTest(name):
                    self.assertIn(f"NETSHARE_RULE_{name} = {key}", text)

    def test_sources_are_those_of_the_header(self):
        numbers = re.findall(r"NETSHARE_SOURCE_\w+ = (\d+)", header("event.h"))
        self.assertEqual(len(netshare.SOURCES), len(numbers))
        self.assertEqual(netshare.SOURCES[1], "ecs")

    def test_the_package_has_the_version_of_the_library(self):
        self.assertEqual(netshare.__version__, netshare.library_version)
        self.assertIn(f"version: '{netshare.__version__}'", (ROOT / "meson.build").read_text())
        self.assertIn(f'version = "{netshare.__version__}"',
                      (ROOT / "pyproject.toml").read_text())


class Imports(unittest.TestCase):
    def test_a_scan_does_not_wait_for_what_it_does_not_need(self):
        code = ("import sys, netshare; list(netshare.Matcher().scan([{'a': 1}, '{}']))\n"
                "print(*sorted(sys.modules))")
        folder = os.path.dirname(os.path.dirname(netshare.__file__))  # unknown without site
        done = subprocess.run([sys.executable, "-S", "-c", code], stdout=subprocess.PIPE,
                              env={**os.environ, "PYTHONPATH": folder},
                              check=True, text=True, timeout=60)
        modules = set(done.stdout.split())
        self.assertIn("netshare._scan", modules)
        self.assertEqual(modules & {"typing", "dataclasses", "inspect", "subprocess", "uuid",
                                    "pathlib", "netshare._rule", "netshare._explain"}, set())

    def test_all_names_are_there(self):
        self.assertLessEqual(set(netshare.__all__), set(dir(netshare)))
        for name in netshare.__all__:
            self.assertIsNotNone(getattr(netshare, name))
        with self.assertRaisesRegex(AttributeError, "no attribute 'Missing'"):
            netshare.Missing


class Versions(unittest.TestCase):
    def test_an_older_library_is_an_import_error(self):
        with self.assertRaisesRegex(ImportError, "too old.*Install"):
            _library.check_version((0, 0, 9), "lib.so")

    def test_a_newer_interface_is_an_import_error(self):
        for version in ((0, 2, 0), (1, 0, 0)):
            with self.assertRaisesRegex(ImportError, "upgrade the Python package"):
                _library.check_version(version, "lib.so")

    def test_a_newer_patch_will_do(self):
        _library.check_version((0, 1, 7), "lib.so")

    def test_what_is_no_version_is_an_import_error(self):
        with self.assertRaises(ImportError):
            _library._parse_version(b"seven")


if __name__ == "__main__":
    unittest.main()
