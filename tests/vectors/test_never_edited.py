"""Vectors are added, never edited: what stands here is what was written once.

``DIGESTS`` has a line for each file: SHA-256 of the whole file, or of its cases one
after another. Who adds a file or a case adds its line at the end; no line changes.
"""

import json
from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
DIGESTS = HERE / "DIGESTS"


def lines():
    """What is there, as it would be written down."""
    for path in sorted(HERE.glob("*.json")):
        if path.stem == "spellings":
            for case in json.loads(path.read_text("ascii"))["cases"]:
                text = json.dumps(case, sort_keys=True).encode()
                yield f"{sha256(text).hexdigest()} {path.name} {case['name']}"
        else:
            yield f"{sha256(path.read_bytes()).hexdigest()} {path.name}"


def test_no_vector_is_edited_and_each_is_written_down():
    found, kept = list(lines()), DIGESTS.read_text("ascii").splitlines()

    assert [line for line in kept if line not in found] == [], "edited"
    assert [line for line in found if line not in kept] == [], "add it to DIGESTS"
    assert len(kept) == len(set(kept))
