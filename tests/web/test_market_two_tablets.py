"""Two tablets at one market: what one does while the other closes the sheet."""

from tests.web import test_market
from tests.web.acting import ANA, BETO, CARLA
from tests.web.test_market import BREAD, begun, closed

first_place = test_market.first_place
made_place = test_market.made_place
founder = test_market.founder
write = test_market.write


def test_a_line_that_comes_when_another_device_has_closed_is_not_taken(
    founder, number_of, write, as_member, monkeypatch
):
    """Else it would stand on the sheet for ever, and nothing would come of it."""
    from urdimbre.web.market import writing
    from urdimbre.web.market.models import Line

    market, carla = begun(founder), as_member(CARLA)
    write(founder, market, ANA, BETO, value="4")
    picks = writing.picks

    def meanwhile(*asked):
        closed(carla, market)
        return picks(*asked)

    monkeypatch.setattr(writing, "picks", meanwhile)
    query = f"giver={number_of(ANA)}&taker={number_of(BETO)}"
    answer = founder.post(f"{market}?{query}", BREAD)

    assert answer["Location"] == market
    assert founder.get(market)["Location"] == f"{market}/sheet"
    assert not Line.objects.filter(draft="").exists()


def test_a_line_is_not_taken_away_when_another_device_has_closed(
    founder, write, as_member, monkeypatch
):
    from urdimbre.web.market import writing
    from urdimbre.web.market.models import Line

    market, carla = begun(founder), as_member(CARLA)
    write(founder, market, ANA, BETO, value="4")
    found = writing.market_of

    def meanwhile(request, pk):
        asked = found(request, pk)
        closed(carla, market)
        return asked

    monkeypatch.setattr(writing, "market_of", meanwhile)
    founder.post(f"{market}/{Line.objects.get().pk}/drop")

    assert Line.objects.get().draft
