"""Check receipts of an Urdimbre circuit without Urdimbre.

    python3 verify_receipt.py act.tlog-proof --genesis HEX --log-key HEX --key HEX

Needs Python 3.11 and PyNaCl, nothing else: whoever distrusts the program reads this.
Without a key it says what it could not prove. Keys are hex, those of witnesses
name+id+base64. Formats: docs/adr/0001-wire-format-v1.md, RFC 6962, tlog-proof and
tlog-cosignature of c2sp.org; bundles: verify_bundle.py. Exit 0: what could be checked
holds; 3: something does not; 2: wrong usage, or no such file.
"""

import argparse
import json
import re
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

from nacl.signing import VerifyKey

LOG, WITNESS, SLOT, SLOTS_MAX, SALT = 1, 4, 105, 24, 16
SIZE = "(0|[1-9][0-9]{0,18})\n"
NOTE = re.compile(rf"((\S+)\n{SIZE}(\S{{44}})\n)\n((?:\u2014 \S+ \S+\n)+)")
HEAD = re.compile(
    rf"c2sp\.org/tlog-proof@v1\nextra (\S+)\nindex {SIZE}((?:\S{{44}}\n){{0,63}})\n"
)


def need(holds, what):
    if not holds:
        raise ValueError(what)


def say(holds, what):
    print("holds:" if holds else "not proven:", what)


def b64(text):
    return b64decode(text, validate=True)


def digest(*parts):
    return sha256(b"".join(parts)).digest()


def climb(index, size, leaf, path):  # RFC 6962, section 2.1.1
    need(0 <= index < size and bool(path) == (size > 1), "the path has another length")
    if size == 1:
        return leaf
    half, below, last = 1 << (size - 1).bit_length() - 1, path[:-1], path[-1]
    if index < half:
        return digest(b"\1", climb(index, half, leaf, below), last)
    return digest(b"\1", last, climb(index - half, size - half, leaf, below))


def verify(key, text, signature, who):
    try:
        VerifyKey(key).verify(text, signature)
    except Exception as bad:
        raise ValueError(f"the signature of {who} is false") from bad


def exact(raw):
    value = json.loads(raw)
    again = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    need(again == raw and isinstance(value, dict), "not canonical JSON")
    return value


def note_of(text):
    found = NOTE.fullmatch(text)
    need(found, "not a checkpoint with signatures")
    lines = [line.split(" ")[1:] for line in found[5].split("\n")[:-1]]
    lines = [(name, b64(value)) for name, value in lines]
    return found[1], found[2], int(found[3]), b64(found[4]), lines


def signed_by(note, name, kind, key):
    short = digest(name.encode(), b"\n", bytes((kind,)), key)[:4]
    own = [line[4:] for whose, line in note[4] if (whose, line[:4]) == (name, short)]
    for one in own:
        told = f"cosignature/v1\ntime {int.from_bytes(one[:8], 'big')}\n{note[0]}"
        text, signature = (told, one[8:]) if kind == WITNESS else (note[0], one)
        verify(key, text.encode(), signature, name)
    return bool(own)


def registered(value):  # public keys that an act brings, wherever they stand in it
    if isinstance(value, dict) and "custody" in value:
        return [bytes.fromhex(value["key"])]
    inside = list(value.values()) if isinstance(value, dict) else value
    deep = inside if isinstance(inside, list) else []
    return [key for one in deep for key in registered(one)]


