"""Sums in yuan: ``Decimal`` with two places, never float."""

from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
LARGEST = Decimal(10) ** 16


def round_fen(amount: Decimal) -> Decimal:
    """To the fen, half up."""
    return amount.quantize(FEN, ROUND_HALF_UP)


def wan(amount: Decimal | int) -> str:
    """In units of ten thousand with two places and thousands marked: 1131800 → "113.18"."""
    return f"{round_fen(Decimal(amount) / 10_000) + 0:,}"


def in_words(amount: Decimal) -> str:
    """As written on receipts (大写金额): 22600 → "贰万贰仟陆佰元整", 0.05 → "伍分". Below 10^16 yuan."""
    rounded = round_fen(amount)
    if abs(rounded) >= LARGEST:
        raise ValueError("金额超出大写范围（应小于一亿亿元）。")
    yuan, fen = divmod(int(abs(rounded) * 100), 100)
    sign = "负" if rounded < 0 else ""
    if not yuan and not fen:
        return "零元整"
    whole = f"{_whole_in_words(yuan)}元" if yuan else ""
    return sign + whole + _fen_in_words(fen, after_yuan=bool(yuan))


def _fen_in_words(fen: int, *, after_yuan: bool) -> str:
    if not fen:
        return "整"
    jiao, rest = divmod(fen, 10)
    words = f"{DIGITS[jiao]}角" if jiao else ("零" if after_yuan else "")
    return words + (f"{DIGITS[rest]}分" if rest else "整")


def _whole_in_words(number: int) -> str:
    """Below 10^16. A gap is read 零 once: where a unit ends in front of a smaller number that does not fill its places."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        if number >= size:
            above, rest = divmod(number, size)
            gap = "零" if 0 < rest < size // 10 else ""
            return _whole_in_words(above) + unit + gap + (_whole_in_words(rest) if rest else "")
    return _group_in_words(number)


def _group_in_words(group: int) -> str:
    words, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words
