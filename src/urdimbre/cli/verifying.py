"""The work of ``urdimbre verify``: once, again and again, or from what was kept."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from urdimbre.adapters import traces
from urdimbre.adapters.bundle import verify_bundle
from urdimbre.adapters.clock import wall_clock
from urdimbre.adapters.differences import Difference
from urdimbre.adapters.folder import DESK_FILE
from urdimbre.adapters.following import Following
from urdimbre.adapters.resuming import verify_from
from urdimbre.adapters.since import UNPROVEN, Kept, read_kept
from urdimbre.adapters.snapshot import is_snapshot
from urdimbre.adapters.verification import Verification, verify_folder
from urdimbre.cli import comparing
from urdimbre.cli.failures import OK, VERIFICATION_FAILED, FileMissing
from urdimbre.cli.speaking import Speaker
from urdimbre.cli.telling import fill, moment, shown
from urdimbre.core.refusals import gettext_noop
from urdimbre.projections.project import Projection
from urdimbre.recording.signatures import Verdicts

Sources = tuple[tuple[str, ...], Path | None, int]
"""Nodes of chains, a timestamper's certificate, the first block to ask for."""

_GOOD = gettext_noop(
    "Everything is as the community signed it: acts {acts}, blocks {blocks}, "
    "signatures {signatures}."
)
_BAD = gettext_noop("First difference: table {where}: {reason}.")
_NO_DESK = gettext_noop(
    "The folder has lost its {file}, with the names, the private texts and the keys on "
    "the server: only the log was verified. Put the file back from a copy."
)
_UPTO = gettext_noop(
    "Verified up to number {number} at {time}: acts {acts}, blocks {blocks}, "
    "signatures {signatures}."
)
_FOLLOWS = gettext_noop(
    "What follows the snapshot is as the community signed it: acts {acts}, blocks "
    "{blocks}, signatures {signatures}, from number {size} on."
)
_UNPROVEN = gettext_noop(
    "Not proven: that the acts before number {size} give the state of the snapshot, "
    "and the tables that pages read. Without --from everything is verified."
)
_SINCE = gettext_noop(
    "The entries before number {size} are to the byte those of the checkpoint that "
    "was kept. Their signatures were not verified again: without --from they are."
)
_ROWS = ("acts", "blocks", "signatures", "log_root", "state_root")


def once(
    voice: Speaker,
    path: Path,
    verdicts: Verdicts,
    sources: Sources | None,
    *,
    folder: bool,
) -> int:
    """Verify a folder or a bundle from the beginning, and against its anchors."""
    asked = None
    if sources is not None:
        rpc, certificate, from_block = sources
        asked = comparing.ask(path, rpc, certificate, from_block)
    found = _found(path, verdicts, folder=folder)
    if folder and found.ok:
        traces.keep(path, "verify", {"at": wall_clock(), "acts": found.acts})
    told, compared = found.told(), None
    if asked is not None and sources is not None and found.ok:
        size, root = found.acts + found.blocks, found.log_root
        compared = comparing.compare(path, asked, sources[1], size=size, log_root=root)
        told |= {"ok": compared.ok, "anchors": compared.told()}
    tell(voice, found, told)
    if folder:
        tell_whether_whole(voice, path)
    if found.first_error is not None:
        tell_difference(voice, found.first_error)
        return VERIFICATION_FAILED
    voice.note(_GOOD, **told)
    return OK if compared is None else comparing.tell(voice, compared)


def _found(
    path: Path, verdicts: Verdicts, *, folder: bool, kept: Kept | None = None
) -> Verification:
    if not folder:
        return verify_bundle(path, verdicts=verdicts, kept=kept)
    projector = Projection()
    return verify_folder(path, projector=projector, verdicts=verdicts, kept=kept)


def follow(voice: Speaker, path: Path, seconds: float, verdicts: Verdicts) -> int:
    """Verify a folder, and what comes, until something differs or Ctrl-C."""
    tell_whether_whole(voice, path)
    followed = Following(path, projector=Projection(), verdicts=verdicts)
    with closing(followed) as following:
        while True:
            look = following.look()
            found = look.verification
            if voice.as_json:
                voice.json(look.told())
            if found.first_error is not None:
                tell_difference(voice, found.first_error)
                return VERIFICATION_FAILED
            if not voice.as_json:
                number, at = look.upto - 1, moment(look.at)
                values = found.told() | {"number": number, "time": at}
                voice.line(fill(voice.translate(_UPTO), values))
            sys.stdout.flush()
            traces.keep(path, "verify", {"at": wall_clock(), "acts": found.acts})
            time.sleep(seconds)


def since(
    voice: Speaker, path: Path, start: Path, verdicts: Verdicts, *, folder: bool
) -> int:
    """Verify what follows a checkpoint or snapshot; say what that leaves open."""
    if not start.is_file():
        raise FileMissing(path=start)
    if folder and is_snapshot(start):
        return _resume(voice, path, start, verdicts)
    kept = read_kept(start)
    found = _found(path, verdicts, folder=folder, kept=kept)
    told = found.told() | {"from": kept.size, "unproven": list(UNPROVEN)}
    tell(voice, found, told)
    if folder:
        tell_whether_whole(voice, path)
    if found.first_error is not None:
        tell_difference(voice, found.first_error)
        return VERIFICATION_FAILED
    voice.note(_GOOD, **told)
    voice.note(_SINCE, size=kept.size)
    return OK


def _resume(voice: Speaker, path: Path, snapshot: Path, verdicts: Verdicts) -> int:
    projector = Projection()
    resumed = verify_from(path, snapshot, projector=projector, verdicts=verdicts)
    found = resumed.verification
    tell(voice, found, resumed.told())
    tell_whether_whole(voice, path)
    voice.note(_UNPROVEN, size=resumed.size)
    if found.first_error is not None:
        tell_difference(voice, found.first_error)
        return VERIFICATION_FAILED
    voice.note(_FOLLOWS, **found.told(), size=resumed.size)
    return OK


def tell(voice: Speaker, found: Verification, told: dict[str, Any]) -> None:
    """Tell the figures of a verification and what it has covered."""
    if voice.as_json:
        voice.json(told)
        return
    for name in _ROWS:
        voice.line(f"{name:<10}  {told[name]}")
    voice.line(f"covered     {', '.join(found.covered)}")
    if "unproven" in told:
        voice.line(f"unproven    {', '.join(told['unproven'])}")


def tell_whether_whole(voice: Speaker, path: Path) -> None:
    """Tell if the desk is gone: then only the log was verified."""
    if not (path / DESK_FILE).is_file():
        voice.note(_NO_DESK, file=DESK_FILE)


def tell_difference(voice: Speaker, wrong: Difference) -> None:
    """Tell the first difference in a sentence."""
    reason = shown("", wrong.reason, voice.translate).rstrip(".")
    voice.note(_BAD, where=wrong.where, reason=reason)
