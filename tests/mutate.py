#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do the tests notice when the code is wrong? Changes one operator or constant of lib/text,
lib/eql and lib/matcher at a time, in a copy of the source, rebuilds, reruns the fast tests and
the oracles, and prints the score and the mutants that survived.

    python3 tests/mutate.py [--seed N] [--count N] [--seconds N] [--file PATTERN]

Mutants are drawn by the seed; the run ends with the count or the time, whichever is first.
A mutant that does not compile does not count."""
import argparse
import fnmatch
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LAYERS = ('text', 'eql', 'matcher')
SWAPS = [
    (r' == ', ' != '), (r' != ', ' == '), (r' < ', ' <= '), (r' <= ', ' < '), (r' > ', ' >= '),
    (r' >= ', ' > '), (r' && ', ' || '), (r' \|\| ', ' && '), (r' \+ ', ' - '), (r' - ', ' + '),
    (r'\+\+', '--'), (r' \+= ', ' -= '), (r' -= ', ' += '), (r' & ', ' | '), (r' \| ', ' & '),
    (r' << ', ' >> '), (r' >> ', ' << '), (r'\btrue\b', 'false'), (r'\bfalse\b', 'true'),
    (r'(?<![\w.])0(?![\w.])', '1'), (r'(?<![\w.])1(?![\w.])', '2'), (r'(?<=\()!(?=\w)', ''),
    (r'\bbreak;', ';'), (r'\bcontinue;', ';'),
]
FAST = ['fuzz/fuzz_wildcard', 'fuzz/fuzz_regex', 'fuzz/fuzz_eql_evaluate', 'fuzz/fuzz_pack',
        'fuzz/fuzz_eql_parse', 'tests/test_syntax', 'tests/test_semantics', 'tests/test_values',
        'tests/test_functions', 'tests/test_literals', 'tests/test_wildcard', 'tests/test_regex',
        'tests/test_matcher', 'tests/test_explain', 'tests/test_limits', 'tests/test_stateful',
        'tests/test_format', 'tests/test_fold', 'tests/test_memory', 'tests/test_lines']


def is_code(line):
    text = line.strip()
    return text and not text.startswith(('/*', '*', '//', '#', 'static const', 'ns_error')) and \
        'assert' not in text


def mutants(pattern):
    for layer in LAYERS:
        for path in sorted((ROOT / 'lib' / layer).glob('*.[ch]')):
            name = str(path.relative_to(ROOT))
            if not fnmatch.fnmatch(name, pattern) or name.endswith('fold_table.h'):
                continue
            in_comment = False
            for number, line in enumerate(path.read_text().splitlines()):
                in_comment = (in_comment or '/*' in line) and '*/' not in line
                code = line.split('/*')[0]
                if in_comment or not is_code(code) or '"' in code:
                    continue
                for swap, by in SWAPS:
                    for found in re.finditer(swap, code):
                        yield name, number, found.start(), found.end(), by


def inputs(folder):
    """Pseudo-random inputs for the oracles, as many as run in a second or two."""
    for target in ('wildcard', 'regex', 'eql_evaluate', 'pack'):
        source = random.Random('mutate ' + target)
        directory = folder / target
        directory.mkdir(parents=True, exist_ok=True)
        for number in range(2000 if target == 'eql_evaluate' else 1000):
            data = source.randbytes(source.choice((30, 120, 300, 700)))
            if target in ('wildcard', 'regex'):
                data = b'\x01' + bytes([data[0] % 12]) + data
            (directory / f'{number:04}').write_bytes(data)


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.tree = folder / 'source'
        self.build = folder / 'build'
        self.inputs = folder / 'inputs'
        shutil.copytree(ROOT, self.tree,
                        ignore=shutil.ignore_patterns('.git', 'build', 'build-*', '__pycache__'))
        inputs(self.inputs)
        subprocess.run(['meson', 'setup', self.build, self.tree, '-Dtools=disabled',
                        '-Dharden=false', '-Doptimization=1', '-Dc_args=-DNDEBUG'], check=True,
                       stdout=subprocess.DEVNULL)

    def compiles(self):
        return subprocess.run(['ninja', '-C', self.build, *FAST], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode == 0

    def killer(self):
        """The first program that fails; None when all pass."""
        for program in FAST:
            command = [self.build / program]
            name = program.rpartition('fuzz_')[2]
            if program.startswith('fuzz/'):
                command += [self.tree / 'fuzz/corpus' / name]
                command += [self.inputs / name] if (self.inputs / name).exists() else []
            else:
                command += ['--timeout=20']
            try:
                if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  timeout=60).returncode != 0:
                    return program
            except subprocess.TimeoutExpired:
                return program
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=200)
    parser.add_argument('--seconds', type=int, default=1200)
    parser.add_argument('--file', default='*', help='of the source, as lib/text/wild*')
    arguments = parser.parse_args()
    candidates = list(mutants(arguments.file))
    random.Random(arguments.seed).shuffle(candidates)
    folder = pathlib.Path(os.environ.get('NETSHARE_MUTATION_DIR') or tempfile.mkdtemp())
    bench = Bench(folder)
    if not bench.compiles():
        sys.exit('the source as it is does not compile')
    if bench.killer():
        sys.exit(f'the source as it is fails: {bench.killer()}')
    end = time.monotonic() + arguments.seconds
    killed, survivors, invalid = 0, [], 0
    for name, number, start, stop, by in candidates:
        if killed + len(survivors) >= arguments.count or time.monotonic() > end:
            break
        path = bench.tree / name
        original = path.read_text()
        lines = original.splitlines(keepends=True)
        before = lines[number].rstrip('\n')
        lines[number] = lines[number][:start] + by + lines[number][stop:]
        path.write_text(''.join(lines))
        if not bench.compiles():
            invalid += 1
        elif bench.killer():
            killed += 1
        else:
            survivors.append(f'{name}:{number + 1}: {before.strip()}  =>  {lines[number].strip()}')
            print('survived', survivors[-1], flush=True)
        path.write_text(original)
    total = killed + len(survivors)
    print(f'{killed} of {total} mutants killed ({100 * killed / max(total, 1):.1f} %), '
          f'{invalid} did not compile, {len(candidates)} possible, seed {arguments.seed}')
    sys.exit(0 if total else 1)


if __name__ == '__main__':
    main()
