"""Golden vectors of the wire format, made from the stories. Add, never edit.

``python tools/make_vectors.py`` writes the files that are missing under
``tests/vectors`` and refuses to write over one that differs: an edit would mean that
old receipts no longer verify. What the files hold is told in
``tests/vectors/README.md``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.stories import (  # noqa: E402 - found by the path set above
    test_anchored,
    test_ayni,
    test_care,
    test_consignment,
    test_every_kind,
    test_fair,
    test_fiado,
    test_goat_fund,
    test_lending,
    test_mixed_price,
    test_remittance,
    test_ring,
    test_tequio,
    test_weekly_boxes,
    test_witnesses,
    test_work_day,
)
from tests.stories.scene import Scene, Sealed  # noqa: E402 - likewise
from urdimbre.adapters.keys.ed25519 import public_key, sign  # noqa: E402 - likewise
from urdimbre.core import circuit  # noqa: E402 - likewise
from urdimbre.core.chain import notes  # noqa: E402 - likewise
from urdimbre.core.chain.entry import (  # noqa: E402 - likewise
    ZERO32,
    decode,
    key_id,
    signature_input,
)
from urdimbre.core.chain.merkle import (  # noqa: E402 - likewise
    Frontier,
    inclusion_path,
    leaf_hash,
    subtrees_from,
)
from urdimbre.core.refusals import Malformed  # noqa: E402 - likewise
from urdimbre.recording.proofs import packed  # noqa: E402 - likewise

VECTORS = ROOT / "tests" / "vectors"
Json = dict[str, Any]

STORIES: tuple[Callable[[Scene], None], ...] = (
    test_every_kind.test_every_kind,
    test_fiado.test_fiado,
    test_fiado.test_fiado_ends_where_the_mother_said,
    test_mixed_price.test_mixed_price,
    test_ayni.test_ayni,
    test_tequio.test_tequio,
    test_lending.test_the_common_tractor,
    test_lending.test_twelve_jars_with_a_deposit,
    test_care.test_care,
    test_care.test_a_forgiven_debt_is_visible,
    test_weekly_boxes.test_weekly_boxes,
    test_consignment.test_consignment,
    test_goat_fund.test_goat_fund,
    test_remittance.test_remittance,
    test_ring.test_ring,
    test_fair.test_fair,
    test_witnesses.test_witnesses,
    test_anchored.test_anchored,
    test_work_day.test_work_day,
)
"""The ten exchanges of real life, one of each kind of act, and what they leave out."""


def story(tell: Callable[[Scene], None]) -> tuple[str, Json]:
    """Tell a story and write down every byte of it."""
    name = tell.__name__.removeprefix("test_")
    scene = Scene(name)
    tell(scene)
    log = Frontier()
    blocks = [_block(scene, sealed, log) for sealed in scene.blocks]
    told = {
        "format": 1,
        "genesis": scene.state.genesis,
        "keys": [_key(seed) for seed in scene.seeds.values()],
        "openings": [
            {
                "commitment": one.commitment,
                "field": one.field,
                "payload": one.payload.hex(),
                "salt": one.salt.hex(),
            }
            for one in scene.openings
        ],
        "blocks": blocks,
        "refused": [
            {"after": after, "codes": codes, "entry": entry.hex(), "time": time}
            for after, time, entry, codes in scene.turned_away
        ],
        **_proofs(scene),
    }
    return name, told


def _key(seed: bytes) -> Json:
    public = public_key(seed).hex()
    return {"key_id": key_id(public), "public": public, "seed": seed.hex()}


def _block(scene: Scene, sealed: Sealed, log: Frontier) -> Json:
    acts = []
    for entry, act in sealed.acts:
        acts.append(_act(scene, entry, act, log.size))
        log.append(leaf_hash(entry))
    log.append(leaf_hash(sealed.header.entry()))
    return {
        "acts": acts,
        "changed": [_row(*row) for row in sealed.changed],
        "created": [_row(*row) for row in sealed.created],
        "header": sealed.header.encode().decode(),
        "header_hash": sealed.header.hash(),
        "log_root": log.root().hex(),
        "log_size": log.size,
        "state_root": sealed.header.state_root,
        "time": sealed.header.time,
    }


def _row(place: int, key: str, value: bytes) -> Json:
    return {"place": place, "key": key, "value": value.decode()}


def _act(scene: Scene, entry: bytes, act: bytes, index: int) -> Json:
    first = index == 0
    read = circuit.read(act, "" if first else scene.state.genesis)
    assert not isinstance(read, Malformed)
    covers = ZERO32 if first else scene.state.genesis
    return {
        "act": act.decode(),
        "hash": read.hash,
        "index": index,
        "kind": read.kind,
        "leaf": leaf_hash(entry).hex(),
        "signatures": [
            {
                "input_sha256": sha256(
                    signature_input(covers, slot.member, slot.mandate, act)
                ).hexdigest(),
                "key_id": slot.key_id,
                "mandate": slot.mandate,
                "member": slot.member,
                "signature": slot.signature.hex(),
            }
            for slot in decode(entry).slots
        ],
    }


def _proofs(scene: Scene) -> Json:
    """Sign the checkpoint with the node's first key; prove the last act."""
    seed = scene.seed(scene.node)
    origin = f"urdimbre/{scene.state.genesis[:32]}"
    key = notes.VerifierKey(name=origin, key=public_key(seed))
    size = len(scene.entries)
    text = notes.checkpoint_text(
        notes.Checkpoint(origin=origin, size=size, root=scene.log_root)
    )
    signature = notes.sign_note(text, key, lambda message: sign(seed, message))
    note = notes.Note(text, (signature,))
    index = max(place for place, one in enumerate(scene.entries) if one[0] == 1)
    leaves = [leaf_hash(entry) for entry in scene.entries]
    committed = json.loads(decode(scene.entries[index]).act)["private"]
    openings = {
        one.commitment: {
            "field": one.field,
            "payload": one.payload.hex(),
            "salt": one.salt.hex(),
        }
        for one in scene.openings
        if one.commitment in committed
    }
    proof = notes.Proof(
        index=index,
        path=tuple(inclusion_path(index, size, subtrees_from(leaves))),
        note=note,
        extra=packed(scene.entries[index], openings),
    )
    return {
        "checkpoint": notes.note_bytes(note).decode(),
        "checkpoint_key": key.text,
        "receipt": notes.proof_bytes(proof).decode(),
    }


