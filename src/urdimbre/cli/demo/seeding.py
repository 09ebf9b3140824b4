"""Seeding: the year is recorded through the one way in, day by day by its own clock."""

from collections.abc import Callable
from pathlib import Path

from urdimbre.adapters import folder
from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.folder_answers import AlreadyOpen
from urdimbre.adapters.making import BeingMade, made_beside
from urdimbre.cli.demo import desk, founding, pages
from urdimbre.cli.demo.book import DemoRefused, Sheet
from urdimbre.cli.demo.desk import DemoLogin
from urdimbre.cli.demo.pages import Shown
from urdimbre.cli.demo.year import Year
from urdimbre.core.refusals import Refusal
from urdimbre.projections.project import Projection
from urdimbre.recording import Registry

Progress = Callable[[int], object]
"""Called with the days that have gone by since the last call."""


class DemoClock:
    """The demo's own clock: stands still until it is set."""

    def __init__(self, now: int) -> None:
        """Begin at a time, seconds UTC."""
        self.now = now

    def __call__(self) -> int:
        """Return the time."""
        return self.now


def seed(
    directory: Path, progress: Progress | None = None, *, now: int | None = None
) -> list[DemoLogin]:
    """Make the demo circuit in a new or empty folder, whole or not at all.

    Args:
        directory: of the circuit.
        progress: told as the days go by.
        now: seconds UTC at which the year ends; by the machine's clock if left out.

    Returns:
        With what one can enter.

    Raises:
        FolderNotEmpty: there is something in the folder.
        AlreadyOpen: another process is making it.
        DemoRefused: the registry has refused an act of the demo.
    """
    folder.check_empty(directory)
    year = Year(wall_clock() if now is None else now)
    try:
        with made_beside(directory) as draft:
            shown = record_year(draft, year, progress or _tell_nobody)
            pages.put_up(draft, shown)
            folder.take_place(draft, directory)
    except BeingMade:
        raise AlreadyOpen(directory) from None
    return list(shown.logins)


def record_year(path: Path, year: Year, progress: Progress) -> Shown:
    """Record the year in a new folder; returns what the pages are to show."""
    world = year.world
    clock = DemoClock(year.genesis_time)
    circuit = folder.create(
        path,
        founding.genesis_entry(world),
        clock=clock,
        projector=Projection(),
    )
    try:
        for sheet in year.days():
            _record(circuit.registry, clock, sheet)
            progress(1)
        drafts = desk.drafts(world)
        desk.put_names(circuit.desk, world)
        circuit.keys.keep_many(
            [(who, keys[-1].seed) for who, keys in world.cast.keys.items()]
        )
    finally:
        circuit.close()
    return Shown(
        logins=desk.demo_logins(world.town, world.cast),
        listings=desk.listings(world, clock.now),
        drafts=drafts,
    )


def _record(registry: Registry, clock: DemoClock, sheet: Sheet) -> None:
    """Record a day at that day's time."""
    clock.now = sheet.time
    if not sheet.entries:
        registry.seal_idle()
        return
    for answer in registry.submit_many(sheet.entries):
        if isinstance(answer, Refusal):
            raise DemoRefused("recording", answer)


def _tell_nobody(days: int) -> None:
    """Let the days go by in silence."""
