"""The pinned verifier: its verdicts are known, and a difference stops the program."""

import importlib.util
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urdimbre.adapters.keys import vectors
from urdimbre.adapters.keys.ed25519 import (
    VerifierDiffers,
    admissible,
    public_key,
    self_test,
    sign,
    verify,
)
from urdimbre.adapters.keys.vectors import VECTORS

ROOT = Path(__file__).parents[3]
BY_NAME = {vector.name: vector for vector in VECTORS}

# RFC 8032, section 7.1, tests 1 and 2: seed, key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]


@pytest.fixture(scope="module")
def generator():
    """The program that makes the odd cases, read from ``tools``."""
    path = ROOT / "tools/odd_signatures.py"
    spec = importlib.util.spec_from_file_location("odd_signatures", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("seed", "key", "message", "signature"), RFC_8032)
def test_keys_and_signatures_are_those_of_the_rfc(seed, key, message, signature):
    seed, key, message, signature = map(bytes.fromhex, (seed, key, message, signature))

    assert public_key(seed) == key
    assert sign(seed, message) == signature
    assert verify(key, message, signature)
    assert admissible(key)


def test_the_generator_writes_exactly_the_pinned_file(generator):
    pinned = Path(vectors.__file__).read_text(encoding="ascii")

    assert generator.pinned_text(verify, admissible) == pinned


def test_the_cases_are_what_their_names_say(generator):
    """Textbook arithmetic accepts what is called cofactorless, or only with the 8."""
    for vector in VECTORS:
        case = generator.Case(*vector[:4])
        verdicts = generator.textbook(case)
        if "cofactored only" in vector.name:
            assert verdicts == (False, True), vector.name
        elif "cofactorless" in vector.name or vector.verifies:
            assert verdicts == (True, True), vector.name


def test_this_machine_agrees_with_the_pinned_verdicts():
    found = {
        one.name: (verify(one.key, one.message, one.signature), admissible(one.key))
        for one in VECTORS
    }

    pinned = {one.name: (one.verifies, one.admissible) for one in VECTORS}
    assert found == pinned
    assert self_test() is None  # which raises at the first difference


@pytest.mark.parametrize("name", ["plain", "S + L", "identity key, S = 0"])
def test_a_changed_verdict_stops_the_program(name):
    changed = BY_NAME[name]._replace(verifies=not BY_NAME[name].verifies)

    with pytest.raises(VerifierDiffers) as stopped:
        self_test([*VECTORS, changed])

    assert stopped.value.vector == name
    assert stopped.value.expected is changed.verifies
    assert stopped.value.got is not changed.verifies


def test_a_changed_signature_stops_the_program():
    plain = BY_NAME["plain"]
    odd = plain._replace(message=plain.message + b"!")

    with pytest.raises(
        VerifierDiffers, match="'plain': False instead of the pinned True"
    ):
        self_test([odd])


def test_a_changed_admission_stops_the_program():
    changed = BY_NAME["plain"]._replace(admissible=False)

    with pytest.raises(VerifierDiffers, match="admission of its key"):
        self_test([changed])


@pytest.mark.parametrize(
    ("name", "verifies", "admitted"),
    [
        ("plain", True, True),
        ("empty message", True, True),
        ("S + L", False, True),
        ("identity key, S = 0", False, False),
        ("A = 1/8, cofactorless", False, False),
        ("R = 0/8, cofactorless", False, True),
        ("mixed A, cofactorless", True, False),
        ("mixed R, cofactored only", False, True),
        ("A y = p + 1 (identity)", False, False),
        ("R y = p + 1 (identity)", False, True),
    ],
)
def test_what_the_pinned_verdicts_are(name, verifies, admitted):
    """Spelled out once by hand, so that a rewritten file is seen in review."""
    vector = BY_NAME[name]

    assert (vector.verifies, vector.admissible) == (verifies, admitted)


def test_no_key_is_admitted_under_which_others_could_sign():
    """A verdict that another cofactor would turn never meets an admitted plain key."""
    for vector in VECTORS:
        if vector.verifies and vector.admissible:
            assert vector.name in ("plain", "empty message")


def test_the_names_of_the_cases_are_unique():
    assert len(BY_NAME) == len(VECTORS)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_has_32_bytes(length):
    assert not verify(bytes(length), b"", BY_NAME["plain"].signature)
    assert not admissible(bytes(length))


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_has_64_bytes(length):
    plain = BY_NAME["plain"]
    odd = (plain.signature + b"\x00")[:length]

    assert not verify(plain.key, plain.message, odd)


def test_a_longer_signature_does_not_eat_into_the_message():
    plain = BY_NAME["plain"]

    whole = plain.signature + plain.message
    assert not verify(plain.key, whole[65:], whole[:65])
    assert not verify(plain.key, whole[63:], whole[:63])


@given(st.binary(max_size=70), st.binary(max_size=70), st.binary(max_size=70))
def test_bytes_of_any_origin_are_answered(key, message, signature):
    assert not verify(key, message, signature)
    assert admissible(key) in (True, False)
