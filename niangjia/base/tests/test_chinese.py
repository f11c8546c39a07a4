from datetime import date
from string import ascii_uppercase

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from niangjia.base import chinese, columns
from niangjia.base.calendar import parse_date

DAYS = st.dates(date(1900, 1, 1), date(2023, 12, 18))
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
NAMES = st.text(HAN, min_size=1, max_size=6)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    stem = f"{draw(st.integers(0, 999_999)):06d}{draw(DAYS):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return stem + chinese.id_check_digit(stem)


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    signs = st.sampled_from(chinese.CREDIT_CODE_ALPHABET)
    stem = (
        draw(st.text(signs, min_size=2, max_size=2)) + f"{draw(st.integers(0, 999_999)):06d}" + draw(st.text(signs, min_size=9, max_size=9))
    )
    return stem + chinese.uscc_check_digit(stem)


@pytest.fixture(autouse=True)
def _demo_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANGJIA_TODAY", "2023-12-18")


def test_the_example_of_the_standard_is_right():
    checked = chinese.check_id_number("11010519491231002X")
    assert checked == chinese.IdNumber("11010519491231002X", True, "", date(1949, 12, 31), 2, "")


@given(id_numbers())
def test_a_number_with_a_right_check_digit_is_valid_and_says_birth_and_sex(number: str):
    checked = chinese.check_id_number(number)
    assert (checked.value, checked.valid, checked.reason) == (number, True, "")
    assert f"{checked.birth:%Y%m%d}" == number[6:14]
    assert checked.sex == (1 if int(number[16]) % 2 else 2)


@given(id_numbers(), st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_always_noticed(number: str, place: int, other: str):
    wrong = number[:place] + other + number[place + 1 :]
    assert chinese.check_id_number(wrong).valid == (wrong == number)


@given(id_numbers(), st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(number: str, place: int):
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert chinese.check_id_number(wrong).valid == (wrong == number)


@given(st.text())
def test_any_text_at_all_gets_an_answer_that_does_not_repeat_it(text: str):
    checked = chinese.check_id_number(text)
    assert checked.valid or checked.reason
    assert not (len(text) > 6 and text in checked.reason)


@pytest.mark.parametrize(
    "written", ["１１０１０５１９４９１２３１００２ｘ", " 110105 19491231 002x ", "'11010519491231002X", "110105491231002"]
)
def test_other_writings_of_a_number_lead_to_the_same_one(written: str):
    assert chinese.check_id_number(written).value == "11010519491231002X"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("", "没有填写"),
        ("3.30212E+17", "科学计数"),
        ("33021219900101123", "17 位"),
        ("33021219900101A234", "只能是数字"),
        ("330212199013010011", "日期"),
        ("330212209001010011", "不合情理"),
        ("330212199001010011", "校验"),
    ],
)
def test_each_fault_of_a_number_is_named(number: str, said: str):
    assert said in chinese.check_id_number(number).reason


def test_an_unknown_division_is_a_warning_and_the_demo_division_is_not():
    def numbered(division: str) -> chinese.IdNumber:
        stem = f"{division}19900101001"
        return chinese.check_id_number(stem + chinese.id_check_digit(stem))

    assert [numbered(code).valid for code in ("999999", "330227", chinese.DEMO_DIVISION)] == [True] * 3
    assert [bool(numbered(code).warning) for code in ("999999", "330227", chinese.DEMO_DIVISION)] == [True, False, False]


@given(credit_codes(), st.integers(0, 17), st.sampled_from(chinese.CREDIT_CODE_ALPHABET))
def test_credit_codes_are_checked(code: str, place: int, other: str):
    assert chinese.check_uscc(code.lower()) == (code, "")
    wrong = code[:place] + other + code[place + 1 :]
    assert (chinese.check_uscc(wrong)[0] is None) == (wrong != code)


def test_a_known_credit_code_is_right_and_letters_that_never_occur_are_named():
    assert chinese.check_uscc("91110000600037341L")[0] == "91110000600037341L"
    assert "没有 I、O" in chinese.check_uscc("9111000060003734OL")[1]


@pytest.mark.parametrize("written", ["+86 138-0013-8000", "8613800138000", "008613800138000", "１３８００１３８０００", "13800138000.0"])
def test_other_writings_of_a_phone_lead_to_the_same_one(written: str):
    assert chinese.check_phone(written) == ("13800138000", "")


@pytest.mark.parametrize(
    ("number", "said"), [("0574-87654321", "固定电话"), ("1380013800", "10 位"), ("12800138000", "开头"), ("无", "数字")]
)
def test_each_fault_of_a_phone_is_named(number: str, said: str):
    assert said in chinese.check_phone(number)[1]


@given(id_numbers())
def test_a_mask_hides_birth_and_check_digit_and_keeps_the_length(number: str):
    masked = chinese.mask_id(number)
    assert len(masked) == 18
    assert masked[3:16] == "*" * 13


@given(st.text(max_size=20))
def test_no_mask_returns_what_it_was_given(text: str):
    for mask in (chinese.mask_id, chinese.mask_phone, chinese.mask_name, chinese.mask_bank):
        assert mask(text) != text or len(text) < 3 or "*" in text


@given(NAMES)
def test_a_masked_name_shows_its_length_and_at_most_two_characters(name: str):
    masked = chinese.mask_name(name)
    assert len(masked) == len(name)
    assert len(masked.replace("*", "")) <= min(2, len(name) - 1) or name == "*"


