# SPDX-License-Identifier: Apache-2.0
"""python-eql over a file of events: prints how many match, and the seconds that matching took
apart from reading and parsing, the mean of some rounds.

    eql_scan.py EVENTS.ndjson [ROUNDS]

The query is in python-eql's own dialect, where == ignores case. It compares a list as a whole,
so process.args is searched with arraySearch, and the two arrays of one value are handed over
as scalars.
"""
import itertools
import json
import sys
import time

import eql

EVENTS = 20  # at a time, as in python_scan.py

QUERY = r'''
process where host.os.type == "windows" and event.type == "start" and
  ((process.name == "net.exe" or process.pe.original_file_name == "net.exe") or
   ((process.name == "net1.exe" or process.pe.original_file_name == "net1.exe") and
    not process.parent.name == "net.exe")) and
  arraySearch(process.args, arg, arg == "use") and
  arraySearch(process.args, arg, wildcard(arg, "\\\\*\\*$*", "\\\\*@SSL\\*", "http*")) and
  not arraySearch(process.args, arg, wildcard(arg, "/d*"))
'''


def event_of(line):
    document = json.loads(line)
    kind = document["event"]
    kind["type"] = kind["type"][0]
    return eql.Event(kind["category"][0], 0, document)


def main():
    engine = eql.PythonEngine()
    matched = []
    with eql.schema.Schema({}, allow_any=True):
        query = eql.parse_query(QUERY, implied_any=True, implied_base=True)
        engine.add_query(query)
    engine.add_output_hook(matched.append)
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    spent = 0.0
    events = 0
    with open(sys.argv[1], encoding="utf-8") as file:
        while lines := list(itertools.islice(file, EVENTS)):
            batch = [event_of(line) for line in lines]
            start = time.process_time()
            for _ in range(rounds):
                engine.stream_events(batch, finalize=False)
            spent += time.process_time() - start
            events += len(batch)
    print(len(matched) // rounds, events, spent / rounds)


if __name__ == "__main__":
    main()
