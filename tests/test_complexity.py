#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts instructions of test_complexity under valgrind, for texts of n, 2n and 4n bytes.

What the second doubling adds may be at most 2.3 times what the first one added, so that
the work is linear in the text; quadratic work would give 4 times as much. A limit for each
byte of text sees to it that no large constant hides there."""
import os
import subprocess
import sys
import tempfile

PROGRAM = os.environ['NETSHARE_COMPLEXITY']
SMALLEST = 4000
GROWTH = 2.3
NEGLIGIBLE = 20000  # instructions, where a text is not read to its end
MOST_PER_BYTE = 6000  # of patterns of 1000 parts: six per part and byte


def instructions(case, size):
    with tempfile.NamedTemporaryFile() as out:
        run = subprocess.run(
            ['valgrind', '--tool=callgrind', f'--callgrind-out-file={out.name}', PROGRAM, case,
             str(size)], capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(f'{case} {size}: exit {run.returncode}\n{run.stdout}{run.stderr}')
        for line in run.stderr.splitlines():
            if 'Collected' in line:
                return int(line.split(':')[1])
    sys.exit(f'no count in: {run.stderr}')


def main():
    cases = subprocess.run([PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    bad = 0
    for case in cases:
        counts = [instructions(case, SMALLEST << step) for step in range(3)]
        first, second = counts[1] - counts[0], counts[2] - counts[1]
        is_linear = second <= GROWTH * max(first, NEGLIGIBLE)
        per_byte = second / (2 * SMALLEST)
        good = is_linear and per_byte <= MOST_PER_BYTE
        print(f'{case}: {counts}, {per_byte:.1f} per byte, {"ok" if good else "TOO MUCH"}')
        bad += not good
    print(f'{len(cases) - bad} of {len(cases)} cases are linear')
    sys.exit(1 if bad or not cases else 0)


if __name__ == '__main__':
    main()
