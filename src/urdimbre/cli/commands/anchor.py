"""``urdimbre anchor``: the checkpoint told to a chain, or to who signs timestamps."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from urdimbre.cli.options import AsJson, Command, Directory, Lang
from urdimbre.cli.speaking import Speaker
from urdimbre.core.refusals import gettext_noop

if TYPE_CHECKING:
    from urdimbre.cli.anchoring import Round

_NEW_KEY = gettext_noop(
    "The sender's key is in keys/evm. Give its address a little money on the chain."
)
_DEPLOYED = gettext_noop(
    "The contract is on chain {chain}. Anchors count once a decision of the circuit "
    "has this effect."
)
_SENT = gettext_noop(
    "{confirmed} checkpoints are anchored, {open} are on their way; the chain is at "
    "block {head}."
)
_STAMPED = gettext_noop("The timestamp is kept in {path}.")
_AGAIN = gettext_noop("Not reached, tried again in {seconds} seconds: {reason}")
COLUMNS = ("size", "state", "block", "confirmations", "root")

Rpc = Annotated[
    str | None,
    typer.Option(
        metavar="URL", envvar="URDIMBRE_RPC", help="Node of the chain (JSON-RPC)."
    ),
]
Confirmations = Annotated[
    int, typer.Option(min=1, help="Blocks until an anchor counts as settled.")
]
Every = Annotated[
    int | None,
    typer.Option(min=1, metavar="SECONDS", help="Go on, one round each so often."),
]
FromBlock = Annotated[
    int,
    typer.Option(
        "--from-block", min=0, help="The contract's first block: shortens the search."
    ),
]
Certificate = Annotated[
    Path | None,
    typer.Option(
        "--tsa-cert", metavar="FILE", help="Root certificate of the authority, PEM."
    ),
]


def anchor(
    context: typer.Context,
    directory: Directory,
    *,
    rpc: Rpc = None,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="Make the sender's key and stop.")
    ] = False,
    deploy: Annotated[
        bool, typer.Option("--deploy", help="Put the contract on the chain and stop.")
    ] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Look at the chain and send nothing.")
    ] = False,
    confirmations: Confirmations = 12,
    from_block: FromBlock = 0,
    every: Every = None,
    tsa: Annotated[
        str | None, typer.Option(metavar="URL", help="Authority for timestamps.")
    ] = None,
    tsa_cert: Certificate = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Anchor the present checkpoint, and go on with those that are on their way."""
    from urdimbre.cli import anchoring
    from urdimbre.cli.failures import NothingToDo

    voice: Speaker = context.obj
    if new_key:
        _make_key(voice, directory)
        return
    if rpc is None and (tsa is None or deploy or status):
        raise NothingToDo
    if deploy:
        _deploy(voice, directory, str(rpc))
        return

    def stamp() -> None:
        if tsa is not None and not status:
            voice.note(_STAMPED, path=anchoring.stamped(directory, tsa, tsa_cert))

    def send() -> None:
        if rpc is not None:
            step = anchoring.standing if status else anchoring.anchor
            found = step(directory, rpc, confirmations=confirmations, since=from_block)
            _tell(voice, found)

    def once() -> None:
        try:
            stamp()
        finally:  # either is optional: an authority that fails holds no anchor back
            send()

    if every is None:
        once()
    else:
        _again_and_again(voice, once, every)


def _make_key(voice: Speaker, directory: Path) -> None:
    from urdimbre.cli import anchoring

    address = anchoring.new_sender(directory)
    if voice.as_json:
        voice.json({"sender": address})
    else:
        voice.line(address)
    voice.note(_NEW_KEY)


def _deploy(voice: Speaker, directory: Path, rpc: str) -> None:
    from urdimbre.adapters.anchor.deploying import SECONDS_MAX
    from urdimbre.cli import anchoring

    chain, contract, sender = anchoring.deployed(directory, rpc, SECONDS_MAX)
    # Ready to be put among the effects of a decision.
    voice.json(
        {"effect": "anchor", "chain": chain, "contract": contract, "sender": sender}
    )
    voice.note(_DEPLOYED, chain=chain)


def _again_and_again(voice: Speaker, once: Callable[[], None], seconds: int) -> None:
    """Do it each so often; a chain that cannot be reached is tried again."""
    from urdimbre.adapters.anchor.answers import AnchorFailed
    from urdimbre.cli.failures import UNREACHABLE, tell

    while True:
        try:
            once()
        except AnchorFailed as failed:
            if failed.exit_code != UNREACHABLE:
                raise
            reason = tell(failed, voice.translate).message
            voice.note(_AGAIN, seconds=seconds, reason=reason)
        time.sleep(seconds)


def _tell(voice: Speaker, found: Round) -> None:
    rows = [asdict(one) for one in found.standings]
    settled = [row for row in rows if row["state"] == "confirmed"]
    waiting = [row for row in rows if row["state"] != "confirmed"]
    if voice.as_json:
        voice.json({**asdict(found.line), "head": found.head, "anchors": rows})
    else:
        voice.table(COLUMNS, [*settled[-1:], *waiting])
    voice.note(_SENT, confirmed=len(settled), open=len(waiting), head=found.head)


ANCHOR = Command(
    name="anchor",
    run=anchor,
    summary="Anchor the checkpoint to an EVM chain or have it timestamped.",
    examples=(
        "urdimbre anchor club --rpc https://rpc.example.org",
        "urdimbre anchor club --new-key",
        "urdimbre anchor club --deploy --rpc https://rpc.example.org",
        "urdimbre anchor club --status --rpc https://rpc.example.org --json",
        "urdimbre anchor club --tsa https://tsa.example.org --tsa-cert root.pem",
    ),
    more="A decision of the circuit names contract and sender first. Run it from a "
    "timer, or with --every. The node's address may come from URDIMBRE_RPC.",
)
