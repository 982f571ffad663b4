"""What a written number can mean: its digits, and the words that bound it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from extract.models import Bound, Fact
from extract.stated import Interval, near_interval, stated_interval, step_of, whole_interval

MakeFact = Callable[..., Fact]


def written(make_fact: MakeFact, text: str, value: float, **changes: Any) -> Fact:
    """Makes a fact of which the whole sentence is the number."""
    return make_fact(sentence=text, sentence_start=0, start=0, value=value, char_end=len(text), **changes)


@pytest.mark.parametrize(
    ("text", "value", "step"),
    [
        ("84,59%", 84.59, 0.01),
        ("50.36%", 50.36, 0.01),
        ("80%", 80.0, 1.0),
        ("84,50%", 84.5, 0.01),
        ("1.482.176 thuê bao", 1_482_176.0, 1.0),
        ("1,46 triệu thuê bao", 1_460_000.0, 10_000.0),
        ("200 tỷ đồng", 200e9, 1e9),
        # Digits that do not tell.
        ("1 tỷ 200 triệu đồng", 1_200_000_000.0, None),
        ("hai tuyến", 2.0, None),
        ("0%", 0.0, None),
    ],
)
def test_the_worth_of_the_last_digit(
    make_fact: MakeFact, text: str, value: float, step: float | None
) -> None:
    found = step_of(written(make_fact, text, value))
    assert found == (None if step is None else pytest.approx(step))


@pytest.mark.parametrize(
    ("text", "value", "bound", "low", "high"),
    [
        # Rounded half up, or cut off.
        ("80,2%", 80.2, Bound.EQ, 80.15, 80.3),
        ("80%", 80.0, Bound.APPROX, 79.5 - 8.1, 81.0 + 8.1),
        ("80%", 80.0, Bound.GT, 79.5, math.inf),
        ("80%", 80.0, Bound.GE, 79.5, math.inf),
        ("80%", 80.0, Bound.LT, -math.inf, 81.0),
        ("80%", 80.0, Bound.LE, -math.inf, 81.0),
    ],
)
def test_what_a_number_can_be(
    make_fact: MakeFact, text: str, value: float, bound: Bound, low: float, high: float
) -> None:
    interval = stated_interval(written(make_fact, text, value, bound=bound))
    assert interval is not None
    assert [interval.low, interval.high] == pytest.approx([low, high])


def test_what_is_counted_is_exact_down_to_one(make_fact: MakeFact) -> None:
    exact = stated_interval(written(make_fact, "4.285 trạm", 4285.0), exact=True)
    assert exact == Interval(4285, 4285)
    rounded = stated_interval(written(make_fact, "1,46 triệu", 1_460_000.0), exact=True)
    assert rounded == Interval(1_455_000, 1_470_000)


def test_a_range_holds_all_between_its_ends(make_fact: MakeFact) -> None:
    interval = stated_interval(written(make_fact, "5 - 8 hộ", 5.0, value_max=8.0), exact=True)
    assert interval == Interval(5, 8)


def test_the_whole_of_a_ratio(make_fact: MakeFact) -> None:
    ratio = written(make_fact, "1.483/1.542 DVCTT", 1483.0, denominator=1542.0)
    assert whole_interval(ratio) == Interval(1542, 1542)
    assert whole_interval(written(make_fact, "1.483 DVCTT", 1483.0)) is None


def test_a_bound_is_apt_only_near_its_number(make_fact: MakeFact) -> None:
    above = near_interval(written(make_fact, "80%", 80.0, bound=Bound.GT))
    assert above is not None
    assert above.meets(Interval(85, 85))
    assert not above.meets(Interval(95, 95))
    assert not above.meets(Interval(75, 75))


def test_intervals_meet_where_they_share_a_number() -> None:
    assert Interval(1, 2).meets(Interval(2, 3))
    assert not Interval(1, 2).meets(Interval(2.1, 3))
    assert Interval(1, 2).lies_below(Interval(2.1, math.inf))
    assert not Interval(1, 2).lies_below(Interval(2, 3))
    assert Interval(1, 2) + Interval(3, 4) == Interval(4, 6)
    assert Interval(50, 50).percent_of(Interval(100, 200)) == Interval(25, 50)
