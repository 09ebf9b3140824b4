"""Answers in JSON:API: what resources they hold, by type and number."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from urdimbre.adapters.interchange.answers import CellEmpty, NotJson, NotUtf8
from urdimbre.adapters.interchange.layout import Wrong
from urdimbre.adapters.interchange.pieces import Piece

_BEGINS = (b"{", b"[")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of an answer.

    Attributes:
        file: that it stands in.
        line: its place in the list, the first being 1.
        type: as written.
        id: as written.
        attributes: by name.
        relationships: by name.
        meta: what is said about it.
    """

    file: str
    line: int
    type: str
    id: str
    attributes: Mapping[str, Any]
    relationships: Mapping[str, Any]
    meta: Mapping[str, Any]

    @property
    def is_elsewhere(self) -> bool:
        """Whether it is of another server."""
        return self.meta.get("external") is True

    def text(self, name: str) -> str:
        """Return an attribute that is text, or nothing."""
        found = self.attributes.get(name)
        return found if isinstance(found, str) else ""

    def related(self, name: str) -> Mapping[str, Any]:
        """Return what names the other end of a relationship, or nothing."""
        return _mapping(_mapping(self.relationships.get(name)).get("data"))


class Resources:
    """What several answers hold together; a resource may stand in many of them."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._found: dict[tuple[str, str], Resource] = {}

    def read(self, piece: Piece) -> list[Wrong]:
        """Add what an answer holds; returns what could not be read of it."""
        try:
            answer = json.loads(piece.raw.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            line = piece.raw.count(b"\n", 0, error.start) + 1
            return [Wrong(line, NotUtf8(), piece.name)]
        except json.JSONDecodeError as error:
            return [Wrong(error.lineno, NotJson(error.msg), piece.name)]
        except (RecursionError, ValueError) as error:
            return [Wrong(1, NotJson(str(error)), piece.name)]
        wrong: list[Wrong] = []
        for line, one in _listed(answer):
            resource = _resource(piece.name, line, one)
            if isinstance(resource, Wrong):
                wrong.append(resource)
                continue
            key = (resource.type, resource.id)
            if key not in self._found or resource.attributes:
                self._found[key] = resource
        return wrong

    def of(self, type_: str) -> list[Resource]:
        """Return all resources of a type, in the order of the files."""
        return [one for (kind, _), one in self._found.items() if kind == type_]

    def get(self, type_: str, id_: str) -> Resource | None:
        """Return one resource."""
        return self._found.get((type_, id_))


def is_json(piece: Piece) -> bool:
    """Tell whether a file begins as an answer does."""
    return piece.raw.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_BEGINS)


def _listed(answer: Any) -> Iterator[tuple[int, Any]]:
    """Give what an answer lists, each with its place in its list."""
    if not isinstance(answer, dict) or "data" not in answer:
        yield 1, None
        return
    for name in ("data", "included"):
        found = answer.get(name, [])
        yield from enumerate(found if isinstance(found, list) else [found], start=1)


def _resource(file: str, line: int, one: Any) -> Resource | Wrong:
    found = _mapping(one)
    type_, id_ = found.get("type"), found.get("id")
    for name, value in (("type", type_), ("id", id_)):
        if not isinstance(value, str) or not value:
            return Wrong(line, CellEmpty(name), file)
    return Resource(
        file=file,
        line=line,
        type=str(type_),
        id=str(id_),
        attributes=_mapping(found.get("attributes")),
        relationships=_mapping(found.get("relationships")),
        meta=_mapping(found.get("meta")),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
