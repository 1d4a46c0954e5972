# SPDX-License-Identifier: Apache-2.0
"""Counts single tests in meson's testlog.json; the last line of tests/run.sh.

A Criterion or unittest program tells how many tests it ran; any other program,
and one that died before it told, is one test with meson's verdict.
"""
import json
import re
import sys

CRITERION = re.compile(r"Tested: \d+ \| Passing: (\d+) \| Failing: (\d+)")
UNITTEST = re.compile(r"^Ran (\d+) tests? in ", re.M)
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def outcome(entry):
    """(passed, failed, skipped) of one program."""
    text = COLOURS.sub("", entry.get("stdout", "") + "\n" + entry.get("stderr", ""))
    result = entry["result"]
    if result == "SKIP":
        return 0, 0, 1
    good = result in ("OK", "EXPECTEDFAIL")
    criterion = CRITERION.search(text)
    unittest = UNITTEST.search(text)
    if criterion:
        passed, failed = map(int, criterion.groups())
        skipped = len(re.findall(r"^\[SKIP\]", text, re.M))
    elif unittest:
        def count(word):
            found = re.search(r"^(?:OK|FAILED) \(.*?\b%s=(\d+)" % word, text, re.M)
            return int(found.group(1)) if found else 0
        skipped = count("skipped")
        failed = count("failures") + count("errors")
        passed = int(unittest.group(1)) - failed - skipped
    else:
        return int(good), int(not good), 0
    if not good and not failed:  # died at the end: a sanitizer, a time-out
        failed = 1
    return passed, failed, skipped


def main(path):
    totals = [0, 0, 0]
    try:
        with open(path, encoding="utf-8") as log:
            for line in log:
                entry = json.loads(line)
                counts = outcome(entry)
                if counts[1]:
                    print("failed:", entry["name"])
                totals = [a + b for a, b in zip(totals, counts)]
    except (OSError, ValueError, KeyError) as error:
        print("no test results:", error)
        totals[1] += 1
    print("%d passed, %d failed, %d skipped" % tuple(totals))
    return 1 if totals[1] or not totals[0] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