def test_masks_look_as_designed():
    assert [chinese.mask_name(name) for name in ("何小川", "何川", "欧阳小川", "麦合木提·艾力")] == ["何*川", "何*", "欧阳**", "麦**"]
    assert (chinese.mask_phone("13800138000"), chinese.mask_bank("6222021234567890")) == ("138****8000", "**** **** **** 7890")
    assert chinese.group_digits("6222021234567") == "6222 0212 3456 7"


@pytest.mark.parametrize("written", ["麦合木提•艾力", "麦合木提.艾力", "麦合木提 ・ 艾力", "麦合木提．艾力", "麦合木提‧艾力\u200b"])
def test_every_middle_dot_is_one_dot(written: str):
    assert chinese.clean_name(written) == "麦合木提·艾力"


def test_spaces_go_between_chinese_characters_and_stay_between_words():
    assert chinese.clean_name(" 王\u3000 小  明 ") == "王小明"
    assert chinese.clean_name("John   Smith") == "John Smith"
    assert chinese.clean_text("\ufeffＡＢ１２\u3000（东）\x07 ") == "AB12 (东)"


def test_rare_characters_survive_and_old_private_ones_become_real():
    assert chinese.clean_name("𠮷\U00020087䶮") == "𠮷\U00020087䶮"
    assert chinese.clean_name("王\ue81e") == "王\u9fb4"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("陳大文", "陈大文"),
        ("姸", "妍"),
        ("暘", "旸"),
        ("鄭", "郑"),
        ("呂", "吕"),
        ("髙", "高"),
        ("麦提·艾力", "麦提艾力"),
        ("\uf9dd", "利"),
    ],
)
def test_two_writings_of_a_name_have_one_key(one: str, other: str):
    assert chinese.name_key(one) == chinese.name_key(other)


@given(st.text(max_size=12))
def test_cleaning_and_keys_are_stable(text: str):
    assert chinese.clean_name(chinese.clean_name(text)) == chinese.clean_name(text)
    assert chinese.name_key(chinese.clean_name(text)) == chinese.name_key(text)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("单小川", "shanxiaochuan"), ("仇和", "qiuhe"), ("解晓东", "xiexiaodong"), ("区志", "ouzhi"), ("曾国", "zengguo"),
        ("尉迟恭", "yuchigong"), ("万俟卨", "moqixie"), ("欧阳娜", "ouyangna"), ("吕布", "lvbu"), ("Zoë Li", "zoeli"),
        ("麦提·艾力", "maitiaili"), ("单于", "shanyu"), ("查良", "zhaliang"), ("陳大文", "chendawen"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name: str, full: str):
    assert chinese.pinyin_keys(name)[0] == full


@given(st.text(max_size=8))
def test_pinyin_is_lower_case_ascii(name: str):
    for key in chinese.pinyin_keys(name):
        assert key.isascii()
        assert not set(key) & set(ascii_uppercase + " ")


@given(st.lists(st.none() | st.just("") | id_numbers() | st.text(max_size=20) | id_numbers().map(lambda number: number[:6] + number[8:17])))
def test_a_column_of_numbers_is_judged_as_each_number_alone(values: list[str | None]):
    frame = columns.id_numbers(pl.Series(values, dtype=pl.String))
    for value, row in zip(values, frame.iter_rows(), strict=True):
        alone = chinese.check_id_number(value or "")
        blank = not value or not value.strip()
        expected = (None,) * 4 if blank else (alone.value, alone.birth, alone.sex or None, alone.reason or None)
        assert row == expected or (blank and row[0] is None)


@given(st.lists(st.none() | st.from_regex(r"(\+86)?1[3-9]\d{9}", fullmatch=True) | st.text(max_size=14)))
def test_a_column_of_phones_is_judged_as_each_phone_alone(values: list[str | None]):
    frame = columns.phones(pl.Series(values, dtype=pl.String))
    for value, (found, problem) in zip(values, frame.iter_rows(), strict=True):
        alone, reason = chinese.check_phone(value or "")
        assert found == alone
        assert problem == (reason or None) or (not problem and reason == "手机号没有填写。")


@given(st.lists(st.none() | st.text(max_size=6) | NAMES))
def test_a_column_of_names_is_read_as_each_name_alone(values: list[str | None]):
    frame = columns.names(pl.Series(values, dtype=pl.String))
    for value, row in zip(values, frame.iter_rows(), strict=True):
        name = None if value is None else chinese.clean_name(value)
        assert row == ((None,) * 4 if name is None else (name, chinese.name_key(name), *chinese.pinyin_keys(name)))


@given(st.lists(st.none() | DAYS.map(lambda day: f"{day:%Y/%m/%d}") | st.text(max_size=10)))
def test_a_column_of_dates_is_read_as_each_date_alone(values: list[str | None]):
    frame = columns.dates(pl.Series(values, dtype=pl.String))
    for value, (found, problem) in zip(values, frame.iter_rows(), strict=True):
        assert found == (parse_date(value) if value else None)
        assert bool(problem) == (bool(value) and found is None)


def test_empty_columns_have_all_their_headings():
    empty = pl.Series([], dtype=pl.String)
    assert columns.id_numbers(empty).columns == ["value", "birth", "sex", "problem"]
    assert columns.phones(empty).columns == ["value", "problem"]
    assert columns.names(empty).columns == ["name", "key", "pinyin", "initials"]
    assert columns.dates(empty).columns == ["value", "problem"]
