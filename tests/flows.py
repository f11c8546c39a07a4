"""`python -m tests.flows --write` draws every flow into the README of its line, from the same table the code uses."""

import os
import re
import sys
from pathlib import Path

import django

from tests.house import HOUSE

MARKS = re.compile(r"(<!-- flow:(\w+) -->\n).*?(<!-- /flow -->)", re.DOTALL)


def drawn_into(text: str, line: str) -> str:
    """The README with the drawing of each flow it marks renewed."""
    from niangjia.core.cases.queries import drawn, flows

    return MARKS.sub(lambda found: f"{found[1]}```mermaid\n{drawn(flows()[line, found[2]])}\n```\n{found[3]}", text)


def readmes() -> dict[str, Path]:
    """The README of each line that has flows."""
    from niangjia.core.cases.queries import flows

    return {line: HOUSE / "work" / line / "README.md" for line, _ in flows()}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "niangjia.config.settings")
    django.setup()
    for line, file in readmes().items():
        new = drawn_into(file.read_text(), line)
        if "--write" in sys.argv:
            file.write_text(new)
        else:
            print(new)