class Circuit:
    def __init__(self, given):
        self.genesis, self.log = given.genesis, given.log_key
        self.witnesses = given.witness
        self.least = len(given.witness) if given.need is None else given.need
        self.keys = {digest(b"\1", key)[:8]: (None, key) for key in given.key}

    def checkpoint(self, note):
        own = self.genesis and f"urdimbre/{self.genesis.hex()[:32]}"
        need(own in (None, note[1]), "the checkpoint is of another circuit")
        sealed = [key for key in self.log if signed_by(note, note[1], LOG, key)]
        need(sealed or not self.log, "the log's key has not signed the checkpoint")
        say(sealed, f"the log {note[1]} of {note[2]} entries is sealed by its key")
        seen = [
            who for who, key in self.witnesses if signed_by(note, who, WITNESS, key)
        ]
        need(len(seen) >= self.least, f"{len(seen)} of {self.least} witnesses signed")
        others = {name for name, _ in note[4]} - {note[1], *seen}
        say(seen, f"witnesses saw it: {seen}; lines of unknown keys: {sorted(others)}")

    def act(self, entry, first):
        end = 2 + entry[1] * SLOT
        slots, act = [entry[at : at + SLOT] for at in range(2, end, SLOT)], entry[end:]
        order = [slot[1:41] for slot in slots if slot[0] == 1]
        sound = entry[0] == 1 and order == sorted(set(order)) and act
        need(sound and len(order) == entry[1] <= SLOTS_MAX, "not an act")
        fields, unknown = exact(act), []
        number = digest(b"urdimbre/genesis/v1\0", act) if first else self.genesis
        need(self.genesis in (None, number), "the genesis of another circuit")
        brought = {digest(b"\1", key)[:8]: key for key in registered(fields)}
        for slot in slots:
            member, short = slot[1:17], slot[17:25]
            owner, key = self.keys.get(short, (member, brought.get(short)))
            if not key or not number:
                unknown.append(member.hex())
                continue
            text = (bytes(32) if first else number) + member + slot[25:41] + act
            verify(key, b"urdimbre/act/v1\0" + text, slot[41:], member.hex())
            need(owner in (None, member), f"{member.hex()} signs with another's key")
            self.keys[short] = member, key
        return fields, number, unknown

    def receipts(self, files):
        for name in files:
            print(name)
            self.receipt(Path(name).read_bytes().decode())

    def receipt(self, text):
        head = HEAD.match(text)
        need(head, "not a receipt")
        extra, index, note = b64(head[1]), int(head[2]), note_of(text[head.end() :])
        end = 4 + int.from_bytes(extra[:4], "big")
        entry, openings, path = extra[4:end], json.loads(extra[end:]), head[3].split()
        found = climb(index, note[2], digest(b"\0", entry), [b64(one) for one in path])
        need(found == note[3], "the path does not lead to the checkpoint")
        fields, _, unknown = self.act(entry, not index)
        say(True, f"entry {index} is {fields['kind']} {fields['id']} of {fields['by']}")
        self.checkpoint(note)
        say(not unknown, f"all have signed; keys of these are not known: {unknown}")
        for committed, one in openings.items():
            salt, payload = bytes.fromhex(one["salt"]), bytes.fromhex(one["payload"])
            row = bytes((len(one["field"]),)) + one["field"].encode() + payload
            made = digest(b"urdimbre/private/v1\0", salt, row).hex()
            true = made == committed in fields["private"] and len(salt) == SALT
            need(true, f"{one['field']} is not the text that was signed")
            say(True, f"{one['field']} as signed: {payload.decode('utf-8', 'replace')}")


def vkey(text):
    name, _, typed = text.split("+", 2)
    return name, b64(typed)[1:]


def arguments(told):
    parser = argparse.ArgumentParser(
        description=told, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE")
    add("--genesis", type=bytes.fromhex, metavar="HEX", help="number of the circuit")
    add("--need", type=int, metavar="K", help="witnesses that must have signed")
    kinds = {"key": bytes.fromhex, "log-key": bytes.fromhex, "witness": vkey}
    for name, kind in kinds.items():
        add(f"--{name}", type=kind, action="append", default=[], metavar="KEY")
    return parser


def judged(given, check):
    try:
        check(Circuit(given), given.files)
        say(given.genesis, "it is the circuit whose number was given")
        say(False, "the rules allowed it, and things were really given")
    except OSError as bad:
        print(bad, file=sys.stderr)
        return 2
    except Exception as bad:
        print("FALSE:", bad)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(judged(arguments(__doc__).parse_args(), Circuit.receipts))
