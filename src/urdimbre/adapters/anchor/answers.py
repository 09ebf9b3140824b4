"""What can go wrong between a circuit and the place where it is anchored."""

from __future__ import annotations

from typing import ClassVar

from urdimbre.core.refusals import gettext_noop


class AnchorFailed(Exception):
    """Anchoring, or looking at anchors, that cannot go on.

    Attributes:
        code: stable.
        says: what happened, an English key of the catalogues.
        hint: what to do now, likewise.
        exit_code: of the command line.
        values: of the sentences.
    """

    code: ClassVar[str] = "anchor_failed"
    says: ClassVar[str] = gettext_noop("Anchoring failed.")
    hint: ClassVar[str] = ""
    exit_code: ClassVar[int] = 1

    def __init__(self, **values: object) -> None:
        """Keep the values of the sentence."""
        super().__init__(f"{self.code}: {values}")
        self.values = values


class ExtraMissing(AnchorFailed):
    """A library that only anchoring needs is not installed."""

    code = "extra_missing"
    says = gettext_noop("This needs a library that is not installed: {library}.")
    hint = gettext_noop("Install the extra: pip install 'urdimbre[{extra}]'.")


class ChainUnreachable(AnchorFailed):
    """The chain's node does not answer, or not as one."""

    code = "chain_unreachable"
    says = gettext_noop("The chain's node at {host} does not answer: {reason}.")
    hint = gettext_noop(
        "Check the address and run the command again; what waits is kept in the outbox."
    )
    exit_code = 7


class ChainRefused(AnchorFailed):
    """The chain's node answered that it will not do it."""

    code = "chain_refused"
    says = gettext_noop("The chain's node refused {method}: {reason}.")
    hint = gettext_noop(
        "Mend the reason (funds of the sender, limits of the node) and run it again."
    )


class AnchorNotPinned(AnchorFailed):
    """No decision of the circuit names a contract and a sender on this chain."""

    code = "anchor_not_pinned"
    says = gettext_noop("No decision of this circuit pins an anchor on chain {chain}.")
    hint = gettext_noop(
        "Deploy the contract (`urdimbre anchor --deploy`) and record the decision that "
        "it prints."
    )
    exit_code = 5


class SenderNotPinned(AnchorFailed):
    """The key in keys/evm is not the sender that the circuit has pinned."""

    code = "sender_not_pinned"
    says = gettext_noop("The key in keys/evm is {found}; the circuit pins {pinned}.")
    hint = gettext_noop(
        "Put the pinned key into keys/evm, or decide to pin the other one."
    )
    exit_code = 6


class NoContract(AnchorFailed):
    """There is no code at the pinned address."""

    code = "no_contract"
    says = gettext_noop("There is no contract at {contract} on chain {chain}.")
    hint = gettext_noop("Check that this is the chain that the decision means.")
    exit_code = 5


class AnchorContradicts(AnchorFailed):
    """An anchor says another root than the log has at that size."""

    code = "anchor_contradicts"
    says = gettext_noop(
        "On chain {chain} the anchor of size {size} says root {anchored}; this log has "
        "{root}."
    )
    hint = gettext_noop(
        "This is not the log that was anchored. Nothing was sent; compare copies with "
        "`urdimbre verify --anchors` and ask the members."
    )
    exit_code = 3


class CheckpointChanged(AnchorFailed):
    """The outbox keeps another checkpoint of that size than the log has."""

    code = "checkpoint_changed"
    says = gettext_noop(
        "The outbox keeps root {kept} for size {size}; this log has {root}."
    )
    hint = gettext_noop(
        "This log was restored or rewritten. Compare it with other copies; the outbox "
        "(anchor.db) may be removed once you know why."
    )
    exit_code = 3


class AnchorAhead(AnchorFailed):
    """An anchor speaks of a longer log than this one."""

    code = "anchor_ahead"
    says = gettext_noop(
        "Chain {chain} has an anchor of size {size}; this log ends at {ends}."
    )
    hint = gettext_noop(
        "This copy is old, or entries are gone. Nothing was sent; bring the log up to "
        "date first."
    )
    exit_code = 3


class OutboxBusy(AnchorFailed):
    """Another process works on the same outbox."""

    code = "outbox_busy"
    says = gettext_noop("Another process is anchoring {path}.")
    hint = gettext_noop("Let it finish, or stop it.")
    exit_code = 6


class NotCompiled(AnchorFailed):
    """The compiled contract did not come with this installation."""

    code = "contract_not_compiled"
    says = gettext_noop("The compiled contract is not there: {path}.")
    hint = gettext_noop(
        "Compile it from its source (`make contract`, needs npm), or deploy it from an "
        "installation that has it."
    )
    exit_code = 5


class NotMined(AnchorFailed):
    """A deployment that no block holds yet."""

    code = "not_mined"
    says = gettext_noop("No block holds the transaction {hash} yet.")
    hint = gettext_noop("Run the same command again later; it goes on with this one.")
    exit_code = 7


class NothingToAsk(AnchorFailed):
    """Anchors were to be compared, and nobody was named who keeps them."""

    code = "nothing_to_ask"
    says = gettext_noop("--anchors was given, and nothing to compare with.")
    hint = gettext_noop(
        "Name a node of the chain (--rpc URL), a certificate for timestamps "
        "(--tsa-cert FILE), or both."
    )
    exit_code = 2


class StamperUnreachable(AnchorFailed):
    """The timestamping authority does not answer."""

    code = "tsa_unreachable"
    says = gettext_noop("The timestamping authority {host} does not answer: {reason}.")
    hint = gettext_noop("Check the address and run the command again.")
    exit_code = 7


class StampRefused(AnchorFailed):
    """The authority's answer is no timestamp of what was sent."""

    code = "stamp_refused"
    says = gettext_noop("The answer of {host} is no timestamp of this log: {reason}.")
    hint = gettext_noop("Try again, or ask another authority; nothing was kept.")


class BadCertificate(AnchorFailed):
    """A file that is no certificate."""

    code = "bad_certificate"
    says = gettext_noop("{path} is no certificate in PEM form: {reason}.")
    hint = gettext_noop("Give the authority's root certificate as it publishes it.")
    exit_code = 2
