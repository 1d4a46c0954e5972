#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Do the tests notice when the code is wrong? Changes one operator or constant of lib/text,
lib/eql and lib/matcher at a time, in a copy of the source, rebuilds what that touches, and runs
the unit tests and oracles that execute the line, the quickest first, until one fails.

    python3 tests/mutate.py [--seed N] [--count N] [--seconds N] [--file PATTERN]

Mutants are drawn by the seed; the run ends with the count or the time, whichever is first.
Neither a mutant that does not compile counts nor one that compiles to the same code. What
survives must be argued in tests/mutate_argued.txt: any other survivor, or an argument about
code that is no longer there, fails the run. NETSHARE_MUTATION_DIR says where to build."""
import argparse
import collections
import fnmatch
import gzip
import hashlib
import json
import os
import pathlib
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
ARGUED = ROOT / 'tests' / 'mutate_argued.txt'
LAYERS = ('text', 'eql', 'matcher')
ANY = '*'  # for the lines of an argument that holds of a whole file
SWAPS = [
    (r' == ', ' != '), (r' != ', ' == '), (r' < ', ' <= '), (r' <= ', ' < '), (r' > ', ' >= '),
    (r' >= ', ' > '), (r' && ', ' || '), (r' \|\| ', ' && '), (r' \+ ', ' - '), (r' - ', ' + '),
    (r'\+\+', '--'), (r' \+= ', ' -= '), (r' -= ', ' += '), (r' & ', ' | '), (r' \| ', ' & '),
    (r' << ', ' >> '), (r' >> ', ' << '), (r'\btrue\b', 'false'), (r'\bfalse\b', 'true'),
    (r'(?<![\w.])0(?![\w.])', '1'), (r'(?<![\w.])1(?![\w.])', '2'), (r'(?<=\()!(?=\w)', ''),
    (r'\bbreak;', ';'), (r'\bcontinue;', ';'),
]
MEMORY = 4 << 30  # bytes that a program may take, in case that a mutant takes all

# What one mutant is: the line's number from 0, and the line before and after.
Mutant = collections.namedtuple('Mutant', 'file number before after')
Program = collections.namedtuple('Program', 'path arguments seconds')


def is_code(line):
    text = line.strip()
    return text and not text.startswith(('/*', '*', '//', '#', 'static const', 'ns_error')) and \
        'assert' not in text


def mutants(pattern):
    pattern, _, line_wanted = pattern.partition(':')
    for layer in LAYERS:
        for path in sorted((ROOT / 'lib' / layer).glob('*.[ch]')):
            name = str(path.relative_to(ROOT))
            if not fnmatch.fnmatch(name, pattern) or name.endswith('fold_table.h'):
                continue
            in_comment = False
            for number, line in enumerate(path.read_text().splitlines()):
                in_comment = (in_comment or '/*' in line) and '*/' not in line
                code = line.split('/*')[0]
                if in_comment or not is_code(code) or '"' in code or \
                        line_wanted not in ('', str(number + 1)):
                    continue
                for swap, by in SWAPS:
                    for found in re.finditer(swap, code):
                        yield Mutant(name, number, line,
                                     line[:found.start()] + by + line[found.end():])


def one_line(lines):
    return ' '.join(line.strip() for line in lines)


class Arguments:
    """Why no test can tell some mutants, from ARGUED."""

    def __init__(self):
        self.rows = [line.split('\t') for line in ARGUED.read_text().splitlines()
                     if line and not line.startswith('#')]

    def reason(self, mutant):
        """None for a mutant that is not argued."""
        lines = (ROOT / mutant.file).read_text().splitlines()
        text = one_line(lines[:mutant.number + 1])
        return next((reason for file, before, after, reason in self.rows
                     if 'lib/' + file == mutant.file and
                     (before == ANY or (text.endswith(before) and
                                        after == mutant.after.strip()))), None)

    def stale(self):
        """Those about code that is no longer there, or is there more than once."""
        for file, before, after, _ in self.rows:
            path = ROOT / 'lib' / file
            text = one_line(path.read_text().splitlines()) if path.exists() else ''
            if text.count(before) != 1 and not (before == ANY and text):
                yield f'lib/{file}: {before}  =>  {after}'


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


def copy_changed(tree):
    """The source, into what may have been copied before."""
    skipped = shutil.ignore_patterns('.git', 'build', 'build-*', '__pycache__')
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - skipped(folder, folders))
        for name in names:
            source = pathlib.Path(folder, name)
            copy = tree / source.relative_to(ROOT)
            data = source.read_bytes()
            if not copy.exists() or copy.read_bytes() != data:
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(data)


def quiet(command, **options):
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          **options)


def run_tests(command, **options):
    """The longest tests try one in ten of their cases. New memory is filled, as by meson."""
    return quiet(command, env={**os.environ, 'NETSHARE_TEST_THINNING': '10',
                               'MALLOC_PERTURB_': '165'}, **options)


def kept(program, find):
    """What `find` finds of a program; from a file beside it when that has not changed."""
    digest = hashlib.sha256(program.read_bytes()).hexdigest()
    found = program.with_name(f'{program.name}.{digest[:16]}.json')
    if not found.exists():
        found.write_text(json.dumps(find()))
    return json.loads(found.read_text())


class Coverage:
    """Which programs execute which lines; a build of its own, with counters."""

    def __init__(self, bench):
        self.build = bench.folder / 'coverage'
        self.lines = collections.defaultdict(dict)  # file -> line from 0 -> programs
        self.functions = collections.defaultdict(set)  # file -> first and last line, from 0
        bench.setup(self.build, '-Db_coverage=true', '-Doptimization=0')
        names = [program.path for program in bench.programs(self.build)]
        subprocess.run(['ninja', '-C', self.build, *names], check=True,
                       stdout=subprocess.DEVNULL)
        for program in bench.programs(self.build):
            for source in kept(self.build / program.path, lambda: self.counts(program)):
                self.note(program.path, *source)

    def counts(self, program):
        """What a run says of each source file: its name, functions, and lines with counts."""
        for path in self.build.rglob('*.gcda'):
            path.unlink()
        run_tests([self.build / program.path, *program.arguments])
        objects = self.build / 'lib/libnetshare-internal.a.p'
        files = []
        with tempfile.TemporaryDirectory() as folder:
            quiet(['gcov', '--json-format', *objects.glob('*.gcda')], cwd=folder, check=True)
            for path in pathlib.Path(folder).glob('*.gcov.json.gz'):
                files += json.loads(gzip.decompress(path.read_bytes()))['files']
        return [[source['file'].rpartition('/lib/')[2],
                 [[function['start_line'], function['end_line']]
                  for function in source['functions']],
                 [[line['line_number'], line['count']] for line in source['lines']]]
                for source in files]

    def note(self, program, name, functions, lines):
        name = 'lib/' + name
        self.functions[name].update((first - 1, last - 1) for first, last in functions)
        for number, count in lines:
            programs = self.lines[name].setdefault(number - 1, set())
            if count:
                programs.add(program)

    def programs(self, mutant):
        """Those that execute the line, or its statement's; outside functions, the file."""
        lines = self.lines[mutant.file]
        for first, last in self.functions[mutant.file]:
            if first <= mutant.number <= last:
                known = [line for line in lines if first <= line <= mutant.number]
                return lines[max(known)] if known else set()
        return set().union(*lines.values())


