# SPDX-License-Identifier: Apache-2.0
"""Rule documents from files, folders and objects; Elastic's TOML as Kibana's JSON."""

from __future__ import annotations

import importlib
import json
import os
from collections.abc import Mapping
from typing import Any, Dict, Iterable, Iterator, List, Sequence, Tuple, Union

from ._builder import Source
from ._errors import NetshareError, RuleError

Path = Union[str, "os.PathLike[str]"]
Rules = Union[Path, "Mapping[str, Any]", Iterable[Union[Path, "Mapping[str, Any]"]]]

SUFFIXES = (".toml", ".json", ".ndjson")


def _toml_module() -> Any:
    for name in ("tomllib", "tomli"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise ImportError("TOML rules need Python 3.11, or the package tomli: pip install tomli")


def _parse_toml(text: str, name: str) -> Dict[str, Any]:
    toml = _toml_module()
    try:
        table: Dict[str, Any] = toml.loads(text)
    except (toml.TOMLDecodeError, RecursionError) as error:
        raise RuleError(f"not TOML: {error}", source=name) from None
    return table


def _new_terms(table: Any) -> Dict[str, Any]:
    """TOML writes the keys of new terms rules as pairs of field and value."""
    pairs = [table, *table.get("history_window_start", ())]
    return {pair["field"]: pair["value"] for pair in pairs}


def to_kibana(rule: Mapping[str, Any], name: str = "") -> Dict[str, Any]:
    """A Kibana rule document out of a rule file of Elastic's, parsed: what stands under
    [rule]. [metadata] is about the file, and is left behind."""
    table = rule.get("rule")
    if not isinstance(table, Mapping):
        raise RuleError("not a rule: it has no table [rule]", source=name)
    document = dict(table)
    try:
        if isinstance(document.get("new_terms"), Mapping):
            document.update(_new_terms(document.pop("new_terms")))
    except (KeyError, TypeError, AttributeError):
        raise RuleError("expected 'field' and 'value'", path="new_terms", source=name) from None
    return document


def convert_toml(text: Union[str, bytes], name: str = "") -> Dict[str, Any]:
    """A Kibana rule document out of the text of a TOML rule file. Raises RuleError."""
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise RuleError(f"not UTF-8: {error.reason}", offset=error.start, length=1,
                            source=name) from None
    elif not isinstance(text, str):
        raise TypeError(f"text must be str or bytes, not {type(text).__name__}")
    return to_kibana(_parse_toml(text, name), name)


def dump(document: Mapping[str, Any], name: str = "") -> bytes:
    """The document as JSON in one line; dates of TOML become text."""
    try:
        text = json.dumps(document, ensure_ascii=False, default=str)
        return text.encode("utf-8", "replace")
    except (ValueError, RecursionError, TypeError) as error:
        raise RuleError(f"cannot be written as JSON: {error}", source=name) from None


def files_in(path: str) -> List[str]:
    """The rule files in a folder and those below, in a stated order."""
    found = []
    for folder, folders, names in os.walk(path):
        folders.sort()
        found += [os.path.join(folder, name) for name in sorted(names)
                  if name.endswith(SUFFIXES) and not name.startswith(".")]
    return found


def read_file(path: str) -> Source:
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(".toml"):
        data = dump(convert_toml(data, path), path)
    return Source("documents", path, data)


def _is_path(value: object) -> bool:
    return isinstance(value, (str, os.PathLike))


def _items(rules: Any) -> Iterator[Tuple[str, Any]]:
    """Name and what it is: None for a file, else a mapping."""
    if isinstance(rules, Mapping):
        yield "", rules
    elif _is_path(rules):
        path = os.fspath(rules)
        if isinstance(path, bytes):
            raise TypeError("a path must be str, not bytes")
        for name in files_in(path) if os.path.isdir(path) else [path]:
            yield name, None
    elif isinstance(rules, Iterable) and not isinstance(rules, (bytes, bytearray)):
        for rule in rules:
            if not _is_path(rule) and not isinstance(rule, Mapping):
                raise TypeError(f"a rule is a path or a mapping, not {type(rule).__name__}")
            yield from _items(rule)
    else:
        raise TypeError("rules are a path, a mapping, or an iterable of them, not "
                        f"{type(rules).__name__}")


def _source(name: str, rule: Any) -> Source:
    if rule is None:
        return read_file(name)
    document = to_kibana(rule) if isinstance(rule.get("rule"), Mapping) else dict(rule)
    return Source("documents", name, dump(document))


def load(rules: Rules, strict: bool) -> Tuple[Tuple[Source, ...], List[NetshareError]]:
    """The sources for a builder, and the errors of those that are none (unless strict:
    then the first is raised). A file that cannot be read is an OSError either way."""
    sources, refused = [], []
    for name, rule in _items(rules):
        try:
            sources.append(_source(name, rule))
        except NetshareError as error:
            if strict:
                raise
            refused.append(error)
    return tuple(sources), refused


def no_rules(left_out: Sequence[NetshareError]) -> RuleError:
    why = f": {left_out[0]}" if left_out else ""
    more = f" (and {len(left_out) - 1} more left out)" if len(left_out) > 1 else ""
    return RuleError(f"no rule to match with{why}{more}")
