"""When two typed words are the same: accents, case, plurals, and one slip of a finger.

The rules of plural are those of Spanish, Portuguese and English together, for nobody
says in which language she types. They may find too much, never too little.
"""

import re

from urdimbre.web.names import folded

TOKENS_MAX = 8
TYPO_MIN = 4
LITTLE = frozenset(
    re.findall(
        r"\w+",
        "a al and con da das de del do dos e el em en for in la las los no o of os"
        " para por the to um uma un una with y",
    )
)
# An ending, and what may stand in its place in the other number of the same word.
ENDINGS = (
    ("oes", ("ao",)),
    ("aes", ("ao",)),
    ("aos", ("ao",)),
    ("ao", ("oes", "aes", "aos")),
    ("ais", ("al",)),
    ("eis", ("el",)),
    ("ois", ("ol",)),
    ("al", ("ais", "ales")),
    ("el", ("eis", "eles")),
    ("ol", ("ois", "oles")),
    ("ces", ("z",)),
    ("z", ("ces",)),
    ("ies", ("y",)),
    ("y", ("ies", "yes")),
    ("ves", ("f", "fe")),
    ("fe", ("ves",)),
    ("f", ("ves",)),
    ("ns", ("m", "n")),
    ("m", ("ns",)),
    ("es", ("", "e")),
    ("s", ("",)),
    ("", ("s", "es")),
)
WORD_MIN = 2


def tokens(text: str) -> list[str]:
    """Part a text into folded words; little ones count only if there are no others."""
    found = re.findall(r"[^\W_]+", folded(text))[:TOKENS_MAX]
    return [one for one in found if one not in LITTLE] or found


def forms(token: str) -> tuple[str, ...]:
    """Give a folded word as it is, and in the other number."""
    found = {token: None}
    for ending, others in ENDINGS:
        stem = token.removesuffix(ending)
        if stem and token.endswith(ending):
            found |= dict.fromkeys(stem + other for other in others)
    return tuple(one for one in found if len(one) >= WORD_MIN or one == token)


def stems(token: str) -> tuple[str, ...]:
    """Give the beginnings with which one of the forms begins; none is needless."""
    every = sorted(forms(token), key=len)
    kept: list[str] = []
    for one in every:
        if not one.startswith(tuple(kept)):
            kept.append(one)
    return tuple(kept)


def near(typed: str, word: str) -> bool:
    """Whether one slip parts them: a letter more, less, another, or two swapped."""
    if abs(len(typed) - len(word)) > 1 or len(typed) < TYPO_MIN:
        return False
    start = 0
    for one, other in zip(typed, word, strict=False):
        if one != other:
            break
        start += 1
    left, right = typed[start:], word[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped
