from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.base import calendar, money

YUAN = st.decimals(0, 10**14, places=2)
DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


def spoken(words: str) -> Decimal:
    """Amounts in words read back, as a bank clerk would."""
    words = words.removesuffix("整").replace("零", "")
    whole, _, rest = words.rpartition("元")
    fen = Decimal(0)
    for sign, worth in (("角", Decimal("0.1")), ("分", Decimal("0.01"))):
        if sign in rest:
            fen += money.DIGITS.index(rest[rest.index(sign) - 1]) * worth
    return _whole(whole) + fen


def _whole(words: str) -> int:
    for unit, size in (("亿", 10**8), ("万", 10**4), ("仟", 1000), ("佰", 100), ("拾", 10)):
        if unit in words:
            above, _, below = words.rpartition(unit)
            return _whole(above) * size + _whole(below)
    return money.DIGITS.index(words) if words else 0


@given(YUAN)
def test_amounts_in_words_say_the_amount(amount: Decimal):
    assert spoken(money.in_words(amount)) == amount


@given(YUAN)
def test_amounts_in_words_never_stammer(amount: Decimal):
    words = money.in_words(amount)
    assert "零零" not in words
    assert not words.startswith("零") or amount == 0


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("22600", "贰万贰仟陆佰元整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("6007.10", "陆仟零柒元壹角整"),
        ("100000500", "壹亿零伍佰元整"),
        ("1000200000000", "壹万零贰亿元整"),
        ("0.05", "伍分"),
        ("0", "零元整"),
        ("-3", "负叁元整"),
    ],
)
def test_amounts_in_words_as_on_receipts(amount: str, words: str):
    assert money.in_words(Decimal(amount)) == words


def test_an_amount_too_large_for_words_is_refused():
    with pytest.raises(ValueError, match="大写"):
        money.in_words(Decimal(10) ** 16)


def test_halves_of_a_fen_are_rounded_away_from_zero():
    assert [money.round_fen(Decimal(value)) for value in ("0.005", "2.675", "-0.005")] == [
        Decimal("0.01"),
        Decimal("2.68"),
        Decimal("-0.01"),
    ]


def test_sums_in_ten_thousands():
    assert [money.wan(Decimal(value)) for value in (1131800, 100000000, -3)] == ["113.18", "10,000.00", "0.00"]


@pytest.mark.parametrize(
    "written",
    [
        "2023-12-18",
        "2023/12/18",
        "2023.12.18",
        "20231218",
        "2023年12月18日",
        "２０２３年１２月１８日",
        " 2023-12-18 00:00:00",
        "45278",
        "45278.5",
    ],
)
def test_a_day_is_read_however_it_is_written(written: str):
    assert calendar.parse_date(written) == date(2023, 12, 18)


@pytest.mark.parametrize(
    "written", ["", "昨天", "2023年12月", "2023-13-01", "2023-02-30", "0001-01-01", "20231318", "330212", "2023-12.18"]
)
def test_what_is_no_day_is_none(written: str):
    assert calendar.parse_date(written) is None


@given(st.text())
def test_any_text_is_a_day_or_none(text: str):
    assert calendar.parse_date(text) is None or calendar.parse_date(text).year >= 1900


@given(DAYS)
def test_chinese_dates_are_read_back(day: date):
    assert calendar.parse_date(calendar.chinese_date(day)) == day


@given(DAYS, st.integers(-600, 600))
def test_months_later_is_the_same_day_or_that_months_end(day: date, months: int):
    later = calendar.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later == calendar.month_end(later) and later.day < day.day)


@given(DAYS)
def test_the_day_after_a_months_end_is_a_first(day: date):
    assert (calendar.month_end(day) + timedelta(days=1)).day == 1


def test_the_day_can_be_fixed_and_the_clock_cannot(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NIANGJIA_TODAY", "2023-12-18")
    assert calendar.today() == date(2023, 12, 18)
    assert calendar.chinese_day(calendar.today()) == "12月18日 周一"
    assert calendar.now().year > 2023
    monkeypatch.delenv("NIANGJIA_TODAY")
    assert calendar.today() == calendar.now().date()
