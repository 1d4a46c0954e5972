#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the hand-made part of the seed corpora: seeds.py CORPUS_FOLDER.

Targets that read their input as numbers get pseudo-random bytes, always the same ones."""
import json
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / 'tests' / 'scan'))
import evtx_writer # pylint: disable=wrong-import-position

QUERIES = [
    'any where true',
    'process where process.name : "net.exe" and not process.args : ("/d*", "x?y")',
    'process where a == null or b != null and not (c < 5 or d >= -2.5e3)',
    'any where a in ("x", "y", 1) and b not in~ ("Z") or c like~ "*é*"',
    'any where x regex ("[a-z]{2,3}(b|c)*", "\\\\d+~(a&b)<1-10>@#") and y regex~ """a"b"""',
    'any where length(concat(a, "x", 1)) + 2 * -n % 3 > indexOf~(a, "b", 0)',
    'any where cidrMatch(ip, "10.0.0.0/8", "fe80::/10") == false',
    'any where substring(a, 1, -1) == between(b, "[", "]", true) // end\n',
    'any where ?a.`b-c`.d == "\\u{1F600}\\n\\"" /* a /* nested */ comment */',
    'sequence by a with maxspan=5m [process where x] by b [file where not y] by c until [any where z]',
    'sequence [process where a : "b"] with runs=3 ![file where c]',
    'sample by host.id [process where a] [network where b] | head 5 | tail 2',
    '"odd kind" where null == (a > 1) and startsWith~(a, "b") != true',
    'any where ((((not not (a))))) and add(1, 2) == 9223372036854775808',
    'any where a = 1', 'any where "unterminated', 'any where a : b', 'any where f(',
]
DOCUMENTS = [
    {'process': {'name': 'net.exe', 'args': ['net.exe', 'use', None, ['/d']], 'pid': 4},
     'event': {'category': ['process'], 'type': ['start']}},
    {'_index': 'i', '_source': {'process.name': 'n\u00e9t1.exe', 'process.parent.name': 'x'}},
    {'winlog': {'event_id': 1, 'channel': 'Microsoft-Windows-Sysmon/Operational',
                'provider_name': 'Microsoft-Windows-Sysmon',
                'event_data': {'Image': 'C:\\Windows\\System32\\net.exe', 'CommandLine':
                               'net.exe use "\\\\h\\C$" x', 'ParentImage': 'C:\\cmd.exe',
                               'Hashes': 'MD5=AA,SHA256=BB', 'ProcessId': '0x1f'}}},
    {'event_id': 4688, 'log_name': 'Security', 'source_name': 'Microsoft-Windows-Security-Auditing',
     'event_data': {'NewProcessName': 'C:\\net.exe', 'CommandLine': 'net use'}},
    {'Event': {'System': {'EventID': 4688, 'Channel': 'Security', 'Provider':
                          {'#attributes': {'Name': 'Microsoft-Windows-Security-Auditing'}}},
               'EventData': {'NewProcessName': 'C:\\a\\net1.exe', 'NewProcessId': '0x10'}}},
    {'EventID': 1, 'SourceName': 'Microsoft-Windows-Sysmon', 'Image': 'C:\\b.exe',
     'CommandLine': '"b" c', 'UtcTime': '2024-01-02 03:04:05.678'},
    {'event_type_full': 'process_event', 'event_subtype_full': 'creation_event',
     'process_name': 'net.exe', 'command_line': 'net use', 'pid': 5, 'serial_event_id': 7},
    {'x': True, 'y': -1e300, '@timestamp': '2024-01-01T00:00:00Z', 'a.b': {'c.d': []}},
]
RAW_EVENTS = ['{"a":"\\ud83d\\ude00\\ud800","process":{"name":"\\u006eet.exe"}}',
              '{"process":{"pid":99999999999999999999,"name":NaN}} \n\n{"x":true}\r\n[1]\n',
              '\ufeff{"x":true}\n{"x":tru}\n', '[' * 600, '{"process":' * 40 + '1' + '}' * 40]
