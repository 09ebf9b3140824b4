"""Check the proof of a balance of an Urdimbre circuit without Urdimbre.

    python3 verify_state.py balance.tlog-proof --genesis HEX --log-key HEX

Needs Python 3.11, PyNaCl and verify_receipt.py beside it, nothing else. Climbs from
each row to the state root of a header, and from the header to the checkpoint. Exit
codes and options as verify_receipt.py. Formats: docs/adr/0001-wire-format-v1.md.
"""

import sys
from pathlib import Path

from verify_receipt import (
    HEAD,
    arguments,
    b64,
    climb,
    digest,
    exact,
    judged,
    need,
    note_of,
    say,
)

HEADER = ["acts", "acts_root", "height", "prev", "rules", "size", "state_root", "time"]
FILE_MAX, KEY_MAX, ROW = 1 << 22, 1 << 16, ["index", "key", "path", "value"]


def state_root(count, row):  # ADR 0001: padded with SHA-256(""), root binds the count
    index, path, key = row["index"], row["path"], row["key"].encode("ascii")
    whole = all(type(one) is int for one in (index, count))
    depth = max(0, count - 1).bit_length()
    fit = whole and 0 <= index < count and len(path) == depth and len(key) < KEY_MAX
    need(fit and [*row] == ROW, "a row does not fit its tree")
    found = digest(b"\0", len(key).to_bytes(2, "big"), key, row["value"].encode())
    for level, one in enumerate(map(bytes.fromhex, path)):
        need(len(one) == len(found), "a row's path is none")
        right = index >> level & 1
        found = digest(b"\1", one, found) if right else digest(b"\1", found, one)
    return digest(b"\2", count.to_bytes(8, "big"), found).hex()


def rows(circuit, text):
    head = HEAD.match(text)
    need(head and len(text.encode()) <= FILE_MAX, "not a proof")
    extra, index, note = b64(head[1]), int(head[2]), note_of(text[head.end() :])
    end = 4 + int.from_bytes(extra[:4], "big")
    entry, told, path = extra[4:end], exact(extra[end:]), head[3].split()
    found = climb(index, note[2], digest(b"\0", entry), [b64(one) for one in path])
    need(found == note[3], "the path does not lead to the checkpoint")
    header = exact(entry[1:])
    fit = entry[:1] == b"\2" and [*header] == [*HEADER, "v"]
    need(fit and header["size"] == index and repr(header["v"]) == "1", "not a header")
    need([*told] == ["count", "rows"] and told["rows"], "it holds no rows")
    keys = [row["key"] for row in told["rows"]]
    need(len(set(keys)) == len(keys), "a row stands in it twice")
    for row in told["rows"]:
        true = state_root(told["count"], row) == header["state_root"]
        need(true, f"{row['key']} is not under the state root")
        say(True, f"{row['key']} stood at {row['value']}")
    say(True, f"so after block {header['height']}, {header['time']} seconds UTC")
    circuit.checkpoint(note)
    say(False, "what was recorded later, and that the acts lead to these rows")


def check(circuit, files):
    for name in files:
        print(name)
        rows(circuit, Path(name).read_bytes().decode())


if __name__ == "__main__":
    sys.exit(judged(arguments(__doc__).parse_args(), check))
