"""Reading a YAML file strictly, and saying where it is wrong: file, key path and line.

Nothing is guessed: every value is asked for by type, a number where text belongs is refused (so
an unquoted 1.10 cannot become 1.1), and so are anchors, aliases, tags of one's own, a key given
twice, a second document and anything larger or deeper than a standards file can be.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

import yaml

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast where PyYAML was built with libyaml, as its wheels are."""

MAX_BYTES = 2_000_000
MAX_DEPTH = 12
PLAIN = "tag:yaml.org,2002:"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
VERSION = (r"[0-9]+(\.[0-9]+)*", "1.0", 20)
NAMES = {"str": "text", "int": "a whole number", "float": "a decimal number", "bool": "yes or no"}
NAMES |= {"null": "nothing", "timestamp": "a date", "map": "a set of keys", "seq": "a list"}

T = TypeVar("T")


class LoadError(Exception):
    """A file that cannot be loaded. Its text names the file, the key path and the line."""

    def __init__(self, file: Path, line: int, path: str, problem: str) -> None:
        where = f"{file.name}, line {line}"
        super().__init__(f"{where}, {path}: {problem}" if path else f"{where}: {problem}")
        self.file, self.line, self.path, self.problem = file, line, path, problem


@dataclass(frozen=True)
class Entry:
    """One value of the file, with its place. Each method returns it as one type or refuses."""

    file: Path
    path: str
    node: yaml.Node

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def error(self, problem: str) -> LoadError:
        return LoadError(self.file, self.line, self.path, problem)

    def keys(self, required: str, optional: str = "") -> dict[str, Entry]:
        """The values of a set of keys: every required one, and none that is not named."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"must be a set of keys, not {self._is()}.")
        must, may = required.split(), optional.split()
        found = {entry.path.rpartition(".")[2]: entry for entry in self._pairs(must + may)}
        missing = [key for key in must if key not in found]
        if missing:
            raise self.error(f"the key {missing[0]!r} is missing.")
        return found

    def items(self, *, may_be_empty: bool = False) -> list[Entry]:
        """The values of a list, at least one unless said otherwise."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"must be a list, not {self._is()}.")
        if not self.node.value and not may_be_empty:
            raise self.error("must not be empty.")
        return [
            Entry(self.file, f"{self.path}[{index}]", node)
            for index, node in enumerate(self.node.value)
        ]

    def unique(
        self,
        value_of: Callable[[Entry], T],
        same: Callable[[T], str] = str,
        *,
        may_be_empty: bool = False,
    ) -> list[T]:
        """The list's values, no two of them the same."""
        seen: dict[str, T] = {}
        for entry in self.items(may_be_empty=may_be_empty):
            value = value_of(entry)
            if same(value) in seen:
                raise entry.error(f"{same(value)!r} is given twice.")
            seen[same(value)] = value
        return list(seen.values())

    def text(self, longest: int = 5_000) -> str:
        value = self._scalar("str").strip()
        if not value:
            raise self.error("must not be empty.")
        if len(value) > longest:
            raise self.error(f"is {len(value)} characters long; {longest} is the most.")
        if CONTROL.search(value):
            raise self.error("holds a control character.")
        return value

    def matching(self, pattern: str, example: str, longest: int) -> str:
        value = self.text(longest)
        if not re.fullmatch(pattern, value, re.ASCII):
            raise self.error(f"{value!r} is not of the form {example}.")
        return value

    def one_of(self, *values: str) -> str:
        value = self.text()
        if value not in values:
            raise self.error(f"{value!r} is unknown. Use one of: {', '.join(values)}.")
        return value

    def integer(self, least: int, most: int) -> int:
        value = self._scalar("int")
        if not re.fullmatch(r"\d{1,4}", value, re.ASCII) or not least <= int(value) <= most:
            raise self.error(f"{value} is not a whole number from {least} to {most}.")
        return int(value)

    def share(self) -> Decimal:
        """Exactly as written: above 0, at most 1."""
        written = self._scalar("float", "int")
        try:
            value = Decimal(written)
        except InvalidOperation:
            raise self.error(f"{written} is not a number.") from None
        if not 0 < value <= 1:
            raise self.error(f"{written} is not above 0 and at most 1.")
        return value

    def date_or_nothing(self) -> datetime.date | None:
        if self._scalar("timestamp", "null") in ("null", "~", ""):
            return None
        try:
            return datetime.date.fromisoformat(self.node.value)
        except ValueError:
            raise self.error(f"{self.node.value} is not a date like 2022-03-31.") from None

    def _scalar(self, *kinds: str) -> str:
        tag = self.node.tag.removeprefix(PLAIN)
        if not isinstance(self.node, yaml.ScalarNode) or tag not in kinds:
            hint = " Put it in quotes." if kinds == ("str",) and tag in ("int", "float") else ""
            expected = " or ".join(NAMES[kind] for kind in kinds)
            raise self.error(f"must be {expected}, not {self._is()}.{hint}")
        return str(self.node.value)

    def _pairs(self, known: list[str]) -> Iterator[Entry]:
        seen: set[str] = set()
        for key, value in self.node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            entry = Entry(self.file, f"{self.path}.{name}".lstrip("."), value)
            place = Entry(self.file, entry.path, key)
            if name not in known:
                raise place.error(f"the key {name!r} is unknown. Known are: {', '.join(known)}.")
            if name in seen:
                raise place.error(f"the key {name!r} is given twice.")
            seen.add(name)
            yield entry

    def _is(self) -> str:
        return NAMES.get(self.node.tag.removeprefix(PLAIN), self.node.tag)


def read(file: Path) -> Entry:
    """The root of a file. Raises LoadError; OSError when the file cannot be opened."""
    return parse(file, file.read_bytes())


def parse(file: Path, content: bytes) -> Entry:
    """The root of what was sent as a file of this name. Raises LoadError."""
    text = _decoded(file, content)
    try:
        _refuse_tricks(file, text)
        node = yaml.compose(text, Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = f"this is not valid YAML: {error.problem}."
        raise LoadError(file, mark.line + 1 if mark else 1, "", problem) from None
    except yaml.YAMLError as error:
        raise LoadError(file, 1, "", f"this is not valid YAML: {error}.") from None
    if node is None:
        raise LoadError(file, 1, "", "the file is empty.")
    return Entry(file, "", node)


def line_of(root: Entry, path: str) -> int:
    """The line of a key path such as standards[0].clauses[2].text; of the nearest that exists."""
    node, line = root.node, root.line
    for step in re.findall(r"[^.\[\]]+", path):
        found = _child(node, step)
        if found is None:
            return line
        node, line = found, found.start_mark.line + 1
    return line


def _child(node: yaml.Node, step: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode):
        index = int(step)
        return node.value[index] if index < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def _decoded(file: Path, content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise LoadError(file, 1, "", f"the file is larger than {MAX_BYTES:,} bytes.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise LoadError(file, line, "", "this is not UTF-8 text.") from None


def _refuse_tricks(file: Path, text: str) -> None:
    """Before anything is built: a few lines with aliases can expand to gigabytes."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.NodeEvent) and event.anchor:  # an alias names its anchor
            raise LoadError(file, line, "", "anchors (&) and aliases (*) are not allowed.")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            raise LoadError(file, line, "", f"the tag {event.tag} is not allowed.")
        documents += isinstance(event, yaml.DocumentStartEvent)
        if documents > 1:
            raise LoadError(file, line, "", "a second document begins here; one is allowed.")
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise LoadError(file, line, "", f"nested deeper than {MAX_DEPTH} levels.")
