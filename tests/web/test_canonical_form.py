"""The canonical form of acts, judged by a JavaScript engine that knows nothing of ours.

The canonicaliser is the sample of RFC 8785, appendix A, and no half of a character
(section 3.2.2.2); around it stands what wire format v1 takes away: only printable
ASCII, whole numbers that JavaScript keeps exactly, no ``null``, at most eight brackets
deep, at most 32 KiB.
"""

import json
import random
from importlib import util

import pytest

from tests.core.test_encoding import mutated, recorded
from tests.house.tree import ROOT
from urdimbre.core import circuit, encoding
from urdimbre.core.acts import Act

pytestmark = [pytest.mark.browser, pytest.mark.slow]
__all__ = ["recorded"]

ROUNDS = 100_000
AT_ONCE = 5_000
JUDGE = r"""
texts => {
  const canonical = value => {
    if (value === null || typeof value !== "object") return JSON.stringify(value);
    if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
    const keys = Object.keys(value).sort();
    return "{" + keys.map(
      key => JSON.stringify(key) + ":" + canonical(value[key])).join(",") + "}";
  };
  const plain = (value, deep) => {
    if (typeof value === "number") return Number.isSafeInteger(value);
    if (typeof value === "string") return value.isWellFormed();
    if (typeof value !== "object") return true;
    if (value === null || deep === 8) return false;
    return [...Object.keys(value), ...Object.values(value)].every(
      one => plain(one, deep + 1));
  };
  return texts.map(text => {
    if (!/^[\x20-\x7e]{0,32768}$/.test(text)) return false;
    try {
      const value = JSON.parse(text);
      return typeof value === "object" && !Array.isArray(value)
        && plain(value, 0) && canonical(value) === text;
    } catch { return false; }
  });
}
"""
ODD = (
    '{"a":-0}', '{"a":0}', '{"a":1.0}', '{"a":1e3}', '{"a":9007199254740991}',
    '{"a":9007199254740992}', '{"a":-9007199254740991}', '{"a":18446744073709551615}',
    '{"a":null}', '{"a":true}', '{"a":NaN}', '{"a":"\\u0041"}', '{"a":"\\/"}',
    '{"a":"\\""}', '{"a":"\\\\"}', '{"a":1,"a":1}', '{"b":1,"a":1}', '{"a":1,"B":1}',
    '{"B":1,"a":1}', '{"a": 1}', '{"a":1} ', '{"a":"é"}', '{"a":"\x7f"}', '{"":1}',
    '{"10":1,"9":1}', '{"9":1,"10":1}', '{"__proto__":1}', '{"a":"\\ud800"}',
    "[]", "{}", "1", "null", "", "\ufeff{}", '{"a":' * 8 + "1" + "}" * 8,
    '{"a":' * 9 + "1" + "}" * 9, '{"a":"' + "x" * 32_760 + '"}',
    '{"a":"' + "x" * 32_761 + '"}',
)  # fmt: skip


@pytest.fixture(scope="module")
def in_javascript(chromium):
    page = chromium.new_page()
    yield lambda texts: page.evaluate(JUDGE, texts)
    page.close()


@pytest.fixture(scope="module")
def exact():
    """The form as the verifier that stands alone reads it."""
    named = util.spec_from_file_location("alone", ROOT / "tools" / "verify_receipt.py")
    module = util.module_from_spec(named)
    named.loader.exec_module(module)

    def judged(text):
        try:
            module.exact(text.encode())
        except (ValueError, RecursionError):
            return False
        return len(text) <= module.ACT_MAX

    return judged


def test_odd_spellings_are_judged_alike(in_javascript, exact):
    theirs = dict(zip(ODD, in_javascript(ODD), strict=True))

    assert {text: exact(text) for text in ODD} == theirs
    assert {theirs[text] for text in ODD} == {True, False}
    for text in ODD:
        assert not theirs[text] or encoding.dumps(json.loads(text)) == text.encode()


def test_changed_acts_are_judged_alike(in_javascript, exact, recorded):
    """What we read as an act is canonical to all three, what is not canonical is none.

    Between them lies only what the tables of fields refuse.
    """
    acts, genesis = recorded
    chance = random.Random(3)
    read = 0
    for _ in range(ROUNDS // AT_ONCE):
        texts = [
            mutated(chance, acts).decode("utf-8", "replace") for _ in range(AT_ONCE)
        ]
        for text, canonical in zip(texts, in_javascript(texts), strict=True):
            assert exact(text) == canonical, text
            ours = isinstance(circuit.read(text.encode(), genesis), Act)
            assert canonical or not ours, text
            read += ours

    assert 0 < read < ROUNDS