class Bench:
    def __init__(self, folder):
        self.folder = folder
        self.tree = folder / 'source'
        self.build = folder / 'build'
        copy_changed(self.tree)
        inputs(folder / 'inputs')
        self.setup(self.build, '-Doptimization=1')
        unmeasured = self.programs(self.build)
        if not self.compiles(*(program.path for program in unmeasured)):
            sys.exit('the source as it is does not compile')
        self.objects = self.hash_objects()
        self.quickest_first = sorted((self.measured(program) for program in unmeasured),
                                     key=lambda program: program.seconds)
        self.coverage = Coverage(self)

    def setup(self, build, *options):
        """Without Criterion, whose processes and limits of time would only cost time: see
        passes() for what limits a program. It ends where an array is left, as it would with
        the sanitizers of .ci/run."""
        if (build / 'build.ninja').exists():
            return
        subprocess.run(['meson', 'setup', build, self.tree, '-Dtools=disabled', '-Dharden=false',
                        '-Dcriterion_shim=true', '-Dbuildtype=plain', '-Ddebug=false',
                        '-Dc_args=-DNDEBUG -fsanitize=bounds -fsanitize-undefined-trap-on-error',
                        *options],
                       check=True, stdout=subprocess.DEVNULL)

    def programs(self, build):
        """The unit tests and fuzz targets that are programs, not scripts, of this build."""
        listed = subprocess.run(['meson', 'introspect', '--tests', build], check=True,
                                stdout=subprocess.PIPE).stdout
        programs = []
        for test in json.loads(listed):
            path = pathlib.Path(test['cmd'][0])
            if build not in path.parents or not {'netshare:unit', 'netshare:fuzz'} & \
                    set(test['suite']):
                continue
            arguments = test['cmd'][1:]
            more = self.folder / 'inputs' / path.name.removeprefix('fuzz_')
            if path.parent.name == 'fuzz':
                arguments += [more] if more.exists() else []
            elif path.parent.name == 'tests':
                arguments = ['--fail-fast']
            programs.append(Program(str(path.relative_to(build)), arguments, 0.0))
        return programs

    def measured(self, program):
        seconds = kept(self.build / program.path, lambda: self.seconds(program))
        return program._replace(seconds=seconds)

    def seconds(self, program):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        if not self.passes(program._replace(seconds=60.0)):
            sys.exit(f'the source as it is fails: {program.path}')
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    def compiles(self, *targets):
        return quiet(['ninja', '-C', self.build, *targets]).returncode == 0

    def hash_objects(self):
        objects = (self.build / 'lib/libnetshare-internal.a.p').glob('*.o')
        return {path.name: hashlib.sha256(path.read_bytes()).digest() for path in objects}

    def passes(self, program):
        """Within several times the processor time that it takes with the source as it is."""
        def limit():
            seconds = int(5 + 4 * program.seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        try:
            return run_tests([self.build / program.path, *program.arguments], preexec_fn=limit,
                             timeout=300 + 100 * program.seconds).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def outcome(self, mutant):
        """'invalid', 'equal', 'survived', 'not executed' or the program that failed."""
        path = self.tree / mutant.file
        original = path.read_text()
        lines = original.splitlines(keepends=True)
        lines[mutant.number] = mutant.after + '\n'
        path.write_text(''.join(lines))
        try:
            return self.outcome_now(mutant)
        finally:
            path.write_text(original)

    def outcome_now(self, mutant):
        covering = self.coverage.programs(mutant)
        programs = [program for program in self.quickest_first if program.path in covering]
        if not self.compiles('lib/libnetshare-internal.a'):
            return 'invalid'
        if self.hash_objects() == self.objects:
            return 'equal'
        for program in programs:
            if not self.compiles(program.path) or not self.passes(program):
                return program.path
        return 'survived' if programs else 'not executed'


def run(bench, candidates, argued, count, seconds):
    """How many mutants had which outcome; prints each."""
    totals = collections.Counter()
    end = time.monotonic() + seconds
    for mutant in candidates:
        if totals['killed'] + totals['argued'] + totals['survived'] >= count or \
                time.monotonic() > end:
            break
        outcome = bench.outcome(mutant)
        before, after = mutant.before.strip(), mutant.after.strip()
        said = f'{mutant.file}:{mutant.number + 1}: {before}  =>  {after}'
        reason = argued.reason(mutant)
        if outcome in ('invalid', 'equal'):
            totals[outcome] += 1
        elif outcome not in ('survived', 'not executed'):
            totals['killed'] += 1
            print(f'killed    {said} ({outcome})', flush=True)
        elif reason:
            totals['argued'] += 1
            print(f'argued    {said}\n          {reason}', flush=True)
        else:
            totals['survived'] += 1
            print(f'SURVIVED  {said} ({outcome})', flush=True)
    return totals


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=200)
    parser.add_argument('--seconds', type=int, default=3600)
    parser.add_argument('--file', default='*',
                        help='of the source, as lib/text/wild* or lib/eql/check.c:12')
    arguments = parser.parse_args()
    argued = Arguments()
    outdated = list(argued.stale())
    for said in outdated:
        print(f'STALE     {said}')
    candidates = list(mutants(arguments.file))
    random.Random(arguments.seed).shuffle(candidates)
    folder = pathlib.Path(os.environ.get('NETSHARE_MUTATION_DIR') or tempfile.mkdtemp())
    totals = run(Bench(folder), candidates, argued, arguments.count, arguments.seconds)
    counted = totals['killed'] + totals['argued'] + totals['survived']
    print(f'{totals["killed"]} of {counted} mutants killed '
          f'({100 * totals["killed"] / max(counted, 1):.1f} %), {totals["argued"]} argued, '
          f'{totals["survived"]} survived; {totals["invalid"]} did not compile, '
          f'{totals["equal"]} compiled to the same; {len(candidates)} possible, '
          f'seed {arguments.seed}')
    sys.exit(0 if counted and not totals['survived'] and not outdated else 1)


if __name__ == '__main__':
    main()
