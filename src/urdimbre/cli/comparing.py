"""The work of ``urdimbre verify --anchors``: what others keep, against the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from urdimbre.adapters.anchor.answers import AnchorNotPinned, ExtraMissing, NothingToAsk
from urdimbre.adapters.anchor.event import Event
from urdimbre.adapters.anchor.judging import (
    BEYOND,
    CONTRADICTS,
    EVIDENCE,
    FOREIGN,
    HOLDS,
    IGNORED,
    INCONSISTENT,
    OUTSIDE,
    Entries,
    Judged,
    Pin,
    judge,
    pins_of,
    roots_at,
)
from urdimbre.adapters.anchor.rpc import Chain
from urdimbre.adapters.bundle import read_entries
from urdimbre.adapters.engines import read_tables
from urdimbre.adapters.folder import holds_a_log, is_circuit
from urdimbre.adapters.folder_answers import NotACircuit
from urdimbre.cli.failures import OK, VERIFICATION_FAILED
from urdimbre.cli.opening import looking, rows_of
from urdimbre.cli.speaking import Speaker
from urdimbre.cli.telling import moment
from urdimbre.core import circuit as rules
from urdimbre.core.acts import Act
from urdimbre.core.chain import notes
from urdimbre.core.chain.entry import decode
from urdimbre.core.refusals import Reason, gettext_noop
from urdimbre.recording import Damaged
from urdimbre.recording.chain import origin_of

if TYPE_CHECKING:
    from urdimbre.adapters.anchor.stamping import Stamp

UNSIGNED: Final = "unsigned"
NOT_TRUSTED: Final = "not_trusted"

_CHAIN = gettext_noop(
    "Chain {chain}: {holds} anchors hold, {evidence} contradict, {ignored} are ignored."
)
_NONE = gettext_noop("No anchor was found on chain {chain}: nothing is proven by it.")
_NOT_ASKED = gettext_noop(
    "Chain {chain} is pinned too and was not asked; name a node of it with --rpc."
)
_LAST = gettext_noop(
    "By {time} this log existed with its first {size} entries, in this order: block "
    "{block} of chain {chain}, {confirmations} blocks deep."
)
_LAST_STAMP = gettext_noop(
    "By {time} this log existed with its first {size} entries, in this order: "
    "timestamp stamps/{size}.tsr."
)
_LIMITS = gettext_noop(
    "Anchors prove existence and order until then. They do not prove that entries are "
    "true, that none was left out before it was recorded, or that nobody was shown "
    "another log since."
)
_ANCHORS = {
    CONTRADICTS: gettext_noop(
        "EVIDENCE: in block {block} of chain {chain} the anchor of size {size} says "
        "root {anchored}; this log has {root}. This is not the log that was anchored."
    ),
    INCONSISTENT: gettext_noop(
        "EVIDENCE: in block {block} of chain {chain} a second anchor of size {size} "
        "says root {anchored}; the first one counts. Whoever holds the sender's key "
        "has signed two logs."
    ),
    BEYOND: gettext_noop(
        "EVIDENCE: in block {block} of chain {chain} the anchor of size {size} speaks "
        "of a longer log. This copy is old, or entries are gone."
    ),
    FOREIGN: gettext_noop(
        "Ignored: in block {block} of chain {chain} an anchor of size {size} from "
        "{sender}, whom no decision names."
    ),
    OUTSIDE: gettext_noop(
        "Ignored: in block {block} of chain {chain} an anchor of size {size} from "
        "{sender}, before its decision or after the one that replaced it."
    ),
}
_STAMPS = {
    CONTRADICTS: gettext_noop(
        "EVIDENCE: the timestamp stamps/{size}.tsr says root {anchored}; this log has "
        "{root}. This is not the log that was stamped."
    ),
    BEYOND: gettext_noop(
        "EVIDENCE: the timestamp stamps/{size}.tsr speaks of a longer log. This copy "
        "is old, or entries are gone."
    ),
    UNSIGNED: gettext_noop(
        "Ignored: the timestamp stamps/{size}.tsr is of no checkpoint that a key of "
        "this log has signed."
    ),
    NOT_TRUSTED: gettext_noop(
        "Not proven: the given certificate does not vouch for the timestamp "
        "stamps/{size}.tsr."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the chains say, asked before the log is read: no anchor can be ahead of it.

    Attributes:
        pins: that the log has ever decided.
        events: anchors of this circuit, by chain.
        heads: last block, by chain.
    """

    pins: list[Pin]
    events: dict[int, list[Event]] = field(default_factory=dict)
    heads: dict[int, int] = field(default_factory=dict)

    def pins_on(self, chain: int) -> list[Pin]:
        """Those of one chain, in the log's order."""
        return [pin for pin in self.pins if pin.chain == chain]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What anchors and timestamps come to.

    Attributes:
        asked: what the chains said.
        judged: anchors, by chain.
        stamps: timestamps.
    """

    asked: Asked
    judged: dict[int, list[Judged]]
    stamps: list[Stamp]

    @property
    def ok(self) -> bool:
        """Whether nothing speaks against the log."""
        verdicts = [one.verdict for found in self.judged.values() for one in found]
        verdicts += [one.verdict for one in self.stamps]
        return not any(one in EVIDENCE for one in verdicts)

    @property
    def not_asked(self) -> list[int]:
        """Chains that are pinned and were not asked."""
        pinned = dict.fromkeys(pin.chain for pin in self.asked.pins)
        return [chain for chain in pinned if chain not in self.asked.events]

    def told(self) -> dict[str, Any]:
        """Return it as ``verify --json`` prints it."""
        return {
            "ok": self.ok,
            "chains": [
                {
                    "chain": chain,
                    "head": self.asked.heads[chain],
                    "anchors": [self._row(chain, one) for one in found],
                }
                for chain, found in self.judged.items()
            ],
            "not_asked": self.not_asked,
            "stamps": [asdict(one) for one in self.stamps],
        }

    def deep(self, chain: int, event: Event) -> int:
        """Blocks on top of an anchor, its own included."""
        return max(0, self.asked.heads[chain] - event.block + 1)

    def _row(self, chain: int, one: Judged) -> dict[str, Any]:
        row = asdict(one.event)
        deep = self.deep(chain, one.event)
        return row | {
            "verdict": one.verdict,
            "log_root": one.root,
            "confirmations": deep,
        }


def ask(path: Path, urls: Iterable[str], stamps: Path | None, since: int) -> Asked:
    """Ask the chains for every anchor of this circuit.

    Raises:
        NothingToAsk: neither a chain nor a certificate was named.
        AnchorNotPinned: no decision pins anything on that chain.
        ChainUnreachable: it does not answer.
    """
    urls = list(urls)
    if not urls and stamps is None:
        raise NothingToAsk
    with _entries(path) as entries:
        pins = pins_of(entries())
        genesis = _genesis(entries)
    asked = Asked(pins=pins)
    for url in urls:
        chain = Chain(url)
        number = chain.id()
        contracts = [pin.contract for pin in asked.pins_on(number)]
        if not contracts:
            raise AnchorNotPinned(chain=number)
        asked.heads[number] = chain.head()
        found = [
            event
            for contract in dict.fromkeys(contracts)
            for event in chain.events(contract, genesis, since=since)
        ]
        found.sort(key=lambda one: (one.block, one.place))
        asked.events[number] = found
    return asked


def compare(
    path: Path, asked: Asked, certificate: Path | None, *, size: int, log_root: str
) -> Compared:
    """Compare what others keep with the log.

    Args:
        path: folder or bundle.
        asked: what the chains said.
        certificate: root certificate of a timestamping authority.
        size: of the log that was verified.
        log_root: of it, hex.

    Raises:
        Damaged: the log is not the one that was just verified.
    """
    wanted = {event.size for found in asked.events.values() for event in found}
    stamps = [] if certificate is None else _stamped(path)
    with _entries(path) as entries:
        roots = roots_at(entries(), {*wanted, *stamps, size})
    if roots.get(size) != log_root:
        raise Damaged("entry", Reason("the log has changed while it was verified"))
    return Compared(
        asked=asked,
        judged={
            chain: judge(found, asked.pins_on(chain), roots)
            for chain, found in asked.events.items()
        },
        stamps=[] if certificate is None else _judged(path, certificate, roots),
    )


def tell(voice: Speaker, found: Compared) -> int:
    """Say in words what anchors prove and what speaks against the log.

    Returns:
        The exit code.
    """
    for chain in found.judged:
        _tell_chain(voice, found, chain)
    for stamp in found.stamps:
        if stamp.verdict in _STAMPS:
            values = {"anchored": stamp.stamped, "root": stamp.root}
            voice.note(_STAMPS[stamp.verdict], size=stamp.size, **values)
    holding = [one for one in found.stamps if one.verdict == HOLDS]
    for stamp in holding[-1:]:
        voice.note(_LAST_STAMP, time=moment(stamp.time), size=stamp.size)
    for chain in found.not_asked:
        voice.note(_NOT_ASKED, chain=chain)
    voice.note(_LIMITS)
    return OK if found.ok else VERIFICATION_FAILED


def _tell_chain(voice: Speaker, found: Compared, chain: int) -> None:
    judged = found.judged[chain]
    if not judged:
        voice.note(_NONE, chain=chain)
        return
    verdicts = [one.verdict for one in judged]
    voice.note(
        _CHAIN,
        chain=chain,
        holds=verdicts.count(HOLDS),
        evidence=sum(one in EVIDENCE for one in verdicts),
        ignored=sum(one in IGNORED for one in verdicts),
    )
    for one in judged:
        if one.verdict in _ANCHORS:
            voice.note(_ANCHORS[one.verdict], **_values(found, chain, one))
    holding = [one for one in judged if one.verdict == HOLDS]
    if holding:
        last = max(holding, key=lambda one: one.event.size)
        voice.note(_LAST, **_values(found, chain, last))


def _values(found: Compared, chain: int, one: Judged) -> dict[str, object]:
    event = one.event
    return {
        "chain": chain,
        "block": event.block,
        "confirmations": found.deep(chain, event),
        "size": event.size,
        "time": moment(event.time),
        "sender": event.sender,
        "anchored": event.root,
        "root": one.root,
    }


@contextmanager
def _entries(path: Path) -> Iterator[Entries]:
    """Give the log of a folder or bundle, as often as it is asked for."""
    if not holds_a_log(path):
        yield lambda: read_entries(path)
        return
    with closing(read_tables(path)) as store:
        yield store.entries


def _genesis(entries: Entries) -> str:
    first = next(iter(entries()), b"")
    act = rules.read(decode(first).act, "") if first else None
    return act.hash if isinstance(act, Act) else ""


def _stamped(path: Path) -> list[int]:
    if not is_circuit(path):  # timestamps lie beside the log, not in the bundle
        raise NotACircuit(path)
    return _stamping().sizes(path)


def _judged(path: Path, certificate: Path, roots: dict[int, str]) -> list[Stamp]:
    stamping = _stamping()
    with looking(path) as reading:
        nodes = {row.id for row in rows_of(reading, "member/") if row.kind == "node"}
        keys = [
            notes.VerifierKey(
                name=origin_of(reading.genesis), key=bytes.fromhex(row.public)
            )
            for row in rows_of(reading, "key/")
            if row.member in nodes
        ]
    trusted = stamping.roots_of_trust(certificate)
    return list(stamping.judge(path, trusted, keys, roots))


def _stamping() -> Any:
    """Give the module that knows timestamps.

    Raises:
        ExtraMissing: the extra [tsa] is not installed.
    """
    try:
        from urdimbre.adapters.anchor import stamping
    except ModuleNotFoundError as missing:
        raise ExtraMissing(library=missing.name, extra="tsa") from None
    return stamping
