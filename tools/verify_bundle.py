"""Check the bundle of an Urdimbre circuit, and receipts of it, without Urdimbre.

    python3 verify_bundle.py circuit.tar act.tlog-proof --genesis HEX

Needs Python 3.11, PyNaCl and verify_receipt.py beside it, nothing else. Works out the
tree, the chain of headers and every hash tile from the entries; verifies each signature
with the keys that the log's own acts register, and the checkpoint with the node's. Not
the rules: that takes the program (`urdimbre verify`). Exit codes as verify_receipt.py.
"""

import re
import sys
import tarfile
from functools import reduce
from pathlib import Path

from verify_receipt import (
    LOG,
    SLOT,
    arguments,
    digest,
    exact,
    judged,
    need,
    note_of,
    say,
    signed_by,
)

WIDTH = 256
HEADER = ["acts", "acts_root", "height", "prev", "rules", "size", "state_root", "time"]
HASH = re.compile("[0-9a-f]{64}")
BRINGS = ("admit", "genesis", "key", "node")


def keys_in(value):  # public keys, wherever they stand
    if isinstance(value, dict) and "custody" in value:
        return [bytes.fromhex(value["key"])]
    inside = list(value.values()) if isinstance(value, dict) else value
    deep = inside if isinstance(inside, list) else []
    return [key for one in deep for key in keys_in(one)]


def registered(act):
    brought = keys_in(act["body"]) if act["kind"] in BRINGS else []
    return {digest(b"\1", key)[:8]: key for key in brought}


def grow(peaks, size, leaf):  # only the right edge of the tree is kept
    while size & 1:
        leaf, size = digest(b"\1", peaks.pop(), leaf), size >> 1
    peaks.append(leaf)


def top(peaks):
    return reduce(lambda right, left: digest(b"\1", left, right), reversed(peaks))


def root_of(leaves):
    peaks = []
    for size, leaf in enumerate(leaves):
        grow(peaks, size, leaf)
    return top(peaks)


def tile(kind, at, width):
    number = str(at // WIDTH)
    *outer, last = re.findall("...", number.zfill(-(-len(number) // 3) * 3))
    part = "" if width == WIDTH else f".p/{width}"
    return f"tile/{kind}/{''.join(f'x{one}/' for one in outer)}{last}{part}"


def entries(tar, named, size):
    for at in range(0, size, WIDTH):
        width = min(WIDTH, size - at)
        file = tar.extractfile(named.pop(tile("entries", at, width)))
        for _ in range(width):
            yield file.read(int.from_bytes(file.read(2), "big"))
        need(not file.read(1), "more entries than the checkpoint says")


def proper(head, time):
    numbers = [head[one] for one in ("acts", "height", "rules", "size", "time", "v")]
    whole = all(type(one) is int and one >= 0 for one in numbers)
    return whole and head["time"] >= time and HASH.fullmatch(head["state_root"])


def bundle(circuit, tar, since):
    named = {one.name: one for one in tar}
    need(len(named) == len(tar.getmembers()), "a file stands twice in the bundle")
    need(all(one.isreg() for one in named.values()), "something is no plain file")
    note = note_of(tar.extractfile(named.pop("checkpoint")).read().decode())
    row, peaks, told, acts, prev, time = [], [], [], 0, "00" * 32, 0
    nodes, sealing = [], 0  # the node's keys, and which of them seals this block
    made = set()  # makers and numbers of acts: each is recorded once
    for entry in entries(tar, named, note[2]):
        if entry[:1] == b"\2":
            head, root = exact(entry[1:]), top(peaks).hex()
            fits = {"acts": acts, "acts_root": root, "height": len(told), "v": 1}
            fits |= {"prev": prev, "size": len(row)}
            fit = head.items() >= fits.items() and sorted(head) == [*HEADER, "v"]
            need(fit and proper(head, time), f"header {len(told)} does not fit")
            told.append(entry[1:] + b"\n")
            prev, time, acts = digest(entry).hex(), head["time"], 0
            signer, sealing = nodes[sealing], len(nodes) - 1
        else:
            keys = [entry[at + 17 : at + 25] for at in range(2, entry[1] * SLOT, SLOT)]
            vouched = not row or any(key in circuit.keys for key in keys)
            fields, circuit.genesis, unknown = circuit.act(entry, not row, registered)
            need(not unknown, f"entry {len(row)}: unregistered key of {unknown}")
            need(vouched, f"entry {len(row)}: signed by nobody who was known before")
            name = fields["by"], fields["id"]
            need(name not in made, f"entry {len(row)}: the number of an earlier act")
            made.add(name)
            acts, body, kind = acts + 1, fields["body"], fields["kind"]
            if kind in ("genesis", "node"):
                key = body["new"] if kind == "node" else body["node"]["key"]
                nodes.append(bytes.fromhex(key["key"]))
        grow(peaks, len(row), digest(b"\0", entry))
        row.append(digest(b"\0", entry))
        kept = since and since[2] == len(row)
        need(not kept or since[3] == top(peaks), "it forked from what was kept")
    need(not acts and top(peaks) == note[3], "entries and checkpoint disagree")
    less = since and (since[2] > len(row) or since[1] != note[1])
    need(not less, "it has fewer entries than were kept, or is another log")
    said = tar.extractfile(named.pop("headers.jsonl")).read()
    need(said == b"".join(told), "headers.jsonl tells other headers")
    level, count = 0, len(row)
    while row:
        cuts = [row[at : at + WIDTH] for at in range(0, len(row), WIDTH)]
        for number, cut in enumerate(cuts):
            name = tile(level, number * WIDTH, len(cut))
            same = tar.extractfile(named.pop(name)).read() == b"".join(cut)
            need(same, f"{name} is not what the entries give")
        level, row = level + 1, [root_of(cut) for cut in cuts if len(cut) == WIDTH]
    need(not named, f"{min(named, default='')} does not belong in a bundle")
    by = signed_by(note, note[1], LOG, signer)
    need(by, "the node's key has not signed the checkpoint")
    say(True, f"{count} entries, {len(told)} headers, every signature in them")
    say(since, "it begins with the checkpoint that was kept")
    circuit.checkpoint(note)
    own = circuit.log or len(nodes) == 1
    say(own, "the key that sealed it is the node's: the genesis names it, or you did")
    circuit.log = circuit.log or nodes


def main():
    parser = arguments(__doc__)
    parser.add_argument("--since", metavar="FILE", help="checkpoint that was kept")
    given = parser.parse_args()

    def check(circuit, files):
        since = given.since and note_of(Path(given.since).read_bytes().decode())
        with tarfile.open(files[0], "r:") as tar:
            bundle(circuit, tar, since)
        circuit.receipts(files[1:])

    return judged(given, check)


if __name__ == "__main__":
    sys.exit(main())
