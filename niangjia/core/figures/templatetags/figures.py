"""Readings in words."""

from collections.abc import Sequence
from typing import Any

from django import template

from niangjia.core.figures.report import in_words

register = template.Library()
register.filter("in_words", in_words)


@register.filter
def beside(figures: Sequence[Any], cells: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Figures and their cells in pairs."""
    return list(zip(figures, cells, strict=True))
