"""Check receipts of an Urdimbre circuit without Urdimbre.

    python3 verify_receipt.py act.tlog-proof --genesis HEX --log-key HEX --key HEX

Needs Python 3.11 and PyNaCl, nothing else. Without a key it says what it could not
prove; keys are hex, those of witnesses name+id+base64. Formats: RFC 6962, c2sp.org,
docs/adr/0001-wire-format-v1.md. Exit 0: what could be checked holds; 3: it does not.
"""

import argparse
import json
import re
import sys
from base64 import b64decode, b64encode
from hashlib import sha256
from pathlib import Path

from nacl.signing import VerifyKey

LOG, WITNESS, KEY, SLOT, SLOTS_MAX, SALT, DEEPEST = (1, 0), (4, 8), 33, 105, 24, 16, 8
ACT_MAX, RECEIPT_MAX, END, OPENING = 1 << 15, 1 << 19, 1 << 63, "field payload salt"
ACT = ["agreement", "body", "by", "id", "kind", "private", "refs", "v", "valid_until"]
SIZE, NAME, HASH = "(0|[1-9][0-9]{0,18})\n", "[^\\s+\0-\x1f]+", "[^\\s=]{43}="
LINES, PATH = f"(?:\u2014 {NAME} \\S+\n){{1,100}}", f"(?:{HASH}\n){{0,63}}"
NOTE = re.compile(f"(({NAME})\n{SIZE}({HASH})\n)\n({LINES})")
HEAD = re.compile(rf"c2sp\.org/tlog-proof@v1\nextra (\S+)\nindex {SIZE}({PATH})\n")


def need(holds, what):
    if not holds:
        raise ValueError(what)


def say(holds, what):
    print("holds:" if holds else "not proven:", what)


def b64(text):
    need(b64encode(b64decode(text, validate=True)).decode() == text, "odd base64")
    return b64decode(text)


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


def plain(value, deep=0):  # strings, whole numbers, true and false in lists and objects
    inside = list(value.values()) if isinstance(value, dict) else value
    if isinstance(inside, list):
        return deep < DEEPEST and all(plain(one, deep + 1) for one in inside)
    return isinstance(value, str) or (isinstance(value, int) and abs(value) < 1 << 53)


def exact(raw):
    value = json.loads(raw)
    row = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    fit = re.fullmatch(rb"[\x20-\x7e]*", raw) and row.encode() == raw and plain(value)
    need(fit and isinstance(value, dict), "not canonical JSON")
    return value


def note_of(text):
    found = NOTE.fullmatch(text)
    need(found and int(found[3]) < END, "not a checkpoint with signatures")
    lines = [(name, b64(one)) for name, one in re.findall("(\\S+) (\\S+)\n", found[5])]
    return found[1], found[2], int(found[3]), b64(found[4]), lines


def signed_by(note, name, kind, key):  # with the time before it, if a witness's
    short, at = digest(name.encode(), b"\n", bytes(kind[:1]), key)[:4], kind[1]
    own = [line[4:] for whose, line in note[4] if (whose, line[:4]) == (name, short)]
    for one in own[:1]:
        head = f"cosignature/v1\ntime {int.from_bytes(one[:at], 'big')}\n" if at else ""
        need(not at or one[:1] < b"\x80", f"{name} states no time")
        verify(key, (head + note[0]).encode(), one[at:], name)
    return bool(own)


class Circuit:
    def __init__(self, given):
        self.given, self.genesis, self.log = given, given.genesis, given.log_key
        self.keys = {digest(b"\1", key)[:8]: (None, key) for key in given.key}

    def checkpoint(self, note):
        own = self.genesis and f"urdimbre/{self.genesis.hex()[:32]}"
        need(own in (None, note[1]), "the checkpoint is of another circuit")
        sealed = [key for key in self.log if signed_by(note, note[1], LOG, key)]
        need(sealed or not self.log, "the log's key has not signed the checkpoint")
        say(sealed, f"the log {note[1]} of {note[2]} entries is sealed by its key")
        keys, least = self.given.witness, self.given.need
        seen = sorted({who for who, key in keys if signed_by(note, who, WITNESS, key)})
        enough = len(seen) >= (len(dict(keys)) if least is None else least)
        need(enough, f"only these witnesses signed: {seen}")
        others = {name for name, _ in note[4]} - {note[1], *seen}
        say(seen, f"witnesses saw it: {seen}; lines of unknown keys: {sorted(others)}")

    def act(self, entry, first, brings=lambda _: {}):
        end = 2 + entry[1] * SLOT
        slots, act = [entry[at : at + SLOT] for at in range(2, end, SLOT)], entry[end:]
        order = [slot[1:41] for slot in slots if slot[0] == 1]
        sound = entry[0] == 1 and order == sorted(set(order)) and len(act) <= ACT_MAX
        need(sound and 0 < len(order) == entry[1] <= SLOTS_MAX, "not an act")
        fields, unknown = exact(act), []
        fit = repr(fields["v"]) == "1" and first == (fields["kind"] == "genesis")
        need(fit and [*fields] == ACT and fields["private"][:0] == [], "not an act")
        number = digest(b"urdimbre/genesis/v1\0", act) if first else self.genesis
        need(self.genesis in (None, number), "the genesis of another circuit")
        for slot in slots:
            member, short = slot[1:17], slot[17:25]
            owner, key = self.keys.get(short, (member, brings(fields).get(short)))
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
        need(head and len(text.encode()) <= RECEIPT_MAX, "not a receipt")
        extra, index, note = b64(head[1]), int(head[2]), note_of(text[head.end() :])
        end = 4 + int.from_bytes(extra[:4], "big")
        entry, openings, path = extra[4:end], exact(extra[end:]), head[3].split()
        found = climb(index, note[2], digest(b"\0", entry), [b64(one) for one in path])
        need(found == note[3], "the path does not lead to the checkpoint")
        fields, _, unknown = self.act(entry, not index)
        say(True, f"entry {index} is {fields['kind']} {fields['id']} of {fields['by']}")
        self.checkpoint(note)
        who = [entry[at + 1 : at + 17].hex() for at in range(2, entry[1] * SLOT, SLOT)]
        say(not unknown, f"signed by {who}; keys of these are not known: {unknown}")
        for committed, one in openings.items():
            field, told = one["field"].encode(), bytes.fromhex(one["payload"])
            row = [bytes.fromhex(one["salt"]), bytes((len(field),)), field, told]
            made = digest(b"urdimbre/private/v1\0", *row).hex()
            true = made == committed in fields["private"] and len(row[0]) == SALT
            need(true and " ".join(one) == OPENING, f"{field} is not what was signed")
            say(
                True, f"{field.decode()} as signed: {told.decode('utf-8', 'replace')!r}"
            )


def vkey(text):
    name, short, typed = text.split("+", 2)
    key = b64(typed)
    fit = digest(name.encode(), b"\n", key)[:4].hex() == short and key[0] == WITNESS[0]
    need(fit and len(key) == KEY, "not the key of a witness")
    return name, key[1:]


def arguments(told):
    parser, unhex = argparse.ArgumentParser(description=told), bytes.fromhex
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--genesis", type=unhex, help="number of the circuit, hex")
    parser.add_argument("--need", type=int, help="witnesses that must have signed")
    for name, kind in (("key", unhex), ("log-key", unhex), ("witness", vkey)):
        parser.add_argument(f"--{name}", type=kind, action="append", default=[])
    return parser


def judged(given, check):
    sys.stdout.reconfigure(errors="backslashreplace")
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
