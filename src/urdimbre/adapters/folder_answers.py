"""What opening or making a circuit's folder may answer instead."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from urdimbre.core.refusals import Refusal, gettext_noop


class FolderFailed(Exception):
    """A folder that cannot be opened as a circuit.

    Attributes:
        code: stable.
        says: what is wrong, an English key of the catalogues with ``{value}`` places.
        hint: the way out, likewise.
        exit_code: of the command line.
        values: of the sentence, by name.
        path: the folder.
    """

    code: ClassVar[str] = "folder_failed"
    says: ClassVar[str] = gettext_noop("{path} cannot be opened as a circuit.")
    hint: ClassVar[str] = ""
    exit_code: ClassVar[int] = 1

    def __init__(self, path: Path, **values: object) -> None:
        """Keep which folder, and the other values of the sentence."""
        self.path = path
        self.values = {"path": path, **values}
        super().__init__(self.says.format_map(self.values))


class NotACircuit(FolderFailed):
    """There is no circuit in this folder."""

    code = "not_a_circuit"
    says = gettext_noop("{path} is not the folder of a circuit.")
    hint = gettext_noop("Name the folder of a circuit, or make one: urdimbre init.")
    exit_code = 5


class CircuitIncomplete(FolderFailed):
    """A circuit's folder that has lost one of its files."""

    code = "circuit_incomplete"
    says = gettext_noop("The circuit in {path} has lost its {file}.")
    hint = gettext_noop(
        "Put {file} back from a copy of the folder. Until then nothing is recorded; "
        "`urdimbre verify` still checks the log."
    )
    exit_code = 5

    def __init__(self, path: Path, file: str) -> None:
        """Keep which file of which folder."""
        super().__init__(path, file=file)


class AlreadyOpen(FolderFailed):
    """Another process has the circuit open for writing."""

    code = "already_open"
    says = gettext_noop("{path} is open in another process.")
    hint = gettext_noop(
        "Stop the program that runs it, or let that program record the act."
    )
    exit_code = 6


class FolderNotEmpty(FolderFailed):
    """A circuit was to be made in a folder that holds something."""

    code = "folder_not_empty"
    says = gettext_noop("{path} holds something already.")
    hint = gettext_noop("Choose a new folder, or an empty one.")
    exit_code = 6


class GenesisRefused(Exception):
    """The genesis act of a new circuit was refused; nothing was made.

    Attributes:
        refusal: why.
    """

    def __init__(self, refusal: Refusal) -> None:
        """Keep why."""
        super().__init__(refusal.sentence())
        self.refusal = refusal
