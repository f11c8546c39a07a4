"""Pictures drawn on the server: nothing overlaps, nothing lies, everything has its table."""

import json
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from niangjia.core.faces import lifeline, placemap
from niangjia.core.faces.samples import STATIONS
from niangjia.core.faces.shapes import Dot, Lane, Place, Series, Span

START, END = date(2022, 1, 1), date(2024, 5, 1)
days = st.dates(START, END)
labels = st.text(alphabet="调解会员2063.74，", min_size=1, max_size=14)


def rendered(source: str, **context: object) -> str:
    return Template("{% load faces %}" + source).render(Context(context))


@given(st.lists(st.tuples(days, labels), min_size=1, max_size=12))
def test_labels_of_dots_never_run_into_each_other(events: list[tuple[date, str]]) -> None:
    lane = lifeline.draw([Lane("维权", (), [Dot(on, label) for on, label in events])], START, END, END).lanes[0]
    boxes = sorted((item.y, *_edges(item)) for item in lane.items)
    for (row, _, right), (next_row, left, _) in pairwise(boxes):
        assert row != next_row or right <= left


def _edges(item: lifeline.Item) -> tuple[float, float]:
    x = item.x * lifeline.REFERENCE / 100
    text = sum(13 if ord(char) > 0x2E7F else 7 for char in item.label) + abs(item.shift)
    return (x - 4, x + text) if item.anchor == "start" else (x - text, x + 4)


def test_an_event_at_the_end_of_a_stretch_stands_on_its_bar() -> None:
    work = Lane("用工", [Span(date(2022, 3, 14), date(2023, 12, 5), "迅帆配送，外卖配送员")], [Dot(date(2023, 12, 5), "离职")])
    bar, dot = lifeline.draw([work], START, END, END).lanes[0].items
    assert bar.y == dot.y
    assert dot.anchor == "end"


def test_what_lies_outside_the_time_shown_is_kept_at_the_edge() -> None:
    lane = Lane("会籍", [Span(START - timedelta(days=900), None, "早年入会")])
    item = lifeline.draw([lane], START, END, END).lanes[0].items[0]
    assert item.x == lifeline.LEFT
    assert item.x + (item.width or 0) == pytest.approx(100)


def test_today_is_marked_only_where_it_is_in_view() -> None:
    assert lifeline.draw([], START, END, date(2023, 12, 18)).now is not None
    assert lifeline.draw([], START, END, date(2030, 1, 1)).now is None


def test_towns_are_dots_within_their_frame_and_their_counts_add_up() -> None:
    places = [Place(*spot) for spot in STATIONS]
    city, district = placemap.frames(places)
    assert (len(city.spots), len(district.spots), len(district.far)) == (12, 9, 12)
    assert "12 个街道，75 家" in city.title
    assert "9 个镇，28 家" in district.title
    for spot in (*city.spots, *district.spots):
        assert 0 < spot.x < placemap.WIDTH
        assert 0 < spot.y < placemap.HEIGHT


def test_a_map_of_nothing_is_left_out_and_one_town_alone_is_drawn() -> None:
    assert placemap.frames([]) == []
    assert len(placemap.frames([Place("明楼", 121.588, 29.868, 9)])[0].spots) == 1


def test_the_map_says_that_it_shows_no_borders() -> None:
    assert "不表示行政区界" in rendered("{% places places %}", places=[Place(*spot) for spot in STATIONS])


def test_a_chart_carries_its_numbers_as_data_and_as_a_table() -> None:
    html = rendered(
        "{% chart 'line' title labels series '件' %}",
        title="按月</script>",
        labels=["1月", "</script>"],
        series=[Series("2023年", (34, None))],
    )
    found = re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found
    assert json.loads(found.group(1))["series"][0]["values"] == [34, None]
    assert '<td class="num">34</td>' in html
    assert html.count("</script>") == 1


def test_a_chart_of_another_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="no chart of kind"):
        rendered("{% chart 'pie' 't' labels series %}", labels=[], series=[])


@pytest.mark.parametrize("values", [(), (0, 0), (-5, 3), (10**15, 1)])
def test_bars_start_at_zero_whatever_the_numbers(values: tuple[int, ...]) -> None:
    html = rendered("{% spark values %}{% trend labels values %}", values=values, labels=[str(n) for n in range(len(values))])
    assert 'height="-' not in html
    assert "nan" not in html
