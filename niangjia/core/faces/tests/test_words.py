"""What the small components say: clocks, numbers, names that bite."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template

from niangjia.core.faces import clocks, icons, numbers

TODAY = date(2024, 1, 9)
HOSTILE = "<img src=x onerror=alert(1)>"


def rendered(source: str, **context: object) -> str:
    return Template("{% load faces %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("days", "state", "kind", "said"),
    [
        (331, "", "far", "还剩 331 天"),
        (11, "", "far", "还剩 11 天"),
        (10, "", "soon", "还剩 10 天"),
        (1, "", "soon", "还剩 1 天"),
        (0, "", "today", "今天 12:00 前"),
        (-1, "", "late", "逾期 1 天"),
        (-400, "", "late", "逾期 400 天"),
        (8, "paused", "paused", "停着"),
        (-13, "done", "done", "已办"),
    ],
)
def test_a_clock_says_how_long_in_colour_and_words(days: int, state: str, kind: str, said: str) -> None:
    clock = clocks.read(TODAY + timedelta(days=days), TODAY, state=state, time="12:00")
    assert (clock.kind, clock.days) == (kind, said)


def test_a_term_without_a_day_has_no_clock_running() -> None:
    assert clocks.read(None, TODAY).days == "没有期限"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 1, 17), "1月17日 周三"),
        (date(2024, 3, 17), "3月17日"),
        (date(2023, 12, 27), "12月27日"),
        (date(2024, 12, 5), "2024年12月5日"),
        (date(2023, 3, 1), "2023年3月1日"),
    ],
)
def test_a_date_is_as_short_as_it_can_be_read_without_doubt(day: date, said: str) -> None:
    assert clocks.near_date(day, TODAY) == said


def test_the_chip_carries_days_date_and_article_in_this_order() -> None:
    html = rendered("{% clock due day article=article label='调解' %}", due=date(2024, 1, 17), day=TODAY, article="调解仲裁法第十四条")
    assert html.index("调解 还剩 8 天") < html.index("1月17日 周三") < html.index("调解仲裁法第十四条")
    assert "clock--soon" in html


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (506000, ("50.6", "万")),
        (1578100, ("157.81", "万")),
        (22390000, ("2,239", "万")),
        (10000, ("1", "万")),
        (9999, ("9,999", "")),
        (Decimal(-20500), ("-2.05", "万")),
        (0, ("0", "")),
        (None, ("—", "")),
        ("不详", ("不详", "")),
        (float("nan"), ("nan", "")),
    ],
)
def test_headline_figures_are_said_in_ten_thousands(value: object, said: tuple[str, str]) -> None:
    assert numbers.short(value) == said


def test_the_full_number_is_on_hover_where_ten_thousands_are_said() -> None:
    assert 'title="506,000 人"' in rendered("{% number 506000 '人' %}")
    assert "title" not in rendered("{% number 3956 '家' %}")
    assert "29,720" in rendered("{% number 29720 '元' exact=True %}")


def test_money_has_two_decimals_and_rounds_half_up() -> None:
    assert rendered("{{ x|yuan }}", x=Decimal("7120.005")) == "7,120.01"
    assert rendered("{{ x|yuan }}", x=None) == "—"


def test_a_share_of_nothing_is_a_dash() -> None:
    assert numbers.percent(7120, 29720) == "24.0%"
    assert numbers.percent(1, 0) == numbers.percent(None, 5) == "—"


@pytest.mark.parametrize(
    "source",
    [
        "{% tag name 'red' %}",
        "{% clock None article=name %}",
        "{% number 5 name %}",
        "{% number name %}",
        "{% state 'empty' name name '/x' name %}",
        "{% say name %}",
        "{% crumbs name '/x' %}",
        "{% member_card name name '/x' %}",
        "{% card name note=name aside=name %}{% endcard %}",
        "{% table name %}{% endtable %}",
        "{% bulk name name %}{% endbulk %}",
        "{% progress 1 2 name '/x' %}",
        "{% share name '/x' name %}",
        "{% qr name name %}",
        "{% wizard 1 name %}",
    ],
)
def test_a_hostile_name_stays_text_in_every_component(source: str) -> None:
    html = rendered(source, name=HOSTILE)
    assert "<img" not in html


def test_an_unknown_icon_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(icons.UnknownIcon):
        icons.icon("no-such-icon")
    with pytest.raises(icons.UnknownIcon):
        icons.icon("../../../package")


def test_an_icon_is_hidden_from_readers_because_a_word_stands_beside_it() -> None:
    assert 'aria-hidden="true"' in icons.icon("users")
