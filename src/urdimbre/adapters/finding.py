"""What the doctor looks at, and what she finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BAD, LOOK = "bad", "look"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that was found.

    Attributes:
        code: stable.
        level: ``bad``: to be mended now; ``look``: to be known, and weighed.
        says: what, an English key of the catalogues.
        way_out: what to do, likewise.
        values: of both sentences.
    """

    code: str
    level: str
    says: str
    way_out: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """A folder as far as it can be read.

    Attributes:
        path: of the folder.
        now: seconds UTC.
        program: version of the tables that this program makes for pages.
        projection: version of those that are there.
        last: time of the last block.
        demo: whether it was founded for trying things out.
        rows: rows of the state about members, keys, policies, witnesses, rules, clock.
        size: of the registry, in bytes.
        schema: the statements that make the tables for pages, of this program.
    """

    path: Path
    now: int
    program: str
    projection: str = ""
    last: int = 0
    demo: bool = False
    rows: tuple[Any, ...] = ()
    size: int = 0
    schema: tuple[str, ...] = ()


Check = Callable[[Patient], Iterator[Finding]]
