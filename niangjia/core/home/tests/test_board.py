"""The leaders' board: what a district, a town and a stranger see, and what nobody may read out of it."""

import re
from datetime import date

import pytest

from niangjia.base.scope import elevated
from niangjia.core.figures.tests import factories as make

pytestmark = pytest.mark.django_db

LONG_SINCE = date(2020, 3, 1)


@pytest.fixture
def district():
    """Two towns: one with six members, two of them riders; one with four members, all riders."""
    above = make.district()
    here, there = make.town(above, "桃源街道"), make.town(above, "竹溪镇")
    home, other = make.union(here, LONG_SINCE), make.union(there, LONG_SINCE)
    for number in range(6):
        make.member(home, LONG_SINCE, form="N03" if number < 2 else "STD")
    for _ in range(4):
        make.member(other, LONG_SINCE, form="N03")
    return above


def board(browser, query: str = "", status: int = 200) -> str:
    answer = browser.get(f"/board/{query}")
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def row_of(text: str, name: str) -> str:
    return text[text.index(f">{name}</a>") :].partition("</tr>")[0]


def said(row: str) -> list[str]:
    """What stands beside the bars of a row."""
    return re.findall(r'<span class="v">([^<]*)</span>', row)


def test_a_rate_over_fewer_than_five_persons_is_not_shown_beside_other_towns(district):
    text = board(make.client(district, "district_leader"))
    assert said(row_of(text, "桃源街道")) == ["6.0", "33.3%"]
    assert said(row_of(text, "竹溪镇")) == ["—", "—"]


def test_a_town_sees_itself_the_middle_and_the_best_but_no_other_name(district):
    text = board(make.client(town(district, "桃源街道"), "town_officer"))
    assert "和别的镇街比" in text
    card = text[text.index("不列名字") :]
    assert re.findall(r"[\d.]+%", row_of(card, "新业态占比")) == ["33.3%"] * 3, "the other town has fewer than five members"
    assert "竹溪镇" not in text


def test_a_district_sees_no_card_that_is_meant_for_towns(district):
    text = board(make.client(district, "district_leader"))
    assert "和别的镇街比" not in text
    assert "镇街对比" in text


def test_small_numbers_are_drawn_one_by_one_and_not_in_ten_thousands(district):
    text = board(make.client(district, "district_leader"))
    assert "万人" not in text
    assert '<span class="mut s13">人</span>' in text, "the unit of the yearly charts"


def test_the_wall_reads_itself_anew_and_says_when_it_did(district):
    text = board(make.client(district, "district_leader"), "?wall=1")
    assert 'http-equiv="refresh"' in text
    assert re.search(r"\d\d:\d\d 更新", text)
    assert 'http-equiv="refresh"' not in board(make.client(district, "district_leader"))


def test_the_board_of_a_past_day_keeps_to_that_day(district):
    text = board(make.client(district, "district_leader"), "?on=2019-12-31")
    assert "截至 2019年12月31日" in text
    assert "只看得到今天的" in text, "what is kept without its history is told of today only"


def test_a_number_of_questions_that_does_not_grow_with_the_towns(district, django_assert_max_num_queries):
    leader = make.client(district, "district_leader")
    board(leader)
    with django_assert_max_num_queries(80):
        board(leader)


def test_who_has_no_board_is_told_so(district):
    home = make.union(town(district, "桃源街道"), LONG_SINCE)
    assert "看领导看板" in board(make.client(home, "grassroots_chair"), status=403)


def town(district, name: str):
    with elevated("test: a town"):
        return district.children.get(name=name)
