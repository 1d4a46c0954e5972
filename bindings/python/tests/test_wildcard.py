# SPDX-License-Identifier: Apache-2.0
import pickle
import re
import unittest

import netshare
from common import ROOT
from netshare import Wildcard

FLAGS = {"-": {}, "C": {"ignore_case": False}, "A": {"ascii_folding": True}}


def cases():
    """The truth table that the library's own tests read."""
    for line in (ROOT / "tests" / "data" / "wildcards.tsv").read_bytes().split(b"\n"):
        if line and not line.startswith(b"#"):
            pattern, text, verdict, flags = line.split(b"\t")
            yield (*(re.sub(rb"%([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), part)
                     for part in (pattern, text)), verdict == b"yes", flags.decode())


class Wildcards(unittest.TestCase):
    def test_truth_table(self):
        count = 0
        for pattern, text, verdict, flags in cases():
            with self.subTest(pattern=pattern, text=text, flags=flags):
                self.assertEqual(Wildcard(pattern, **FLAGS[flags]).match(text), verdict)
                try:
                    wide = Wildcard(pattern.decode(), **FLAGS[flags]), text.decode()
                except UnicodeDecodeError:
                    continue
                self.assertEqual(wide[0].match(wide[1]), verdict)
                # With a lone surrogate at its end, the text goes as UTF-16.
                extended = Wildcard(pattern.decode() + "?", **FLAGS[flags])
                self.assertEqual(extended.match(wide[1] + "\ud800"),
                                 extended.match(wide[1] + "\uffff"))
            count += 1
        self.assertGreater(count, 50)

    def test_lone_surrogates_are_one_character(self):
        for text in ("\ud800", "\udcff"):
            self.assertTrue(Wildcard("a?b").match(f"A{text}B"))
            self.assertFalse(Wildcard("a??b").match(f"A{text}B"))

    def test_attributes(self):
        wildcard = Wildcard("a*", ignore_case=False)
        self.assertEqual((wildcard.pattern, wildcard.ignore_case, wildcard.ascii_folding),
                         ("a*", False, False))
        self.assertEqual(eval(repr(wildcard)), wildcard)
        self.assertEqual({wildcard, pickle.loads(pickle.dumps(wildcard))}, {wildcard})
        self.assertNotEqual(wildcard, Wildcard("a*"))
        self.assertNotEqual(wildcard, "a*")

    def test_wrong_types(self):
        for value in (None, 5, ["a"]):
            with self.assertRaises(TypeError):
                Wildcard(value)
            with self.assertRaises(TypeError):
                Wildcard("a").match(value)
        with self.assertRaises(ValueError):
            Wildcard("\ud800")


class CommandLines(unittest.TestCase):
    def test_split(self):
        cases = {
            "": [],
            "net use": ["net", "use"],
            '"C:\\a b\\net.exe" use \\\\s\\c$ "x y"':
                ["C:\\a b\\net.exe", "use", "\\\\s\\c$", "x y"],
            'p a\\\\\\"b "" é': ["p", 'a\\"b', "", "é"],
            "p \ud800x \U0001f600": ["p", "\ud800x", "\U0001f600"],
            "p a\0b": ["p", "a\0b"],
        }
        for line, arguments in cases.items():
            self.assertEqual(netshare.split_command_line(line), arguments)
        with self.assertRaises(TypeError):
            netshare.split_command_line(b"x")

    def test_file_name(self):
        cases = {"": "", "C:\\a\\é.exe": "é.exe", "/bin/sh": "sh", "a\\": "", "x": "x",
                 "a\\\ud800": "\ud800"}
        for path, name in cases.items():
            self.assertEqual(netshare.file_name(path), name)
        with self.assertRaises(TypeError):
            netshare.file_name(None)


if __name__ == "__main__":
    unittest.main()
