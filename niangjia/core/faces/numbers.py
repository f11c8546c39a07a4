"""Numbers as people read them: 50.6 万人, 113.18 万元, 29,720.00."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

TEN_THOUSAND = Decimal(10_000)


def decimal(value: object) -> Decimal | None:
    """``value`` as a finite Decimal, or None where it is no number."""
    try:
        number = Decimal(str(value).replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def grouped(value: object, places: int | None = None) -> str:
    """1234567.5 -> 1,234,567.5; what is no number comes back as text, None as a dash."""
    number = decimal(value)
    if number is None:
        return "—" if value is None or value == "" else str(value)
    if places is not None:
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{number:,f}"


def short(value: object) -> tuple[str, str]:
    """The figure and its 万 part for a headline: 506000 -> ("50.6", "万"), 3956 -> ("3,956", "")."""
    number = decimal(value)
    if number is None or abs(number) < TEN_THOUSAND:
        return grouped(value), ""
    wan = (number / TEN_THOUSAND).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if wan == wan.to_integral():
        return f"{wan.to_integral():,f}", "万"
    return f"{wan:,f}".rstrip("0").rstrip("."), "万"


def percent(part: object, whole: object) -> str:
    """24.0% of a whole; a dash where there is no whole."""
    above, below = decimal(part), decimal(whole)
    if above is None or not below:
        return "—"
    return f"{(above / below * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"
