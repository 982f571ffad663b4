"""A YAML file of rules in, plain data out: none runs code, outgrows its own length or ends the process.

What rules never need is refused before any value is made of it: aliases, which can stand for a billion
values, tags, and nesting that is deeper than the library's parser can follow.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from extract.errors import RulesError

# The largest file of the packaged rules has 100 kB.
MAX_FILE_BYTES = 10_000_000
# A file is a mapping of lists of mappings, and an entry has three levels of its own.
MAX_DEPTH = 20


class LineDict(dict[str, Any]):
    """A mapping that knows the line it began on, counted from 1."""

    line: int = 0


class _Loader(yaml.CSafeLoader):
    """Safe YAML that refuses repeated keys (plain YAML keeps the last without a word)."""


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> LineDict:
    mapping = LineDict()
    mapping.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            raise _fault(f"the key `{key}` is no text", key_node.start_mark)
        if key in mapping:
            raise _fault(f"the key `{key}` stands twice", key_node.start_mark)
        mapping[key] = loader.construct_object(value_node, deep=True)
    return mapping


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


def read_rule_file(path: Path, name: str) -> bytes:
    """Gives the bytes of a file of rules. Raises RulesError when it is too long or cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise RulesError([f"{name}: cannot be read: {error.strerror or error}"]) from error
    if len(content) > MAX_FILE_BYTES:
        raise RulesError([f"{name}: is longer than {MAX_FILE_BYTES} bytes"])
    return content


def parse_yaml(content: bytes) -> Any:
    """Gives the data of a YAML file; mappings are of type `LineDict`. Raises ValueError with the reason."""
    try:
        _check_shape(content)
        return yaml.load(content, Loader=_Loader)
    # A number or date that is none is no YAMLError.
    except (yaml.YAMLError, ValueError) as error:
        raise ValueError(_reason(error)) from error


def _reason(error: Exception) -> str:
    """Says what is wrong and where; the parser's name for bytes is left out, as the caller names the file."""
    if not isinstance(error, yaml.MarkedYAMLError) or not error.problem:
        return " ".join(str(error).split()).replace(' in "<byte string>",', ",")
    where = f", {_place(error.problem_mark)}" if error.problem_mark else ""
    begun = f", {_place(error.context_mark)}" if error.context_mark else ""
    return f"{error.problem}{where}" + (f" ({error.context}{begun})" if error.context else "")


def _place(mark: yaml.Mark) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"


def _check_shape(content: bytes) -> None:
    """Raises YAMLError where a file holds what rules do not need. The events come without recursion."""
    depth = 0
    for event in yaml.parse(content, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _fault(f"the alias `*{event.anchor}`: write the value out", event.start_mark)
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            continue
        if event.tag not in (None, "!"):
            raise _fault(f"the tag `{event.tag}`: values need none", event.start_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _fault(f"more than {MAX_DEPTH} levels of lists and mappings", event.start_mark)


def _fault(message: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.constructor.ConstructorError(None, None, message, mark)
