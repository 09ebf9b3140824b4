"""The pictures among which somebody finds hers."""

from tests.web.acting import ANA, BETO
from tests.web.allowing import member_of


def test_each_drawing_stands_once_and_hers_is_among_them(place):
    from urdimbre.web.membership.picture_signs import sign_of
    from urdimbre.web.office.presence import pictures

    for name in (ANA, BETO):
        found = pictures(member_of(name))
        own = sign_of(member_of(name))

        assert f"{own.picture}.{own.colour}" in found
        assert len({one.partition(".")[0] for one in found}) == len(found) == 4
        assert pictures(member_of(name)) == found
