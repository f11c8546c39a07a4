"""Chinese text, names and numbers: cleaning, matching keys, pinyin, checks of identity numbers, masks.

Reasons and warnings are Chinese sentences for the person who typed; they never repeat the value, which may be personal.
"""

import re
import unicodedata
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from django.utils.translation import gettext as _

from niangjia.base.calendar import EARLIEST_YEAR, WIDE_TO_NARROW, today

DEMO_DIVISION = "000330"
"""Division code of the demo district's made-up persons; no real number has it. A register of real persons refuses it."""

DOT = "·"
CHINESE = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
DOT_LIKE = "•‧∙⋅・･▪●◦ᐧ᛫⸱ꞏ˙"
INVISIBLE = [*range(0x20), *range(0x7F, 0xA0), 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
SPACES = [0x09, 0x0A, 0x0D, 0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
PRIVATE_USE = "\ue816\ue817\ue818\ue81e\ue826\ue82b\ue82c\ue831\ue832\ue83b\ue843\ue854\ue855\ue864"
PRIVATE_USE_MEANS = "\U00020087\U00020089\U000200cc\u9fb4\u9fb5\u9fb6\u9fb7\U000215d7\u9fb8\U0002298f\u9fb9\u9fba\U000241fe\u9fbb"
"""Characters that files in old GB 18030 carry as private ones, and what GB 18030-2022 made of them."""

CLEANED = (
    WIDE_TO_NARROW
    | dict.fromkeys(INVISIBLE)
    | dict.fromkeys(SPACES, " ")
    | dict(zip(map(ord, PRIVATE_USE), PRIVATE_USE_MEANS, strict=True))
)
PLAIN_NAME = re.compile(r"[\u4e00-\u9fa5]+")
GAPS = re.compile(rf"(?<={CHINESE}) +(?={CHINESE})")
DOTS = re.compile(rf" *[{DOT_LIKE}{DOT}]+ *|(?<={CHINESE}) *[.。] *(?={CHINESE})")

GIVEN_READINGS = {"曾": "zeng", "晟": "sheng", "长": "chang", "茜": "qian", "奇": "qi", "颉": "jie", "祎": "yi", "珺": "jun", "玥": "yue"}
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECK_DIGITS = "10X98765432"
CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CREDIT_CODE = re.compile(rf"[{CREDIT_CODE_ALPHABET}]{{2}}\d{{6}}[{CREDIT_CODE_ALPHABET}]{{10}}")
SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")


class IdNumber(NamedTuple):
    """What a resident identity number says. ``sex`` as in GB/T 2261.1: 0 unknown, 1 male, 2 female."""

    value: str | None
    valid: bool
    reason: str = ""
    birth: date | None = None
    sex: int = 0
    warning: str = ""


def clean_text(text: str) -> str:
    """Full-width letters, digits and signs made half-width, invisible characters removed, spaces at both ends cut."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return text.translate(CLEANED).strip()


def clean_name(text: str) -> str:
    """A name as it is kept: one kind of middle dot, no spaces between Chinese characters, one between Latin words."""
    if PLAIN_NAME.fullmatch(text):
        return text
    spaced = " ".join(clean_text(text).split())
    return GAPS.sub("", DOTS.sub(DOT, spaced)).strip(DOT)


def name_key(text: str) -> str:
    """For matching only: dots, spaces and signs removed, case folded, variants of a character made one (陳 = 陈, 旸 = 暘)."""
    fold = _variants().get
    if PLAIN_NAME.fullmatch(text):
        return "".join([fold(character, character) for character in text])
    plain = unicodedata.normalize("NFKC", clean_name(text)).casefold()
    return "".join([fold(character, character) for character in plain if character.isalnum()])


def has_rare_character(name: str) -> bool:
    """Whether a name has a character that fonts of older phones lack: anything Chinese outside the first 20,902 of Unicode."""
    return any(re.fullmatch(CHINESE, character) and not PLAIN_NAME.fullmatch(character) for character in name)


def pinyin_keys(name: str) -> tuple[str, str]:
    """Full pinyin and initials in lower-case ASCII: 单小川 → ("shanxiaochuan", "sxc"); ü is written v; unknown signs are left out."""
    if not PLAIN_NAME.fullmatch(name):
        return _mixed_pinyin_keys(clean_name(name))
    readings, surnames = _READINGS, _surnames()
    syllables = [readings[character] for character in name]
    if len(name) > 2 and (both := surnames.get(name[:2])):
        syllables[:2] = both
    elif single := surnames.get(name[0]):
        syllables[0] = single[0]
    return "".join(syllables), "".join([syllable[:1] for syllable in syllables])


def _mixed_pinyin_keys(name: str) -> tuple[str, str]:
    """Names with a dot, Latin letters or rare characters; a transcribed name has no surname to read in its own way."""
    parts = re.findall(rf"{CHINESE}|[^\W\d_]+?(?={CHINESE}|\W|\d|$)|\d+", name)
    syllables = [_READINGS[part] if len(part) == 1 else _latin(part) for part in parts]
    if syllables and DOT not in name:
        syllables[:1] = _surnames().get(parts[0], syllables[:1])
    return "".join(syllables), "".join([syllable[:1] for syllable in syllables])


def _latin(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word).casefold()
    return "".join([letter for letter in letters if letter.isascii() and letter.isalnum()])


class _ReadingOf(dict[str, str]):
    """The usual reading of a character, looked up once."""

    def __missing__(self, character: str) -> str:
        from pypinyin import Style, lazy_pinyin

        plain = _variants().get(character, unicodedata.normalize("NFKC", character))
        found = lazy_pinyin(plain, style=Style.NORMAL, errors="ignore")
        self[character] = found[0] if found else _latin(plain)
        return self[character]


_READINGS = _ReadingOf(GIVEN_READINGS)


@cache
def _variants() -> dict[str, str]:
    return {word[0]: word[1] for line in _data("variants.txt") for word in line.split()}


@cache
def _surnames() -> dict[str, list[str]]:
    """Readings of the syllables of a surname."""
    return {surname: readings for surname, *readings in map(str.split, _data("surnames.txt"))}


def _data(name: str) -> list[str]:
    lines = files("niangjia.base").joinpath("data", name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


def check_id_number(text: str) -> IdNumber:
    """A resident identity number (GB 11643): length, date and check digit. 15 digits become 18.

    The division code is never a reason to refuse (codes are abolished over time); an unknown one is a warning.
    """
    number = re.sub(r"[\s'\-]", "", clean_text(text)).upper()
    if not number:
        return IdNumber(None, False, _("身份证号没有填写。"))
    if SCIENTIFIC.fullmatch(number):
        return IdNumber(None, False, _("身份证号被表格记成了科学计数，丢了后几位：请把这一列设为“文本”后重新填写。"))
    if len(number) not in (15, 18):
        return IdNumber(None, False, _("身份证号应为 18 位（旧证 15 位），现在是 %(length)s 位。") % {"length": len(number)})
    if not re.fullmatch(r"\d{15}|\d{17}[\dX]", number, re.ASCII):
        return IdNumber(None, False, _("身份证号只能是数字，最后一位可以是 X，请检查有没有混入别的字符。"))
    old = len(number) == 15
    if old:
        stem = f"{number[:6]}19{number[6:]}"
        number = stem + id_check_digit(stem)
    return _dated(number, "旧的 15 位号码，已换算为 18 位，请核对。" if old else "")


def _dated(number: str, warning: str) -> IdNumber:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return IdNumber(None, False, _("身份证号第 7 至 14 位不是一个真实的日期。"))
    if birth.year < EARLIEST_YEAR or birth > today():
        return IdNumber(None, False, _("身份证号里的出生日期不合情理（早于 1900 年或晚于今天）。"))
    if number[17] != id_check_digit(number[:17]):
        return IdNumber(None, False, _("身份证号校验不符，多半有一位写错或两位写反，请对照证件。"))
    if not _division_known(number[:6]):
        warning += "前 6 位不是已知的行政区划代码，请核对。"
    return IdNumber(number, True, "", birth, 1 if int(number[16]) % 2 else 2, warning)


def id_check_digit(stem: str) -> str:
    """The 18th character for 17 digits (GB 11643, ISO 7064 MOD 11-2)."""
    return ID_CHECK_DIGITS[sum(int(digit) * weight for digit, weight in zip(stem, ID_WEIGHTS, strict=True)) % 11]


@cache
def _division_known(code: str) -> bool:
    from stdnum import numdb

    return code == DEMO_DIVISION or any(properties for _, properties in numdb.get("cn/loc").info(code)[1:])


def check_phone(text: str) -> tuple[str | None, str]:
    """A mobile number of mainland China as 11 digits, or None and the reason."""
    number = re.sub(r"[\s()'\-]|\.0+$", "", clean_text(text))
    number = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", number)
    if re.fullmatch(r"1[3-9]\d{9}", number, re.ASCII):
        return number, ""
    if not number:
        return None, _("手机号没有填写。")
    if not re.fullmatch(r"\d+", number, re.ASCII):
        return None, _("手机号只能是数字，一格只填一个号码。")
    if number.startswith("0"):
        return None, _("这是固定电话，请填 11 位手机号。")
    if len(number) != 11:
        return None, _("手机号应为 11 位，现在是 %(length)s 位。") % {"length": len(number)}
    return None, _("手机号应以 13 至 19 开头，请核对。")


def check_uscc(text: str) -> tuple[str | None, str]:
    """A unified social credit code (GB 32100-2015), or None and the reason."""
    code = re.sub(r"[\s\-]", "", clean_text(text)).upper()
    if not code:
        return None, "统一社会信用代码没有填写。"
    if len(code) != 18:
        return None, f"统一社会信用代码应为 18 位，现在是 {len(code)} 位。"
    if not CREDIT_CODE.fullmatch(code):
        return None, "统一社会信用代码第 3 至 8 位是数字，其余是数字和大写字母，没有 I、O、S、V、Z。"
    if code[17] != uscc_check_digit(code[:17]):
        return None, "统一社会信用代码校验不符，多半有一位写错，请对照证书。"
    return code, ""


def uscc_check_digit(stem: str) -> str:
    """The 18th character for 17 (GB 32100-2015, MOD 31-3)."""
    total = sum(CREDIT_CODE_ALPHABET.index(sign) * weight for sign, weight in zip(stem, CREDIT_CODE_WEIGHTS, strict=True))
    return CREDIT_CODE_ALPHABET[-total % 31]


def mask_id(number: str) -> str:
    """512*************16; short numbers keep their last two characters."""
    if len(number) < 8:
        return "*" * max(len(number) - 2, 0) + number[-2:]
    return f"{number[:3]}{'*' * (len(number) - 5)}{number[-2:]}"


def mask_phone(number: str) -> str:
    """138****5172"""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 11 else "*" * len(number)


def mask_name(name: str) -> str:
    """何*川, 何*, 欧阳**; of a name with dots or Latin letters only the first character is left."""
    if not re.fullmatch(rf"{CHINESE}+", name):
        return name[:1] + "**"
    if len(name) > 2 and name[:2] in _surnames():
        return name[:2] + "*" * (len(name) - 2)
    if len(name) > 2:
        return name[0] + "*" * (len(name) - 2) + name[-1]
    return name[:-1] + "*"


def mask_bank(number: str) -> str:
    """**** **** **** 1234"""
    return f"**** **** **** {number[-4:]}" if len(number) > 4 else "****"


def group_digits(number: str, size: int = 4) -> str:
    """6222021234567 → 6222 0212 3456 7"""
    return " ".join(number[start : start + size] for start in range(0, len(number), size))