GOOD = (
    b'{"agreement":0,"body":{"act":"%b"},"by":"%b","id":"%b","kind":"void",'
    b'"private":[],"refs":[],"v":1,"valid_until":1728000000}'
    % (b"7a" * 32, b"a1" * 16, b"1d" * 16)
)
SWAPS = (
    ("a blank", b'"v":1', b'"v": 1'),
    ("keys in another order", b'"refs":[],"v":1', b'"v":1,"refs":[]'),
    ("a key twice", b'"v":1', b'"v":1,"v":1'),
    ("an escape", b'"void"', b'"\\u0076oid"'),
    ("an escaped slash", b'"void"', b'"vo\\/id"'),
    ("half a character", b'"void"', b'"\\ud800"'),
    ("a tab in a string", b'"void"', b'"vo\tid"'),
    ("a letter with an accent", b'"void"', '"vóid"'.encode()),
    ("the byte 7f", b'"void"', b'"vo\x7fid"'),
    ("a float", b'"v":1', b'"v":1.0'),
    ("an exponent", b'"v":1', b'"v":1e0'),
    ("true for a number", b'"v":1', b'"v":true'),
    ("text for a number", b'"v":1', b'"v":"1"'),
    ("another version", b'"v":1', b'"v":2'),
    ("null", b'"refs":[]', b'"refs":null'),
    ("not a number", b"1728000000", b"NaN"),
    ("without end", b"1728000000", b"Infinity"),
    ("minus zero", b'"agreement":0', b'"agreement":-0'),
    ("a leading zero", b'"agreement":0', b'"agreement":00'),
    ("below zero", b'"agreement":0', b'"agreement":-1'),
    ("the last whole number", b"1728000000", b"9007199254740991"),
    ("one more", b"1728000000", b"9007199254740992"),
    ("2^64 - 1", b"1728000000", b"18446744073709551615"),
    ("2^64", b"1728000000", b"18446744073709551616"),
    ("capital hex", b"1d" * 16, b"1D" * 16),
    ("hex too short", b"1d" * 16, b"1d" * 15),
    ("an unknown key", b'"v":1', b'"v":1,"w":1'),
    ("an unknown key in the body", b'{"act"', b'{"aa":1,"act"'),
    ("a missing key", b',"v":1', b""),
    ("a missing key in the body", b'{"act":"%b"}' % (b"7a" * 32), b"{}"),
    ("an unknown kind", b'"void"', b'"vote"'),
    ("a first act that comes later", b'"void"', b'"genesis"'),
    ("a list for an object", b'{"act":"%b"}' % (b"7a" * 32), b"[]"),
    ("nine deep", b'"refs":[]', b'"refs":' + b"[" * 8 + b"]" * 8),
    ("brackets crossed", b'"refs":[]', b'"refs":[}'),
)
"""Almost an act: name, what stands there, what stands there instead."""
WHOLE = {
    "as it should be": GOOD,
    "a line feed at the end": GOOD + b"\n",
    "a byte order mark": b"\xef\xbb\xbf" + GOOD,
    "a bracket too many": GOOD + b"}",
    "a bracket too few": GOOD[:-1],
    "two values": GOOD + GOOD,
    "nothing": b"",
    "a list": b"[]",
    "a number": b"1",
}
OTHER = "00" * 31 + "01"


def spellings() -> tuple[str, Json]:
    """Write down bytes that are an act, and many that are almost one."""
    cases = dict(WHOLE)
    for name, old, new in SWAPS:
        assert old in GOOD
        cases[name] = GOOD.replace(old, new, 1)
    told = [
        {
            "name": name,
            "bytes": data.hex(),
            "is_act": not isinstance(circuit.read(data, OTHER), Malformed),
        }
        for name, data in cases.items()
    ]
    return "spellings", {"format": 1, "genesis": OTHER, "cases": told}


def write(name: str, told: Json) -> bool:
    """Write a file that is not there yet; tell whether all is as it was."""
    path = VECTORS / f"{name}.json"
    text = json.dumps(told, indent=1, sort_keys=True) + "\n"
    if not path.exists():
        path.write_text(text, encoding="ascii")
        print(f"{path.name}: written, {len(text)} bytes")
        return True
    same = path.read_text(encoding="ascii") == text
    print(f"{path.name}: {'as it was' if same else 'DIFFERS, left as it is'}")
    return same


def main() -> int:
    """Write what is missing; 1 if something differs from what is there."""
    VECTORS.mkdir(exist_ok=True)
    written = [write(*story(tell)) for tell in STORIES]
    written.append(write(*spellings()))
    return 0 if all(written) else 1


if __name__ == "__main__":
    sys.exit(main())
