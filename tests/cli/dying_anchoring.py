"""A process that anchors and kills itself at each point of a round, one after another.

    python dying_anchoring.py SCENE FOLDER URL SCRATCH WHICH

The points of a round are counted in a run without a kill. Then, for each of them, the
chain is set back, a fork works on a fresh copy of FOLDER and dies by SIGKILL just
before that point; other forks anchor again on what was left until the chain has all,
and look whether it has everything once. Each point gives a line of JSON: its name, how
the first fork ended, and what was wrong.

Points are the write points of the outbox (statements that write, ends of transactions,
fsync, rename), and of each question to the chain the moments before it is sent and
before its answer is read: a transaction may be with the node and nobody knows. WHICH is
``all`` of them, or ``writing``: of the questions only those that send or ask what
became of it.
"""

import json
import shutil
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.adapters.dying import Points, fork
from tests.anvil import Anvil
from urdimbre.adapters.anchor import event
from urdimbre.adapters.anchor.outbox import Outbox
from urdimbre.adapters.anchor.rpc import Chain
from urdimbre.cli import anchoring

DEEP = 3
SOON = 30
"""Seconds to wait for a deployment; its block is there at once."""
WAITING = 2
"""Checkpoints that wait at least."""
DEPLOYED = 1
"""Transactions that it took to have the contract."""
STRANGER_SIZE = 1
"""Of an anchor that was sent with our key by another machine."""


class At(NamedTuple):
    """Where a scene plays.

    Attributes:
        path: of the circuit's folder.
        chain: the node.
    """

    path: Path
    chain: Anvil


# -------------------------------------------------------------------- what is done
def once(at):
    """One round, as ``urdimbre anchor`` does it."""
    return anchoring.anchor(at.path, at.chain.url, confirmations=DEEP, since=0)


def put(at):
    """Deploy the contract, as ``urdimbre anchor --deploy`` does it."""
    return anchoring.deployed(at.path, at.chain.url, SOON)


# ----------------------------------------------------------------- how it was before
def nothing(at):
    """Checkpoints wait, nothing was ever sent."""


def mined(at):
    """All was sent, and is in a block that nobody has looked at."""
    once(at)
    at.chain.mine()


def cheap(at):
    """All was sent, and blocks have become too dear for it."""
    once(at)
    at.chain.ask("anvil_setNextBlockBaseFeePerGas", hex(10**12))
    at.chain.mine()


def forgotten(at):
    """All was sent, and the node knows nothing of it any more."""
    once(at)
    at.chain.ask("anvil_dropAllTransactions")


def elsewhere(at):
    """The first nonce was used by the same key on another machine."""
    found = once(at)
    at.chain.ask("anvil_dropAllTransactions")
    with anchoring.reading_log(at.path) as log:
        stranger = event.call(log.genesis, STRANGER_SIZE, log.root)
    at.chain.act_as(found.line.sender, found.line.contract, stranger)
    at.chain.mine()


# ------------------------------------------------------------- what must be so then
def anchored(at):
    """Anchor on until the chain has all; tell what is not as it should be."""
    once(at)
    at.chain.mine()
    found = once(at)
    at.chain.mine(DEEP - 1)
    settled = anchoring.standing(
        at.path, at.chain.url, confirmations=DEEP, since=0
    ).standings
    with closing(Outbox(at.path)) as box:
        kept = box.checkpoints(0)
    wrong = [f"{one} is not settled" for one in settled if one.state != "confirmed"]
    if [(one.size, one.root) for one in settled] != kept or len(kept) < WAITING:
        wrong.append(f"of {kept} only {settled} are told")
    return wrong + seen_once(at, found.line, kept)


