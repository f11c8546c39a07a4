"""Fields take what people type, and a refused form says where to mend."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template

from niangjia.core.faces.fields import BankField, DayField, IdNumberField, MoneyField, PhoneField


@pytest.mark.parametrize("text", ["2023年12月5日", "20231205", "2023-12-05", "２０２３．１２．５", " 2023/12/5 "])
def test_a_day_is_taken_in_any_usual_way_of_writing(text: str) -> None:
    assert DayField().clean(text) == date(2023, 12, 5)


@pytest.mark.parametrize("text", ["22600", "22,600.00", "２２６００元", " 22 600.0 "])
def test_money_is_taken_with_commas_spaces_and_full_width_digits(text: str) -> None:
    assert MoneyField().clean(text) == Decimal(22600)


@pytest.mark.parametrize("text", ["0", "-1", "1.234", "1e400", "NaN", "一百"])
def test_money_that_is_none_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValidationError, match="金额"):
        MoneyField().clean(text)


def test_zero_is_money_where_it_may_be() -> None:
    assert MoneyField(zero=True).clean("0") == 0


def test_phone_and_card_numbers_lose_their_spaces() -> None:
    assert PhoneField().clean("139 0000 2210") == "13900002210"
    assert BankField().clean("6222 0000 ０000 0000 123") == "6222000000000000123"


def test_a_wrong_id_number_says_what_is_wrong() -> None:
    with pytest.raises(ValidationError) as refused:
        IdNumberField().clean("330212199001010038")
    assert "身份证" in refused.value.messages[0]


class Sample(forms.Form):
    owed = MoneyField(label="工资欠了多少")
    kind = forms.ChoiceField(label="哪种钱", widget=forms.RadioSelect, choices=[("wage", "工资没发|按月的工资")])


def test_the_summary_of_faults_links_to_each_field() -> None:
    html = Template("{% load faces %}{% errors form %}{% fields form %}").render(Context({"form": Sample({"owed": "0"})}))
    assert "还有 2 处要改" in html
    assert 'href="#id_owed"' in html
    assert 'id="id_owed_error"' in html
    assert 'aria-invalid="true"' in html


def test_a_choice_may_have_a_second_line() -> None:
    html = Template("{% load faces %}{% field form.kind %}").render(Context({"form": Sample()}))
    assert "<b>工资没发</b><small>按月的工资</small>" in html


def test_money_fields_ask_for_the_number_pad_and_echo_in_words() -> None:
    html = Template("{% load faces %}{% field form.owed %}").render(Context({"form": Sample()}))
    assert 'inputmode="decimal"' in html
    assert 'class="echo"' in html
