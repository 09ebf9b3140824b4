"""Refusals as the command line words them."""

from urdimbre.cli.telling import sentence_and_hint
from urdimbre.core.exchange.answers import DayAhead


def test_a_day_to_come_is_told_beside_today_both_as_dates():
    says, _ = sentence_and_hint(DayAhead(20_781, 20_780), str)

    assert says == (
        "The day of the act (2026-11-24) lies after the present day (2026-11-23)."
    )