def seen_once(at, line, kept):
    """What the chain itself says: each checkpoint once, and no nonce for nothing."""
    with anchoring.reading_log(at.path) as log:
        events = Chain(at.chain.url).events(line.contract, log.genesis, since=0)
    told = Counter((one.size, one.root) for one in events if one.size > STRANGER_SIZE)
    wrong = [] if told == Counter(kept) else [f"the chain has {told}, kept is {kept}"]
    strange = sum(one.size == STRANGER_SIZE for one in events)
    nonce = Chain(at.chain.url).nonce(line.sender)
    if nonce != DEPLOYED + len(kept) + strange:
        wrong.append(f"{nonce} transactions for {len(kept)} anchors")
    pool = at.chain.ask("txpool_status")
    left = sum(int(pool[one], 16) for one in ("pending", "queued"))
    return wrong + ([f"{left} wait in the pool"] if left else [])


def deployed(at):
    """Deploy again; there is one contract and one transaction."""
    _, contract, sender = put(at)
    chain = Chain(at.chain.url)
    wrong = [] if chain.has_code(contract) else [f"no code at {contract}"]
    nonce = chain.nonce(sender)
    return wrong if nonce == DEPLOYED else [*wrong, f"{nonce} transactions"]


SCENES = {
    "waiting": (nothing, once, anchored),
    "mined": (mined, once, anchored),
    "cheap": (cheap, once, anchored),
    "forgotten": (forgotten, once, anchored),
    "elsewhere": (elsewhere, once, anchored),
    "deploying": (nothing, put, deployed),
}
"""How it was before, what is done and killed, what must be so in the end."""


QUESTIONS = ("eth_sendRawTransaction", "eth_getTransactionReceipt")
"""Those that change something, or tell what has become of it."""


class Asking(Points):
    """Points of the outbox, and of the questions to the chain."""

    def watch(self):
        super().watch()
        points, ask = self, Chain._ask

        def watched(chain, method, *asked):
            points.reach(f"before {method} is asked")
            answer = ask(chain, method, *asked)
            points.reach(f"before the answer to {method} is read")
            return answer

        Chain._ask = watched


class Ground:
    """Where a scene is played again and again: the chain as it was, a fresh folder."""

    def __init__(self, folder, url, scratch):
        self.folder, self.scratch = folder, scratch
        self.chain = Anvil(url, None)
        self._was = self.chain.ask("evm_snapshot")

    def fresh(self, name):
        assert self.chain.ask("evm_revert", self._was)
        self.chain.ask("anvil_dropAllTransactions")
        # What blocks are to cost is the one thing that anvil does not set back.
        last = self.chain.ask("eth_getBlockByNumber", "latest", *[False])
        self.chain.ask("anvil_setNextBlockBaseFeePerGas", last["baseFeePerGas"])
        self._was = self.chain.ask("evm_snapshot")
        return At(shutil.copytree(self.folder, self.scratch / name), self.chain)


def done(work):
    """Do something in a fork, which must end well."""
    code, said = fork(work)
    if code:
        raise SystemExit(said)
    return said


def taken(name, which):
    """Tell whether it is to die at a point."""
    asks = " eth_" in name
    return which == "all" or not asks or any(one in name for one in QUESTIONS)


def main(scene, ground, which):
    """Die at each point of a scene and report."""
    before, work, wrong = SCENES[scene]

    def play(name, fatal):
        at = ground.fresh(name)
        done(lambda: before(at))

        def dying():
            points = Asking(fatal)
            points.watch()
            work(at)
            return points.names

        return at, fork(dying)

    at, (code, names) = play("counted", 0)
    if code:
        raise SystemExit(names)
    for number, name in enumerate(names, 1):
        if not taken(name, which):
            continue
        at, (ended, _) = play(str(number), number)
        code, found = fork(lambda at=at: wrong(at))
        told = {"point": name, "ended": ended, "code": code, "wrong": found}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        shutil.rmtree(at.path)


if __name__ == "__main__":
    scene, folder, url, scratch, which = sys.argv[1:]
    main(scene, Ground(Path(folder), url, Path(scratch)), which)
