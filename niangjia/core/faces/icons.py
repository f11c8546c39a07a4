"""Tabler's outline icons as inline SVG, read once from the installed npm package."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FOLDER = Path("@tabler") / "icons" / "icons" / "outline"
NAME = re.compile(r"[a-z0-9-]+")
INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
BLANK = re.compile(r'<path stroke="none"[^>]*/>')


class UnknownIcon(LookupError):
    """A template asks for an icon the package does not have."""


@cache
def paths(name: str) -> SafeString:
    """The drawing inside the icon's SVG."""
    source = Path(settings.NODE_MODULES) / FOLDER / f"{name}.svg"
    if not NAME.fullmatch(name) or not source.is_file():
        raise UnknownIcon(f"there is no icon {name!r} in {FOLDER}")
    found = INNER.search(source.read_text(encoding="utf-8"))
    if found is None:
        raise UnknownIcon(f"{source.name} holds no drawing")
    return mark_safe(" ".join(BLANK.sub("", found.group(1)).split()))  # noqa: S308 - the package's own file


def icon(name: str, extra: str = "") -> SafeString:
    """An icon for beside a word; readers are told nothing of it."""
    return format_html('<svg class="{}" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', f"i {extra}".strip(), paths(name))
