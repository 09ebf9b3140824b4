"""``urdimbre start``, ``run`` and ``demo``: the pages in the browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang

Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen at.")]
DEMO_DIRECTORY = Path("demo-circuit")
OWN_DIRECTORY = Path("circuit")


def start(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Folder of the circuit.")
    ] = OWN_DIRECTORY,
    *,
    port: Port = 8000,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Print the address only.")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Found a circuit in the browser if there is none yet, and serve it."""
    from urdimbre.cli.serving import Address, serve, settle_clock
    from urdimbre.cli.starting import found_if_new, open_browser

    address = Address("localhost", port)
    address.check()
    look = sys.stdout.isatty() and not (no_browser or as_json)
    new = found_if_new(directory, address, voice=context.obj, look=look)
    demo = settle_clock(directory, voice=context.obj, accept=False)
    open_browser(address.url, look=look and not new)
    serve(directory, address, voice=context.obj, demo=demo)


def run(
    context: typer.Context,
    directory: Directory,
    *,
    port: Port = 8000,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "localhost",
    accept_clock: Annotated[
        bool,
        typer.Option(
            "--accept-clock", help="Record that this machine's clock is right."
        ),
    ] = False,
    workers: Annotated[
        int,
        typer.Option(min=1, max=64, help="Processes; several only with PostgreSQL."),
    ] = 1,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Serve the pages of a circuit until told to stop."""
    from urdimbre.cli.serving import Address, serve, settle_clock
    from urdimbre.cli.sharing import may_share

    address = Address(host, port)
    may_share(directory, workers)
    address.check()
    demo = settle_clock(directory, voice=context.obj, accept=accept_clock)
    serve(directory, address, voice=context.obj, demo=demo, workers=workers)


def demo(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="Folder of the demo.")
    ] = DEMO_DIRECTORY,
    *,
    port: Port = 8000,
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Only make the circuit.")
    ] = False,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Make a circuit with a year of life, if there is none yet, and serve it."""
    from urdimbre.adapters.folder import holds_a_log
    from urdimbre.cli.serving import Address, seed, serve, settle_clock, tell_logins

    address = Address("localhost", port)
    if not no_serve:
        address.check()
    if not holds_a_log(directory):
        seed(directory, voice=context.obj)
    is_demo = settle_clock(directory, voice=context.obj, accept=False)
    if is_demo:
        tell_logins(directory, voice=context.obj)
    if not no_serve:
        serve(directory, address, voice=context.obj, demo=is_demo)


START = Command(
    name="start",
    run=start,
    summary="Found a circuit in the browser if there is none yet, and serve it.",
    examples=("urdimbre start", "urdimbre start our-circuit --port 8765"),
)
RUN = Command(
    name="run",
    run=run,
    summary="Serve the pages of a circuit.",
    examples=(
        "urdimbre run club",
        "urdimbre run club --port 8765 --host 192.168.1.10",
        "urdimbre run club --accept-clock",
        "urdimbre run club --workers 4",
    ),
)
DEMO = Command(
    name="demo",
    run=demo,
    summary="Make a circuit with a year of life and serve it.",
    examples=("urdimbre demo", "urdimbre demo town --port 8765 --no-serve"),
)
