"""Reading the catalogue's CSV and YAML into typed records, with every fault named by file, row and column."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from warehouse.errors import HailongError

Row = TypeVar("Row", bound=msgspec.Struct)
_LISTS = {"asked_of"}
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class UnreadableYaml(HailongError):
    """A text is no YAML that holds nothing but texts, lists and mappings; the message names the line where it can."""


class ScalarsAsWritten(yaml.SafeLoader):
    """YAML in which every scalar stays the text it was written as, in NFC, and no key stands twice.

    An ordinary reader turns an unquoted 3.10 into 3.1 and `no` into false; column names and codes must survive.
    """

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> str:
        """Refuse characters, written as escapes, that no text of a catalogue or a manifest has."""
        text = unicodedata.normalize("NFC", str(super().construct_scalar(node)))
        if _NO_TEXT.search(text):
            raise _misplaced(
                node, "a control character stands in a text; write the text without it"
            )
        return text

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """Refuse a key that is no text, and one that stands twice: YAML would let the later one win in silence."""
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _misplaced(
                    key, "a key must be a text; text in braces or brackets needs quotes"
                )
            written = self.construct_scalar(key)
            if written in seen:
                raise _misplaced(key, f"the key {written!r} stands twice")
            seen.add(written)
        return super().construct_mapping(node, deep=deep)

    def refuse_tag(self, node: yaml.Node) -> object:
        """Refuse a tag such as !!int: values are read as they are written."""
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        raise _misplaced(node, f"the tag {tag} has no meaning here; write the value without it")


ScalarsAsWritten.yaml_implicit_resolvers = {}
ScalarsAsWritten.yaml_constructors = {
    tag: yaml.SafeLoader.yaml_constructors[tag]
    for tag in (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
} | {None: ScalarsAsWritten.refuse_tag}


def _misplaced(node: yaml.Node, problem: str) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def read_yaml(path: Path) -> object:
    """Return the document in `path`, every scalar as text in NFC and an empty value as "".

    Raises:
        UnreadableYaml: it is no YAML in UTF-8, or a key stands twice or is no text.
        OSError: it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        return yaml.load(text, Loader=ScalarsAsWritten)  # noqa: S506 a SafeLoader
    except UnicodeDecodeError as wrong:
        raise UnreadableYaml("it is not readable as YAML (it is not UTF-8); save it so") from wrong
    except RecursionError as wrong:
        raise UnreadableYaml("it is not readable as YAML (it is nested too deeply)") from wrong
    except (yaml.YAMLError, ValueError, OverflowError) as wrong:
        # ValueError and OverflowError: an escape of a number that no character has.
        mark = wrong.problem_mark if isinstance(wrong, yaml.MarkedYAMLError) else None
        problem = wrong.problem if isinstance(wrong, yaml.MarkedYAMLError) else wrong
        where = f"line {mark.line + 1}: " if mark else ""
        told = " ".join(str(problem).split())
        raise UnreadableYaml(f"it is not readable as YAML ({where}{told})") from wrong


class CatalogueFiles:
    """Reads files of one catalogue and collects what is wrong with them.

    Args:
        roots: the catalogue folders, the shipped one first.
    """

    def __init__(self, roots: list[Path]) -> None:
        self.roots = roots
        self.faults: list[str] = []
        self.read: dict[str, bytes] = {}

    def fault(self, file: str, sentence: str) -> None:
        """Note that `file` is wrong."""
        self.faults.append(f"{file}: {sentence}")

    def bytes_of(self, root: Path, name: str) -> bytes | None:
        """Return the content of a file of one root, remembered for the hash, or None where there is none."""
        path = root / name
        if not path.is_file():
            return None
        content = path.read_bytes()
        self.read[f"{self.roots.index(root)}/{name}"] = content
        return content

    def rows(self, root: Path, name: str, kind: type[Row], required: bool = True) -> list[Row]:
        """Return the rows of a CSV file as records of `kind`; faults are collected, bad rows left out."""
        content = self.bytes_of(root, name)
        if content is None:
            if required:
                self.fault(name, "the file is missing")
            return []
        try:
            reader = csv.DictReader(
                io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True
            )
            return self._records(name, reader, kind)
        except (UnicodeDecodeError, csv.Error) as wrong:
            self.fault(name, f"it is not readable as CSV in UTF-8 ({wrong})")
            return []

    def _records(self, name: str, reader: csv.DictReader[str], kind: type[Row]) -> list[Row]:
        unknown = set(reader.fieldnames or ()) - set(kind.__struct_fields__)
        for column in sorted(unknown):
            self.fault(
                name, f"column {column!r} is unknown; known are {', '.join(kind.__struct_fields__)}"
            )
        if unknown:
            return []
        rows = []
        for number, written in enumerate(reader, start=2):
            if None in written or None in written.values():
                self.fault(name, f"row {number} has not as many values as the header has columns")
                continue
            filled = {
                column: value.split() if column in _LISTS else value.strip()
                for column, value in written.items()
                if value.strip()
            }
            try:
                rows.append(msgspec.convert(filled, kind, strict=False))
            except msgspec.ValidationError as wrong:
                self.fault(name, f"row {number}: {wrong}")
        return rows

    def mapping(self, root: Path, name: str) -> dict[str, object]:
        """Return a YAML file that holds a mapping; {} where the file is absent or wrong."""
        content = self.bytes_of(root, name)
        if content is None:
            return {}
        try:
            document = read_yaml(root / name)
        except UnreadableYaml as wrong:
            self.fault(name, str(wrong))
            return {}
        if not isinstance(document, dict):
            self.fault(name, "it must hold a mapping of keys to values")
            return {}
        return {key: value for key, value in document.items() if value != ""}

    def record(self, file: str, document: object, kind: type[Row]) -> Row | None:
        """Return `document` as one record of `kind`, or None with the fault noted."""
        try:
            return msgspec.convert(document, kind, strict=False)
        except msgspec.ValidationError as wrong:
            self.fault(file, str(wrong))
            return None
