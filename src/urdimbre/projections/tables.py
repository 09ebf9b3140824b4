"""The derived tables: columns, keys, statements. Plain SQL, no Django.

Members stand in them by number: in order of admission from 1; see the names below for
the others. Codes stand as they are in acts; what is absent is empty text or ``NULL``.
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 2

CARRIED_BITS = 53
"""Volumes are sums without a limit: what passes these bits is carried to a column of
its own, for a database keeps whole numbers exactly up to 63 bits only."""

THE_COMMON = 0
OUTSIDE = {"capital": -1, "state": -2, "solidarity": -3}
SEALED = -4
OTHER_CIRCUIT = -5
CASH_OUTSIDE = -6
NODE = -7


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A derived table.

    Attributes:
        name: as in the file.
        columns: name and SQL type, in order.
        key: columns of the primary key.
        indexes: columns of further indexes.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def schema(self) -> tuple[str, ...]:
        """The statements that make it."""
        columns = ", ".join(f'"{name}" {kind}' for name, kind in self.columns)
        table = (
            f'CREATE TABLE "{self.name}" ({columns},'
            f" PRIMARY KEY ({_listed(self.key)})) WITHOUT ROWID"
        )
        return (table, *(self._index(columns) for columns in self.indexes))

    @property
    def insert(self) -> str:
        """The statement that adds a row."""
        places = ", ".join("?" * len(self.columns))
        return f'INSERT INTO "{self.name}" VALUES ({places})'  # noqa: S608 - our names

    @property
    def upsert(self) -> str:
        """The statement that writes a row, new or not."""
        changed = ", ".join(
            f'"{name}" = excluded."{name}"'
            for name, _ in self.columns
            if name not in self.key
        )
        return f"{self.insert} {self.on_conflict} {changed}"

    @property
    def on_conflict(self) -> str:
        """How a statement begins to say what becomes of a row that is there."""
        # PostgreSQL wants the key named; SQLite takes it.
        return f"ON CONFLICT ({_listed(self.key)}) DO UPDATE SET"

    def _index(self, columns: tuple[str, ...]) -> str:
        name = "_".join((self.name, *columns))
        return f'CREATE INDEX "{name}" ON "{self.name}" ({_listed(columns)})'


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)


_INT = "INTEGER NOT NULL"
_INT_OR_NOT = "INTEGER"
_TEXT = "TEXT NOT NULL"
_PLACE = (("position", _INT), ("deal", _INT), ("move", _INT))
_MOVE_KEY = ("position", "deal", "move")

MEMBER = Table(
    name="member",
    columns=(
        ("no", _INT),
        ("id", f"{_TEXT} UNIQUE"),
        ("kind", _TEXT),
        ("since", _INT),
        ("left", _INT_OR_NOT),
        ("admitted_at", _INT),
    ),
    key=("no",),
)
ACT_LINE = Table(
    name="act_line",
    columns=(
        ("position", _INT),
        ("kind", _TEXT),
        ("by", _INT),
        ("height", _INT),
        ("time", _INT),
        ("day", _INT_OR_NOT),
    ),
    key=("position",),
)
MOVE = Table(
    name="move",
    columns=(
        *_PLACE,
        ("mode", _TEXT),
        ("type", _TEXT),
        ("giver", _INT),
        ("taker", _INT),
        ("unit", _TEXT),
        ("quantity", _INT),
        ("original", _INT),
        ("category", _TEXT),
        ("product", _TEXT),
        ("title", _TEXT),
        ("purpose", _TEXT),
        ("mark", _TEXT),
    ),
    key=_MOVE_KEY,
    indexes=(("giver", "position"), ("taker", "position")),
)
# An act posts to an account once. The key begins with the owner: that is how statements
# read it, and a second index would cost a tenth of all that an act writes.
POSTING = Table(
    name="posting",
    columns=(
        ("owner", _INT),
        ("position", _INT),
        ("unit", _TEXT),
        ("purse", _TEXT),
        ("delta", _INT),
        ("after", _INT),
    ),
    key=("owner", "position", "unit", "purse"),
)
BALANCE = Table(
    name="balance",
    columns=(
        ("owner", _INT),
        ("unit", _TEXT),
        ("purse", _TEXT),
        ("balance", _INT),
        ("held", _INT),
    ),
    key=("owner", "unit", "purse"),
)
OBLIGATION = Table(
    name="obligation",
    columns=(
        *_PLACE,
        ("debtor", _INT),
        ("creditor", _INT),
        ("what", _TEXT),
        ("unit", _TEXT),
        ("category", _TEXT),
        ("product", _TEXT),
        ("quantity", _INT),
        ("open", _INT),
        ("due_day", _INT_OR_NOT),
        ("due", _TEXT),
        ("risk", _TEXT),
        ("contested", _INT),
    ),
    key=_MOVE_KEY,
    indexes=(("debtor",), ("creditor",)),
)
CUSTODY = Table(
    name="custody",
    columns=(
        *_PLACE,
        ("owner", _INT),
        ("holder", _INT),
        ("category", _TEXT),
        ("product", _TEXT),
        ("unit", _TEXT),
        ("quantity", _INT),
        ("held", _INT),
        ("may", _TEXT),
    ),
    key=_MOVE_KEY,
    indexes=(("owner",), ("holder",)),
)
THANKS = Table(
    name="thanks",
    columns=(
        ("position", _INT),
        ("party", _INT),
        ("gift_position", _INT),
        ("gift_deal", _INT),
    ),
    key=("position",),
    indexes=(("gift_position",),),
)
MARK = Table(
    name="mark",
    columns=(
        ("position", _INT),
        ("deal", _INT),
        ("by_position", _INT),
        ("kind", _TEXT),
        ("owner", _INT),
        ("unit", _TEXT),
    ),
    key=("position", "deal", "by_position", "kind", "owner", "unit"),
    indexes=(("kind", "by_position"),),
)
VOLUME = Table(
    name="volume",
    columns=(
        ("month", _INT),
        ("mode", _TEXT),
        ("type", _TEXT),
        ("unit", _TEXT),
        ("category", _TEXT),
        ("carried", _INT),
        ("quantity", _INT),
        ("moves", _INT),
    ),
    key=("month", "mode", "type", "unit", "category"),
)
UNIT = Table(
    name="unit",
    columns=(
        ("code", _TEXT),
        ("kind", _TEXT),
        ("scale", _INT),
        ("regime", _TEXT),
        ("scope", _TEXT),
        ("home", _TEXT),
        ("home_code", _TEXT),
        ("backing", _TEXT),
        ("equivalent", _TEXT),
    ),
    key=("code",),
)
SUPPLY = Table(
    name="supply",
    columns=(("unit", _TEXT), ("issued", _INT), ("ceiling", _INT)),
    key=("unit",),
)
PARAMETER = Table(
    name="parameter",
    columns=(
        ("name", _TEXT),
        ("value", _TEXT),
        ("before", _TEXT),
        ("since", _INT),
        ("version", _INT),
    ),
    key=("name",),
)
LIMITS = Table(
    name="limits",
    columns=(
        ("unit", _TEXT),
        ("whom", _TEXT),
        ("low", _INT),
        ("high", _INT),
        ("warn", _INT_OR_NOT),
        ("version", _INT),
    ),
    key=("unit", "whom"),
)

TABLES = (
    MEMBER,
    ACT_LINE,
    MOVE,
    POSTING,
    BALANCE,
    OBLIGATION,
    CUSTODY,
    THANKS,
    MARK,
    VOLUME,
    UNIT,
    SUPPLY,
    PARAMETER,
    LIMITS,
)
SCHEMA = tuple(statement for table in TABLES for statement in table.schema)