RULE = {'rule_id': 'r1', 'name': 'A rule', 'type': 'eql', 'language': 'eql', 'risk_score': 47,
        'query': 'process where process.name : "net*.exe"', 'severity': 'high', 'version': 3,
        'author': ['x'], 'tags': ['a', 'b'], 'index': ['logs-*'], 'enabled': True,
        'threat': [{'framework': 'MITRE ATT&CK',
                    'tactic': {'id': 'TA0008', 'name': 'Lateral Movement', 'reference': 'u'},
                    'technique': [{'id': 'T1021', 'name': 'n', 'reference': 'u',
                                   'subtechnique': [{'id': 'T1021.002', 'name': 's',
                                                     'reference': 'u'}]}]}]}
COMMAND_LINES = ['net.exe use', '"C:\\Program Files\\a.exe" "b \\"c\\" d" e\\\\"f g"', ' x', '',
                 'a "" b', 'a "b""c" d', 'a\\\\\\"b \\\\"', '"unclosed \\', 'a\tb  c/d\\e']


def fixed_bytes(target, count):
    source = random.Random(target)
    return [source.randbytes(source.choice((16, 64, 200, 500))) for _ in range(count)]


def logs():
    """The records of event logs."""
    event = {'provider': 'Microsoft-Windows-Sysmon', 'id': 1, 'computer': 'WS-017',
             'channel': 'Microsoft-Windows-Sysmon/Operational', 'time': '2024-05-14T09:00:00Z',
             'data': [('Image', 'C:\\Windows\\net.exe'), (None, 'a'), (None, 'b'),
                      ('ProcessId', evtx_writer.Slot(evtx_writer.UINT32, 4242))]}
    for events, more in (([event], {}), ([event, event], {}), ([event], {'templates': False}),
                         ([{**event, 'inline': True, 'qualifiers': 3}], {})):
        log = evtx_writer.write(events, **more)
        yield log[0x1000 + evtx_writer.CHUNK_HEADER:].rstrip(b'\0') + bytes(4)


def corpora():
    yield 'evtx', list(logs())
    yield 'eql_parse', [q.encode() for q in QUERIES] + [b'\xff\xfe where', b'any where \0']
    yield 'event_json', ([json.dumps(d).encode() for d in DOCUMENTS] +
                         [r.encode() for r in RAW_EVENTS] +
                         [b'\n'.join(json.dumps(d).encode() for d in DOCUMENTS)])
    wrapped = {'id': 'x', 'type': 'alert', 'attributes': {'name': 'n', 'params': RULE}}
    yield 'rule_json', [json.dumps(d).encode() for d in (
        RULE, [RULE, RULE], wrapped, {'attributes': RULE}, dict(RULE, query='process where ('),
        dict(RULE, type='query'), dict(RULE, threat=[{'tactic': 1}]), [], 5,
        {'exported_count': 1}, dict(RULE, query='sequence [a where b] [c where d]'))] + [
        json.dumps(RULE).encode() + b'\n' + json.dumps(RULE).encode(), b'{"name": "x"', b'\xff']
    yield 'command_line', [c.encode() for c in COMMAND_LINES]
    yield 'wildcard', [bytes([0, len(p)]) + p + t for p, t in (
        (b'*a*b', b'xaxb'), (b'?', 'é'.encode()), (b'K*', '\u212a'.encode()), (b'*' * 40, b''),
        (b'\\\\*\\*$*', b'\\\\h\\C$'), (b'a?c', b'a\xffc'), (b'*a*a*a*a*b', b'a' * 60))] + [
        b'\x01' + data for data in fixed_bytes('wildcard', 8)]
    yield 'regex', [bytes([0, len(p) - 1]) + p + b'\x03abc\x02x1' for p in (
        b'a*b', b'(a|a)*b', b'[^a-z]{2,3}', b'~(ab)&.*', b'<1-12>@#?', b'"a*"\\d\\W')] + [
        b'\x01' + data for data in fixed_bytes('regex', 8)]
    for target in ('eql_evaluate', 'pack', 'accessor'):
        yield target, fixed_bytes(target, 24)


def main(folder):
    for target, inputs in corpora():
        directory = pathlib.Path(folder, target)
        directory.mkdir(parents=True, exist_ok=True)
        for number, data in enumerate(inputs):
            (directory / f'seed{number:02}').write_bytes(data)


if __name__ == '__main__':
    main(sys.argv[1])
