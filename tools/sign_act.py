"""Sign an act of an Urdimbre circuit with a key in a file, away from any host.

    python3 sign_act.py new KEY          make a key; prints its public half
    python3 sign_act.py public KEY       print the public half of a key
    python3 sign_act.py sign KEY BYTES   show what the bytes say, ask, print a signature

``BYTES`` is the file that the page "Sign with a key kept apart" hands out, ``KEY`` a
PEM file as ``openssl genpkey -algorithm ed25519`` writes it. Needs Python 3.11 and
PyNaCl, nothing of Urdimbre and no network: it can run on a machine that has none. What
is signed: docs/adr/0001-wire-format-v1.md, section 4. Exit 0: signed; 2: wrong usage or
an unfit file; 130: not signed, as you wished.
"""

import argparse
import json
import os
import secrets
import sys
from base64 import b64decode, b64encode
from pathlib import Path

from nacl.signing import SigningKey

DOMAIN = b"urdimbre/act/v1\0"
GENESIS, MEMBER, MANDATE = 32, 16, 16
PKCS8 = bytes.fromhex("302e020100300506032b657004220420")  # RFC 8410, before the seed
BEGIN, END = "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"


def need(holds, what):
    if not holds:
        raise ValueError(what)


def make(path):
    text = b64encode(PKCS8 + secrets.token_bytes(32)).decode()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(f"{BEGIN}\n{text}\n{END}\n")


def key_in(path):
    text = Path(path).read_text("ascii").strip()
    need(
        text.startswith(BEGIN) and text.endswith(END), f"{path} is no PEM file of a key"
    )
    der = b64decode("".join(text[len(BEGIN) : -len(END)].split()), validate=True)
    need(der.startswith(PKCS8), f"{path} is no Ed25519 key")
    need(len(der) == len(PKCS8) + 32, f"{path} holds more than a key")
    return SigningKey(der[len(PKCS8) :])


def read(message):
    """Take apart what is to be signed; anything but an act of a circuit is refused."""
    need(message.startswith(DOMAIN), "these are not the bytes of an act")
    rest, parts = message[len(DOMAIN) :], []
    for length in (GENESIS, MEMBER, MANDATE):
        need(len(rest) > length, "the bytes are cut short")
        parts.append(rest[:length].hex())
        rest = rest[length:]
    act = json.loads(rest)
    plain = json.dumps(act, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    need(plain.encode() == rest, "the act is not written in its one form")
    return *parts, act


def show(message):
    genesis, member, mandate, act = read(message)
    print("circuit:", genesis, file=sys.stderr)
    print("you sign as:", member, file=sys.stderr)
    under = mandate if int(mandate, 16) else "your own name"
    print("in or under:", under, file=sys.stderr)
    print(json.dumps(act, indent=2, sort_keys=True), file=sys.stderr)


def wished():
    print("Sign this? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("yes", "sí", "si", "sim")


def run(given):
    if given.what == "new":
        make(given.key)
    key = key_in(given.key)
    if given.what != "sign":
        print(key.verify_key.encode().hex())
        return 0
    message = Path(given.bytes).read_bytes()
    show(message)
    if not given.yes and not wished():
        return 130
    print(b64encode(key.sign(message).signature).decode())
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kinds = parser.add_subparsers(dest="what", required=True)
    for name in ("new", "public", "sign"):
        kinds.add_parser(name).add_argument("key", metavar="KEY")
    sign = kinds.choices["sign"]
    sign.add_argument("bytes", metavar="BYTES")
    sign.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(run(arguments()))
    except (OSError, ValueError) as failed:
        print(failed, file=sys.stderr)
        sys.exit(2)
