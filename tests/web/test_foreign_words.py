"""Words that another program has sealed: whatever they are, pages go on."""

import pytest


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        (b'{"0.0":"rice"}', {"0.0": "rice"}),
        (b'{"0.1":5}', {"0.1": "5"}),
        (b'{"here":"rice","1.2.3":"x","0.0":"salt"}', {"0.0": "salt"}),
        (b'["rice"]', {}),
        (b"rice", {}),
        (b"\xff\xfe", {}),
        (b"", {}),
    ],
)
def test_what_is_no_table_of_words_tells_nothing(place, payload, words):
    from urdimbre.web.entries import goods_in

    assert dict(goods_in(payload)) == words
